"""A knock-up list on paper: its code and rows, what is to be crossed out, and results keyed back by row number."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from gotv.domain.contests import Contest
from gotv.domain.doors import Result

# What a knocker-up ticks, and the clerk keys.
LETTERS = {
    "V": Result.VOTED,
    "N": Result.NOT_IN,
    "W": Result.WILL_VOTE,
    "L": Result.LIFT,
    "M": Result.GONE,
    "X": Result.NO_CALLS,
}
WORDS = {"V": "all voted", "N": "not in", "W": "will vote (at …)", "L": "lift (at …)", "M": "moved", "X": "do not call"}
KEY = "   ".join(f"{letter} {words}" for letter, words in WORDS.items())


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One household. ``said``: what a volunteer should know, in words; no name, no party code."""

    number: int
    section: str
    street: str
    door: str
    said: str
    people: int
    numbers: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A version of a walk's list as it is printed. ``address``: where its results are keyed, for the QR code."""

    code: str
    name: str
    version: int
    as_of: str
    position: int
    place: str
    address: str
    rows: tuple[SheetRow, ...]

    @property
    def people(self) -> int:
        return sum(row.people for row in self.rows)


def code_of(walk_id: int) -> str:
    """``K-17``: what is said over the telephone."""
    return f"K-{walk_id}"


def rows_of(streets: Sequence[Mapping[str, Any]]) -> tuple[SheetRow, ...]:
    """The rows of a list as `domain.knocking_up` makes it, numbered as on the phone."""
    rows: list[SheetRow] = []
    for street in streets:
        for door in street["doors"]:
            numbers = tuple((e[0], e[1], e[2]) for e in door["electors"])
            house = " ".join(part for part in (door["door"] or street["street"], door["postcode"]) if part)
            section = street.get("section", "walk")
            said = _said(door.get("reason", ""), len(numbers))
            rows.append(SheetRow(len(rows) + 1, section, street["street"], house, said, len(numbers), numbers))
    return tuple(rows)


def _said(reason: str, people: int) -> str:
    """The reason without how strong a pledge is: a sheet may be lost in the street."""
    parts = [part for part in reason.split(", ") if part not in ("first knock", "strong pledge", f"{people} pledges")]
    return ", ".join([f"{people} people"] * (people > 1) + parts)


def strike_off(code: str, version: int, crossed: Sequence[int], elsewhere: Sequence[int] = ()) -> str:
    """A short text to read out or send: ``Sheet K-17 version 3: cross out 4, 9, 17``.

    ``elsewhere``: rows whose doors belong to another walk by now, and so to another team.
    """
    what = ", ".join(map(str, crossed)) or "nothing yet"
    told = f"Sheet {code} version {version}: cross out {what}"
    return told + (f"; another team's now: {', '.join(map(str, elsewhere))}" if elsewhere else "")


class NotARow(ValueError):
    """What was keyed names no row of the sheet or no result; the message says which."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """What a clerk keyed for one row. ``at``: the time somebody named."""

    row: int
    letter: str
    at: time | None = None


# A time apart from its letter must look like one: in `1l 2 3v` the 2 is a row whose letter was forgotten.
_ONE = re.compile(r"(\d{1,4})\s*([A-Za-z])(?:\s*(\d{1,2})[:.](\d{2})|(\d{1,2})|\s*(\d{2})(\d{2}))?$")


def read_keyed(text: str, rows: int) -> list[Keyed]:
    """Read ``4v 9n 17w18:30``, with spaces, commas or new lines between. Raises NotARow, naming what cannot be read."""
    found: dict[int, Keyed] = {}
    for part in re.split(r"[,;\n]+|\s+(?=\d+\s*[A-Za-z])", text.strip()):
        if part.strip():
            one = _one(part.strip(), rows)
            if one.row in found:
                raise NotARow(f"Row {one.row} is there twice.")
            found[one.row] = one
    if not found:
        raise NotARow("Write the rows and their letters, as in 4v 9n 17w18:30.")
    return list(found.values())


def _one(part: str, rows: int) -> Keyed:
    match = _ONE.match(part)
    if match is None:
        raise NotARow(f"{part[:30]!r} is no row with a letter. Write it as 4v, or 17w18:30 with a time.")
    row, letter = int(match[1]), match[2].upper()
    if letter not in LETTERS:
        raise NotARow(f"{part[:30]!r}: {match[2]!r} is none of {', '.join(LETTERS)}.")
    if not 1 <= row <= rows:
        raise NotARow(f"{part[:30]!r}: the sheet has rows 1 to {rows}.")
    hour, minute = match[3] or match[5] or match[6], match[4] or match[7] or "0"
    if letter == "W" and not hour:
        raise NotARow(f"Row {row}: say when they will vote, as in {row}w18:30.")
    if hour and letter not in "WL":
        raise NotARow(f"{part[:30]!r}: only W and L have a time.")
    try:
        return Keyed(row, letter, time(int(hour), int(minute)) if hour else None)
    except ValueError:
        raise NotARow(f"{part[:30]!r}: that is no time of the day.") from None


def promised(one: Keyed, found_at: datetime, contest: Contest) -> datetime | None:
    """When somebody said they would vote or be fetched: whoever says seven at noon means the evening.

    Raises NotARow for a time outside the poll, or before the door was knocked.
    """
    if one.at is None:
        return None
    said = contest.at(one.at)
    if said < found_at and one.at.hour < 12:
        said = contest.at(one.at.replace(hour=one.at.hour + 12))
    if said < found_at or not contest.is_open(said):
        raise NotARow(f"Row {one.row}: {one.at:%H:%M} is not a time between then and the close of poll.")
    return said
