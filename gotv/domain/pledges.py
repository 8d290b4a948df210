"""Canvass returns, and which of them make a pledge: that is a rule of the contest, for codes differ by campaign."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from gotv.domain.dates import DATE_FORMATS
from gotv.domain.elector_numbers import ElectorNumber
from gotv.domain.table_files import FileRefused, Reading, RowRefused, TableFile, columns_for, fitted, read_rows
from gotv.domain.written_numbers import NUMBER_ALIASES, written_number

ALIASES = NUMBER_ALIASES | {
    "intention": ("voting intention", "voting_intention", "party", "code", "canvass code", "green voting intention"),
    "strength": ("strength 1 5", "strength_1_5", "support level", "rating"),
    "contacted": ("contacted at", "contacted_at", "date", "date last knocked", "datecanvassed"),
    "lift": ("wants lift", "wants_lift", "lift"),
    "objects": ("do not knock", "do not contact", "dnk", "dnc", "objects"),
}
# A call at which nobody was met says nothing about how they will vote.
NO_ANSWER = {"", "not in", "no answer", "out", "ni"}
YES = {"y", "yes", "true", "1", "x"}


@dataclass(frozen=True, slots=True)
class PledgeRule:
    """Which canvass codes count as a pledge, at which strengths, and whether a code without a strength does.

    The direction of a scale differs by campaign (1 is strongest for some, weakest for others), so the strengths
    that count are listed, not compared.
    """

    codes: frozenset[str] = frozenset()
    strengths: frozenset[str] = frozenset()
    unrated: bool = True

    def counts(self, intention: str, strength: str) -> bool:
        if intention.casefold() not in self.codes:
            return False
        return self.unrated if not strength else not self.strengths or strength in self.strengths

    def as_kept(self) -> dict[str, Any]:
        return {"codes": sorted(self.codes), "strengths": sorted(self.strengths), "unrated": self.unrated}

    def __str__(self) -> str:
        strengths = f" at strength {', '.join(sorted(self.strengths))}" if self.strengths else ""
        return f"{', '.join(sorted(self.codes)) or 'no code'}{strengths}{', or unrated' if self.unrated else ''}"


def pledge_rule(kept: Mapping[str, Any]) -> PledgeRule:
    return PledgeRule(
        frozenset(str(code).casefold() for code in kept.get("codes", ())),
        frozenset(str(strength) for strength in kept.get("strengths", ())),
        bool(kept.get("unrated", True)),
    )


@dataclass(frozen=True, slots=True)
class CanvassReturn:
    """The last answer of one elector, with ``intention`` '' for one who said nothing but that they object.

    ``contacted_at`` is as the canvasser's clock had it, without a zone.
    """

    number: ElectorNumber
    intention: str
    strength: str
    contacted_at: datetime | None
    wants_lift: bool
    objects: bool
    row: int


def read_canvass_returns(
    file: TableFile, districts: Sequence[str], progress: Callable[[int], None] = lambda _: None
) -> Reading:
    """Read canvass returns; ``good`` holds one CanvassReturn for each elector, their latest answer."""
    columns = columns_for(file.headings, ALIASES, ("number",), "a file of canvass returns")
    if not columns.keys() & {"intention", "objects"}:
        raise FileRefused("There is no column that says how they will vote, such as voting_intention or code.")
    latest: dict[ElectorNumber, CanvassReturn] = {}
    rows: set[tuple[str, ...]] = set()

    def read(row: int, cells: Sequence[str], reading: Reading) -> None:
        cells = fitted(cells, len(file.headings))
        if tuple(cells) in rows:
            reading.skipped["The same row again"] += 1
            return
        rows.add(tuple(cells))
        one = _return(row, cells, columns, written_number(cells, columns, file.headings, districts))
        if not one.intention and not one.objects:
            reading.skipped["Nobody was met"] += 1
            return
        latest[one.number] = later(latest.get(one.number), one)

    reading = read_rows(file, read, progress)
    reading.good = list(latest.values())
    return reading


def later(known: CanvassReturn | None, new: CanvassReturn) -> CanvassReturn:
    """The later of two answers; an objection, once made, stays, and is no answer itself."""
    if known is None:
        return new
    objects = known.objects or new.objects
    if not new.intention or not known.intention:
        kept = new if new.intention else known
    elif new.contacted_at and known.contacted_at:
        kept = new if new.contacted_at >= known.contacted_at else known
    else:
        kept = new if new.contacted_at or not known.contacted_at else known
    return replace(kept, objects=objects)


def _return(row: int, cells: Sequence[str], columns: Mapping[str, int], number: ElectorNumber) -> CanvassReturn:
    def cell(name: str) -> str:
        return cells[columns[name]].strip() if name in columns else ""

    intention = cell("intention")
    return CanvassReturn(
        number=number,
        intention="" if intention.casefold() in NO_ANSWER else intention,
        strength=cell("strength"),
        contacted_at=_moment(cell("contacted")),
        wants_lift=cell("lift").casefold() in YES,
        objects=cell("objects").casefold() in YES,
        row=row,
    )


def _moment(text: str) -> datetime | None:
    """Date, or date and time, as canvassers' tools write them. Raises RowRefused for anything else."""
    if not text:
        return None
    for form in [f"{day} {clock}" for day in DATE_FORMATS for clock in ("%H:%M", "%H:%M:%S")] + list(DATE_FORMATS):
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - compared with its like only
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise RowRefused("The date of contact cannot be read", text) from None
