"""Who votes by post or by proxy, as councils list them."""

from datetime import date

import pytest

from gotv.domain.absent_voting import Absent, read_absent_voters
from gotv.domain.elector_numbers import ElectorNumber
from gotv.domain.table_files import FileRefused, Reading, TableFile

POLLING_DAY = date(2024, 7, 4)
HEADINGS = ("Polling District", "Elector Number", "Suffix", "Elector Name", "Absent Vote Type", "Until")


def read(*rows: list[str], headings: tuple[str, ...] = HEADINGS) -> Reading:
    return read_absent_voters(TableFile(headings, rows, "UTF-8", "comma"), ["MiA", "MiB"], POLLING_DAY)


def row(
    number: str = "12", kind: str = "Postal", *, suffix: str = "0", until: str = "", district: str = "MiA"
) -> list[str]:
    return [district, number, suffix, "GILL, Oliver", kind, until]


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("Postal", Absent.POSTAL),
        ("POSTAL VOTE", Absent.POSTAL),
        ("PV", Absent.POSTAL),
        ("A", Absent.POSTAL),
        ("Proxy", Absent.PROXY),
        ("Postal Proxy", Absent.POSTAL_PROXY),
        ("Proxy by post", Absent.POSTAL_PROXY),
    ],
)
def test_the_kind_of_absent_vote_is_read_as_people_write_it(written: str, kind: Absent) -> None:
    assert [one.absent for one in read(row(kind=written)).good] == [kind]


def test_another_kind_is_refused_with_what_was_found() -> None:
    refused = read(row(kind="In person")).refused
    assert refused == [
        {"row": 2, "cause": "The kind of absent vote must be postal, proxy or postal proxy", "value": "In person"}
    ]


def test_a_suffix_right_after_the_number_belongs_to_it() -> None:
    assert read(row(suffix="1")).good[0].number == ElectorNumber("MiA", 12, 1)


def test_a_suffix_after_the_surname_is_the_persons() -> None:
    headings = ("PD", "ENO", "Surname", "Suffix", "Type")
    assert read(["MiA", "12", "Gill", "Jr", "Postal"], headings=headings).good[0].number == ElectorNumber("MiA", 12)


def test_the_suffix_of_the_number_wins_over_the_persons() -> None:
    headings = ("PD", "ENO", "Elector Number Suffix", "Surname", "Suffix", "Type")
    read_row = read(["MiA", "12", "1", "Gill", "Jr", "Postal"], headings=headings)
    assert read_row.good[0].number == ElectorNumber("MiA", 12, 1)


def test_a_roll_number_with_three_decimals_is_the_registers() -> None:
    assert [one.number[1:] for one in read(row("5.000", suffix=""), row("5.500", suffix="")).good] == [(5, 0), (5, 5)]


def test_district_and_number_may_stand_in_one_column() -> None:
    assert read(["mia-12/1", "Postal"], headings=("Elector No", "Type")).good[0].number == ElectorNumber("MiA", 12, 1)


def test_a_district_that_is_not_on_the_register_is_refused() -> None:
    assert read(row(district="XX")).refused_by_cause()[0]["cause"] == "The polling district is not on the register"


def test_a_number_that_comes_twice_is_refused_the_second_time() -> None:
    reading = read(row(), row(kind="Proxy"))
    assert [one.absent for one in reading.good] == [Absent.POSTAL]
    assert [one["row"] for one in reading.refused] == [3]


def test_an_arrangement_that_ended_before_polling_day_does_not_count() -> None:
    reading = read(row("1", until="03/07/2024"), row("2", until="04/07/2024"))
    assert [one.number.number for one in reading.good] == [2]
    assert reading.remarks_by_cause()[0]["rows"] == [2]


@pytest.mark.parametrize("until", ["Indefinite", "This election only", "", "n/a"])
def test_an_arrangement_without_a_date_has_not_ended(until: str) -> None:
    assert len(read(row(until=until)).good) == 1


def test_a_list_without_kinds_is_refused_by_the_name_of_the_column() -> None:
    with pytest.raises(FileRefused, match="no column for type"):
        read(["MiA", "12"], headings=("Polling District", "Elector Number"))
