"""Sample files of councils' systems and of 21 councils' lists of stations; set GOTV_REAL_DATA to where they are."""

import os
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gotv.domain.absent_voting import read_absent_voters
from gotv.domain.contests import Contest
from gotv.domain.polling_stations import read_stations
from gotv.domain.register import ElectorRow, read_register
from gotv.domain.register_layouts import find_layout
from gotv.domain.table_files import FileRefused
from gotv.house import House
from gotv.rehearsal.demo import load
from gotv.services.recount import recount
from gotv.services.table_file import read_table
from tests.builders import Seatlet, load_ok, new_contest

REAL = Path(os.environ.get("GOTV_REAL_DATA", "/nowhere"))
SAMPLES = REAL / "registers" / "samples"
STATIONS = sorted((REAL / "polling" / "stations_raw").glob("*"))
POLLING_DAY = date(2024, 7, 4)
XPRESS = "xpress_full_14.csv"
OTHERS = ["xpress_full_13.tsv", "eros_full_20.csv", "pdcode_full_25.csv", "idox_full_22_noheader.tsv"]
# Lists that do not say which polling districts vote where.
WITHOUT_DISTRICTS = {
    *("E06000028_bournemouth", "E07000065_wealden_districts", "E08000026_coventry", "E09000011_greenwich"),
    *("E09000021_kingston", "W06000004_denbighshire"),
}
WITH_DISTRICTS = [path for path in STATIONS if path.stem not in WITHOUT_DISTRICTS]

pytestmark = pytest.mark.skipif("GOTV_REAL_DATA" not in os.environ, reason="GOTV_REAL_DATA is not set")


def read_sample(name: str) -> list[ElectorRow]:
    layout, file = find_layout(read_table((SAMPLES / name).read_bytes()))
    reading = read_register(file, layout, voting_age=18, polling_day=POLLING_DAY)
    assert not reading.refused
    assert not reading.remarks
    return reading.good


def same_name(name: str, other: str) -> bool:
    """Letters that Windows-1252 lacks came out as ``?``, and the Turkish dotless i as i."""
    pattern = ".".join(re.escape(part) for part in other.casefold().replace("ı", "i").split("?"))
    return bool(re.fullmatch(pattern, name.casefold().replace("ı", "i")))


def where(one: ElectorRow) -> tuple[Any, ...]:
    return (*one.number[:2], bool(one.number.suffix), one.postcode, *one.door, one.marker, one.attains_on)


@pytest.fixture
def mildmay(home: House) -> Seatlet:
    """Three districts of Islington: the register in Xpress's layout, and a Labour pledge rule."""
    rule = {"codes": ["Labour"], "strengths": [], "unrated": True}
    seatlet = Seatlet(home, new_contest(home, pledge_rule=rule, barred_markers="BGLM"))
    load_ok(seatlet, "register", (SAMPLES / XPRESS).read_bytes())
    return seatlet


def agree(seatlet: Seatlet) -> bool:
    contest: Contest = seatlet.contest
    return recount(seatlet.home.database, contest, seatlet.home.clock.now()).differences == []


def test_the_sample_register_has_its_electors() -> None:
    electors = read_sample(XPRESS)
    assert Counter(one.number.district for one in electors).total() == 1280
    assert {one.number.district for one in electors} == {"MiA", "MiB", "MiC"}


@pytest.mark.parametrize("name", OTHERS)
def test_five_layouts_of_the_same_people_give_the_same_electors(name: str) -> None:
    xpress, other = read_sample(XPRESS), read_sample(name)
    assert [where(one) for one in other] == [where(one) for one in xpress]
    assert all(same_name(one.surname, two.surname) for one, two in zip(xpress, other, strict=True))


@pytest.mark.parametrize("name", OTHERS)
def test_suffixes_agree_but_for_the_decimals_of_one_layout(name: str) -> None:
    def written(one: ElectorRow) -> int:
        return {0: 0, 5: 1, 75: 2}[one.number.suffix] if "pdcode" in name else one.number.suffix

    assert [written(one) for one in read_sample(name)] == [one.number.suffix for one in read_sample(XPRESS)]


@pytest.mark.parametrize("name", ["xpress_full_13.tsv", "eros_full_20.csv", "idox_full_22_noheader.tsv"])
def test_the_register_in_another_layout_adds_and_removes_nobody(mildmay: Seatlet, name: str) -> None:
    report = load_ok(mildmay, "register", (SAMPLES / name).read_bytes())
    assert (report["rows"], report["added"], report["removed"]) == (1280, 0, 0)
    assert agree(mildmay)


def test_no_arrangement_of_the_sample_ends_before_its_own_polling_day() -> None:
    file = read_table((SAMPLES / "absent_voters_generic.csv").read_bytes())
    reading = read_absent_voters(file, ["MiA", "MiB", "MiC"], POLLING_DAY)
    assert (len(reading.good), reading.refused, dict(reading.remarks)) == (191, [], {})


def test_absent_voters_load_on_top_of_the_register(mildmay: Seatlet) -> None:
    report = load_ok(mildmay, "absent", (SAMPLES / "absent_voters_generic.csv").read_bytes())
    ended = sum(remark["count"] for remark in report["remarks"])
    assert report["added"] + ended == 191
    assert agree(mildmay)


def test_canvass_returns_load_on_top_of_the_register(mildmay: Seatlet) -> None:
    report = load_ok(mildmay, "pledges", (REAL / "canvass" / "canvass_returns_synthetic.csv").read_bytes())
    assert report["skipped"]["The same row again"] == 15
    assert report["added"] + sum(report["skipped"].values()) <= report["rows"] == 617
    assert agree(mildmay)


def test_the_stations_of_the_council_load_on_top_of_the_register(mildmay: Seatlet) -> None:
    path = next(path for path in STATIONS if "islington" in path.name)
    assert load_ok(mildmay, "stations", path.read_bytes())["added"] == 50
    assert load_ok(mildmay, "stations", path.read_bytes())["unchanged"] == 50
    assert agree(mildmay)


def test_a_months_changes_apply_to_the_register(mildmay: Seatlet) -> None:
    update = (SAMPLES / "xpress_update_23.csv").read_bytes()
    report = load_ok(mildmay, "register", update)
    assert (report["added"], report["changed"], report["removed"], report["remarks"]) == (25, 15, 20, [])
    assert agree(mildmay)


def test_a_months_changes_apply_to_a_register_of_decimals(home: House) -> None:
    seatlet = Seatlet(home, new_contest(home))
    load_ok(seatlet, "register", (SAMPLES / "pdcode_full_25.csv").read_bytes())
    report = load_ok(seatlet, "register", (SAMPLES / "pdcode_update_22.csv").read_bytes())
    # The amended rows of this sample still carry the old surname, and sometimes nothing new at all.
    assert (report["added"], report["removed"], report["remarks"]) == (25, 20, [])
    assert report["changed"] + report["unchanged"] == 15
    assert agree(seatlet)


@pytest.mark.parametrize("path", WITH_DISTRICTS, ids=lambda path: path.stem)
def test_a_councils_list_of_stations_is_read(path: Path) -> None:
    reading = read_stations(read_table(path.read_bytes()))
    assert len(reading.good) >= 50
    assert len(reading.refused) <= 4
    assert all(re.search("[A-Za-z]", one.district) and re.search("[A-Za-z]", one.place) for one in reading.good)


@pytest.mark.parametrize("path", [path for path in STATIONS if path not in WITH_DISTRICTS], ids=lambda path: path.stem)
def test_a_list_of_stations_without_districts_is_refused_in_words(path: Path) -> None:
    with pytest.raises(FileRefused, match=r"no column for district.* The headings are: "):
        read_stations(read_table(path.read_bytes()))


@pytest.mark.parametrize("path", WITH_DISTRICTS, ids=lambda path: path.stem)
def test_the_same_list_of_stations_again_changes_nothing(home: House, path: Path) -> None:
    seatlet = Seatlet(home, new_contest(home))
    found = read_stations(read_table(path.read_bytes())).good
    for _ in range(2):
        report = load(home, seatlet.contest_id, "stations", path.read_bytes())
    assert (report["added"], report["changed"], report["unchanged"]) == (0, 0, len(found))


def test_the_stations_of_a_party_are_read_with_their_desks() -> None:
    content = (REAL / "canvass" / "contact_creator_polling_stations.csv").read_bytes()
    stations = read_stations(read_table(content)).good
    assert len({one.label for one in stations}) == 51
    assert len({one.district for one in stations}) == 36


def test_the_postcodes_of_a_borough_are_read_whole(seatlet: Seatlet) -> None:
    report = load_ok(seatlet, "points", (REAL / "postcodes/units_islington.csv").read_bytes())
    assert report["added"] == report["rows"] > 6_000
