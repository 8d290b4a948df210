"""Where postcodes are: metres on the national grid, or degrees made into metres that find a nearest street."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gotv.domain.addresses import is_postcode, tidy_postcode
from gotv.domain.table_files import FileRefused, Reading, RowRefused, TableFile, columns_for, fitted, read_rows

ALIASES = {
    "postcode": ("postcode", "pcds", "pcd", "pc", "post code"),
    "east": ("easting", "eastings", "x", "oseast1m", "ea"),
    "north": ("northing", "northings", "y", "osnrth1m", "no"),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "long", "lon", "lng"),
}
# Code-Point Open has no headings: postcode, quality, easting, northing, and codes of areas.
BARE = ("postcode", "quality", "easting", "northing")
# More than any seat has; the whole country belongs into no contest.
MOST = 200_000
METRES_A_DEGREE = 111_320.0


class PointRow(NamedTuple):
    """A postcode and where it is, in whole metres. Nought and nought is nowhere: such rows are refused."""

    postcode: str
    east: int
    north: int


@dataclass(frozen=True, slots=True)
class Columns:
    postcode: int
    first: int
    second: int
    in_degrees: bool


def read_points(file: TableFile, progress: Callable[[int], None] = lambda _: None) -> Reading:
    """Read a file of postcodes with their places. ``good`` holds PointRow, each postcode once."""
    file = _with_headings(file)
    if len(file.rows) > MOST:
        raise FileRefused(
            f"This file has {len(file.rows):,} rows, more than a contest needs. Cut it to your area first."
        )
    columns = _columns(file)
    seen: set[str] = set()

    def read(row: int, cells: Sequence[str], reading: Reading) -> PointRow | None:
        found = _point(fitted(cells, len(file.headings)), columns)
        if found.postcode in seen:
            reading.remark("This postcode came before in the file: the first counts", row)
            return None
        seen.add(found.postcode)
        return found

    return read_rows(file, read, progress)


def _with_headings(file: TableFile) -> TableFile:
    cells = [cell.strip() for cell in file.headings]
    if len(cells) >= len(BARE) and is_postcode(cells[0]) and cells[2].isdecimal() and cells[3].isdecimal():
        names = (*BARE, *(f"area {n}" for n in range(len(BARE), len(cells))))
        return TableFile(names, [file.headings, *file.rows], file.encoding, file.delimiter, first_row=1)
    return file


def _columns(file: TableFile) -> Columns:
    """Raises FileRefused when there is neither a pair of metres nor one of degrees."""
    found = columns_for(file.headings, ALIASES, ("postcode",), "a file of postcodes")
    if "east" in found and "north" in found:
        return Columns(found["postcode"], found["east"], found["north"], in_degrees=False)
    if "latitude" in found and "longitude" in found:
        return Columns(found["postcode"], found["longitude"], found["latitude"], in_degrees=True)
    raise FileRefused("This does not look like a file of postcodes: there are no columns easting and northing.")


def _point(cells: Sequence[str], columns: Columns) -> PointRow:
    postcode = tidy_postcode(cells[columns.postcode])
    if not is_postcode(postcode):
        raise RowRefused("This is no postcode", cells[columns.postcode])
    first, second = _figure(cells[columns.first]), _figure(cells[columns.second])
    if columns.in_degrees:
        first, second = first * METRES_A_DEGREE * math.cos(math.radians(second)), second * METRES_A_DEGREE
    if not (first or second) or max(abs(first), abs(second)) > 10_000_000:
        raise RowRefused("This postcode has no place", postcode)
    return PointRow(postcode, round(first), round(second))


def _figure(text: str) -> float:
    try:
        number = float(text.strip().replace(",", ""))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise RowRefused("An easting and a northing must be numbers", text)
    return number
