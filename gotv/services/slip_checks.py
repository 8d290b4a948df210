"""Checking slips: one that is closed is keyed a second time, blind, and what differs is listed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gotv.domain.entries import LONGEST_TYPED
from gotv.domain.people import Person
from gotv.domain.slips import State, compared, differences
from gotv.errors import Conflict, TooMuch
from gotv.services.slips import find
from gotv.store import contests, slip_checks
from gotv.store.database import Database


def sample(database: Database, person: Person) -> str | None:
    """A closed slip that nobody has checked yet, keyed by somebody else if there is one; None when all are checked."""
    with database.snapshot() as connection:
        return slip_checks.sample(connection, person.contest_id, person.committee_room_id, person.person_id)


def rate(database: Database, person: Person) -> dict[str, int]:
    """``{"slips", "compared", "differing"}`` of all checks in the person's scope."""
    with database.snapshot() as connection:
        return slip_checks.rate(connection, person.contest_id, person.committee_room_id)


def check(database: Database, person: Person, slip_id: str, sent: object, now: datetime) -> dict[str, Any]:
    """Compare a second keying with what stands, and keep the result. ``sent`` maps a box to the number typed.

    Returns ``{"compared": n, "differences": [{"box", "first", "second"}]}``; nothing keyed is changed by it. Raises
    Conflict for a slip that is not closed.
    """
    slip = find(database, person, slip_id)
    if slip["state"] != State.CLOSED:
        raise Conflict("Only a closed slip can be checked.")
    second = _read(sent, slip["boxes"])
    first = {int(box): what["typed"] for box, what in slip["in_boxes"].items()}
    with database.transaction() as connection:
        districts = contests.districts(connection, person.contest_id)
        boxes, found = compared(first, second), differences(first, second, slip["district"], districts)
        slip_checks.keep(
            connection,
            person.contest_id,
            slip_id,
            person.person_id,
            checked_at=now,
            compared=boxes,
            differences=found,
        )
    return {"ok": True, "compared": boxes, "differences": found}


def _read(sent: object, most: int) -> dict[int, str]:
    if not isinstance(sent, Mapping):
        raise TooMuch("Send the numbers by box.")
    read = {}
    for box, typed in sent.items():
        if not str(box).isascii() or not str(box).isdecimal() or len(str(box)) > 3 or not 1 <= int(box) <= most:
            raise Conflict(f"This slip has the boxes 1 to {most}.")
        read[int(box)] = str(typed)[:LONGEST_TYPED]
    return read
