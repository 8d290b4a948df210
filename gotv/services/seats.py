"""Loading seats, results, boundaries and postcodes, and saying what counts as a battleground."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from typing import Any

import orjson

from gotv.domain.battlegrounds import LEFT_OUT, NAMED, Battleground, Rules, battlegrounds
from gotv.domain.outlines import read_outlines
from gotv.domain.postcodes import read_places
from gotv.domain.seats import ResultRow, read_centres, read_results
from gotv.domain.table_files import FileRefused, Reading
from gotv.errors import Conflict, NotThere
from gotv.services.table_file import read_table
from gotv.store import seats
from gotv.store.database import Database

GENERAL, BY_ELECTION, CORRECTION = "general", "by-election", "correction"
Report = dict[str, Any]
Progress = Callable[[int], None]


def load_results(database: Database, content: bytes, polling_day: date) -> Report:
    """Keep the results of a general election. Raises Conflict, in words, when the file is not one; nothing is kept."""
    reading = _read(lambda: read_results(read_table(content)))
    with database.transaction() as connection:
        seats.keep_results(connection, polling_day, GENERAL, reading.good)
        seats.change(connection)
        without = [seat.name for seat in seats.current(connection, placed=False) if seat.lat is None]
    return _report(reading) | {"without_place": without}


def load_centres(database: Database, content: bytes) -> Report:
    """Keep a point for each seat, from a table."""
    reading = _read(lambda: read_centres(read_table(content)))
    with database.transaction() as connection:
        seats.keep_centres(connection, reading.good)
        seats.change(connection)
    return _report(reading)


def load_boundaries(database: Database, content: bytes) -> Report:
    """Keep outlines for the map, and a point for each seat that has none, from GeoJSON in degrees."""
    try:
        found = read_outlines(orjson.loads(content))
    except orjson.JSONDecodeError as why:
        raise Conflict(f"This is no GeoJSON: {why}. Nothing was changed.") from None
    except FileRefused as why:
        raise Conflict(f"{why} Nothing was changed.") from None
    with database.transaction() as connection:
        seats.keep_outlines(connection, found)
        seats.change(connection)
    return {"read": len(found), "refused": 0, "refused_by_cause": [], "remarks": []}


def load_places(database: Database, files: Iterable[bytes], progress: Progress = lambda _: None) -> Report:
    """Keep where postcodes are, from one or more files: outcodes, sectors, or postcodes as Code-Point Open has them."""
    readings = []
    with database.transaction() as connection:
        for n, content in enumerate(files, 1):
            reading = _read(lambda content=content: read_places(read_table(content), from_grid))  # type: ignore[misc]
            seats.keep_places(connection, reading.good)
            reading.good = [None] * len(reading.good)
            readings.append(reading)
            progress(n)
        seats.keep_parts(connection)
        seats.change(connection)
    together = Reading()
    for one in readings:
        together.good += one.good
        together.refused += one.refused
        for words, rows in one.remarks.items():
            together.remarks[words] += rows
    return _report(together)


def _read(read: Callable[[], Reading]) -> Reading:
    try:
        return read()
    except FileRefused as why:
        raise Conflict(f"{why} Nothing was changed.") from None


def _report(reading: Reading) -> Report:
    return {
        "read": len(reading.good),
        "refused": len(reading.refused),
        "refused_by_cause": reading.refused_by_cause(),
        "remarks": reading.remarks_by_cause(),
    }


@cache
def _grid() -> Any:
    # Only who loads a file of metres waits for it.
    from pyproj import Transformer

    return Transformer.from_crs("EPSG:27700", "EPSG:4326")


def from_grid(east: float, north: float) -> tuple[float, float]:
    """From metres on the British National Grid to degrees, within some metres."""
    lat, lon = _grid().transform(east, north)
    return lat, lon


def find_seat(database: Database, words: str) -> tuple[str, str]:
    """The seat of this code or name: (code, name). Raises NotThere, and Conflict when the name is that of two."""
    with database.snapshot() as connection:
        found = seats.find(connection, words)
    if not found:
        raise NotThere(f"There is no seat {words!r}. Give its code, as E14001279, or its whole name.")
    if len(found) > 1:
        codes = " or ".join(code for code, _ in found)
        raise Conflict(f"{len(found)} seats are called {words!r}. Say which, by its code: {codes}.")
    return found[0]


def put_right(
    database: Database, code: str, polling_day: date, kind: str, first: str, second: str, majority: int, votes: int
) -> None:
    """Keep a by-election, or a correction of what a file says. Raises Conflict on figures that cannot be."""
    if kind not in (BY_ELECTION, CORRECTION):
        raise Conflict(f"By hand a result is a {BY_ELECTION} or a {CORRECTION}.")
    if votes <= 0 or not 0 <= majority <= votes:
        raise Conflict(f"A majority of {majority:,} cannot come of {votes:,} votes.")
    with database.transaction() as connection:
        seats.keep_results(
            connection, polling_day, kind, [ResultRow(code, "", "", "", first, second, majority, votes, None)]
        )
        seats.change(connection)


def take_back(database: Database, code: str, polling_day: date, kind: str) -> None:
    """Forget a result that was put in by hand. Raises NotThere."""
    with database.transaction() as connection:
        if kind == GENERAL or not seats.drop_result(connection, code, polling_day, kind):
            raise NotThere(f"There is no {kind} of {polling_day:%d %B %Y} for this seat.")
        seats.change(connection)


def set_rules(database: Database, **changed: Any) -> Rules:
    """Change what counts as a battleground: any of name, party, within_pct, held, targets. Returns the rules."""
    with database.transaction() as connection:
        seats.change(connection, **changed)
        return seats.rules(connection)[2]


def name_seat(database: Database, code: str, word: str, why: str = "") -> None:
    """Name a seat by hand: ``in``, ``out``, or neither again."""
    if word not in (NAMED, LEFT_OUT, ""):
        raise Conflict("A seat is named in or out.")
    with database.transaction() as connection:
        seats.name_seat(connection, code, word, why)
        seats.change(connection)


def counted(database: Database) -> tuple[Rules, list[Battleground]]:
    """What counts as a battleground now, closest result first."""
    with database.snapshot() as connection:
        _, _, rules = seats.rules(connection)
        return rules, battlegrounds(seats.current(connection), rules)
