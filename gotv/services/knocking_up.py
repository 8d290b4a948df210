"""Making the hour's knock-up lists, saying which are due, and serving the last good one."""

from datetime import datetime
from typing import Any

from gotv.domain.contests import Contest
from gotv.domain.knocking_up import lists_by_walk, struck
from gotv.domain.people import Person
from gotv.errors import NotThere, NotYours
from gotv.store import contests, ledger, lists
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
    """Make one new list for each walk of a committee room, stamped with the ledger position. Returns how many.

    ``slot`` None means: as of now, asked for by hand. May run twice: the run's row is taken once, and whoever
    comes second, or comes late with an older slot, keeps nothing and returns 0.
    """
    with database.snapshot() as connection:
        position = ledger.position(connection, contest_id)
        walks = [walk["walk_id"] for walk in lists.walks_of_room(connection, contest_id, room)]
        improbable = lists.improbable(connection, contest_id)
        made = lists_by_walk(lists.outstanding(connection, contest_id, room), walks, improbable)
    stamp = slot or now
    with database.transaction() as connection:
        if not lists.claim_run(connection, contest_id, room, stamp, position, len(made), now):
            return 0
        lists.add(connection, contest_id, room, made, slot=stamp, position=position, made_at=now)
    return len(made)


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
        walk = next(
            (w for w in lists.walks_of_room(connection, contest.contest_id, None) if w["walk_id"] == walk_id), None
        )
        if walk is None:
            raise NotThere("There is no such walk in this contest.")
        if not person.sees_room(walk["committee_room_id"]):
            raise NotYours("That walk belongs to another committee room.")
        found = lists.find(connection, contest.contest_id, walk_id, version)
        marked = lists.marked_since(connection, contest.contest_id, walk_id)
        position = ledger.position(connection, contest.contest_id)
    if found is None:
        raise NotThere(
            f"There is no list for {walk['name']} yet. The first is made when the poll opens, or ask for one."
        )
    return {**found, "streets": struck(found["streets"], marked), "position_now": position, "walk": walk}
