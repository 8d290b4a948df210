"""Paper slips as clerks and organisers see them: which wait, which are keyed, what stands in their boxes."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gotv.domain.contests import Contest
from gotv.domain.people import Person
from gotv.domain.slips import TALLY, Heading, State, Unreadable, is_held, read_heading
from gotv.errors import Conflict, NotThere, NotYours
from gotv.store import contests, grid, people, slips
from gotv.store.database import Database

# What can be seen of a slip without what was keyed from it.
ON_THE_PAPER = (
    *("slip_id", "place_id", "place", "district", "hour", "teller", "sheet", "boxes"),
    *("state", "has_photo", "photo_ready", "trouble"),
)


def of_contest(database: Database, person: Person, now: datetime, *, done: int = 100) -> list[dict[str, Any]]:
    """The slips in the person's scope, each with who holds it just now: those that want work, then the newest done."""
    with database.snapshot() as connection:
        found = slips.of_room(connection, person.contest_id, person.committee_room_id, done=done)
    return [each | {"held_by": _holder(each, person, now), "agrees": each["stated"] == each["keyed"]} for each in found]


def find(database: Database, person: Person, slip_id: str) -> dict[str, Any]:
    """One slip: ``in_boxes`` maps a box to what stands in it and what stood there before.

    Raises NotThere, or NotYours for a slip of another committee room.
    """
    with database.snapshot() as connection:
        found = in_scope(person, slips.find(connection, person.contest_id, slip_id))
        rows = slips.boxes(connection, person.contest_id, slip_id)
    return found | {"in_boxes": _by_box(rows), "strokes": [r["id"] for r in rows if r["box"] == TALLY and stands(r)]}


def what_a_grid_knows(database: Database, person: Person, contest: Contest, place_id: int) -> dict[str, Any]:
    """What the page needs of a polling place beforehand: its numbers, tellers and slips. No pledge."""
    with database.snapshot() as connection:
        places = {p["place_id"]: p for p in contests.places(connection, person.contest_id)}
        place = places.get(place_id)
        if place is None:
            raise NotThere("There is no such polling place.")
        if not person.sees_room(place["committee_room_id"]):
            raise NotYours("That polling place belongs to another committee room.")
        of_place = slips.of_place(connection, person.contest_id, place_id)
        return {
            "place_id": place_id,
            "districts": place["districts"],
            "numbers": grid.numbers(connection, person.contest_id, place["districts"], initials=contest.shows_initials),
            "tellers": people.tellers_at(connection, person.contest_id, place_id),
            "slips": [_in_short(each, contest) for each in of_place],
        }


def read_heading_in_scope(connection: Connection, person: Person, sent: object) -> Heading:
    """A heading whose polling place is within the person's scope. Raises Conflict with the field's name."""
    places = contests.places(connection, person.contest_id)
    mine = {p["place_id"]: p["districts"] for p in places if person.sees_room(p["committee_room_id"])}
    try:
        return read_heading(sent, mine)
    except Unreadable as why:
        raise Conflict(str(why)) from None


def in_scope(person: Person, slip: Mapping[str, Any] | None) -> dict[str, Any]:
    """The slip itself. Raises NotThere for none, NotYours for one of another committee room."""
    if slip is None:
        raise NotThere("There is no such slip.")
    if not person.sees_room(slip["committee_room_id"]):
        raise NotYours("That slip belongs to another committee room.")
    return dict(slip)


def hold(
    connection: Connection, person: Person, slip_id: str, now: datetime, *, even_void: bool = False
) -> dict[str, Any]:
    """The slip, held by nobody else and changed by nobody else before this transaction ends.

    Raises Conflict when it is void (unless ``even_void``), or while somebody else works on it.
    """
    slips.lock(connection, person.contest_id, slip_id)
    slip = in_scope(person, slips.find(connection, person.contest_id, slip_id))
    if slip["state"] == State.VOID and not even_void:
        raise Conflict("This slip was voided. Key it as a new one.")
    if is_held(slip["claimed_by"], slip["claimed_at"], person.person_id, now):
        raise Conflict(f"{slip['claimed_by_name']} is at this slip just now. Take another, or ask them.")
    return slip


def stands(row: Mapping[str, Any]) -> bool:
    return row["withdrawn_at"] is None


def _holder(slip: Mapping[str, Any], person: Person, now: datetime) -> str:
    held = is_held(slip["claimed_by"], slip["claimed_at"], person.person_id, now)
    return str(slip["claimed_by_name"]) if held else ""


def _by_box(rows: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """What stands in each box that was ever used, and before it what was typed there and is withdrawn."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row["box"] == TALLY:
            continue
        box = found.setdefault(str(row["box"]), {"id": None, "typed": "", "outcome": "", "before": []})
        if stands(row):
            box |= {"id": row["id"], "typed": row["typed"], "outcome": row["outcome"], "keyed_by": row["keyed_by"]}
        else:
            box["before"].append({"typed": row["typed"], "keyed_by": row["keyed_by"], "by": row["withdrawn_by"]})
    return found


def _in_short(slip: Mapping[str, Any], contest: Contest) -> dict[str, Any]:
    """What another clerk is told of a slip with the same heading: which, by whom and when."""
    when = slip["closed_at"] or slip["claimed_at"] or slip["arrived_at"]
    return {
        "slip_id": slip["slip_id"],
        "district": slip["district"],
        "hour": f"{slip['hour']:%H:%M}" if slip["hour"] else "",
        "teller": slip["teller"],
        "sheet": slip["sheet"],
        "state": slip["state"],
        "keyed": slip["keyed"],
        "by": slip["closed_by_name"] or slip["claimed_by_name"] or "",
        "at": f"{contest.local(when):%H:%M}",
    }
