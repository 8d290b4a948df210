"""Polling stations as councils and parties list them: a row a station, or a row a district with its desks."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from gotv.domain.addresses import calm_capitals, is_postcode, tidy_postcode
from gotv.domain.elector_numbers import LARGEST_NUMBER
from gotv.domain.table_files import Reading, RowRefused, TableFile, columns_for, fitted, plain, read_rows


@dataclass(frozen=True, slots=True)
class StationRow:
    """One desk for one district. A number range or streets say which part of a split district votes there."""

    district: str
    district_name: str
    place: str
    address: str
    postcode: str
    label: str
    first_number: int | None
    last_number: int | None
    streets: str
    committee_room: str


ALIASES = {
    "district": (
        *("polling district", "polling districts", "rec_pd", "pd", "polling_place_district_reference"),
        *("pollingdistrictreference", "polling district code", "poll dist", "polling di", "ps polling area"),
        *("district code", "pd_code", "district(s)"),
    ),
    # A column with the whole address in it names the place well enough when there is no other.
    "place": (
        *("polling place name", "stat_title", "station name", "bldg_name", "building", "placename", "place desc"),
        *("pollingstationname", "venue", "name", "polling place", "polling station", "location"),
        *("polling_place_address_1", "postal address line 1", "address1", "address"),
    ),
    "address": (
        *("polling place address", "stat_addr1", "street", "street name", "bldg_add1", "place add1", "add1"),
        *("polling_place_address_1", "address1"),
    ),
    "postcode": ("polling place postcode", "bldg_pcode", "place pcod", "pcode", "post code", "pollingstationpostcode"),
    "label": (
        *("ballot box number", "station_ref", "station number", "station no"),
        *("pollingstationnumber", "stationcode"),
    ),
    "first": ("minimum polling number", "first number", "from number"),
    "last": ("maximum polling number", "last number", "to number"),
    "streets": ("streets",),
    "district_name": ("dstr_name", "district name", "pd_name"),
    "committee_room": ("committee room",),
}
# The Express register cover lists up to six desks a row, each with its first and last number.
MOST_DESKS = 6


def read_stations(file: TableFile, progress: Callable[[int], None] = lambda _: None) -> Reading:
    """Read stations; ``good`` holds StationRow, each once. Raises FileRefused when it is not a list of stations."""
    columns = columns_for(file.headings, ALIASES, ("district", "place"), "a list of polling stations")
    if plain(file.headings[columns["place"]]).endswith("1"):
        # The name of the place is the first line of its address; what follows is the street.
        columns["address"] = min(columns["place"] + 1, len(file.headings) - 1)
    elif columns.get("address") == columns["place"]:
        del columns["address"]
    more = [n for n, heading in enumerate(file.headings) if re.fullmatch(r"pollingdistrict[2-9]", plain(heading))]
    desks = _desk_columns(file.headings)
    seen: set[StationRow] = set()

    def read(_row: int, cells: Sequence[str], reading: Reading) -> None:
        cells = fitted(cells, len(file.headings))
        found = _stations(cells, columns, more, desks)
        if all(one in seen for one in found):
            reading.skipped["The same station again"] += 1
        for one in found:
            if one not in seen:
                seen.add(one)
                reading.good.append(one)

    reading = read_rows(file, read, progress)
    reading.good = _told_apart(reading.good)
    return reading


def _told_apart(stations: Sequence[StationRow]) -> list[StationRow]:
    """Two places called ``Portakabin`` without a postcode are told apart by their addresses."""
    addresses: dict[tuple[str, str], set[str]] = {}
    for one in stations:
        addresses.setdefault((one.place, one.postcode), set()).add(one.address.casefold())
    return [
        replace(one, place=f"{one.place}, {one.address}")
        if one.address and not is_postcode(one.postcode) and len(addresses[one.place, one.postcode]) > 1
        else one
        for one in stations
    ]


def _stations(
    cells: Sequence[str], columns: dict[str, int], more: list[int], desks: list[tuple[int, int, int]]
) -> list[StationRow]:
    def cell(name: str) -> str:
        return " ".join(cells[columns[name]].split()) if name in columns else ""

    districts = split_districts(", ".join([cell("district"), *(cells[n].strip() for n in more)]))
    if not districts:
        raise RowRefused("No polling district")
    if not cell("place"):
        raise RowRefused("No name of the polling place")
    address, postcode = _apart(cell("address"), cell("postcode"))
    place, postcode = _apart(cell("place"), postcode)
    ranges = [
        (cells[label].strip(), _number(cells[first]), _number(cells[last]))
        for label, first, last in desks
        if _number(cells[last])
    ] or [(cell("label"), _number(cell("first")), _number(cell("last")))]
    return [
        StationRow(
            district=district,
            district_name=cell("district_name") if cell("district_name") != district else "",
            place=calm_capitals(place),
            address=calm_capitals(address),
            postcode=postcode,
            label=label,
            first_number=first or None,
            last_number=last or None,
            streets=cell("streets"),
            committee_room=cell("committee_room"),
        )
        for district in districts
        for label, first, last in ranges
    ]


def split_districts(text: str) -> list[str]:
    """``BA/BD``, ``19A / 19B`` and ``AA, AB`` are two districts; ``B6/1`` is one, for its second part has no letter."""
    parts = [part.strip() for part in re.split(r"\s+/\s+|[,;&]|\s+and\s+", text) if part.strip()]
    apart: list[str] = []
    for part in parts:
        pieces = [piece.strip() for piece in part.split("/")]
        apart += pieces if all(re.search(r"[A-Za-z]", piece) for piece in pieces) else [part]
    return list(dict.fromkeys(apart))


def _apart(address: str, postcode: str) -> tuple[str, str]:
    """A postcode at the end of the address is taken out of it."""
    words = address.split()
    if len(words) > 2 and is_postcode(" ".join(words[-2:])):
        postcode, address = postcode or " ".join(words[-2:]), " ".join(words[:-2]).rstrip(", ")
    return address, tidy_postcode(postcode)


def _number(text: str) -> int:
    """An elector number without suffix, or 0 for none. Raises RowRefused."""
    digits = text.strip().replace(",", "")
    if not digits:
        return 0
    if not digits.isdecimal() or int(digits) > LARGEST_NUMBER:
        raise RowRefused("A station's first and last number must be whole numbers", text)
    return int(digits)


def _desk_columns(headings: Sequence[str]) -> list[tuple[int, int, int]]:
    seen = {plain(heading): n for n, heading in enumerate(headings)}
    wanted = [(f"stn{n}fullstatno", f"stn{n}start", f"stn{n}finish") for n in range(1, MOST_DESKS + 1)]
    return [(seen[a], seen[b], seen[c]) for a, b, c in wanted if a in seen and b in seen and c in seen]
