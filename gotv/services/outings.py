"""Giving walks to teams: one team for a walk, whatever several organisers click; who is silent is not believed out."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from gotv.domain.contests import Contest
from gotv.domain.people import Person, Role
from gotv.domain.priority import KnockingRules, knocking_rules
from gotv.domain.work import Work
from gotv.errors import Conflict, NotLetIn, NotThere, NotYours
from gotv.services.inviting import invite_within
from gotv.services.rounds import round_of
from gotv.services.walks import find_walk
from gotv.store import contests, outings, people, training
from gotv.store.database import Database

# Long enough for a talk at a door; a phone says where it is at each.
A_VISIT = timedelta(minutes=8)
TO_KNOCK = frozenset({Work.KNOCKER, Work.CANVASSER})
ENDINGS = {"returned": "brought back", "finished": "finished"}


def rules_of(connection: Connection, contest_id: int) -> tuple[Contest, KnockingRules]:
    contest = contests.find(connection, contest_id)
    if contest is None:
        raise NotThere(f"There is no contest {contest_id}.")
    return contest, knocking_rules(contest.knocking_rules)


def rules_of_the_day(connection: Connection, contest_id: int, now: datetime) -> tuple[Contest, KnockingRules]:
    """As `rules_of`, for a knocker-up's phone. Raises NotLetIn when the day is gone by.

    Not in a seat to practise on: everybody in it is invented, and it is used for weeks.
    """
    contest, rules = rules_of(connection, contest_id)
    if contest.is_gone_by(now) and not contest.rehearsal:
        raise NotLetIn("Polling day is over, and walks are not shown any more. Thank you for every door.")
    return contest, rules


def give(
    database: Database,
    key: str,
    by: Person,
    walk_id: int,
    person_ids: Collection[int],
    names: Collection[str],
    now: datetime,
) -> int:
    """Send a team out with a walk: knockers-up of its committee room, and new ones by name. Returns the outing.

    Raises Conflict when another team has it, with who and since when; or when nobody is named.
    """
    with database.transaction() as connection:
        return _give(connection, key, by, find_walk(connection, by, walk_id), person_ids, names, now)


def _give(
    connection: Connection,
    key: str,
    by: Person,
    walk: dict[str, Any],
    person_ids: Collection[int],
    names: Collection[str],
    now: datetime,
) -> int:
    room = walk["committee_room_id"]
    members = _knockers(connection, by.contest_id, room, person_ids)
    if not members and not names:
        raise Conflict("Choose who goes, or write their names.")
    for member in members:
        if (busy := current(connection, member, now)) and busy["walk_id"] != walk["walk_id"]:
            raise Conflict(f"{member.name} is out with {busy['walk']}. Call them back first.")
    outing_id = _go_out(connection, by, walk, ", ".join([one.name for one in members] + list(names)), now)
    contest, _ = rules_of(connection, by.contest_id)
    new = [invite_within(connection, key, contest, Role.KNOCKER, name, None, room) for name in names]
    outings.join(connection, by.contest_id, outing_id, [*(one.person_id for one in members), *new])
    return outing_id


def take(database: Database, person: Person, walk_id: int, now: datetime) -> int:
    """A knocker-up takes a free walk. Raises Conflict when they have one, or somebody has this one."""
    with database.transaction() as connection:
        walk = find_walk(connection, person, walk_id)
        rules_of_the_day(connection, person.contest_id, now)
        people.lock(connection, person.contest_id, [person.person_id])
        mine = current(connection, person, now)
        if mine and mine["walk_id"] != walk_id:
            raise Conflict(f"You are out with {mine['walk']}. Bring it back first.")
        if mine:
            return int(mine["outing_id"])
        outing_id = _go_out(connection, person, walk, person.name, now)
        outings.join(connection, person.contest_id, outing_id, [person.person_id])
    return outing_id


def _knockers(connection: Connection, contest_id: int, room: int, person_ids: Collection[int]) -> list[Person]:
    members = []
    people.lock(connection, contest_id, person_ids)
    for person_id in dict.fromkeys(person_ids):
        found = people.find(connection, contest_id, person_id)
        if found is None or found[0].role is not Role.KNOCKER or found[0].revoked_at or not found[0].sees_room(room):
            raise Conflict("Somebody chosen is no knocker-up of this committee room any more.")
        members.append(found[0])
    return members


def _go_out(connection: Connection, by: Person, walk: dict[str, Any], team: str, now: datetime) -> int:
    contest, rules = rules_of(connection, by.contest_id)
    quiet = now - timedelta(minutes=rules.quiet_minutes)
    outings.age_out(connection, by.contest_id, walk["walk_id"], quiet, now)
    number = round_of(connection, by.contest_id, walk["committee_room_id"])
    ends_at = now + timedelta(minutes=rules.shift_minutes)
    outing_id = outings.go_out(
        connection,
        by.contest_id,
        walk["walk_id"],
        round=number,
        team=team,
        given_by=by.name,
        out_at=now,
        ends_at=ends_at,
    )
    if outing_id is None:
        raise Conflict(_taken(outings.of_walk(connection, by.contest_id, walk["walk_id"]), contest))
    return outing_id


def _taken(other: dict[str, Any] | None, contest: Contest) -> str:
    if other is None:
        return "Somebody was quicker. Look again."
    since = f"{contest.local(other['out_at']):%H:%M}"
    return f"{other['walk']} is out with {other['team']} since {since}, given by {other['given_by']}."


def current(connection: Connection, person: Person, now: datetime) -> dict[str, Any] | None:
    """The outing this person is on: not one whose shift is over."""
    mine = outings.of_person(connection, person.contest_id, person.person_id)
    return mine if mine and mine["ends_at"] > now else None


def come_back(database: Database, person: Person, outing_id: int, ending: str, now: datetime) -> dict[str, Any]:
    """Bring a walk back, or finish it. Raises NotYours for somebody else's, Conflict when it is back already."""
    if ending not in ENDINGS:
        raise Conflict("Say whether the walk is finished or only brought back.")
    with database.transaction() as connection:
        outing = _find(connection, person, outing_id)
        if not outings.come_back(connection, person.contest_id, outing_id, ending, person.name, now):
            raise Conflict(f"{outing['walk']} was back already.")
        for member in outing["people"]:
            outings.leave_door(connection, person.contest_id, member)
    return outing


def undo_come_back(database: Database, person: Person, outing_id: int, now: datetime) -> dict[str, Any]:
    """The team is out after all. Raises Conflict when another has the walk by now."""
    with database.transaction() as connection:
        outing = _find(connection, person, outing_id)
        busy = [current(connection, member, now) for member in _members(connection, outing)]
        try:
            if any(busy) or not outings.go_out_again(connection, person.contest_id, outing_id, now):
                raise Conflict(TOO_LATE)
        except IntegrityError:
            # Another team went out in this very moment.
            raise Conflict(TOO_LATE) from None
    return outing


TOO_LATE = "That cannot be undone any more: the shift is over, or another team or another walk has come between."


def _members(connection: Connection, outing: dict[str, Any]) -> list[Person]:
    found = [people.find(connection, outing["contest_id"], person_id) for person_id in outing["people"]]
    return [one[0] for one in found if one]


def move(database: Database, key: str, by: Person, outing_id: int, names: Collection[str], now: datetime,
         person_ids: Collection[int] = ()) -> int:  # fmt: skip
    """Give the walk of one team to another: the first is called back and its phones go blank."""
    with database.transaction() as connection:
        outing = _find(connection, by, outing_id)
        if not outings.come_back(connection, by.contest_id, outing_id, "moved", by.name, now):
            raise Conflict(f"{outing['walk']} was back already. Give it anew.")
        return _give(connection, key, by, find_walk(connection, by, outing["walk_id"]), person_ids, names, now)


def find(database: Database, person: Person, outing_id: int) -> dict[str, Any]:
    """One outing in this person's scope. Raises NotThere or NotYours."""
    with database.snapshot() as connection:
        return _find(connection, person, outing_id)


def who_could_go(database: Database, person: Person, room: int, now: datetime) -> list[dict[str, Any]]:
    """The knockers-up of a committee room who are not out just now."""
    with database.snapshot() as connection:
        return free_knockers(connection, person.contest_id, now).get(room, [])


def free_knockers(connection: Connection, contest_id: int, now: datetime) -> dict[int, list[dict[str, Any]]]:
    """By committee room: its knockers-up who are not out, and those who belong to every room."""
    everyone = [one for one in people.every(connection, contest_id) if one["role"] == Role.KNOCKER]
    out = outings.of_people(connection, contest_id, [one["person_id"] for one in everyone], now)
    free = [one for one in everyone if not one["revoked_at"] and one["person_id"] not in out]
    trained = training.trained_people(connection, contest_id)
    for one in free:
        one["trained"] = not TO_KNOCK.isdisjoint(trained.get(one["person_id"], ()))
    rooms = [room["committee_room_id"] for room in contests.rooms(connection, contest_id)]
    return {room: [one for one in free if one["committee_room_id"] in (None, room)] for room in rooms}


def _find(connection: Connection, person: Person, outing_id: int) -> dict[str, Any]:
    outing = outings.find(connection, person.contest_id, outing_id)
    if outing is None:
        raise NotThere("There is no such team out.")
    # Whoever is out with a walk may bring it back, though its committee room may have changed meanwhile.
    mine = person.person_id in outing["people"]
    leads = person.role is not Role.KNOCKER and person.sees_room(outing["committee_room_id"])
    if not mine and not leads:
        raise NotYours("That team is not yours.")
    return outing


def age_out(database: Database, now: datetime) -> int:
    """Whoever is silent or whose shift is over is taken to be back, in every contest that is polling."""
    gone = 0
    with database.transaction() as connection:
        for contest in contests.every(connection):
            if contest.is_open(now):
                quiet = now - timedelta(minutes=knocking_rules(contest.knocking_rules).quiet_minutes)
                gone += outings.age_out(connection, contest.contest_id, None, quiet, now)
    return gone
