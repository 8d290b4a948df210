"""gotv contest, people, lists, recount: setting a contest up and looking after it."""

import sys
from dataclasses import asdict
from datetime import datetime

import click
import redis

from gotv import queues
from gotv.commands.reach import answer, as_json, fail, of_contest, reached_house
from gotv.domain.contests import Contest
from gotv.domain.people import Role
from gotv.domain.pledges import PledgeRule
from gotv.services import contests, inviting, knocking_up, places
from gotv.services.recount import recount as fold_and_compare

CLOCK = click.DateTime(["%H:%M"])
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def contest() -> None:
    """Contests: one electoral area at one election."""


@contest.command("create")
@click.argument("name")
@click.option("--polling-day", type=DAY, required=True, help="As 2026-05-07.")
@click.option("--opens", type=CLOCK, default="07:00", show_default=True, help="London time.")
@click.option("--closes", type=CLOCK, default="22:00", show_default=True, help="London time.")
@click.option("--voting-age", type=click.IntRange(16, 18), default=18, show_default=True)
@click.option("--bars", "barred", default="", help="Markers that may not vote here, as BGLM for the UK Parliament.")
@click.option("--pledge-code", "codes", multiple=True, help="A canvass code that counts as a pledge; may be repeated.")
@click.option("--pledge-strength", "strengths", multiple=True, help="A strength that counts; none given: every one.")
@click.option("--unrated/--no-unrated", default=True, show_default=True, help="Whether a code without strength counts.")
@click.option("--keep-until", type=DAY, default=None, help="Retention date; seven days after the poll by default.")
@as_json
def create(
    name: str,
    polling_day: datetime,
    opens: datetime,
    closes: datetime,
    voting_age: int,
    barred: str,
    codes: tuple[str, ...],
    strengths: tuple[str, ...],
    unrated: bool,
    keep_until: datetime | None,
    json_: bool,
) -> None:
    """Make a contest, and a link for its agent."""
    rule = PledgeRule(frozenset(code.casefold() for code in codes), frozenset(strengths), unrated)
    with reached_house() as home:
        contest_id = contests.create_contest(
            home.database,
            name,
            polling_day.date(),
            opens=opens.time(),
            closes=closes.time(),
            voting_age=voting_age,
            pledge_rule=rule.as_kept(),
            barred_markers=barred,
            retention_date=keep_until.date() if keep_until else None,
        )
        agent = inviting.invite(home.database, home.key, contest_id, Role.AGENT, "Agent")
        link = agent.link(home.settings.public_url)
    answer(
        {"contest_id": contest_id, "agent_link": link, "agent_code": agent.code},
        json_,
        f"Contest {contest_id}: {name}. A pledge is: {rule}.\nThe agent signs in at {link}\nor with code {agent.code}",
    )


@contest.command("list")
@as_json
def list_(json_: bool) -> None:
    """Every contest of this house."""
    with reached_house() as home:
        every = contests.every_contest(home.database)
    lines = [
        f"{c.contest_id}  {c.name}, {c.polling_day:%d %B %Y}, {c.opens:%H:%M}-{c.closes:%H:%M}{_mark(c)}" for c in every
    ]
    answer([_shown(c) for c in every], json_, "\n".join(lines) or "No contest yet. Make one with: gotv contest create")


def _line(one: Contest) -> str:
    hours = f"{one.opens:%H:%M}-{one.closes:%H:%M}"
    return f"{one.contest_id}  {one.name}, {one.polling_day:%d %B %Y}, {hours}{_mark(one)}"


def _mark(one: Contest) -> str:
    if one.purged_at:
        return f", purged on {one.purged_at:%d %B %Y}"
    return ", a rehearsal" if one.rehearsal else ""


def _shown(one: Contest) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__slots__}


@click.group()
def people() -> None:
    """People: agents, organisers, clerks, tellers, knockers-up."""


@people.command("invite")
@of_contest
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--name", default="", help="Their name.")
@click.option("--place", default="", help="The polling place's name: a teller needs one.")
@click.option("--committee-room", "room", default="", help="The committee room's name; none: the whole contest.")
@as_json
def invite(contest_id: int, role: str, name: str, place: str, room: str, json_: bool) -> None:
    """Invite somebody and print their link and code."""
    with reached_house() as home:
        contests.find_contest(home.database, contest_id)
        place_id = _named(places.every_place(home.database, contest_id), place, "place_id", "polling place")
        room_id = _named(places.every_room(home.database, contest_id), room, "committee_room_id", "committee room")
        invitation = inviting.invite(
            home.database, home.key, contest_id, Role(role), name, place_id=place_id, committee_room_id=room_id
        )
        link = invitation.link(home.settings.public_url)
    answer(
        {"person_id": invitation.person_id, "link": link, "code": invitation.code},
        json_,
        f"{invitation.name or role}: {link}\nor code {invitation.code}",
    )


def _named(rows: list[dict[str, object]], name: str, key: str, what: str) -> int | None:
    if not name:
        return None
    known = {str(row["name"]).casefold(): int(str(row[key])) for row in rows}
    if name.casefold() not in known:
        fail(f"There is no {what} called {name!r}. There are: {', '.join(str(row['name']) for row in rows) or 'none'}")
    return known[name.casefold()]


@click.command()
@of_contest
@click.option("--slot", type=CLOCK, default=None, help="The hour, as 14:00; without it: as of now.")
@as_json
def lists(contest_id: int, slot: datetime | None, json_: bool) -> None:
    """Make the knock-up lists of every committee room, in this process."""
    with reached_house() as home:
        one = contests.find_contest(home.database, contest_id)
        moment = one.at(slot.time()) if slot else None
        made = {}
        for room in places.every_room(home.database, contest_id):
            made[room["name"]] = knocking_up.make_lists(
                home.database, contest_id, room["committee_room_id"], moment, home.clock.now()
            )
    words = [
        f"{name}: {count} lists" if count else f"{name}: there already, or no walks" for name, count in made.items()
    ]
    answer(made, json_, "\n".join(words))


@click.command()
@of_contest
@as_json
def recount(contest_id: int, json_: bool) -> None:
    """Fold the ledger anew and compare with counters, board and lists. Status 1 on any difference."""
    with reached_house() as home:
        found = fold_and_compare(home.database, contests.find_contest(home.database, contest_id), home.clock.now())
    words = [
        f"Position {found.position}: {found.entries} entries, {found.marked} electors marked, "
        f"{found.lists} lists compared "
        + (
            f", {found.lists_not_compared} older than the last change of the register"
            if found.lists_not_compared
            else ""
        ),
        *found.differences,
        "DIFFERENCES FOUND" if found.differences else "All agree.",
    ]
    answer(asdict(found), json_, "\n".join(words))
    sys.exit(1 if found.differences else 0)


def worker_listens(url: str, name: str) -> bool:
    """Whether a job would be taken. Without Valkey the answer is no."""
    try:
        return bool(url) and queues.someone_listens(url, name)
    except redis.exceptions.RedisError:
        return False
