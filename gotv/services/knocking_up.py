"""Making knock-up lists, saying which are due, and serving the last good one."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gotv.domain import chances
from gotv.domain.contests import Contest
from gotv.domain.knocking_up import lists_by_walk, struck
from gotv.domain.people import Person
from gotv.domain.priority import Moment, knocking_rules
from gotv.errors import NotThere
from gotv.services.walks import find_walk
from gotv.store import contests, counts, ledger, lists, outstanding
from gotv.store.database import Database


def due(database: Database, now: datetime) -> list[tuple[int, int, datetime]]:
    """The lists that should be there and are not: (contest, committee room, slot). One question to SQL a contest."""
    wanting = []
    with database.snapshot() as connection:
        for contest in contests.every(connection):
            slot = contest.current_slot(now)
            if slot is not None:
                rooms = lists.rooms_without(connection, contest.contest_id, slot)
                wanting += [(contest.contest_id, room, slot) for room in rooms]
    return wanting


def make_lists(database: Database, contest_id: int, room: int, slot: datetime | None, now: datetime) -> int:
    """Make a new list for each walk of a committee room that has changed. Returns how many.

    ``slot`` None means: as of now, asked for by hand. May run twice: the run's row is taken once, and whoever
    comes second, or comes late with an older slot, keeps nothing and returns 0. A list whose walk has not changed
    stays as it is: its version and its paper remain good.
    """
    with database.snapshot() as connection:
        position = ledger.position(connection, contest_id)
        every = [walk["walk_id"] for walk in lists.walks_of_room(connection, contest_id, room)]
        made = _make(connection, contest_id, room, outstanding.changed(connection, contest_id, every, now), now)
    stamp = slot or now
    with database.transaction() as connection:
        if not lists.claim_run(connection, contest_id, room, stamp, position, len(every), now):
            return 0
        return lists.add(connection, contest_id, room, made, slot=stamp, position=position, made_at=now)


def make_list(database: Database, contest_id: int, walk_id: int, now: datetime) -> int:
    """Make one walk's list anew, if it has changed. Returns how many were made: 1 or 0. May run twice."""
    with database.snapshot() as connection:
        walk = lists.walk(connection, contest_id, walk_id)
        if walk is None or not outstanding.changed(connection, contest_id, [walk_id], now):
            return 0
        position = ledger.position(connection, contest_id)
        room = walk["committee_room_id"]
        made = _make(connection, contest_id, room, [walk_id], now)
    with database.transaction() as connection:
        return lists.add(connection, contest_id, room, made, slot=now, position=position, made_at=now)


def stale(database: Database, contest_id: int, room: int, now: datetime) -> list[tuple[int, int]]:
    """The walks of a room whose list is no longer right, each with the version that the next would have."""
    with database.snapshot() as connection:
        versions = {one["walk_id"]: one["version"] or 0 for one in lists.newest_of_room(connection, contest_id, room)}
        return [(walk, versions[walk] + 1) for walk in outstanding.changed(connection, contest_id, versions, now)]


def _make(
    connection: Connection, contest_id: int, room: int, walk_ids: Collection[int], now: datetime
) -> list[dict[str, Any]]:
    if not walk_ids:
        return []
    contest = contests.find(connection, contest_id)
    if contest is None:
        raise NotThere(f"There is no contest {contest_id}.")
    return lists_by_walk(
        outstanding.outstanding(connection, contest_id, walk_ids),
        walk_ids,
        moment_of(connection, contest, room, now),
        ledger.position(connection, contest_id),
        outstanding.improbable(connection, contest_id),
    )


def moment_of(connection: Connection, contest: Contest, room: int, now: datetime) -> Moment:
    """What the order of doors depends on now: rules, chances by polling district, first knocks undone."""
    shares = chances.shares_by_now(contest, now)
    marked: dict[str, dict[datetime, int]] = {}
    for row in counts.pledges_by_hour(connection, contest.contest_id):
        marked.setdefault(row.district, {})[row.hour] = row.pledges
    by_district = {
        row["district"]: chances.not_voted(shares, chances.told(shares, marked.get(row["district"], {}), row["wanted"]))
        for row in counts.districts(connection, contest.contest_id)
    }
    return Moment(
        now=contest.local(now),
        rules=knocking_rules(contest.knocking_rules),
        chances=by_district,
        firsts_left=outstanding.first_knock_left(connection, contest.contest_id, room),
    )


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
