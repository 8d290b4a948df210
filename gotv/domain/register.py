"""The register: from a row as the council wrote it to an elector, by rules that each have a name and a test."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from gotv.domain.addresses import Door, calm_capitals, find_door, is_postcode, tidy_postcode
from gotv.domain.dates import birthday, read_date
from gotv.domain.elector_numbers import ElectorNumber, NotANumber, read_elector_number, spelled
from gotv.domain.register_layouts import Draft, Layout
from gotv.domain.table_files import Reading, RowRefused, TableFile, fitted, plain, read_rows

# Franchise markers (Electoral Commission, format of the register; changes to register markers, January 2024).
MARKERS = {
    "": "may vote at all elections",
    "B": "EU citizen, qualifying or with retained rights: local elections",
    "F": "overseas elector: UK Parliament",
    "G": "EU citizen: local elections",
    "K": "EU citizen: local elections (old)",
    "L": "member of the House of Lords: not the UK Parliament",
    "M": "qualifying foreign citizen: local and devolved elections",
    "N": "anonymous entry",
}
# Eros writes E for an ordinary elector; Z and A say nothing about who may vote.
ORDINARY = {"E", "Z", "A"}
ANONYMOUS = "N"
# How the files of canvassing systems head the column of a walk.
WALKS = {"walk", "walkname", "walkcode", "roadgroup", "roadgroupname", "roadgroupcode", "canvassround"}
LONGEST_WALK = 60


def may_vote(elector: "ElectorRow", barred_markers: str, polling_day: date) -> bool:
    """Old enough on the day, and no marker that this contest bars. An unknown marker bars nobody."""
    if elector.attains_on and elector.attains_on > polling_day:
        return False
    return not set(elector.marker) & set(barred_markers)


@dataclass(frozen=True, slots=True)
class ElectorRow:
    """One elector of an imported register. ``change`` is '', 'add', 'amend' or 'delete'."""

    row: int
    change: str
    number: ElectorNumber
    marker: str
    surname: str
    forename: str
    attains_on: date | None
    address: tuple[str, ...]
    postcode: str
    door: Door
    # The walk or road group that the file gives this address, if it has such a column.
    walk: str = ""


def read_register(
    file: TableFile,
    layout: Layout,
    *,
    voting_age: int,
    polling_day: date,
    districts: Collection[str] = (),
    progress: Callable[[int], None] = lambda _: None,
) -> Reading:
    """Read every row. ``good`` holds ElectorRow; a number that comes twice is refused the second time.

    A district is written as the contest has it (``districts``) when it differs in capitals only.
    """
    names = [plain(heading) for heading in file.headings]
    walk = next((n for n, name in enumerate(names) if name in WALKS), None)
    first_seen: dict[ElectorNumber, int] = {}

    def read(row: int, cells: Sequence[str], reading: Reading) -> ElectorRow:
        draft = layout.read(row, dict(zip(names, fitted(cells, len(names)), strict=True)))
        draft.district = spelled(draft.district, districts)
        draft.walk = " ".join(cells[walk].split())[:LONGEST_WALK] if walk is not None and walk < len(cells) else ""
        elector = draft_to_elector(draft, voting_age, polling_day)
        if elector.number in first_seen:
            before = f"{elector.number}, row {first_seen[elector.number]}"
            raise RowRefused("This elector number came before in the file", before, nobody_missed=True)
        first_seen[elector.number] = row
        for words in draft.remarks:
            reading.remark(words, row)
        return elector

    return read_rows(file, read, progress)


def draft_to_elector(draft: Draft, voting_age: int, polling_day: date) -> ElectorRow:
    """Put one draft through all rules, in order. Raises RowRefused."""
    for rule in RULES:
        rule(draft)
    number = number_of(draft)
    attains_on = attainment(draft, voting_age, polling_day)
    return ElectorRow(
        row=draft.row,
        change=draft.change,
        number=number,
        marker=draft.marker,
        surname=draft.surname,
        forename=draft.forename,
        attains_on=attains_on,
        address=tuple(draft.lines),
        postcode=draft.postcode,
        door=find_door(draft.lines),
        walk=draft.walk,
    )


def tidy_spaces(draft: Draft) -> None:
    """Non-breaking and doubled spaces go; ``n/a`` is nothing. (Null is a surname.)"""
    for name in _TEXTS:
        setattr(draft, name, _tidy(getattr(draft, name)))
    draft.lines = [line for line in map(_tidy, draft.lines) if line]


_TEXTS = (
    *("district", "number", "suffix", "joined", "marker", "surname", "forename", "whole_name"),
    *("born", "attains", "postcode"),
)


# Cells repeat themselves: districts, towns, surnames, and the whole address of a household.
@lru_cache(maxsize=4096)
def _tidy(text: str) -> str:
    tidy = " ".join(text.split())
    return "" if tidy.casefold() == "n/a" else tidy


def refuse_dummy_rows(draft: Draft) -> None:
    """Some systems fill a file up with a row that is nobody."""
    if draft.postcode.upper().replace(" ", "") == "A11AA" or "dummy record" in " ".join(draft.lines).casefold():
        raise RowRefused("A dummy row, not an elector", draft.postcode, nobody_missed=True)


def refuse_unknown_changes(draft: Draft) -> None:
    if draft.change == "?":
        raise RowRefused("The kind of change must be N or A, M or D")


def split_whole_name(draft: Draft) -> None:
    """One name column: ``Gill Oliver Joshua`` or ``GILL, Oliver Joshua``; the surname comes first."""
    if not draft.whole_name:
        return
    surname, comma, forename = draft.whole_name.partition(",")
    if not comma:
        words = _unmarked(draft.whole_name).split()
        # Van der Berg is one surname; the last word is a forename all the same.
        length = 1 + next((n for n, word in enumerate(words[:-2]) if word.casefold() not in PARTICLES), len(words[:-2]))
        surname, forename = " ".join(words[:length]), " ".join(words[length:])
    draft.surname, draft.forename = surname.strip(), forename.strip()


PARTICLES = frozenset("da de del della der di dos la ní ó st st. ten ter van von".split())


def strip_opt_out_mark(draft: Draft) -> None:
    """``(z) `` before a surname says only that the entry is not on the open register."""
    draft.surname = _unmarked(draft.surname)


def _unmarked(name: str) -> str:
    return re.sub(r"^\(z\)\s*", "", name, flags=re.IGNORECASE)


def calm_names_and_address(draft: Draft) -> None:
    draft.surname = calm_capitals(draft.surname)
    draft.forename = calm_capitals(draft.forename)
    draft.lines = [calm_capitals(line) for line in draft.lines]


def drop_repeated_postcode(draft: Draft) -> None:
    """A postcode inside the address lines is the postcode once more, or the only one there is."""
    inside = [line for line in draft.lines if is_postcode(line)]
    draft.lines = [line for line in draft.lines if not is_postcode(line)]
    draft.postcode = tidy_postcode(draft.postcode or (inside[0] if inside else ""))


def read_marker(draft: Draft) -> None:
    """An unknown marker does not bar anyone: it is kept and remarked upon."""
    letters = [letter for letter in re.sub(r"[\s,;/]", "", draft.marker.upper()) if letter not in ORDINARY]
    draft.marker = "".join(letters)
    for letter in letters:
        if letter not in MARKERS:
            draft.remarks.append(f"Marker {letter} is not one we know: counted as allowed to vote")


def forget_anonymous(draft: Draft) -> None:
    """An anonymous entry is a number and N, nothing else (SI 2001/341 reg 41A): whatever came with it is dropped."""
    if ANONYMOUS in draft.marker:
        draft.surname = draft.forename = draft.postcode = ""
        draft.lines = []


def remark_on_gaps(draft: Draft) -> None:
    if draft.change == "delete" or ANONYMOUS in draft.marker:
        return
    if not draft.surname:
        draft.remarks.append("No surname")
    if not draft.lines:
        draft.remarks.append("No address: can't be knocked up")


RULES = (
    tidy_spaces,
    refuse_dummy_rows,
    refuse_unknown_changes,
    split_whole_name,
    strip_opt_out_mark,
    drop_repeated_postcode,
    calm_names_and_address,
    read_marker,
    forget_anonymous,
    remark_on_gaps,
)


def number_of(draft: Draft) -> ElectorNumber:
    """The elector number. The district column decides where a district may itself hold ``-`` or ``/``."""
    if not draft.district:
        raise RowRefused("No polling district")
    text = draft.joined or (f"{draft.number}/{draft.suffix}" if draft.suffix else draft.number)
    if not text:
        raise RowRefused("No elector number")
    try:
        number = read_elector_number(text, draft.district, [draft.district])
    except NotANumber:
        raise RowRefused("The elector number cannot be read", text) from None
    if number.district != draft.district:
        raise RowRefused("The number and the row name different polling districts", f"{text} in {draft.district}")
    return number


def attainment(draft: Draft, voting_age: int, polling_day: date) -> date | None:
    """The day an attainer may vote: given, or worked out from a date of birth, which is not kept.

    Some files put the day itself into the column for births: a birth within ten years of the poll cannot be one.
    """
    try:
        if draft.attains.strip():
            return read_date(draft.attains)
        if not draft.born.strip():
            return None
        born = read_date(draft.born)
    except ValueError:
        draft.remarks.append("The date of attainment or birth cannot be read: counted as allowed to vote")
        return None
    return born if born.year > polling_day.year - 10 else birthday(born, voting_age)
