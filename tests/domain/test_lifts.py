"""Lifts to the poll: who may be aboard together, what comes next, and what the driver is told."""

from datetime import UTC, datetime, timedelta

import pytest

from gotv.domain.lifts import Lift, State, driver_words, is_late, steps_from, taken_seats

NOON = datetime(2026, 5, 7, 12, tzinfo=UTC)


def lift(name: str, state: State = State.ASSIGNED, people: int = 2, minutes: int = 0, *, home: bool = True) -> Lift:
    return Lift(name, state, people, NOON, NOON + timedelta(minutes=minutes), home)


def test_those_who_ride_together_share_the_seats() -> None:
    others = [lift("a"), lift("b", minutes=25), lift("c", minutes=45), lift("d", State.DONE), lift("e", State.THERE)]
    assert taken_seats(others, lift("new"), NOON) == 4
    assert taken_seats(others, lift("a"), NOON) == 2


def test_who_wants_a_lift_at_once_rides_with_those_who_asked_then() -> None:
    at_once = Lift("new", State.ASKED, 1, NOON + timedelta(minutes=20))
    assert taken_seats([lift("a", minutes=5)], at_once, NOON) == 2


def test_whoever_goes_one_way_is_not_taken_home() -> None:
    assert State.RETURNING in steps_from(lift("a", State.THERE))
    assert set(steps_from(lift("a", State.THERE, home=False))) == {State.DONE}


def test_nothing_comes_after_the_end() -> None:
    assert steps_from(lift("a", State.DONE)) == steps_from(lift("a", State.CANCELLED)) == {}


@pytest.mark.parametrize(("state", "late"), [(State.ASKED, True), (State.ASSIGNED, True), (State.UNDER_WAY, False)])
def test_who_still_waits_after_their_time_is_late(state: State, late: bool) -> None:
    assert is_late(lift("a", state), NOON + timedelta(minutes=6)) is late
    assert not is_late(lift("a", state), NOON + timedelta(minutes=4))


def test_the_driver_is_told_all_they_need_and_that_it_costs_nothing() -> None:
    words = driver_words(lift("a"), "14:30", "12 Elm Road N1 4QD", "St Mark's Hall", "wheelchair")
    assert words == (
        "14:30: fetch 2 people at 12 Elm Road N1 4QD, to St Mark's Hall, and home again. Note: wheelchair. "
        "Free of charge."
    )
    assert driver_words(lift("a", people=1, home=False), "", "3 Ash Way", "", "") == (
        "As soon as can be: fetch 1 person at 3 Ash Way, to their polling place, one way. Free of charge."
    )


def test_who_is_on_the_road_is_aboard_just_now_whenever_they_were_to_be_fetched() -> None:
    later = NOON + timedelta(minutes=40)
    now = Lift("new", State.ASKED, 1, later)
    assert taken_seats([lift("a", State.UNDER_WAY, 3)], now, later) == 3


def test_two_journeys_that_never_meet_do_not_fill_a_car_together() -> None:
    others = [lift("a", people=2), lift("b", people=2, minutes=50)]
    assert taken_seats(others, lift("new", people=1, minutes=25), NOON) == 2
