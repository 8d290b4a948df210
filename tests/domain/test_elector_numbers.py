"""How an elector number is written and read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotv.domain.elector_numbers import (
    LARGEST_NUMBER,
    LARGEST_SUFFIX,
    ElectorNumber,
    NotANumber,
    read_elector_number,
)

numbers = st.builds(
    ElectorNumber,
    st.sampled_from(["AB", "MiA", "NA", "BA2", "2E", "03D", "KD-2/2", "VAA"]),
    st.integers(1, LARGEST_NUMBER),
    st.integers(0, LARGEST_SUFFIX),
)
SEPARATORS = ["/", ".", "-", " ", "–", " / "]


@pytest.mark.parametrize("typed", ["12", "012", " 12 ", "12/0", "AB-12", "ab 12", "AB12", "AB/12", "AB-012/0"])
def test_one_number_has_many_spellings(typed: str) -> None:
    assert read_elector_number(typed, "AB", ["AB", "AC"]) == ElectorNumber("AB", 12)


@pytest.mark.parametrize("separator", SEPARATORS)
def test_a_suffix_follows_any_separator(separator: str) -> None:
    assert read_elector_number(f"47{separator}1", "AB") == ElectorNumber("AB", 47, 1)


@given(st.integers(1, 99_999), st.integers(1, 99), st.sampled_from(SEPARATORS))
def test_a_suffix_is_never_merged_into_the_number(number: int, suffix: int, separator: str) -> None:
    read = read_elector_number(f"{number}{separator}{suffix}", "AB", ["AB"])
    assert read == ElectorNumber("AB", number, suffix)
    assert read.number != int(f"{number}{suffix}")


def test_a_suffix_is_another_elector_than_its_base() -> None:
    read = {read_elector_number(text, "AB") for text in ("47", "47/1", "471")}
    assert len(read) == 3


@given(numbers)
def test_what_is_written_reads_back(number: ElectorNumber) -> None:
    assert read_elector_number(str(number), "AC", [number.district, "AC"]) == number


@given(numbers)
def test_it_reads_back_without_knowing_the_districts_when_its_own_is_given(number: ElectorNumber) -> None:
    assert read_elector_number(str(number), number.district, [number.district]) == number


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        read = read_elector_number(text, "AB", ["AB", "AC"])
    except NotANumber:
        return
    assert 1 <= read.number <= LARGEST_NUMBER
    assert 0 <= read.suffix <= LARGEST_SUFFIX


def test_a_district_in_the_text_wins_over_the_one_beside_it() -> None:
    assert read_elector_number("AC-5", "AB", ["AB", "AC"]).district == "AC"


def test_a_district_is_put_right_when_only_one_fits() -> None:
    assert read_elector_number("mia 3", "", ["MiA", "MiB"]).district == "MiA"


def test_a_district_that_could_be_two_is_left_as_typed() -> None:
    assert read_elector_number("mia-3", "", ["MiA", "MIA"]).district == "mia"


def test_the_district_na_is_a_district_like_any_other() -> None:
    assert read_elector_number("NA-7", "", ["NA"]) == ElectorNumber("NA", 7)


def test_digits_right_after_a_district_that_ends_in_a_digit_are_not_guessed_at() -> None:
    with pytest.raises(NotANumber):
        read_elector_number("BA212", "", ["BA2", "BA"])


@pytest.mark.parametrize("typed", ["", "0", "AB", "12x", "/", "1234567", "--", "1/2/3"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(NotANumber):
        read_elector_number(typed, "AB", ["AB"])


def test_suffix_nought_is_not_shown() -> None:
    assert [str(ElectorNumber("AB", 124, s)) for s in (0, 2)] == ["AB-124", "AB-124/2"]


def test_without_a_district_only_the_number_is_shown() -> None:
    assert str(ElectorNumber("", 5, 1)) == "5/1"
