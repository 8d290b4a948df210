"""The layouts in which councils' systems export a register, and how to tell which one a file has.

Column names are facts taken from public importers: Xpress (14, 13 and monthly 23 columns), Halarose Eros,
the PDCode layout of some London councils, Idox without headings.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from gotv.domain.table_files import FileRefused, TableFile, plain
from gotv.domain.written_numbers import plain_decimal


@dataclass(slots=True)
class Draft:
    """One register row as text, before the rules. ``joined`` is a number with its district, as ``AB-12/1``."""

    row: int
    change: str = ""
    district: str = ""
    number: str = ""
    suffix: str = ""
    joined: str = ""
    marker: str = ""
    surname: str = ""
    forename: str = ""
    whole_name: str = ""
    born: str = ""
    attains: str = ""
    lines: list[str] = field(default_factory=list)
    postcode: str = ""
    walk: str = ""
    remarks: list[str] = field(default_factory=list)


Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """How one system writes a register. ``whole`` is False for files of changes only."""

    name: str
    words: str
    needed: tuple[str, ...]
    read: Callable[[int, Cells], Draft]
    whole: bool = True


def _lines(cells: Cells, prefix: str) -> list[str]:
    """The cells of ``address1``, ``address2`` and so on."""
    return [cells[f"{prefix}{n}"] for n in range(1, 10) if f"{prefix}{n}" in cells]


def _xpress(row: int, cells: Cells) -> Draft:
    return Draft(
        row=row,
        district=cells["electornumberprefix"],
        number=cells["electornumber"],
        suffix=cells["electornumbersuffix"],
        marker=cells["electormarkers"],
        born=cells["electordob"],
        surname=cells.get("electorsurname", ""),
        forename=cells.get("electorforename", ""),
        whole_name=cells.get("electorname", ""),
        postcode=cells["postcode"],
        lines=_lines(cells, "address"),
    )


def _xpress_changes(row: int, cells: Cells) -> Draft:
    """A deletion overrides; an entry both created and changed was amended; created alone is new."""

    def month(name: str) -> bool:
        return cells[f"elector{name}month"].strip() not in ("", "0")

    change = "delete" if month("deleted") else "add" if month("created") and not month("changed") else "amend"
    return Draft(
        row=row,
        change=change,
        district=cells["districtref"],
        # The district comes first here, whatever it looks like: 12-34 is number 34 of district 12.
        joined=cells["electornumber"].strip().removeprefix(f"{cells['districtref'].strip()}-"),
        marker=cells["markersregistertext"],
        born=cells["electordob"],
        surname=cells["electorsurname"],
        forename=cells["electorforename"],
        postcode=cells["propertypostcode"],
        lines=_lines(cells, "propertyaddress"),
    )


def _eros(row: int, cells: Cells) -> Draft:
    """Here ``Suffix`` stands beside the surname: it is the person's (``Jr``), not the number's."""
    return Draft(
        row=row,
        change=_change(cells["status"], _EROS_CHANGES) if "registercode" in cells else "",
        district=cells["pd"],
        joined=cells["eno"],
        surname=cells["surname"],
        forename=" ".join([cells.get("firstname") or cells.get("firstnames", ""), cells.get("initials", "")]),
        attains=cells["dateofattainment"],
        marker=cells["franchiseflag"],
        postcode=cells["postcode"],
        lines=_lines(cells, "address"),
    )


def _pdcode(row: int, cells: Cells) -> Draft:
    """Roll numbers may be decimal (``354.5``). A ``Suffix`` column here belongs to the number."""
    return Draft(
        row=row,
        change=_change(cells["changetypeid"], _PDCODE_CHANGES) if "changetypeid" in cells else "",
        district=cells["pdcode"],
        number=plain_decimal(cells["rollno"].strip()),
        suffix=cells.get("suffix", ""),
        surname=cells["electorsurname"],
        forename=f"{cells['electorforename']} {cells.get('electormiddlename', '')}",
        attains=cells.get("dateofattainment", ""),
        born=cells.get("attainersdob", "") or cells.get("dob", ""),
        marker=cells["franchisemarker"],
        postcode=cells["postcode"],
        lines=_lines(cells, "registeredaddress"),
    )


def _idox(row: int, cells: Cells) -> Draft:
    return Draft(
        row=row,
        district=cells["1"],
        joined=cells["2"],
        marker=cells["3"],
        attains=cells["4"],
        surname=cells["5"],
        forename=cells["6"],
        lines=[cells[str(n)] for n in range(7, 15)],
        postcode=cells["22"],
    )


_EROS_CHANGES = {"a": "add", "m": "amend", "d": "delete"}
_PDCODE_CHANGES = {"n": "add", "m": "amend", "d": "delete"}


def _change(letter: str, meanings: Mapping[str, str]) -> str:
    return meanings.get(letter.strip().casefold(), "?")


_XPRESS_COMMON = ("Elector Number Prefix", "Elector Number", "Elector Number Suffix", "Elector Markers", "Elector DOB")
LAYOUTS = (
    Layout(
        "xpress_14",
        "Xpress register, surname and forename apart",
        (*_XPRESS_COMMON, "Elector Surname", "Elector Forename", "PostCode", "Address1"),
        _xpress,
    ),
    Layout(
        "xpress_13",
        "Xpress register, one name column",
        (*_XPRESS_COMMON, "Elector Name", "PostCode", "Address1"),
        _xpress,
    ),
    Layout(
        "xpress_changes",
        "Xpress monthly changes",
        (
            *("DistrictRef", "ElectorNumber", "ElectorForename", "ElectorSurname", "ElectorDOB"),
            *("ElectorCreatedMonth", "ElectorChangedMonth", "ElectorDeletedMonth", "MarkersRegisterText"),
            *("PropertyAddress1", "PropertyPostCode"),
        ),
        _xpress_changes,
        whole=False,
    ),
    Layout(
        "eros",
        "Halarose Eros register",
        ("PD", "ENO", "Surname", "Date Of Attainment", "Franchise Flag", "Address 1", "Postcode"),
        _eros,
    ),
    Layout(
        "eros_changes",
        "Halarose Eros monthly changes",
        (
            *("PD", "ENO", "Status", "Surname", "Date Of Attainment", "Franchise Flag", "Address 1", "Postcode"),
            *("Register Code", "Clerical Error"),
        ),
        _eros,
        whole=False,
    ),
    Layout(
        "pdcode_changes",
        "PDCode layout, monthly changes",
        (
            *("ChangeTypeID", "PDCode", "RollNo", "ElectorSurname", "ElectorForename", "FranchiseMarker"),
            *("RegisteredAddress1", "PostCode"),
        ),
        _pdcode,
        whole=False,
    ),
    Layout(
        "pdcode",
        "PDCode layout",
        (
            *("PDCode", "RollNo", "ElectorSurname", "ElectorForename", "FranchiseMarker"),
            *("RegisteredAddress1", "PostCode"),
        ),
        _pdcode,
    ),
)
IDOX_COLUMNS = 22
IDOX = Layout("idox", "Idox register without headings", (), _idox)


def find_layout(file: TableFile) -> tuple[Layout, TableFile]:
    """The layout of a file, by its headings or, when it has none, by its content; and the file with its rows.

    Raises FileRefused naming the nearest layout and the columns that are missing for it.
    """
    seen = {plain(heading) for heading in file.headings}
    fitting = [layout for layout in LAYOUTS if seen >= {plain(name) for name in layout.needed}]
    if fitting:
        return max(fitting, key=lambda layout: len(layout.needed)), file
    if _looks_like_idox([file.headings, *file.rows[:50]]):
        names = tuple(str(n) for n in range(1, IDOX_COLUMNS + 1))
        return IDOX, TableFile(names, [file.headings, *file.rows], file.encoding, file.delimiter, first_row=1)
    nearest = max(LAYOUTS, key=lambda layout: sum(plain(name) in seen for name in layout.needed))
    missing = [name for name in nearest.needed if plain(name) not in seen]
    if len(missing) == len(nearest.needed):
        raise FileRefused(
            "This is not a register in a layout we know: none of the expected columns is there. "
            f"The first line reads: {', '.join(h for h in file.headings if h)[:200] or 'nothing'}."
        )
    raise FileRefused(
        f"This looks like a file of the {nearest.words}, but these columns are missing: {', '.join(missing)}."
    )


def _looks_like_idox(rows: Sequence[Sequence[str]]) -> bool:
    """Twenty-two cells, the second of them an elector number, in nearly every row."""
    fitting = sum(
        len(row) == IDOX_COLUMNS and bool(re.fullmatch(r"\d{1,6}([/.-]\d{1,4})?", row[1].strip())) for row in rows
    )
    return bool(rows) and fitting >= 0.9 * len(rows)
