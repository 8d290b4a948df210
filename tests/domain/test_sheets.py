"""A sheet of paper: what is keyed from it by row number, and what is to be crossed out of it."""

from datetime import date, time

import pytest

from gotv.domain.contests import Contest
from gotv.domain.sheets import Keyed, NotARow, promised, read_keyed, rows_of, strike_off


@pytest.mark.parametrize(
    "text", ["4v 9n 17w18:30", "4V, 9N, 17W 18.30", "4 v\n9 n\n17 w 1830", "4v;9n;17w18:30", " 4v  9n\t17w 18.30 "]
)
def test_a_clerk_keys_rows_and_letters_as_they_please(text: str) -> None:
    assert read_keyed(text, 20) == [Keyed(4, "V"), Keyed(9, "N"), Keyed(17, "W", time(18, 30))]


def test_a_lift_may_have_a_time_and_need_not() -> None:
    assert read_keyed("1l 2l14:15", 2) == [Keyed(1, "L"), Keyed(2, "L", time(14, 15))]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Write the rows and their letters"),
        ("4q", "'4q': 'q' is none of V, N, W, L, M, X"),
        ("21v", "'21v': the sheet has rows 1 to 20"),
        ("0v", "'0v': the sheet has rows 1 to 20"),
        ("4", "'4' is no row with a letter"),
        ("1l 2 3v", "'1l 2' is no row with a letter"),
        ("3l 6", "'3l 6' is no row with a letter"),
        ("4v 4n", "Row 4 is there twice"),
        ("4w", "Row 4: say when they will vote"),
        ("4v18:00", "only W and L have a time"),
        ("4w25:00", "that is no time of the day"),
        ("4v, hello", "'hello' is no row"),
    ],
)
def test_what_names_no_row_or_no_result_is_said(text: str, words: str) -> None:
    with pytest.raises(NotARow, match=words):
        read_keyed(text, 20)


def test_a_strike_off_is_short_enough_to_read_out() -> None:
    assert strike_off("K-17", 3, [4, 9, 17]) == "Sheet K-17 version 3: cross out 4, 9, 17"
    assert strike_off("K-17", 3, []) == "Sheet K-17 version 3: cross out nothing yet"
    assert strike_off("K-17", 3, [4], [7, 8]) == "Sheet K-17 version 3: cross out 4; another team's now: 7, 8"


DAY = Contest(1, "Test", date(2026, 5, 7))


@pytest.mark.parametrize(
    ("said", "knocked", "meant"),
    [(time(7), time(14, 30), time(19)), (time(8, 30), time(12), time(20, 30)), (time(9), time(8), time(9)),
     (time(18, 30), time(17), time(18, 30)), (time(1), time(12), time(13))],
)  # fmt: skip
def test_whoever_says_seven_in_the_afternoon_means_the_evening(said: time, knocked: time, meant: time) -> None:
    assert promised(Keyed(1, "W", said), DAY.at(knocked), DAY) == DAY.at(meant)


@pytest.mark.parametrize("said", [time(22, 30), time(23, 59), time(10, 30), time(13)])
def test_a_time_after_the_close_or_before_the_knock_is_refused(said: time) -> None:
    with pytest.raises(NotARow, match=r"Row 4: .* is not a time between then and the close of poll"):
        promised(Keyed(4, "W", said), DAY.at(time(14)), DAY)


def test_paper_says_what_to_do_and_not_how_strong_a_pledge_is() -> None:
    door = {"door": "12", "postcode": "N1 4QD", "electors": [["AB", 1, 0], ["AB", 2, 0]]}
    told = door | {"reason": "first knock, wants a lift, strong pledge, 2 pledges"}
    rows = rows_of([{"street": "Elm Road", "section": "walk", "doors": [told]}])
    assert (rows[0].door, rows[0].said) == ("12 N1 4QD", "2 people, wants a lift")
