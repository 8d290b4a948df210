"""A knock-up list on paper: its code and rows, what is to be crossed out, and results keyed back by row number."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

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
WORDS = {"V": "voted", "N": "not in", "W": "will vote (at …)", "L": "lift (at …)", "M": "moved", "X": "do not call"}
EARLIEST = 7
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


def crossed_out(rows: Sequence[SheetRow], wanted: Collection[tuple[str, int, int]]) -> list[int]:
    """The numbers of the rows where nobody is wanted any more."""
    return [row.number for row in rows if not any(number in wanted for number in row.numbers)]


def strike_off(code: str, version: int, rows: Sequence[int]) -> str:
    """A short text to read out or send: ``Sheet K-17 version 3: cross out 4, 9, 17``."""
    what = ", ".join(map(str, rows)) or "nothing yet"
    return f"Sheet {code} version {version}: cross out {what}"


class NotARow(ValueError):
    """What was keyed names no row of the sheet or no result; the message says which."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """What a clerk keyed for one row. ``at``: the time somebody named."""

    row: int
    letter: str
    at: time | None = None


_ONE = re.compile(r"(\d{1,4})\s*([A-Za-z])\s*(?:(\d{1,2})[:.]?(\d{2})?)?$")


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
    if letter == "W" and not match[3]:
        raise NotARow(f"Row {row}: say when they will vote, as in {row}w18:30.")
    if match[3] and letter not in "WL":
        raise NotARow(f"{part[:30]!r}: only W and L have a time.")
    return Keyed(row, letter, _time(match, part) if match[3] else None)


def _time(match: re.Match[str], part: str) -> time:
    hour = int(match[3])
    try:
        # No poll is open at six in the morning: whoever says six means the evening.
        return time(hour + 12 if 1 <= hour < EARLIEST else hour, int(match[4] or 0))
    except ValueError:
        raise NotARow(f"{part[:30]!r}: that is no time of the day.") from None
