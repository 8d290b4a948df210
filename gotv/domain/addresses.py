"""Reading an address as it stands on the register: which street, which door, and in what order to walk."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

_STREETS = (
    "road street lane close avenue way drive court gardens grove crescent place square terrace hill mews walk row "
    "green park rise view gate yard parade broadway vale passage wharf quay estate common end circus bank side "
    "rd st ave cres gdns sq"
)
_STREET_WORDS = frozenset(_STREETS.split())
_HOUSE = r"(\d+)\s?([A-Za-z]?)((?:\s?[-–/]\s?\d+[A-Za-z]?)?)"
_NUMBERED = re.compile(rf"{_HOUSE}\s+(\D.*)")
_HOUSE_ALONE = re.compile(_HOUSE)
_FLAT_THEN_HOUSE = re.compile(rf"(.*\d\S*)\s+({_HOUSE}\s+\D+)")
_DIGITS = re.compile(r"\d+")
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?) ?([0-9][A-Z]{2})", re.IGNORECASE)
ODD, EVEN, UNNUMBERED = "1", "2", "3"


class Door(NamedTuple):
    """One address. ``order`` sorts as a team walks: odd side, even side, then houses without a number."""

    street: str
    door: str
    order: str


def find_door(lines: Sequence[str]) -> Door:
    """Split address lines (without postcode) into street and door. No lines give three empty texts."""
    return _find_door(tuple(lines))


# A register lists a household together: the same address comes two or three times in a row.
@lru_cache(maxsize=64)
def _find_door(address: tuple[str, ...]) -> Door:
    lines = _parts(address)
    if not lines:
        return Door("", "", "")
    at = _street_line(lines)
    numbered = _NUMBERED.fullmatch(lines[at])
    before = list(lines[:at])
    if not numbered:
        door = ", ".join(before) or lines[0]
        return Door(lines[at], door, f"{UNNUMBERED}{natural(_building_first(before) or door)}")
    number, letter, street = int(numbered[1]), numbered[2].upper(), numbered[4].strip()
    # 14/3 is flat 3 of number 14, and 12-14 another house than 12.
    more = "".join(numbered[3].split())
    door = ", ".join([*before, f"{number}{letter}{more}"])
    side = ODD if number % 2 else EVEN
    return Door(street, door, f"{side}{number:06d}{letter or ' '}|{natural(more)}{natural(_building_first(before))}")


def _parts(lines: Sequence[str]) -> list[str]:
    """``Flat 2, 14 Elm Road`` is two lines and ``Flat 2 14 Elm Road`` too; ``14`` and ``Elm Road`` are one."""
    parts: list[str] = []
    for part in (piece.strip() for line in lines for piece in line.split(",")):
        if part and parts and _HOUSE_ALONE.fullmatch(parts[-1]):
            parts[-1] += f" {part}"
        elif part:
            parts.append(part)
    apart: list[str] = []
    for part in parts:
        flat = _FLAT_THEN_HOUSE.fullmatch(part) if _ends_like_a_street(part) else None
        apart += [flat[1], flat[2]] if flat else [part]
    return apart


def natural(text: str) -> str:
    """A text that sorts as people do: ``Flat 3`` before ``Flat 10``."""
    return _DIGITS.sub(lambda digits: digits[0].zfill(6), text.casefold())


@lru_cache(maxsize=4096)
def tidy_postcode(text: str) -> str:
    """``n14qd`` is ``N1 4QD``; what is no postcode stays as it is, in capitals."""
    found = _POSTCODE.fullmatch(" ".join(text.split()))
    return f"{found[1]} {found[2]}".upper() if found else " ".join(text.split()).upper()


@lru_cache(maxsize=4096)
def is_postcode(text: str) -> bool:
    return bool(_POSTCODE.fullmatch(" ".join(text.split())))


@lru_cache(maxsize=4096)
def calm_capitals(text: str) -> str:
    """``13 MARSH ROAD`` as ``13 Marsh Road``; mixed case is left alone, and so is ``50A``."""
    if text != text.upper() or not re.search(r"[^\W\d_]{2}", text):
        return text
    return re.sub(r"[^\W\d_]+(?:['’][^\W\d_]{1,2}\b)?", _calm_word, text)


def _calm_word(word: re.Match[str]) -> str:
    before = word.string[word.start() - 1 : word.start()]
    if before.isdigit():
        return word[0]
    return word[0][0] + word[0][1:].lower()


def _street_line(lines: Sequence[str]) -> int:
    """Which line is the street: a numbered one that ends like a street, one that ends so, a numbered one, the first."""
    numbered = [n for n, line in enumerate(lines) if _NUMBERED.fullmatch(line)]
    streets = [n for n, line in enumerate(lines) if _ends_like_a_street(line)]
    both = [n for n in numbered if n in streets]
    for found in (both, streets, numbered):
        if found:
            return found[0]
    return min(1, len(lines) - 1) if len(lines) > 2 else 0


def _ends_like_a_street(line: str) -> bool:
    return line.split()[-1].strip(".,").casefold() in _STREET_WORDS if line.split() else False


def _building_first(before: Sequence[str]) -> str:
    """Flats are sorted within their building: ``Laurel Heights`` then ``Flat 10``."""
    return ", ".join(reversed(before))
