"""Canvass returns, and which of them make a pledge."""

from datetime import datetime

import pytest

from gotv.domain.elector_numbers import ElectorNumber
from gotv.domain.pledges import CanvassReturn, PledgeRule, later, pledge_rule, read_canvass_returns
from gotv.domain.table_files import FileRefused, Reading, TableFile

HEADINGS = ("elector_number", "contacted_at", "voting_intention", "strength_1_5", "wants_lift", "do not knock")


def read(*rows: list[str], headings: tuple[str, ...] = HEADINGS) -> Reading:
    return read_canvass_returns(TableFile(headings, rows, "UTF-8", "comma"), ["MiA", "PD1"])


def row(
    intention: str = "Labour", at: str = "", *, number: str = "MiA-12", lift: str = "", objects: str = ""
) -> list[str]:
    return [number, at, intention, "4", lift, objects]


def answer(intention: str, day: int | None, *, objects: bool = False) -> CanvassReturn:
    at = datetime(2024, 6, day) if day else None  # noqa: DTZ001 - as the canvasser's clock had it
    return CanvassReturn(ElectorNumber("MiA", 12), intention, "", at, wants_lift=False, objects=objects, row=2)


def test_a_code_counts_whatever_its_capitals() -> None:
    rule = pledge_rule({"codes": ["Labour"]})
    assert rule.counts("LABOUR", "")
    assert not rule.counts("Green", "5")


def test_a_strength_counts_only_when_it_is_listed() -> None:
    rule = pledge_rule({"codes": ["Ours"], "strengths": [4, 5], "unrated": False})
    assert [s for s in ("", "1", "3", "4", "5") if rule.counts("Ours", s)] == ["4", "5"]


def test_an_answer_without_a_strength_counts_when_the_rule_says_so() -> None:
    assert PledgeRule(frozenset({"ours"}), frozenset({"5"}), unrated=True).counts("Ours", "")


def test_without_listed_strengths_every_strength_counts() -> None:
    assert PledgeRule(frozenset({"ours"})).counts("Ours", "1")


def test_a_rule_is_kept_and_read_back() -> None:
    rule = PledgeRule(frozenset({"ours", "leaning"}), frozenset({"4", "5"}), unrated=False)
    assert pledge_rule(rule.as_kept()) == rule
    assert str(rule) == "leaning, ours at strength 4, 5"


def test_the_latest_answer_of_an_elector_is_kept() -> None:
    reading = read(row("Labour", "29/06/2024 18:46"), row("Green", "30/06/2024 09:00"), row("Against", "01/06/2024"))
    assert [one.intention for one in reading.good] == ["Green"]


def test_of_two_answers_without_a_date_the_lower_in_the_file_is_kept() -> None:
    assert later(answer("Green", None), answer("Labour", None)).intention == "Labour"


def test_an_answer_with_a_date_is_kept_before_one_without() -> None:
    assert later(answer("Green", 3), answer("Labour", None)).intention == "Green"
    assert later(answer("Green", None), answer("Labour", 3)).intention == "Labour"


def test_an_objection_stays_whatever_they_say_later() -> None:
    assert later(answer("Green", 1, objects=True), answer("Labour", 2)).objects


@pytest.mark.parametrize("intention", ["", "Not in"])
def test_an_objection_alone_takes_back_no_answer(intention: str) -> None:
    reading = read(row("Labour", "01/06/2024"), row(intention, "02/06/2024", objects="Y"))
    assert [(one.intention, one.objects) for one in reading.good] == [("Labour", True)]


@pytest.mark.parametrize("intention", ["Not in", "", "no answer", "OUT"])
def test_a_call_at_which_nobody_was_met_says_nothing(intention: str) -> None:
    reading = read(row(), row(intention, "30/06/2024"))
    assert [one.intention for one in reading.good] == ["Labour"]
    assert reading.skipped == {"Nobody was met": 1}


def test_the_same_row_again_is_passed_over() -> None:
    reading = read(row(), row())
    assert len(reading.good) == 1
    assert reading.skipped == {"The same row again": 1}


@pytest.mark.parametrize(
    "written",
    ["29/06/2024 18:46", "29/06/2024 18:46:00", "2024-06-29 18:46", "2024-06-29T18:46:00", "29 Jun 2024 18:46"],
)
def test_a_moment_of_contact_is_read_as_tools_write_it(written: str) -> None:
    assert read(row(at=written)).good[0].contacted_at == datetime(2024, 6, 29, 18, 46)  # noqa: DTZ001


def test_a_moment_that_cannot_be_read_refuses_the_row() -> None:
    assert read(row(at="last week")).refused == [
        {"row": 2, "cause": "The date of contact cannot be read", "value": "last week"}
    ]


@pytest.mark.parametrize(("written", "wanted"), [("Y", True), ("yes", True), ("x", True), ("", False), ("N", False)])
def test_a_lift_is_wanted_when_they_say_so(written: str, wanted: bool) -> None:
    assert read(row(lift=written)).good[0].wants_lift is wanted


def test_a_number_in_four_columns_is_read_from_the_three() -> None:
    headings = ("Elector No. Prefix", "Elector No.", "Elector No. Suffix", "Full Elector No.", "Party")
    reading = read(["PD1", "136", "0", "PD1-136-0", "G"], ["PD1", "136", "1", "PD1-136-1", "G"], headings=headings)
    assert [str(one.number) for one in reading.good] == ["PD1-136", "PD1-136/1"]


def test_a_full_number_alone_will_do() -> None:
    assert str(read(["PD1-136-0", "G"], headings=("Full Elector No.", "Party")).good[0].number) == "PD1-136"


def test_a_number_without_its_district_is_refused() -> None:
    assert read(row(number="12")).refused_by_cause()[0]["cause"] == "The polling district is not on the register"


def test_a_file_that_says_nothing_of_how_they_will_vote_is_refused() -> None:
    with pytest.raises(FileRefused, match="voting_intention or code"):
        read(["MiA-12", "Gill"], headings=("elector_number", "name"))


def test_a_file_without_numbers_is_refused_by_the_name_of_the_column() -> None:
    with pytest.raises(FileRefused, match="no column for number"):
        read(["Gill", "Labour"], headings=("name", "voting_intention"))
