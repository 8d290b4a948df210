"""Each rule that makes a teller's mark doubtful, and what a number may have been meant for."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotv.domain.doubts import BURST, FEWEST, RECENT, Doubt, Recent, judge, neighbours
from gotv.domain.elector_numbers import ElectorNumber
from gotv.domain.entries import Outcome

NOON = datetime(2026, 5, 7, 12, tzinfo=UTC)
AB = ElectorNumber("AB", 123)


def one(number: ElectorNumber = AB, recent: Recent | None = None, at: datetime | None = None) -> Doubt | None:
    """At a place where AB votes, of AC only 1 to 500, and BA not at all."""
    return judge(number, at, {"BA"}, {"AC": [(1, 300), (301, 500)]}, recent or Recent())


def test_an_ordinary_number_is_good() -> None:
    assert one() is None


def test_a_district_that_votes_elsewhere_is_doubtful() -> None:
    assert one(ElectorNumber("BA", 1)) is Doubt.ELSEWHERE


def test_a_district_nobody_knows_is_no_reason() -> None:
    assert one(ElectorNumber("ZZ", 1)) is None
    assert one(ElectorNumber("", 1)) is None


@pytest.mark.parametrize(("number", "doubt"), [(1, None), (300, None), (500, None), (501, Doubt.OTHER_STATION)])
def test_a_number_of_another_station_is_doubtful(number: int, doubt: Doubt | None) -> None:
    assert one(ElectorNumber("AC", number)) is doubt


def test_a_burst_that_no_human_can_key_is_doubtful() -> None:
    recent = Recent()
    quick = [one(recent=recent, at=NOON + timedelta(milliseconds=100 * n)) for n in range(BURST + 5)]
    assert quick == [None] * BURST + [Doubt.BURST] * 5
    assert one(recent=recent, at=NOON + timedelta(minutes=1)) is None


def test_a_fast_teller_is_no_burst() -> None:
    recent = Recent()
    assert {one(recent=recent, at=NOON + timedelta(seconds=n)) for n in range(200)} == {None}


def test_an_outbox_sent_again_is_no_burst() -> None:
    recent, times = Recent(), [NOON + timedelta(seconds=4 * n) for n in range(10)]
    assert {one(recent=recent, at=at) for _ in range(5) for at in times} == {None}


def test_numbers_keyed_without_signal_are_judged_by_the_phones_clock() -> None:
    """Two hundred arrive at once, keyed over an hour."""
    recent = Recent()
    assert {one(recent=recent, at=NOON + timedelta(seconds=18 * n)) for n in range(200)} == {None}


def test_a_teller_far_off_the_register_is_doubtful_until_it_gets_better() -> None:
    recent = Recent()
    recent.hears([Outcome.UNMATCHED] * (FEWEST - 1))
    assert one(recent=recent) is None
    recent.hears([Outcome.UNMATCHED])
    assert one(recent=recent) is Doubt.OFF_RATE
    recent.hears([Outcome.MARKED] * RECENT)
    assert one(recent=recent) is None


def test_what_is_no_number_says_nothing_about_a_teller() -> None:
    recent = Recent()
    recent.hears([Outcome.COUNTED, Outcome.WITHDRAWN, Outcome.REPEATED, Outcome.REFUSED] * 20)
    assert not recent.unmatched


def test_neighbours_are_one_digit_or_one_swap_away() -> None:
    near = {number.number for number in neighbours(AB)}
    assert {124, 133, 223, 132, 213} <= near
    assert not {123, 321, 12, 1234, 23} & near


@given(st.integers(1, 99_999), st.integers(0, 3))
def test_being_neighbours_is_mutual(number: int, suffix: int) -> None:
    called = ElectorNumber("AB", number, suffix)
    assert called not in neighbours(called)
    assert all(called in neighbours(near) for near in neighbours(called))
