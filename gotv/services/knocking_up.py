"""Making knock-up lists, saying which are due, and serving the last good one."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection

from gotv.domain import chances
from gotv.domain.contests import Contest
from gotv.domain.knocking_up import lists_by_walk, struck
from gotv.domain.people import Person
from gotv.domain.priority import Moment, Wish, knocking_rules
from gotv.errors import NotThere
from gotv.services.walks import find_walk
from gotv.store import changes, contests, counts, ledger, lists, outstanding
from gotv.store.database import Database

log = structlog.get_logger()

LISTS = "lists"  # as `services.switches` calls them


def due(database: Database, now: datetime) -> dict[datetime, list[int]]:
    """By slot: the contests some committee room of which lacks its lists."""
    wanting: dict[datetime, list[int]] = {}
    with database.snapshot() as connection:
        for contest in contests.every(connection):
            slot = contest.current_slot(now) if LISTS not in contest.switched_off else None
            if slot is not None and lists.rooms_without(connection, contest.contest_id, slot):
                wanting.setdefault(slot, []).append(contest.contest_id)
    return wanting


def rooms_waiting(database: Database, contest_id: int, slot: datetime) -> int:
    """How many committee rooms lack the lists of this slot."""
    with database.snapshot() as connection:
        return len(lists.rooms_without(connection, contest_id, slot))


def make_hours(database: Database, contest_ids: Iterable[int], slot: datetime, now: datetime) -> int:
    """`make_hour` for each of these contests. One that fails keeps no other from its lists; then it raises."""
    made, failed = 0, None
    for contest_id in contest_ids:
        try:
            made += make_hour(database, contest_id, slot, now)
        except Exception as error:
            log.error("lists", contest=contest_id, error=type(error).__name__)
            failed = error
    if failed:
        raise failed
    return made


def make_hour(database: Database, contest_id: int, slot: datetime, now: datetime) -> int:
    """Make the lists of an hour for every committee room that lacks them. Returns how many. May run twice."""
    with database.snapshot() as connection:
        rooms = lists.rooms_without(connection, contest_id, slot)
    return _make_for(database, contest_id, rooms, slot, now)


def make_lists(database: Database, contest_id: int, room: int, slot: datetime | None, now: datetime) -> int:
    """Make the lists of one committee room, of an hour or (``slot`` None) as of now. Returns how many."""
    return _make_for(database, contest_id, [room], slot or now, now)


def _make_for(database: Database, contest_id: int, rooms: Collection[int], slot: datetime, now: datetime) -> int:
    """A new list for each walk of these rooms that has changed; any other stays, and its paper remains good.

    May run twice: a room's run is taken once for a slot, and whoever comes second, or late with an older slot, keeps
    nothing for that room.
    """
    with database.snapshot() as connection:
        if _off(connection, contest_id):
            return 0
        position = ledger.position(connection, contest_id)
        every = {
            walk["walk_id"]: walk["committee_room_id"]
            for walk in lists.walks_of_room(connection, contest_id, None)
            if walk["committee_room_id"] in rooms
        }
        changed = changes.changed(connection, contest_id, every, now)
        made = _make(connection, contest_id, {walk: every[walk] for walk in changed}, now)
    with database.transaction() as connection:
        walks = Counter(every.values())
        mine = {
            room
            for room in sorted(rooms)
            if lists.claim_run(connection, contest_id, room, slot, position, walks[room], now)
        }
        kept = [one for one in made if one["room"] in mine]
        return lists.add(connection, contest_id, kept, slot=slot, position=position, made_at=now)


def make_list(database: Database, contest_id: int, walk_id: int, now: datetime) -> int:
    """Make one walk's list anew, if it has changed. Returns how many were made: 1 or 0. May run twice."""
    with database.snapshot() as connection:
        walk = lists.walk(connection, contest_id, walk_id)
        if walk is None or _off(connection, contest_id) or not changes.changed(connection, contest_id, [walk_id], now):
            return 0
        position = ledger.position(connection, contest_id)
        made = _make(connection, contest_id, {walk_id: walk["committee_room_id"]}, now)
    with database.transaction() as connection:
        return lists.add(connection, contest_id, made, slot=now, position=position, made_at=now)


def _off(connection: Connection, contest_id: int) -> bool:
    """A job that was asked for before the lists were switched off makes none."""
    contest = contests.find(connection, contest_id)
    return contest is None or LISTS in contest.switched_off


def stale(database: Database, contest_id: int, room: int, now: datetime) -> list[tuple[int, int]]:
    """The walks of a room whose list is no longer right, each with the version that the next would have."""
    with database.snapshot() as connection:
        versions = {one["walk_id"]: one["version"] or 0 for one in lists.newest_of_room(connection, contest_id, room)}
        return [(walk, versions[walk] + 1) for walk in changes.changed(connection, contest_id, versions, now)]


def _make(connection: Connection, contest_id: int, room_of: Mapping[int, int], now: datetime) -> list[dict[str, Any]]:
    """The lists of these walks, each with its committee room."""
    contest = contests.find(connection, contest_id)
    if not room_of or contest is None:
        return []
    wanted = outstanding.outstanding(connection, contest_id, room_of)
    left = _rooms_with_first_knocks(wanted, room_of)
    # Seen among these walks, mostly; only else the others of the room are asked.
    left |= {room for room in set(room_of.values()) - left if changes.first_knock_left(connection, contest_id, room)}
    moments = moments_of(connection, contest, set(room_of.values()), left, now)
    made = lists_by_walk(
        wanted,
        {walk: moments[room] for walk, room in room_of.items()},
        ledger.position(connection, contest_id),
        outstanding.improbable(connection, contest_id),
    )
    arranged = outstanding.arrangements(connection, contest_id, room_of)
    return [one | {"room": room_of[one["walk_id"]], "arrangement": arranged[one["walk_id"]]} for one in made]


def _rooms_with_first_knocks(wanted: Iterable[Any], room_of: Mapping[int, int]) -> set[int]:
    """The rows of a walk stand together: once one was seen for its room, the rest of the walk is passed over."""
    left: set[int] = set()
    passed = None
    for row in wanted:
        if row[0] != passed and not row[12] and row[11] != Wish.VETO:
            passed = row[0]
            left.add(room_of[passed])
    return left


def moments_of(
    connection: Connection, contest: Contest, rooms: Collection[int], left: Collection[int], now: datetime
) -> dict[int, Moment]:
    """By committee room, what the order of doors depends on now: rules, chances by district, first knocks undone.

    ``left``: the rooms in which a first knock is.
    """
    shares = chances.shares_by_now(contest, now)
    marked: dict[str, dict[datetime, int]] = {}
    for row in counts.pledges_by_hour(connection, contest.contest_id):
        marked.setdefault(row.district, {})[row.hour] = row.pledges
    by_district = {
        row["district"]: chances.not_voted(shares, chances.told(shares, marked.get(row["district"], {}), row["wanted"]))
        for row in counts.districts(connection, contest.contest_id)
    }
    rules, local = knocking_rules(contest.knocking_rules), contest.local(now)
    return {room: Moment(local, rules, by_district, room in left) for room in rooms}


def walks(database: Database, person: Person) -> list[dict[str, Any]]:
    """The walks in a person's scope, each with its last good list (or None in ``version``)."""
    with database.snapshot() as connection:
        return lists.newest_of_room(connection, person.contest_id, person.committee_room_id)


def rooms(database: Database, person: Person) -> list[dict[str, Any]]:
    with database.snapshot() as connection:
        every = contests.rooms(connection, person.contest_id)
    return [room for room in every if person.sees_room(room["committee_room_id"])]


def walk_list(
    database: Database, contest: Contest, person: Person, walk_id: int, version: int | None = None
) -> dict[str, Any]:
    """One list with its rows numbered and the doors struck since it was made. Raises NotThere or NotYours."""
    with database.snapshot() as connection:
        walk = find_walk(connection, person, walk_id)
        found = lists.find(connection, contest.contest_id, walk_id, version)
        wanted = outstanding.wanted_now(connection, contest.contest_id, [walk_id])[walk_id]
        position = ledger.position(connection, contest.contest_id)
    if found is None:
        raise NotThere(
            f"There is no list for {walk['name']} yet. The first is made when the poll opens, or ask for one."
        )
    return {**found, "streets": struck(found["streets"], wanted), "position_now": position, "walk": walk}
