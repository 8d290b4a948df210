"""Bundles of paper: walk sheets, Shuttleworth pads, and all of a day's paper in one file; drawn by a worker."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from gotv.domain.contests import Contest
from gotv.domain.people import Person
from gotv.domain.priority import knocking_rules
from gotv.domain.sheets import Sheet, code_of, rows_of
from gotv.domain.slips import BOXES
from gotv.errors import Conflict, NotThere, NotYours
from gotv.paper import pads, tellers, walk_sheets
from gotv.paper.page import canvas_for
from gotv.services import knocking_up
from gotv.services.contests import find_contest
from gotv.store import bundles, contests, lists, to_do
from gotv.store.database import Database

KINDS = {
    "sheets": "Walk sheets",
    "pads": "Shuttleworth pads",
    "dawn": "Dawn print: all of the day's paper",
}
MOST_COPIES = 8
NEWEST = 20
# A worker that dies over it, by time or by memory, says nothing: after so many it is given up.
MOST_TRIES = 3
# So often a worker says how far it is.
TELL_EVERY = 10
UNDRAWABLE = "This could not be drawn. Ask for it again; if it fails again, print the lists from their pages."

log = structlog.get_logger()


def ask(database: Database, person: Person, kind: str, room: int | None, copies: int, now: datetime) -> int:
    """Ask for a bundle of a committee room (None: all of them). Returns its id.

    Whatever is clicked, one of a kind is drawn at a time for each room: who asks again is given that one.
    """
    if kind not in KINDS:
        raise Conflict(f"Choose {', '.join(KINDS.values())}.")
    if not 1 <= copies <= MOST_COPIES:
        raise Conflict(f"Ask for 1 to {MOST_COPIES} copies.")
    with database.transaction() as connection:
        rooms = {one["committee_room_id"] for one in contests.rooms(connection, person.contest_id)}
        if (room is not None and room not in rooms) or not person.sees_room(room):
            raise NotYours("That is not a committee room of yours.")
        if not lists.walks_of_room(connection, person.contest_id, room):
            raise Conflict("There are no walks yet: the agent loads the register first.")
        found = bundles.ask(connection, person.contest_id, kind, room, copies, person.name, now)
        return found or _being_drawn(connection, person, kind, room, copies)


def _being_drawn(connection: Connection, person: Person, kind: str, room: int | None, copies: int) -> int:
    bundle_id = bundles.asked(connection, person.contest_id, kind, room)
    found = bundles.find(connection, person.contest_id, bundle_id) if bundle_id else None
    if found is None:
        raise Conflict("That was ready in this very moment. Look below.")
    if found["copies"] != copies:
        raise Conflict(
            f"{found['copies']} copies asked by {found['asked_by']} are being drawn. Ask again when they are there."
        )
    return int(found["bundle_id"])


def of_contest(database: Database, person: Person) -> list[dict[str, Any]]:
    """The newest bundles in the person's scope, each with its ``words``."""
    with database.snapshot() as connection:
        found = bundles.of_room(connection, person.contest_id, person.committee_room_id, NEWEST)
    return [one | {"words": KINDS[one["kind"]]} for one in found]


def content(database: Database, person: Person, bundle_id: int) -> tuple[str, bytes]:
    """The name and the bytes of a PDF. Raises NotThere while there is none, NotYours for another room's."""
    with database.snapshot() as connection:
        found = bundles.find(connection, person.contest_id, bundle_id)
        if found is None:
            raise NotThere("There is no such paper.")
        if not person.sees_room(found["committee_room_id"]):
            raise NotYours("That paper belongs to another committee room.")
        drawn = bundles.content(connection, person.contest_id, bundle_id)
    if drawn is None:
        raise NotThere("That paper is not drawn yet.")
    return f"{found['kind']}-{bundle_id}.pdf", drawn


def undrawn(database: Database) -> list[tuple[int, int]]:
    """Contest and bundle of all that is asked for and not there yet. The timekeeper asks again."""
    with database.snapshot() as connection:
        return [
            (contest_id, bundle_id)
            for contest_id in to_do.bundles(connection)
            for bundle_id in bundles.undrawn(connection, contest_id)
        ]


def draw(database: Database, contest_id: int, bundle_id: int, public_url: str, now: datetime) -> bool:
    """Draw a bundle on lists made fresh for it. False when there is nothing (left) to draw.

    May run twice: whoever is ready second keeps nothing.
    """
    with database.snapshot() as connection:
        bundle = bundles.find(connection, contest_id, bundle_id)
        rooms = [room["committee_room_id"] for room in contests.rooms(connection, contest_id)]
    if bundle is None or bundle["state"] not in ("asked", "drawing"):
        return False
    with database.transaction() as connection:
        if bundles.begin(connection, contest_id, bundle_id) > MOST_TRIES:
            bundles.fail(connection, contest_id, bundle_id, UNDRAWABLE)
            return False
    try:
        for room in rooms:
            if bundle["committee_room_id"] in (None, room):
                knocking_up.make_lists(database, contest_id, room, None, now)
        drawn = _drawn(database, find_contest(database, contest_id), bundle, public_url)
    except SQLAlchemyError:
        # The database is away: the timekeeper asks again.
        raise
    except Exception as error:
        # Whatever a list does to its printer: it must not be drawn again and again.
        log.warning("paper", error=type(error).__name__)
        with database.transaction() as connection:
            bundles.fail(connection, contest_id, bundle_id, UNDRAWABLE)
        return False
    with database.transaction() as connection:
        return bundles.keep(connection, contest_id, bundle_id, *drawn, now)


# One thing to draw: on the canvas given, saying how many pages it took.
Part = Callable[[Canvas], int]


def _drawn(
    database: Database, contest: Contest, bundle: dict[str, Any], public_url: str
) -> tuple[bytes, int, list[tuple[int, int]]]:
    """The PDF, how many pages it has, and which versions of which walks are in it."""
    with database.snapshot() as connection:
        found = lists.whole_of_room(connection, contest.contest_id, bundle["committee_room_id"])
        places = [
            place
            for place in contests.places(connection, contest.contest_id)
            if bundle["committee_room_id"] in (None, place["committee_room_id"])
        ]
    sheets = [sheet_of(one, contest, public_url) for one in found]
    parts = list(_parts(bundle, contest, sheets, places))
    canvas, written = canvas_for(f"{contest.name}: {KINDS[bundle['kind']]}")
    pages = 0
    for done, part in enumerate(parts):
        if done % TELL_EVERY == 0:
            with database.transaction() as connection:
                bundles.say_how_far(connection, contest.contest_id, bundle["bundle_id"], done, len(parts))
        pages += part(canvas)
    canvas.save()
    return written.getvalue(), pages, [(one["walk_id"], one["version"]) for one in found]


def _parts(
    bundle: dict[str, Any], contest: Contest, sheets: Sequence[Sheet], places: Sequence[dict[str, Any]]
) -> Iterable[Part]:
    """What is in a bundle, in the order in which it is handed out."""
    kind, copies = bundle["kind"], bundle["copies"]
    # On paper nothing else says it: whoever finds a sheet must know.
    name = f"REHEARSAL, nothing is real: {contest.name}" if contest.rehearsal else contest.name
    if kind == "dawn":
        day = f"{contest.polling_day:%-d %B %Y}"
        for place in places:
            slip = partial(tellers.draw_slip, contest=name, day=day, place=place["name"], districts=place["districts"])
            yield from [partial(slip, boxes=BOXES)] * copies
    if kind in ("sheets", "dawn"):
        yield from (partial(walk_sheets.draw, sheet=sheet, contest=name) for sheet in sheets)
    if kind in ("pads", "dawn"):
        when = ["from the opening", *(f"at {at}" for at in knocking_rules(contest.knocking_rules).rounds)]
        for copy in range(1, copies + 1):
            at = when[copy - 1] if copy <= len(when) else "________"
            pad = partial(pads.draw, contest=name, copy=copy, copies=copies, round_at=at)
            yield from (partial(pad, sheet=sheet) for sheet in sheets)
        yield partial(pads.draw_finder, sheets=sheets, contest=name)


def sheet_of(found: dict[str, Any], contest: Contest, public_url: str) -> Sheet:
    """A list as it is printed."""
    address = f"{public_url}/contests/{contest.contest_id}/sheets/{found['walk_id']}/{found['version']}"
    return Sheet(
        code=code_of(found["walk_id"]),
        name=found["name"],
        version=found["version"],
        as_of=f"{contest.local(found['made_at']):%H:%M}",
        position=found["position"],
        place=found["place"] or "",
        address=address,
        rows=rows_of(found["streets"]),
    )
