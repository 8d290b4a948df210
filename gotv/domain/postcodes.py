"""Postcodes, whole or in part: ``N1 4QD`` is a unit, ``N1 4`` a sector, ``N1`` an outcode."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from gotv.domain.seats import degrees
from gotv.domain.table_files import FileRefused, Reading, RowRefused, TableFile, columns_for, fitted, read_rows

OUTCODE, SECTOR, UNIT = "outcode", "sector", "unit"
_PARTS = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?)(?: ?([0-9])([A-Z]{2})?)?")
ALIASES = {
    "place": ("outcode", "sector", "postcode", "pcds", "pcd", "post code", "postcode_district"),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "long", "lon", "lng"),
    "easting": ("easting", "eastings", "oseast1m"),
    "northing": ("northing", "northings", "osnrth1m"),
}
# Code-Point Open has no headings: postcode, quality, easting, northing, and codes of areas.
BARE = ("postcode", "quality", "easting", "northing")
# From metres on the national grid to degrees, (lat, lon).
FromGrid = Callable[[float, float], tuple[float, float]]


class PlaceRow(NamedTuple):
    """Where a postcode, or a part of one, is; in degrees (WGS84)."""

    place: str
    kind: str
    lat: float
    lon: float


def parts(text: str) -> list[tuple[str, str]]:
    """What a typed postcode may be known by, (kind, place), the most exact first; nothing if it is none.

    A space decides where it could be read in two ways: ``W1A 4`` is a sector, ``N14`` an outcode.
    """
    found = _PARTS.fullmatch(" ".join(text.upper().split()))
    if found is None:
        return []
    out, digit, letters = found.groups()
    known = [(OUTCODE, out)]
    if digit:
        known.insert(0, (SECTOR, f"{out} {digit}"))
    if letters:
        known.insert(0, (UNIT, f"{out} {digit}{letters}"))
    return known


def read_places(file: TableFile, from_grid: FromGrid, progress: Callable[[int], None] = lambda _: None) -> Reading:
    """Read a file of outcodes, sectors or postcodes. ``good`` holds PlaceRow, each place once. Raises FileRefused."""
    file = _with_headings(file)
    columns = columns_for(file.headings, ALIASES, ("place",), "a file of postcodes")
    in_degrees = "latitude" in columns and "longitude" in columns
    if not in_degrees and not ("easting" in columns and "northing" in columns):
        raise FileRefused("This does not look like a file of postcodes: it has neither lat and lon nor easting and "
                          f"northing. The headings are: {', '.join(file.headings)}.")  # fmt: skip
    seen: set[str] = set()

    def read(row: int, cells: Sequence[str], reading: Reading) -> PlaceRow | None:
        cells = fitted(cells, len(file.headings))
        typed = cells[columns["place"]]
        known = parts(typed)
        if not known:
            raise RowRefused("This is no postcode", typed)
        kind, place = known[0]
        if place in seen:
            reading.remark("This postcode came before in the file: the first counts", row)
            return None
        seen.add(place)
        if in_degrees:
            return PlaceRow(place, kind, *degrees(cells[columns["latitude"]], cells[columns["longitude"]]))
        return PlaceRow(place, kind, *_on_grid(cells[columns["easting"]], cells[columns["northing"]], from_grid))

    reading = read_rows(file, read, progress)
    if not reading.good:
        raise FileRefused("No row of this file is a postcode with its place.")
    return reading


def _on_grid(easting: str, northing: str, from_grid: FromGrid) -> tuple[float, float]:
    try:
        east, north = float(easting), float(northing)
    except ValueError:
        raise RowRefused("Easting and northing must be numbers", f"{easting}, {northing}") from None
    if not east or not north:
        raise RowRefused("This postcode has no place", f"{easting}, {northing}")
    lat, lon = from_grid(east, north)
    return degrees(f"{lat}", f"{lon}")


def _with_headings(file: TableFile) -> TableFile:
    cells = [cell.strip() for cell in file.headings]
    if len(cells) >= len(BARE) and parts(cells[0]) and cells[2].isdecimal() and cells[3].isdecimal():
        names = (*BARE, *(f"area {n}" for n in range(len(BARE), len(cells))))
        return TableFile(names, [file.headings, *file.rows], file.encoding, file.delimiter, first_row=1)
    return file
