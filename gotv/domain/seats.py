"""Seats of a parliament and how they were won: read from the files that are published."""

import math
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from gotv.domain.table_files import (
    FileRefused,
    Reading,
    RowRefused,
    TableFile,
    columns_for,
    fitted,
    plain,
    read_rows,
)

# The House of Commons Library has written them in two ways since 2017; ours are those of lists made from them.
ALIASES = {
    "code": ("ons_id", "code", "gss_code", "pcon24cd", "pcon_code"),
    "name": ("constituency_name", "name", "pcon24nm", "constituency"),
    "region": ("region_name", "region"),
    "country": ("country_name", "country"),
    "first": ("first_party",),
    "second": ("second_party",),
    "majority": ("majority",),
    "valid_votes": ("valid_votes",),
    "electorate": ("electorate",),
}
CENTRE_ALIASES = {
    "code": (*ALIASES["code"], "pcon13cd", "pcon22cd"),
    # A point that lies inside for certain before one that may not.
    "latitude": ("inside_lat", "lat", "latitude", "centroid_lat"),
    "longitude": ("inside_lon", "long", "lon", "lng", "longitude", "centroid_lon"),
}
NEEDED = ("code", "name", "first", "second", "majority", "valid_votes")
_CODE = re.compile(r"[EWSN][0-9]{8}")
# The United Kingdom with all its islands, in degrees.
SOUTH, NORTH, WEST, EAST = 49.0, 61.5, -9.0, 2.5


class ResultRow(NamedTuple):
    """How a seat was won. ``majority`` and ``valid_votes`` are votes; ``electorate`` people, or None if not told."""

    code: str
    name: str
    region: str
    country: str
    first: str
    second: str
    majority: int
    valid_votes: int
    electorate: int | None


class Centre(NamedTuple):
    """A point that stands for a seat, in degrees (WGS84)."""

    code: str
    lat: float
    lon: float


def read_results(file: TableFile, progress: Callable[[int], None] = lambda _: None) -> Reading:
    """Read the results of one election. ``good`` holds ResultRow, each seat once.

    Raises FileRefused, in words, when a column is missing or no row can be used.
    """
    columns = columns_for(file.headings, ALIASES, NEEDED, "a file of results by constituency")
    seen: set[str] = set()

    def read(_row: int, cells: Sequence[str], _reading: Reading) -> ResultRow:
        cells = fitted(cells, len(file.headings))
        found = _result({name: cells[n].strip() for name, n in columns.items()})
        if found.code in seen:
            raise RowRefused("This seat came before in the file", found.name)
        seen.add(found.code)
        return found

    return _some(read_rows(file, read, progress), "results")


def _result(cells: dict[str, str]) -> ResultRow:
    majority, votes = _whole("majority", cells["majority"]), _whole("valid votes", cells["valid_votes"])
    if not cells["name"] or not cells["first"]:
        raise RowRefused("A seat needs its name and the party that won it", cells["code"])
    if votes == 0 or majority > votes:
        raise RowRefused("A majority cannot be larger than the votes", f"{cells['name']}: {majority:,} of {votes:,}")
    return ResultRow(
        _code(cells["code"]),
        cells["name"],
        cells.get("region", ""),
        cells.get("country", ""),
        cells["first"],
        cells["second"],
        majority,
        votes,
        _whole("electorate", cells["electorate"]) if cells.get("electorate") else None,
    )


def read_centres(file: TableFile, progress: Callable[[int], None] = lambda _: None) -> Reading:
    """Read a point for each seat. ``good`` holds Centre. Raises FileRefused."""
    columns = columns_for(file.headings, CENTRE_ALIASES, CENTRE_ALIASES, "a file of where seats are")

    def read(_row: int, cells: Sequence[str], _reading: Reading) -> Centre:
        cells = fitted(cells, len(file.headings))
        lat, lon = degrees(cells[columns["latitude"]], cells[columns["longitude"]])
        return Centre(_code(cells[columns["code"]].strip()), lat, lon)

    return _some(read_rows(file, read, progress), "places of seats")


def degrees(latitude: str, longitude: str) -> tuple[float, float]:
    """Two numbers that are a place in the United Kingdom. Raises RowRefused."""
    try:
        lat, lon = float(latitude), float(longitude)
    except ValueError:
        raise RowRefused("Latitude and longitude must be numbers", f"{latitude}, {longitude}") from None
    if not is_here(lat, lon):
        raise RowRefused("This place is not in the United Kingdom", f"{lat}, {lon}")
    return lat, lon


def is_here(lat: float, lon: float) -> bool:
    return math.isfinite(lat) and math.isfinite(lon) and SOUTH <= lat <= NORTH and WEST <= lon <= EAST


def code_named(properties: dict[str, object]) -> str:
    """The code of a seat among the properties of a boundary, whatever year's name it goes by; empty if none."""
    for name, value in properties.items():
        if (plain(name) in ("code", "onsid", "gsscode") or re.fullmatch(r"pcon\d\dcd", plain(name))) and is_code(value):
            return str(value)
    return ""


def is_code(value: object) -> bool:
    return isinstance(value, str) and bool(_CODE.fullmatch(value))


def _code(text: str) -> str:
    if not is_code(text):
        raise RowRefused("This is no code of a seat, as E14001279", text)
    return text


def _whole(what: str, text: str) -> int:
    digits = text.replace(",", "").removesuffix(".0")
    if not digits.isdecimal():
        raise RowRefused(f"The {what} must be a whole number", text or "empty")
    return int(digits)


def _some(reading: Reading, what: str) -> Reading:
    """Raises FileRefused when not one row could be used."""
    if not reading.good:
        why = reading.refused[0] if reading.refused else None
        told = f": row {why['row']}, {why['cause'].lower()} ({why['value']})" if why else ": it has no rows"
        raise FileRefused(f"No row of this file of {what} can be used{told}.")
    return reading
