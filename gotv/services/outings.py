"""Giving walks to teams: one team for a walk, whatever several organisers click; who is silent is not believed out."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from gotv.domain.contests import Contest
from gotv.domain.people import Person, Role
from gotv.domain.priority import KnockingRules, knocking_rules
from gotv.errors import Conflict, NotThere, NotYours
from gotv.services.inviting import invite
from gotv.services.walks import find_walk
from gotv.store import contests, outings, people
from gotv.store.database import Database

# Long enough for a talk at a door; a phone says where it is at each.
A_VISIT = timedelta(minutes=8)
ENDINGS = {"returned": "brought back", "finished": "finished"}


def rules_of(connection: Connection, contest_id: int) -> tuple[Contest, KnockingRules]:
    contest = contests.find(connection, contest_id)
    if contest is None:
        raise NotThere(f"There is no contest {contest_id}.")
    return contest, knocking_rules(contest.knocking_rules)


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
        walk = find_walk(connection, by, walk_id)
        members = _knockers(connection, by.contest_id, walk["committee_room_id"], person_ids)
        if not members and not names:
            raise Conflict("Choose who goes, or write their names.")
        team = ", ".join([member.name for member in members] + list(names))
        outing_id = _go_out(connection, by, walk, team, now)
        outings.join(connection, by.contest_id, outing_id, [member.person_id for member in members])
    room = walk["committee_room_id"]
    invited = [
        invite(database, key, by.contest_id, Role.KNOCKER, name, committee_room_id=room).person_id for name in names
    ]
    with database.transaction() as connection:
        outings.join(connection, by.contest_id, outing_id, invited)
    return outing_id


def take(database: Database, person: Person, walk_id: int, now: datetime) -> int:
    """A knocker-up takes a free walk. Raises Conflict when they have one, or somebody has this one."""
    with database.transaction() as connection:
        walk = find_walk(connection, person, walk_id)
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
        if not outings.go_out_again(connection, person.contest_id, outing_id, now):
            raise Conflict("That cannot be undone any more: the shift is over, or another team has gone out.")
    return outing


def move(database: Database, key: str, by: Person, outing_id: int, names: Collection[str], now: datetime,
         person_ids: Collection[int] = ()) -> int:  # fmt: skip
    """Give the walk of one team to another: the first is called back and its phones go blank."""
    with database.transaction() as connection:
        outing = _find(connection, by, outing_id)
        if not outings.come_back(connection, by.contest_id, outing_id, "moved", by.name, now):
            raise Conflict(f"{outing['walk']} was back already. Give it anew.")
    return give(database, key, by, outing["walk_id"], person_ids, names, now)


def find(database: Database, person: Person, outing_id: int) -> dict[str, Any]:
    """One outing in this person's scope. Raises NotThere or NotYours."""
    with database.snapshot() as connection:
        return _find(connection, person, outing_id)


def _find(connection: Connection, person: Person, outing_id: int) -> dict[str, Any]:
    outing = outings.find(connection, person.contest_id, outing_id)
    if outing is None:
        raise NotThere("There is no such team out.")
    mine = person.person_id in outing["people"] if person.role is Role.KNOCKER else True
    if not mine or not person.sees_room(outing["committee_room_id"]):
        raise NotYours("That team is not yours.")
    return outing


# Rounds.


def round_of(connection: Connection, contest_id: int, room: int) -> int:
    """The round that is open in a committee room. The first needs nobody to open it."""
    found = outings.rounds(connection, contest_id).get(room)
    return int(found["number"]) if found else 1


def open_round(database: Database, by: Person, room: int, seen: int, now: datetime) -> int:
    """Open the round after the one ``seen`` on the page: two organisers who click at once open one. Returns it."""
    if not by.sees_room(room):
        raise NotYours("That is another committee room.")
    with database.transaction() as connection:
        outings.open_round(connection, by.contest_id, room, seen + 1, by.name, now)
        return round_of(connection, by.contest_id, room)


def open_rounds_by_the_clock(database: Database, now: datetime) -> int:
    """Open every round whose time has come, in every contest that is polling. Returns how many."""
    opened = 0
    with database.transaction() as connection:
        for contest in contests.every(connection):
            if not contest.is_open(now):
                continue
            due = 1 + sum(f"{contest.local(now):%H:%M}" >= at for at in knocking_rules(contest.knocking_rules).rounds)
            known = outings.rounds(connection, contest.contest_id)
            for room in contests.rooms(connection, contest.contest_id):
                room_id = room["committee_room_id"]
                if known.get(room_id, {"number": 1})["number"] < due:
                    opened += outings.open_round(connection, contest.contest_id, room_id, due, "the clock", now)
    return opened
