"""Lists of polling stations, as councils and parties write them."""

import pytest

from gotv.domain.polling_stations import StationRow, read_stations, split_districts
from gotv.domain.table_files import FileRefused, Reading, TableFile

HEADINGS = ("Polling district", "Polling place name", "Postcode")


def read(*rows: list[str], headings: tuple[str, ...] = HEADINGS) -> Reading:
    return read_stations(TableFile(headings, rows, "UTF-8", "comma"))


def station(headings: str, row: list[str]) -> StationRow:
    one: StationRow = read(row, headings=tuple(headings.split(","))).good[0]
    return one


@pytest.mark.parametrize(
    ("written", "districts"),
    [
        ("BA/BD", ["BA", "BD"]),
        ("BA/ BD", ["BA", "BD"]),
        ("19A / 19B", ["19A", "19B"]),
        ("AA, AB", ["AA", "AB"]),
        ("AA and AB", ["AA", "AB"]),
        ("AA & AB; AC", ["AA", "AB", "AC"]),
        ("B6/1", ["B6/1"]),
        ("KD-2/2", ["KD-2/2"]),
        ("NA", ["NA"]),
        ("BA/BA", ["BA"]),
        (" ", []),
    ],
)
def test_several_districts_are_told_from_one_with_a_slash(written: str, districts: list[str]) -> None:
    assert split_districts(written) == districts


def test_a_station_of_several_districts_is_a_row_for_each() -> None:
    assert [one.district for one in read(["AB/AC", "St Mark's Hall", "N1 1AA"]).good] == ["AB", "AC"]


def test_further_districts_in_columns_of_their_own_are_read() -> None:
    headings = ("NAME", "Polling District", "Polling District 2", "Polling District 3")
    assert [one.district for one in read(["Village Hall", "", "YB", "YC"], headings=headings).good] == ["YB", "YC"]


def test_the_polling_district_is_not_the_district_of_the_town() -> None:
    row = ["AC", "Somerstown Central", "Winston Churchill Avenue", "Southsea"]
    assert station("Polling_District,Building,Street,District", row).district == "AC"


def test_the_number_of_a_station_is_not_its_name() -> None:
    found = station("Polling station,Polling district,Polling place", ["1", "AA", "Village Hall, Bledlow, HP27 9QF"])
    assert (found.place, found.postcode) == ("Village Hall, Bledlow", "HP27 9QF")


def test_the_first_line_of_an_address_may_be_the_name() -> None:
    row = ["CAA", "COMMUNITY HALL", "HEOL ESGYN", "CF44 9BJ", "59"]
    found = station("POLLING DISTRICT,Address1,Address2,Postcode,STATION NO", row)
    assert (found.place, found.address, found.label) == ("Community Hall", "Heol Esgyn", "59")


def test_a_postcode_inside_the_address_is_taken_out() -> None:
    found = station("PD,Polling place name,Polling place address", ["AB", "Library", "2 High Road N1 4QD"])
    assert (found.address, found.postcode) == ("2 High Road", "N1 4QD")


def test_half_a_postcode_is_kept() -> None:
    assert read(["AB", "Playground", "sw9"]).good[0].postcode == "SW9"


def test_a_desk_has_a_first_and_a_last_number() -> None:
    headings = "polling_district,polling_place_name,ballot_box_number,minimum_polling_number,maximum_polling_number"
    found = station(headings, ["VAB", "School", "52", "1", "1,200"])
    assert (found.label, found.first_number, found.last_number) == ("52", 1, 1200)


def test_numbers_of_zero_are_no_range() -> None:
    headings = "polling_district,polling_place_name,minimum_polling_number,maximum_polling_number"
    found = station(headings, ["VAB", "School", "0", "0"])
    assert (found.first_number, found.last_number) == (None, None)


@pytest.mark.parametrize("written", ["12/1", "about 900", "99999999999"])
def test_a_range_that_is_no_number_is_refused(written: str) -> None:
    headings = ("PD", "Polling place name", "First number", "Last number")
    refused = read(["VAB", "School", "1", written], headings=headings).refused
    assert refused[0]["cause"] == "A station's first and last number must be whole numbers"


def test_a_row_may_hold_several_desks() -> None:
    headings = (
        *("DISTRICT", "DSTR_NAME", "BLDG_NAME", "STN1_FULLSTATNO", "STN1_START", "STN1_FINISH"),
        *("STN2_FULLSTATNO", "STN2_START", "STN2_FINISH"),
    )
    reading = read(["LAA", "Barcombe", "Hall", "1", "1", "900", "2", "901", "1800"], headings=headings)
    assert [(s.label, s.first_number, s.last_number) for s in reading.good] == [("1", 1, 900), ("2", 901, 1800)]
    assert {s.district_name for s in reading.good} == {"Barcombe"}


def test_an_empty_desk_is_no_desk() -> None:
    headings = ("DISTRICT", "BLDG_NAME", "STN1_FULLSTATNO", "STN1_START", "STN1_FINISH")
    assert len(read(["LAA", "Hall", "", "0", "0"], headings=headings).good) == 1


def test_two_portakabins_without_a_postcode_are_two_places() -> None:
    headings = ("PD", "Polling place name", "Polling place address")
    reading = read(["AB", "Portakabin", "Elm Road"], ["AC", "Portakabin", "Oak Road"], headings=headings)
    assert [one.place for one in reading.good] == ["Portakabin, Elm Road", "Portakabin, Oak Road"]


def test_one_place_of_two_districts_stays_one_place() -> None:
    headings = ("PD", "Polling place name", "Polling place address")
    reading = read(["AB", "Library", "Elm Road"], ["AC", "Library", "Elm Road"], headings=headings)
    assert {one.place for one in reading.good} == {"Library"}


def test_the_same_station_again_is_passed_over() -> None:
    reading = read(["AB", "Library", "N1 1AA"], ["AB", "Library", "N1 1AA"])
    assert (len(reading.good), reading.skipped) == (1, {"The same station again": 1})


def test_a_line_that_only_counts_is_refused_and_the_rest_is_read() -> None:
    reading = read(["96", "", ""], ["B52", "BMA", "Main Hall"], headings=("Reference", "District(s)", "Polling Place"))
    assert [one["cause"] for one in reading.refused] == ["No polling district"]


def test_a_station_without_a_name_is_refused() -> None:
    assert read(["AB", " ", "N1 1AA"]).refused[0]["cause"] == "No name of the polling place"


def test_a_list_without_districts_is_refused_by_the_name_of_the_column() -> None:
    with pytest.raises(FileRefused, match=r"no column for district\. The headings are: StationCode, PollingStation"):
        read(["AW1", "Community Centre"], headings=("StationCode", "PollingStation"))
