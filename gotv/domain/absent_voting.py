"""Absent voters: who is not expected at the polling station, and whose proxy may come instead."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gotv.domain.dates import read_date
from gotv.domain.elector_numbers import ElectorNumber
from gotv.domain.table_files import Reading, RowRefused, TableFile, columns_for, fitted, read_rows
from gotv.domain.written_numbers import NUMBER_ALIASES, written_number


class Absent(StrEnum):
    """How an absent voter votes. Postal ones are off the knock-up list; a proxy comes to the station, so they stay."""

    POSTAL = "postal"
    PROXY = "proxy"
    POSTAL_PROXY = "postal_proxy"


@dataclass(frozen=True, slots=True)
class AbsentRow:
    number: ElectorNumber
    absent: Absent
    row: int


ALIASES = NUMBER_ALIASES | {
    "type": ("absent vote type", "absent voter type", "vote type", "absent type", "av type", "arrangement"),
    "until": ("end date", "expires", "valid until", "expiry date", "av end date"),
}


def read_absent_voters(
    file: TableFile, districts: Sequence[str], polling_day: date, progress: Callable[[int], None] = lambda _: None
) -> Reading:
    """Read an absent voters' list. ``good`` holds AbsentRow. Raises FileRefused when it is not one."""
    columns = columns_for(file.headings, ALIASES, ("number", "type"), "an absent voters' list")
    seen: set[ElectorNumber] = set()

    def read(row: int, cells: Sequence[str], reading: Reading) -> AbsentRow | None:
        cells = fitted(cells, len(file.headings))
        number = written_number(cells, columns, file.headings, districts)
        absent = _kind(cells[columns["type"]])
        if number in seen:
            raise RowRefused("This elector number came before in the file", str(number), nobody_missed=True)
        seen.add(number)
        if "until" in columns and _ended(cells[columns["until"]], polling_day):
            reading.remark("The arrangement ends before polling day: not counted as absent", row)
            return None
        return AbsentRow(number, absent, row)

    return read_rows(file, read, progress)


def _kind(text: str) -> Absent:
    words = text.casefold()
    if "proxy" in words and "post" in words:
        return Absent.POSTAL_PROXY
    if "proxy" in words:
        return Absent.PROXY
    if "post" in words or words.strip() in ("pv", "a"):
        return Absent.POSTAL
    raise RowRefused("The kind of absent vote must be postal, proxy or postal proxy", text.strip())


def _ended(until: str, polling_day: date) -> bool:
    """``Indefinite`` and ``This election only`` are no dates and have not ended."""
    try:
        return read_date(until) < polling_day
    except ValueError:
        return False
