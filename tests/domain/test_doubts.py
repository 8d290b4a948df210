"""Each rule that makes a teller's mark doubtful, and what a number may have been meant for."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotv.domain.doubts import BURST, FEWEST, RECENT, Doubt, Recent, Split, Station, judge, judge_all, neighbours
from gotv.domain.elector_numbers import ElectorNumber
from gotv.domain.entries import Entry, Kind, Outcome

NOON = datetime(2026, 5, 7, 12, tzinfo=UTC)
AB = ElectorNumber("AB", 123)
# A place where AB votes, of AC only 1 to 500, and BA not at all; AD has no register yet.
HALL = Station({"BA"}, {"AC": Split(((1, 300), (301, 500)), ((501, 900),))}, {"AB", "AC", "BA"})


def mark(n: int, seconds: float = 0, district: str = "AB") -> Entry:
    number, at = ElectorNumber(district, n), (NOON + timedelta(seconds=seconds)).timestamp()
    return Entry(f"id {n}", Kind.MARK, person_id=1, place_id=1, number=number, called_at=at)


def doubts(entries: list[Entry], recent: Recent) -> list[str]:
    """Judge a list and keep it, as the service does."""
    judge_all(entries, HALL, recent)
    recent.keeps(entries, [Outcome.MARKED] * len(entries), HALL)
    return [entry.doubt for entry in entries]


def off(recent: Recent, outcomes: list[Outcome], district: str = "AB") -> Doubt | None:
    recent.keeps([mark(n, district=district) for n in range(1, len(outcomes) + 1)], outcomes, HALL)
    return judge(ElectorNumber(district, 1), None, HALL, is_off=recent.is_off)


@pytest.mark.parametrize(
    ("number", "doubt"),
    [
        (AB, None),
        (ElectorNumber("BA", 1), Doubt.ELSEWHERE),
        (ElectorNumber("ZZ", 1), None),  # nobody knows it: a later register may
        (ElectorNumber("", 1), None),
        (ElectorNumber("AC", 1), None),
        (ElectorNumber("AC", 500), None),
        (ElectorNumber("AC", 501), Doubt.OTHER_STATION),
        (ElectorNumber("AC", 901), None),  # a late addition is in no station's range
    ],
)
def test_where_a_number_votes(number: ElectorNumber, doubt: Doubt | None) -> None:
    assert judge(number, None, HALL) is doubt


def test_a_burst_that_no_human_can_key_is_doubtful() -> None:
    recent = Recent()
    quick = [mark(n, seconds=n / 10) for n in range(1, BURST + 6)]
    assert doubts(quick, recent) == [""] * BURST + ["burst"] * 5
    assert doubts([mark(99, seconds=60)], recent) == [""]


def test_a_burst_is_seen_over_several_messages() -> None:
    recent = Recent()
    quick = [doubts([mark(n, seconds=n / 10)], recent)[0] for n in range(1, BURST + 3)]
    assert quick == [""] * BURST + ["burst"] * 2


def test_a_fast_teller_is_no_burst() -> None:
    assert set(doubts([mark(n, seconds=n) for n in range(1, 200)], Recent())) == {""}


def test_numbers_keyed_without_signal_are_judged_by_the_phones_clock() -> None:
    """Two hundred arrive at once, keyed over an hour."""
    assert set(doubts([mark(n, seconds=18 * n) for n in range(1, 200)], Recent())) == {""}


@pytest.mark.parametrize("many", range(BURST - 2, 2 * BURST + 5))
def test_an_outbox_that_could_not_be_kept_and_is_sent_again_is_no_burst(many: int) -> None:
    recent, waiting = Recent(), [mark(n, seconds=4 * n) for n in range(1, many)]
    for _ in range(3):
        judge_all(waiting, HALL, recent)
    assert {entry.doubt for entry in waiting} == {""}
    recent.keeps(waiting, [Outcome.MARKED] * len(waiting), HALL)
    assert set(doubts([*waiting, mark(999, seconds=4 * many)], recent)) == {""}


def test_a_teller_far_off_the_register_is_doubtful_until_it_gets_better() -> None:
    recent = Recent()
    assert off(recent, [Outcome.UNMATCHED] * (FEWEST - 1)) is None
    assert off(recent, [Outcome.UNMATCHED]) is Doubt.OFF_RATE
    assert off(recent, [Outcome.MARKED] * RECENT) is None


def test_where_no_register_is_loaded_yet_not_matching_says_nothing() -> None:
    recent = Recent()
    assert off(recent, [Outcome.UNMATCHED] * 60, "AD") is None
    assert judge(AB, None, HALL, is_off=recent.is_off) is None


def test_what_is_sent_again_or_taken_back_says_nothing_about_a_teller() -> None:
    recent = Recent()
    off(recent, [Outcome.REPEATED, Outcome.WITHDRAWN] * 30)
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


def test_a_phone_whose_clock_was_fast_is_judged_as_any_other_once_it_is_right() -> None:
    recent = Recent()
    doubts([mark(n, seconds=3600 + 20 * n) for n in range(1, 61)], recent)
    burst = [doubts([mark(n, seconds=n / 10)], recent)[0] for n in range(1, 61)]
    assert burst.count(Doubt.BURST) == 60 - BURST
