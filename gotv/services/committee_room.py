"""The board: what stands now, and when it was last so; the ledger of a place and the numbers that matched nobody."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from gotv.domain.contests import Contest
from gotv.domain.people import Person
from gotv.domain.turnout import total, with_shares
from gotv.errors import NotThere, NotYours
from gotv.store import contests, counts, ledger, lifts, lists, numbers_called
from gotv.store.database import Database


def board(database: Database, contest: Contest, now: datetime, *, room: int | None = None) -> dict[str, Any]:
    """The snapshot of a contest, or of one committee room: counts at one ledger position.

    Shape: ``position``, ``at`` (ISO 8601), ``total``, ``rooms``, ``places``, ``districts``, ``hours``, ``lists``.
    Each row carries the position at which it last moved.
    """
    with database.snapshot() as connection:
        position = ledger.position(connection, contest.contest_id)
        districts = [with_shares(row) for row in counts.districts(connection, contest.contest_id)]
        places = counts.places(connection, contest.contest_id)
        hours = counts.hours(connection, contest.contest_id)
        rooms = contests.rooms(connection, contest.contest_id)
        runs = lists.newest_runs(connection, contest.contest_id)
        driving = lifts.counts(connection, contest.contest_id)
    snapshot: dict[str, Any] = {
        "position": position,
        "at": now,
        "rooms": [
            _room_row(each, districts, places, runs, contest, now)
            | NO_LIFTS
            | driving.get(each["committee_room_id"], {})
            for each in _in_use(rooms, districts, places, driving)
        ],
        "districts": districts,
        "places": places,
        "hours": _by_hour(contest, hours, room),
    }
    if room is not None:
        snapshot = _of_room(snapshot, room)
    snapshot["total"] = total(snapshot["districts"], position=position) | {
        "no_number": sum(p["no_number"] for p in snapshot["places"]),
        # A number of a district we do not know belongs to its place only.
        "unmatched": sum(p["unmatched"] for p in snapshot["places"]),
        "doubtful": sum(p["doubtful"] for p in snapshot["places"]),
        **{name: sum(each[name] for each in snapshot["rooms"]) for name in NO_LIFTS},
    }
    return snapshot


NO_LIFTS = {"lifts_asked": 0, "lifts_going": 0, "lifts_done": 0}


def _in_use(
    rooms: list[dict[str, Any]],
    districts: list[dict[str, Any]],
    places: list[dict[str, Any]],
    driving: Collection[int],
) -> list[dict[str, Any]]:
    """The committee rooms that have a district, a place or a lift; all of them as long as none has."""
    used = {row["committee_room_id"] for row in [*districts, *places]} | set(driving)
    return [room for room in rooms if room["committee_room_id"] in used] or rooms


def _room_row(
    room: dict[str, Any],
    districts: list[dict[str, Any]],
    places: list[dict[str, Any]],
    runs: dict[int, dict[str, Any]],
    contest: Contest,
    now: datetime,
) -> dict[str, Any]:
    mine = [p for p in places if p["committee_room_id"] == room["committee_room_id"]]
    heard = [p["last_heard_at"] for p in mine if p["last_heard_at"]]
    return total(
        (d for d in districts if d["committee_room_id"] == room["committee_room_id"]),
        **room,
        no_number=sum(p["no_number"] for p in mine),
        last_heard_at=max(heard, default=None),
        tellers=sum(1 for p in mine if p["tellers"]),
        places=len(mine),
        **_list_state(runs.get(room["committee_room_id"]), contest, now),
    ) | {"unmatched": sum(p["unmatched"] for p in mine)}


def _list_state(run: dict[str, Any] | None, contest: Contest, now: datetime) -> dict[str, Any]:
    """Whether this hour's lists are ready. Two minutes past the slot without them is late (promise P8)."""
    slot = contest.current_slot(now)
    if run and (slot is None or run["slot"] >= slot):
        state = "ready"
    elif slot is None:
        state = "none"
    else:
        state = "late" if (now - slot).total_seconds() > LATE_AFTER_SECONDS else "being made"
    return {"lists": state, "lists_made_at": run["made_at"] if run else None}


LATE_AFTER_SECONDS = 120


def _of_room(snapshot: dict[str, Any], room: int) -> dict[str, Any]:
    mine = {
        name: [row for row in snapshot[name] if row["committee_room_id"] == room]
        for name in ("rooms", "districts", "places")
    }
    if not mine["rooms"]:
        raise NotThere("There is no such committee room in this contest.")
    return {**snapshot, **mine}


def _by_hour(contest: Contest, rows: list[dict[str, Any]], room: int | None) -> list[dict[str, Any]]:
    """Marks and pledges for each hour of the poll (and any hour outside it that has some)."""
    sums = {hour: {"marks": 0, "pledges": 0} for hour in contest.hours()}
    for row in rows:
        if room in (None, row["committee_room_id"]):
            of_hour = sums.setdefault(row["hour"], {"marks": 0, "pledges": 0})
            of_hour["marks"] += row["marks"]
            of_hour["pledges"] += row["pledges"]
    # Hours outside the poll are shown only when something was heard in them.
    return [{"hour": hour, "clock": f"{contest.local(hour):%H:%M}", **sums[hour]} for hour in sorted(sums)]


def place_ledger(database: Database, person: Person, place_id: int, *, most: int = 200) -> dict[str, Any]:
    """The newest ``most`` entries of one polling place, newest first. Raises NotThere or NotYours."""
    with database.snapshot() as connection:
        place = next((p for p in contests.places(connection, person.contest_id) if p["place_id"] == place_id), None)
        if place is None:
            raise NotThere("There is no such polling place in this contest.")
        if not person.sees_room(place["committee_room_id"]):
            raise NotYours("That polling place belongs to another committee room.")
        return {"place": place, "entries": numbers_called.of_place(connection, person.contest_id, place_id, limit=most)}


def numbers_to_check(database: Database, person: Person) -> dict[str, list[dict[str, Any]]]:
    """In this person's scope: ``doubtful`` marks, ``unmatched`` ones that no registered elector has, and those that
    their teller gave ``again``."""
    scope = person.contest_id, person.committee_room_id
    with database.snapshot() as connection:
        return {
            "doubtful": numbers_called.doubtful(connection, *scope),
            "unmatched": numbers_called.unmatched(connection, *scope),
            "again": numbers_called.given_again(connection, *scope),
        }
