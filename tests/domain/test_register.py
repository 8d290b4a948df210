"""The defects that councils' registers have, one test each."""

from datetime import date
from typing import Any

import pytest

from gotv.domain.dates import read_date
from gotv.domain.elector_numbers import ElectorNumber
from gotv.domain.register import ElectorRow, may_vote, read_register
from gotv.domain.register_layouts import find_layout
from gotv.domain.table_files import Reading, TableFile

POLLING_DAY = date(2024, 7, 4)
XPRESS = {
    "Elector Number Prefix": "AB",
    "Elector Number": "12",
    "Elector Number Suffix": "0",
    "Elector Markers": "",
    "Elector DOB": "",
    "Elector Surname": "Gill",
    "Elector Forename": "Oliver",
    "PostCode": "N1 4QD",
    "Address1": "13 Marsh Road",
    "Address2": "London",
}
ONE_NAME = {name: text for name, text in XPRESS.items() if name not in ("Elector Surname", "Elector Forename")} | {
    "Elector Name": "Gill Oliver"
}
EROS = {
    "PD": "AB",
    "ENO": "12",
    "Status": "",
    "First Name": "Oliver",
    "Initials": "J",
    "Surname": "GILL",
    "Suffix": "",
    "Date Of Attainment": "",
    "Franchise Flag": "E",
    "Address 1": "13 Marsh Road",
    "Address 2": "London",
    "Postcode": "N1 4QD",
}
PDCODE = {
    "PDCode": "AB",
    "RollNo": "12",
    "ElectorSurname": "Gill",
    "ElectorForename": "Oliver",
    "DateOfAttainment": "",
    "FranchiseMarker": "E",
    "RegisteredAddress1": "13 MARSH ROAD",
    "PostCode": "N1 4QD",
}
CHANGES = {
    "DistrictRef": "AB",
    "ElectorNumber": "AB-12",
    "ElectorForename": "Oliver",
    "ElectorSurname": "Gill",
    "ElectorDOB": "",
    "ElectorCreatedMonth": "0",
    "ElectorChangedMonth": "0",
    "ElectorDeletedMonth": "0",
    "MarkersRegisterText": "",
    "PropertyAddress1": "13 Marsh Road",
    "PropertyPostCode": "N1 4QD",
}


def rows_of(layout: dict[str, str], *changes: dict[str, str], voting_age: int = 18) -> Reading:
    """Read a file of one row for each change to the row of the layout."""
    rows = [[*(layout | change).values()] for change in changes]
    found, file = find_layout(TableFile(tuple(layout), rows, "UTF-8", "comma"))
    return read_register(file, found, voting_age=voting_age, polling_day=POLLING_DAY)


def elector(layout: dict[str, str] = XPRESS, **change: Any) -> ElectorRow:
    """The elector that one row comes to; ``_`` in a name stands for a space."""
    reading = rows_of(layout, {name.replace("_", " "): text for name, text in change.items()})
    assert not reading.refused
    one: ElectorRow = reading.good[0]
    return one


def refusal(layout: dict[str, str] = XPRESS, **change: Any) -> str:
    reading = rows_of(layout, {name.replace("_", " "): text for name, text in change.items()})
    assert not reading.good
    return str(reading.refused[0]["cause"])


def test_suffix_zero_means_none() -> None:
    assert str(elector().number) == "AB-12"


def test_a_late_addition_keeps_its_suffix() -> None:
    assert elector(Elector_Number_Suffix="1").number == ElectorNumber("AB", 12, 1)


@pytest.mark.parametrize("written", ["12/1", "12-1", "12.1", "AB-12/1", "AB-12-1", "AB 12/01", "ab-12/1"])
def test_a_suffix_behind_the_number_is_read_with_any_separator(written: str) -> None:
    assert elector(EROS, ENO=written).number == ElectorNumber("AB", 12, 1)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("100.5", (100, 5)),
        ("5.000", (5, 0)),
        ("5.500", (5, 5)),
        ("10.750", (10, 75)),
        ("100.000", (100, 0)),
        ("70", (70, 0)),
    ],
)
def test_a_decimal_roll_number_is_a_number_and_a_suffix(written: str, read: tuple[int, int]) -> None:
    assert elector(PDCODE, RollNo=written).number == ElectorNumber("AB", *read)


def test_a_suffix_beside_the_roll_number_belongs_to_the_number() -> None:
    assert elector(PDCODE | {"Suffix": ""}, Suffix="2").number == ElectorNumber("AB", 12, 2)


def test_a_suffix_beside_the_surname_is_the_persons() -> None:
    assert elector(EROS, Suffix="Jr").number == ElectorNumber("AB", 12)


def test_a_district_called_na_is_a_district() -> None:
    assert elector(Elector_Number_Prefix="NA").number.district == "NA"


def test_a_district_keeps_its_small_letters() -> None:
    assert elector(EROS, PD="MiA", ENO="MiA-12").number == ElectorNumber("MiA", 12)


@pytest.mark.parametrize("district", ["KD-2/2", "2E", "03D", "BA2", "KD.2", "12"])
def test_a_district_may_look_like_a_number_or_hold_its_separators(district: str) -> None:
    changed = elector(CHANGES, DistrictRef=district, ElectorNumber=f"{district}-289/1", ElectorDeletedMonth="6")
    assert changed.number == ElectorNumber(district, 289, 1)


def test_a_number_that_names_another_district_is_refused() -> None:
    assert "different polling districts" in refusal(EROS, ENO="AC-12")


@pytest.mark.parametrize("written", ["twelve", "0", "12-Jan", "1234567"])
def test_a_number_that_cannot_be_read_is_refused(written: str) -> None:
    assert refusal(EROS, ENO=written) == "The elector number cannot be read"


def test_a_row_without_a_number_is_refused() -> None:
    assert refusal(Elector_Number="", Elector_Number_Suffix="") == "No elector number"


def test_a_row_without_a_district_is_refused() -> None:
    assert refusal(Elector_Number_Prefix=" ") == "No polling district"


def test_a_number_that_comes_twice_is_refused_the_second_time() -> None:
    reading = rows_of(XPRESS, {}, {"Elector Surname": "Other"})
    assert [one.surname for one in reading.good] == ["Gill"]
    assert reading.refused == [
        {"row": 3, "cause": "This elector number came before in the file", "value": "AB-12, row 2"}
    ]


def test_a_row_with_a_lost_comma_is_refused_and_the_next_is_read() -> None:
    layout, file = find_layout(TableFile(tuple(XPRESS), [["AB", "12"], list(XPRESS.values())], "UTF-8", "comma"))
    reading = read_register(file, layout, voting_age=18, polling_day=POLLING_DAY)
    assert [one["row"] for one in reading.refused] == [2]
    assert [one.row for one in reading.good] == [3]


@pytest.mark.parametrize("mark", ["(z) GILL", "(Z)GILL", "(z)  GILL"])
def test_the_mark_of_the_closed_register_is_not_part_of_the_name(mark: str) -> None:
    assert elector(EROS, Surname=mark).surname == "Gill"


@pytest.mark.parametrize(
    ("written", "surname", "forename"),
    [
        ("Gill Oliver Joshua", "Gill", "Oliver Joshua"),
        ("GILL, Oliver Joshua", "Gill", "Oliver Joshua"),
        ("(z) GILL Oliver", "Gill", "Oliver"),
        ("de la Cruz Ana", "de la Cruz", "Ana"),
        ("Van Minh", "Van", "Minh"),
        ("St. John Peter", "St. John", "Peter"),
        ("Gill", "Gill", ""),
    ],
)
def test_a_joined_name_has_the_surname_first(written: str, surname: str, forename: str) -> None:
    one = elector(ONE_NAME, Elector_Name=written)
    assert (one.surname, one.forename) == (surname, forename)


def test_names_and_addresses_in_capitals_are_calmed() -> None:
    one = elector(PDCODE, ElectorSurname="O'NEILL")
    assert (one.surname, one.address) == ("O'Neill", ("13 Marsh Road",))


def test_non_breaking_and_doubled_spaces_go() -> None:
    one = elector(Elector_Surname="\u00a0Gill \u00a0 Smith", Address1="13\u00a0Marsh  Road", PostCode="N1\u00a04QD")
    assert (one.surname, one.door.street, one.postcode) == ("Gill Smith", "Marsh Road", "N1 4QD")


def test_not_applicable_is_nothing() -> None:
    reading = rows_of(EROS, {"Date Of Attainment": "n/a", "Franchise Flag": "N/A", "Address 2": "n/a"})
    assert reading.good[0].address == ("13 Marsh Road",)
    assert (reading.good[0].attains_on, reading.good[0].marker, reading.remarks_by_cause()) == (None, "", [])


def test_null_is_a_surname() -> None:
    assert elector(Elector_Surname="Null").surname == "Null"


def test_a_postcode_repeated_in_the_address_is_dropped() -> None:
    one = elector(EROS, Address_2="n14qd")
    assert (one.address, one.postcode) == (("13 Marsh Road",), "N1 4QD")


def test_the_only_postcode_may_stand_in_the_address() -> None:
    assert elector(EROS, Address_2="N1 4QD", Postcode="").postcode == "N1 4QD"


def test_a_missing_surname_is_taken_with_a_remark() -> None:
    assert rows_of(XPRESS, {"Elector Surname": ""}).remarks_by_cause() == [
        {"cause": "No surname", "count": 1, "rows": [2]}
    ]


def test_a_missing_address_is_taken_with_a_remark() -> None:
    reading = rows_of(XPRESS, {"Address1": "", "Address2": "", "PostCode": ""})
    assert reading.good[0].door == ("", "", "")
    assert reading.remarks == {"No address: can't be knocked up": [2]}


@pytest.mark.parametrize("dummy", [{"PostCode": "A1 1AA"}, {"PostCode": "a11aa"}, {"Address1": "Dummy Record"}])
def test_a_dummy_row_is_refused(dummy: dict[str, str]) -> None:
    assert rows_of(XPRESS, dummy).refused[0]["cause"] == "A dummy row, not an elector"


def test_an_anonymous_entry_is_a_number_and_nothing_else() -> None:
    one = elector(Elector_Markers="N")
    assert (one.surname, one.forename, one.address, one.postcode, one.door) == ("", "", (), "", ("", "", ""))
    assert not rows_of(XPRESS, {"Elector Markers": "N"}).remarks


def test_an_unknown_marker_bars_nobody_and_is_remarked_upon() -> None:
    reading = rows_of(XPRESS, {"Elector Markers": "Q"})
    assert may_vote(reading.good[0], "BGLM", POLLING_DAY)
    assert reading.remarks == {"Marker Q is not one we know: counted as allowed to vote": [2]}


@pytest.mark.parametrize("written", ["E", "Z", "A", "ez"])
def test_markers_that_say_nothing_of_the_vote_are_dropped(written: str) -> None:
    assert elector(EROS, Franchise_Flag=written).marker == ""


@pytest.mark.parametrize("written", ["BF", "B F", "B, F", "b/f"])
def test_several_markers_are_read_with_any_separator(written: str) -> None:
    assert elector(Elector_Markers=written).marker == "BF"


def test_a_marker_that_the_contest_bars_takes_the_vote() -> None:
    citizen = elector(Elector_Markers="G")
    assert not may_vote(citizen, "BGLM", POLLING_DAY)
    assert may_vote(citizen, "F", POLLING_DAY)


@pytest.mark.parametrize("written", ["04 Jul 2024", "04/07/2024", "2024-07-04", "4 July 2024", "04-Jul-2024"])
def test_an_attainer_of_polling_day_may_vote(written: str) -> None:
    one = elector(EROS, Date_Of_Attainment=written)
    assert one.attains_on == POLLING_DAY
    assert may_vote(one, "", POLLING_DAY)


def test_an_attainer_of_the_day_after_may_not() -> None:
    assert not may_vote(elector(EROS, Date_Of_Attainment="05/07/2024"), "", POLLING_DAY)


@pytest.mark.parametrize(
    ("born", "age", "attains"),
    [
        ("04/07/2006", 18, date(2024, 7, 4)),
        ("04/07/2006", 16, date(2022, 7, 4)),
        ("29/02/2008", 18, date(2026, 3, 1)),
        ("14/10/2024", 18, date(2024, 10, 14)),
    ],
)
def test_a_date_of_birth_becomes_the_day_of_attainment(born: str, age: int, attains: date) -> None:
    reading = rows_of(XPRESS, {"Elector DOB": born}, voting_age=age)
    assert reading.good[0].attains_on == attains


def test_a_date_that_cannot_be_read_bars_nobody_and_is_remarked_upon() -> None:
    reading = rows_of(XPRESS, {"Elector DOB": "00/00/0000"})
    assert may_vote(reading.good[0], "", POLLING_DAY)
    assert "cannot be read" in next(iter(reading.remarks))


def test_the_day_comes_before_the_month() -> None:
    assert read_date("03/04/2024") == date(2024, 4, 3)


@pytest.mark.parametrize(
    ("created", "changed", "deleted", "change"),
    [
        ("6", "0", "0", "add"),
        ("0", "6", "0", "amend"),
        ("6", "6", "0", "amend"),
        ("6", "6", "6", "delete"),
        ("0", "0", "0", "amend"),
        ("", "", "6", "delete"),
    ],
)
def test_a_deletion_overrides_and_an_amendment_comes_next(
    created: str, changed: str, deleted: str, change: str
) -> None:
    months = {"ElectorCreatedMonth": created, "ElectorChangedMonth": changed, "ElectorDeletedMonth": deleted}
    assert elector(CHANGES, **months).change == change


@pytest.mark.parametrize(("letter", "change"), [("N", "add"), ("m", "amend"), (" D ", "delete")])
def test_a_monthly_file_says_new_modified_or_deleted(letter: str, change: str) -> None:
    assert elector({"ChangeTypeID": ""} | PDCODE, ChangeTypeID=letter).change == change


def test_an_unknown_kind_of_change_is_refused() -> None:
    assert refusal({"ChangeTypeID": ""} | PDCODE, ChangeTypeID="X").startswith("The kind of change")


def test_a_deletion_needs_no_name_and_no_address() -> None:
    gone = {"ElectorDeletedMonth": "6", "ElectorSurname": "", "PropertyAddress1": ""}
    assert not rows_of(CHANGES, gone).remarks
