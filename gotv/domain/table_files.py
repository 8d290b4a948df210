"""What every file we import has in common: headings, rows with numbers, rules with names, and reasons to refuse."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

Row = TypeVar("Row")
SHOWN_ROWS = 20


class FileRefused(ValueError):
    """The file as a whole is not what it claims to be. The message names the column or row at fault."""


class RowRefused(ValueError):
    """One row cannot be used. ``str`` of it is the cause, by which rows are grouped; ``value`` is what was found.

    ``nobody_missed`` says that no elector is lost with the row: it is nobody's, or they have another.
    """

    def __init__(self, cause: str, value: str = "", *, nobody_missed: bool = False) -> None:
        super().__init__(cause)
        self.value = value
        self.nobody_missed = nobody_missed


@dataclass(frozen=True, slots=True)
class TableFile:
    """A decoded file. ``rows`` start after the headings; the first of them is row ``first_row`` of the file."""

    headings: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    encoding: str
    delimiter: str
    first_row: int = 2


@dataclass(slots=True)
class Reading:
    """What came of reading a file: good rows, refused rows with their cause, and good rows worth a remark."""

    good: list[Any] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    headings: tuple[str, ...] = ()
    rows: int = 0
    remarks: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    skipped: Counter[str] = field(default_factory=Counter)
    # Refused rows that stand for somebody: while there are any, nobody can be said to be missing from the file.
    unread: int = 0
    # Why a whole list removes nobody, in words; empty when it does.
    held_back: str = ""

    def refuse(self, number: int, why: RowRefused) -> None:
        self.refused.append({"row": number, "cause": str(why), "value": why.value})
        self.unread += not why.nobody_missed

    def remark(self, words: str, number: int) -> None:
        self.remarks[words].append(number)

    def refused_by_cause(self) -> list[dict[str, Any]]:
        groups: dict[str, list[int]] = defaultdict(list)
        for one in self.refused:
            groups[one["cause"]].append(one["row"])
        return _grouped(groups)

    def remarks_by_cause(self) -> list[dict[str, Any]]:
        return _grouped(self.remarks)


def _grouped(groups: Mapping[str, list[int]]) -> list[dict[str, Any]]:
    return [
        {"cause": cause, "count": len(rows), "rows": rows[:SHOWN_ROWS]}
        for cause, rows in sorted(groups.items(), key=lambda group: -len(group[1]))
    ]


def plain(heading: str) -> str:
    """A heading without case, spaces and punctuation: ``Elector Number Prefix`` is ``electornumberprefix``."""
    return re.sub(r"[\W_]+", "", heading.casefold())


def numbered(file: TableFile) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows with their numbers in the file; rows with nothing in them are passed over."""
    for n, row in enumerate(file.rows, file.first_row):
        if any(cell.strip() for cell in row):
            yield n, row


def fitted(row: Sequence[str], columns: int) -> Sequence[str]:
    """The row with as many cells as there are headings. Raises RowRefused when cells are missing or too many."""
    if len(row) == columns:
        return row
    if len(row) > columns and not any(cell.strip() for cell in row[columns:]):
        return row[:columns]
    raise RowRefused("The row does not have as many cells as there are headings", f"{len(row)} of {columns}")


def columns_for(
    headings: Sequence[str], aliases: Mapping[str, Collection[str]], needed: Iterable[str], what: str
) -> dict[str, int]:
    """Which column holds each field, by the names people give it: the first of them first, the plain word last.

    Raises FileRefused naming the fields that are missing and the headings that were found.
    """
    seen = {plain(heading): n for n, heading in reversed(list(enumerate(headings)))}
    found = {
        name: seen[plain(alias)]
        for name, names in aliases.items()
        for alias in reversed([*names, name])
        if plain(alias) in seen
    }
    missing = [name for name in needed if name not in found]
    if missing:
        raise FileRefused(
            f"This does not look like {what}: there is no column for {' or '.join(missing).replace('_', ' ')}. "
            f"The headings are: {', '.join(h for h in headings if h) or 'none'}."
        )
    return found


def read_rows(
    file: TableFile, read: Callable[[int, Sequence[str], Reading], Any], progress: Callable[[int], None]
) -> Reading:
    """Read every row; one that raises RowRefused is set aside with its number, and the rest go on."""
    reading = Reading(headings=file.headings, rows=len(file.rows))
    for done, (number, row) in enumerate(numbered(file), 1):
        try:
            good = read(number, row, reading)
        except RowRefused as why:
            reading.refuse(number, why)
        else:
            if good is not None:
                reading.good.append(good)
        if done % 2_000 == 0:
            progress(done)
    return reading
