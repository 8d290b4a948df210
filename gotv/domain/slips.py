"""Paper slips: what stands in a heading, whose a claim is, and how a second keying is compared with the first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from gotv.domain.elector_numbers import NotANumber, read_elector_number
from gotv.domain.entries import LONGEST_TYPED

# The pad of eleven lines by four that parties print; a place may use another.
BOXES, COLUMNS = 44, 4
MOST_BOXES = 100
# The box for those who gave no number: a tally, kept outside the grid.
TALLY = 0
LARGEST_SHEET = 999
LONGEST_NAME = 60
# A clerk who has done nothing on a slip for so long no longer holds it.
CLAIM = timedelta(minutes=10)


class State(StrEnum):
    """Where a slip is (stored, stable)."""

    WAITING = "waiting"
    OPEN = "open"
    CLOSED = "closed"
    VOID = "void"


class Unreadable(ValueError):
    """A heading that cannot be kept; the message names the field and says how to put it right."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What is written at the top of a slip. ``hour`` is by the contest's own clock; None where the paper has none."""

    place_id: int
    district: str
    hour: time | None
    teller: str
    sheet: int
    boxes: int = BOXES


def read_heading(sent: object, districts: Mapping[int, Collection[str]]) -> Heading:
    """Read ``{"place_id", "district", "hour": "HH:MM", "teller", "sheet", "boxes"}`` as a page sends it.

    ``districts`` are those of each polling place that may be chosen. Raises Unreadable.
    """
    if not isinstance(sent, Mapping):
        raise Unreadable("The heading of the slip is missing.")
    place_id = _whole(sent.get("place_id"), "polling place", 1, 2**31 - 1)
    if place_id not in districts:
        raise Unreadable("Choose the polling place.")
    own = districts[place_id]
    district = str(sent.get("district") or "").strip()
    if len(district) > LONGEST_TYPED or not district.isprintable():
        raise Unreadable("That is too long to be a district.")
    if own and district not in own:
        raise Unreadable(f"Choose the district: {', '.join(own)}.")
    teller = " ".join(str(sent.get("teller") or "").split())[:LONGEST_NAME]
    if not teller.isprintable():
        raise Unreadable("Write the teller's name in letters.")
    return Heading(
        place_id,
        district,
        _hour(sent.get("hour")),
        teller,
        _whole(sent.get("sheet") or 1, "sheet", 1, LARGEST_SHEET),
        _whole(sent.get("boxes") or BOXES, "number of boxes", 1, MOST_BOXES),
    )


def _whole(value: object, name: str, least: int, most: int) -> int:
    text = str(value if value is not None else "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= 10) or not least <= int(text) <= most:
        raise Unreadable(f"Give the {name} as a whole number of {least} to {most}.")
    return int(text)


def _hour(value: object) -> time | None:
    if value in (None, ""):
        return None
    try:
        return time.fromisoformat(str(value)).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise Unreadable("Give the hour as in 09:00.") from None


def is_held(claimed_by: int | None, claimed_at: datetime | None, person_id: int, now: datetime) -> bool:
    """Whether somebody else works on the slip at this moment."""
    return claimed_by not in (None, person_id) and claimed_at is not None and now - claimed_at < CLAIM


def differences(
    first: Mapping[int, str], second: Mapping[int, str], district: str, districts: Collection[str] = ()
) -> list[dict[str, Any]]:
    """The boxes where two keyings of one slip say different numbers, in the order of the boxes.

    Both map a box to the number as typed; an empty box may be missing. ``012`` and ``12`` are one number.
    """
    found: list[dict[str, Any]] = []
    for box in sorted({*first, *second}):
        one, other = first.get(box, "").strip(), second.get(box, "").strip()
        if _plain(one, district, districts) != _plain(other, district, districts):
            found.append({"box": box, "first": one, "second": other})
    return found


def compared(first: Mapping[int, str], second: Mapping[int, str]) -> int:
    """How many boxes have a number in either keying: what an error rate is a share of."""
    return len({box for of in (first, second) for box, typed in of.items() if typed.strip()})


def _plain(typed: str, district: str, districts: Collection[str]) -> str:
    try:
        return str(read_elector_number(typed, district, districts)).casefold()
    except NotANumber:
        return typed.casefold()
