"""Which door first, and why: the score, the order, and the reason in words."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotv.domain import chances
from gotv.domain.contests import Contest
from gotv.domain.priority import Door, KnockingRules, Moment, Section, Wish, knocking_rules, order, worth

NOON = datetime(2026, 5, 7, 12, tzinfo=UTC)
DAY = Contest(1, "Anytown", NOON.date(), time_zone="UTC")


def door(at: int = 1, street: str = "Elm Road", **given: Any) -> Door:
    named = {"electors": [["AB", at, 0]], "strengths": [""], "maybe": False} | given
    return Door(at, street, str(at), "N1 4QD", "AB", at, **named)


def moment(**given: Any) -> Moment:
    named = {"now": NOON, "rules": KnockingRules(), "chances": {"AB": 0.8}, "firsts_left": True} | given
    return Moment(**named)


def reasons(*doors: Door, **given: Any) -> list[tuple[str, str]]:
    return [(section, reason) for section, reason, _ in order(doors, moment(**given), 1)]


def ats(*doors: Door, seed: int = 1, **given: Any) -> list[int]:
    return [one.at for *_, one in order(doors, moment(**given), seed)]


def test_a_door_is_worth_its_pledges_times_the_chance_that_they_have_not_voted() -> None:
    assert worth(door(), moment()) == pytest.approx(0.8)
    assert worth(door(electors=[["AB", 1, 0], ["AB", 2, 0]], strengths=["", ""]), moment()) == pytest.approx(1.6)


def test_a_second_knock_is_worth_half_a_first() -> None:
    assert worth(door(knocks=1), moment()) == worth(door(), moment()) / 2
    assert worth(door(knocks=7), moment()) == worth(door(), moment()) / 4


def test_a_weak_pledge_is_worth_less_where_the_contest_ranks_strengths() -> None:
    rules = KnockingRules(strongest=("1", "2", "3"))
    strong, weak = (worth(door(strengths=[s]), moment(rules=rules)) for s in ("1", "3"))
    assert weak == pytest.approx(0.6 * strong)
    assert worth(door(strengths=["3"]), moment()) == worth(door(strengths=["1"]), moment())


def test_whoever_wants_a_lift_is_worth_more_and_a_promise_for_later_less() -> None:
    assert worth(door(lift=True), moment()) > worth(door(), moment())
    assert worth(door(promised_at=NOON + timedelta(hours=1)), moment()) < worth(door(), moment())


def test_a_promised_time_that_has_passed_brings_the_door_to_the_top_with_its_reason() -> None:
    promised = door(9, promised_at=NOON - timedelta(minutes=1))
    assert ats(door(1), promised) == [9, 1]
    assert reasons(promised) == [("now", "said they would vote by 11:59, not seen yet")]


def test_a_promised_time_to_come_lets_the_door_wait() -> None:
    later = door(1, promised_at=NOON + timedelta(hours=6))
    assert ats(later, door(2)) == [2, 1]
    assert reasons(later) == [("last", "will vote at 18:00: comes back by itself then")]


def test_an_organiser_pins_and_sets_aside() -> None:
    assert ats(door(1, wish=Wish.VETO), door(2), door(3, wish=Wish.PIN)) == [3, 2, 1]
    assert reasons(door(wish=Wish.VETO)) == [("last", "not now: set aside by the committee room")]


def test_a_door_set_aside_stays_aside_though_its_promised_time_has_come() -> None:
    assert reasons(door(wish=Wish.VETO, promised_at=NOON - timedelta(hours=1)))[0][0] == "last"


def test_a_house_that_maybe_voted_goes_last() -> None:
    assert ats(door(1, maybe=True), door(2)) == [2, 1]


def test_no_third_knock_while_a_first_is_undone() -> None:
    twice = door(1, knocks=2, last_kind="not_in", last_at=NOON)
    assert reasons(twice) == [("last", "knocked 2 times: after every first knock")]
    assert reasons(twice, firsts_left=False) == [("walk", "not in at 12:00")]


def test_the_reason_says_what_makes_a_door_worth_it() -> None:
    rules = KnockingRules(strongest=("5",))
    two = door(electors=[["AB", 1, 0], ["AB", 2, 0]], strengths=["5", ""], lift=True)
    assert reasons(two, rules=rules) == [("walk", "first knock, wants a lift, strong pledge, 2 pledges")]


def test_the_houses_of_a_street_stay_in_their_order() -> None:
    assert ats(door(1), door(2, knocks=1), door(3)) == [1, 2, 3]


def test_the_street_that_gives_most_for_its_time_comes_first() -> None:
    knocked = [door(n, "Ash Road", knocks=1, last_at=NOON) for n in range(1, 5)]
    fresh = [door(n, "Birch Road") for n in range(5, 9)]
    assert ats(*knocked, *fresh) == [5, 6, 7, 8, 1, 2, 3, 4]


def test_a_street_further_on_must_be_worth_the_way() -> None:
    one = [door(n, f"Street {n}") for n in range(1, 7)]
    assert ats(*one) == [1, 2, 3, 4, 5, 6]


def test_plain_street_order_is_always_to_be_had() -> None:
    doors = [door(n, "Ash Road", knocks=1, last_at=NOON) for n in range(1, 5)] + [door(5, "Birch Road")]
    assert ats(*doors, rules=KnockingRules(order="street")) == [1, 2, 3, 4, 5]


def test_equal_streets_are_put_in_order_by_a_draw_that_can_be_repeated() -> None:
    """From the best street, in the middle, one is as far on either side."""
    doors = [door(1, "West"), door(2, "Middle", strengths=[""] * 10), door(3, "East")]
    drawn = [tuple(ats(*doors, seed=seed)) for seed in range(20)]
    assert set(drawn) == {(2, 1, 3), (2, 3, 1)}
    assert drawn == [tuple(ats(*doors, seed=seed)) for seed in range(20)]


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.booleans(), st.sampled_from(list(Wish)))), st.integers()
)
def test_nobody_is_left_out_and_nobody_comes_twice(drawn: list[Any], seed: int) -> None:
    doors = [
        door(n, f"Street {street}", knocks=knocks, maybe=maybe, wish=wish, last_at=NOON)
        for n, (street, knocks, maybe, wish) in enumerate(sorted(drawn, key=lambda one: one[0]))
    ]
    placed = order(doors, moment(), seed)
    assert sorted(one.at for *_, one in placed) == [one.at for one in doors]
    sections = [section for section, *_ in placed]
    assert sections == sorted(sections, key=list(Section).index)


@pytest.mark.parametrize(
    "wrong", [{"order": "random"}, {"rounds": ("9:30",)}, {"rounds": ("25:00",)}, {"shift_minutes": 0}]
)
def test_a_setting_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        KnockingRules(**wrong)


def test_the_reason_tells_what_was_last_found_and_not_always_not_in() -> None:
    assert reasons(door(knocks=1, last_kind="voted", last_at=NOON)) == [("walk", "one voted, at 12:00")]
    assert reasons(door(knocks=1, last_kind="gone", last_at=NOON)) == [("walk", "one has moved, at 12:00")]


def test_the_settings_survive_being_kept() -> None:
    rules = KnockingRules(order="street", strongest=("5", "4"), rounds=("10:00",))
    assert knocking_rules(rules.as_kept()) == rules
    assert knocking_rules({}) == KnockingRules()


# How likely it is that a pledge nobody has seen has not voted yet.


def shares_at(clock: time) -> dict[datetime, float]:
    return chances.shares_by_now(DAY, DAY.at(clock))


def test_before_the_poll_nobody_has_voted_and_at_its_end_everybody_who_will() -> None:
    assert sum(shares_at(time(7)).values()) == 0
    assert sum(shares_at(time(22)).values()) == pytest.approx(1)
    assert sum(shares_at(time(7, 30)).values()) == pytest.approx(0.035)


def test_where_every_number_comes_in_nobody_unseen_has_voted() -> None:
    assert chances.not_voted(shares_at(time(20)), 1.0) == 1.0


def test_where_nobody_tells_the_chance_falls_with_the_day() -> None:
    told_nothing = [chances.not_voted(shares_at(time(hour)), 0.0) for hour in (8, 12, 18, 22)]
    assert told_nothing == sorted(told_nothing, reverse=True)
    assert told_nothing[-1] == pytest.approx(1 - chances.PLEDGE_TURNOUT)


def test_an_hour_well_told_cannot_make_up_for_one_not_told() -> None:
    shares = shares_at(time(9))
    first, second, *_ = shares
    assert chances.told(shares, {first: 10_000}, 100) == pytest.approx(0.5)
    assert chances.told(shares, {first: 10_000, second: 10_000}, 100) == pytest.approx(1)
    assert chances.told(shares_at(time(7)), {}, 100) == 0.0


def test_a_poll_of_other_hours_has_an_even_profile() -> None:
    short = Contest(1, "By-election", NOON.date(), opens=time(8), closes=time(20), time_zone="UTC")
    assert sum(chances.shares_by_now(short, short.at(time(14))).values()) == pytest.approx(0.5)


def test_whoever_a_lift_fetches_is_left_in_peace_until_they_should_be_home() -> None:
    fetched = door(1, last_kind="lift", knocks=1, promised_at=NOON - timedelta(minutes=30))
    assert reasons(fetched) == [(Section.LAST, "a lift was asked for, for 11:30: leave them in peace")]
    missed = door(1, last_kind="lift", knocks=1, promised_at=NOON - timedelta(minutes=46))
    assert reasons(missed) == [(Section.NOW, "asked for a lift for 11:14, not seen yet")]


def test_where_strengths_are_ranked_an_unranked_one_weighs_least() -> None:
    rules = KnockingRules(strongest=("5", "4"))
    assert [rules.weight(strength) for strength in ("5", "4", "3", "")] == [1.0, 0.8, 0.4, 0.4]
    assert KnockingRules().weight("1") == 1.0
