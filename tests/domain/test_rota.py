"""The rota of polling day: its shifts, what a gap costs, and whom a gap suits best."""

from datetime import date, datetime, time, timedelta

import pytest

from gotv.domain.battlegrounds import on_sphere
from gotv.domain.contests import Contest
from gotv.domain.rota import (
    Comer,
    NoRota,
    Opening,
    Stint,
    cost_of_gap,
    gain,
    hindrance,
    outstanding_at,
    read_wants,
    rounds,
    stints,
    voted_by,
)
from gotv.domain.work import Work

DAY = Contest(1, "Sampleton", date(2026, 5, 7))
EVE = datetime.combine(date(2026, 5, 6), time(18)).astimezone(DAY.at(time(7)).tzinfo)


def at(clock: str) -> datetime:
    return DAY.at(time.fromisoformat(clock))


def clocks(found: list[Stint]) -> list[str]:
    return [f"{one.begins:%H:%M}-{one.ends:%H:%M}" for one in found]


def test_the_poll_is_cut_into_shifts_and_a_short_rest_joins_the_last() -> None:
    assert clocks(stints(DAY, 2))[:2] == ["07:00-09:00", "09:00-11:00"]
    assert clocks(stints(DAY, 2))[-1] == "19:00-22:00", "one hour alone would be nobody's"
    assert clocks(stints(DAY, 1))[-1] == "21:00-22:00"
    assert clocks(stints(DAY, 4)) == ["07:00-11:00", "11:00-15:00", "15:00-19:00", "19:00-22:00"]
    assert clocks(stints(DAY, 8)) == ["07:00-15:00", "15:00-22:00"]


def test_rounds_go_from_one_opening_to_the_next() -> None:
    found = clocks(rounds(DAY, ("17:00", "09:30", "23:00")))
    assert found == ["07:00-09:30", "09:30-17:00", "17:00-22:00"], "what lies outside the poll opens nothing"


def test_the_share_that_has_voted_grows_from_nothing_to_all() -> None:
    shares = [voted_by(DAY, at(clock)) for clock in ("07:00", "12:00", "17:30", "22:00")]
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert shares == sorted(shares)
    assert voted_by(DAY, EVE) == 0.0
    assert voted_by(DAY, at("12:00")) == pytest.approx(0.30)


def test_the_outstanding_fall_as_people_vote_and_stay_as_they_are_now() -> None:
    assert outstanding_at(DAY, 300, EVE, at("07:00")) == 300
    assert outstanding_at(DAY, 300, at("17:00"), at("17:00")) == pytest.approx(300)
    assert outstanding_at(DAY, 300, EVE, at("22:00")) == pytest.approx(102), "a third has to be knocked for"


def test_a_gap_costs_the_pledges_outstanding_in_each_of_its_hours() -> None:
    when = Stint(at("07:00"), at("09:00"))
    whole = cost_of_gap(DAY, Work.TELLER, 100, EVE, when, wanted=1, there=0)
    assert whole == pytest.approx(100 + 100 * (1 - 0.66 * 0.07))
    half = cost_of_gap(DAY, Work.TELLER, 100, EVE, when, wanted=2, there=1)
    assert half == pytest.approx(whole / 2)
    assert cost_of_gap(DAY, Work.TELLER, 100, EVE, when, wanted=1, there=1) == 0
    assert cost_of_gap(DAY, Work.TELLER, 100, at("08:00"), when, wanted=1, there=0) == pytest.approx(100)
    assert cost_of_gap(DAY, Work.TELLER, 100, at("09:00"), when, wanted=1, there=0) == 0, "it is over"
    driver = cost_of_gap(DAY, Work.DRIVER, 100, EVE, when, wanted=1, there=0)
    assert driver == pytest.approx(whole / 20), "one outstanding pledge in twenty wants a lift"


def ann(**more: object) -> Comer:
    given = {"works": frozenset({Work.TELLER, Work.KNOCKER}), "begins": at("09:00"), "ends": at("17:00"), "known": True}
    return Comer("ann", **(given | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("who", "work", "begins", "ends", "may"),
    [
        (ann(), Work.TELLER, "09:00", "11:00", True),
        (ann(), Work.TELLER, "08:00", "10:00", False),
        (ann(), Work.TELLER, "16:00", "18:00", False),
        (ann(), Work.DRIVER, "09:00", "11:00", False),
        (ann(known=False), Work.TELLER, "09:00", "11:00", True),
        (ann(known=False), Work.KNOCKER, "09:00", "11:00", False),
        (ann(busy=(Stint(at("10:00"), at("12:00")),)), Work.TELLER, "11:00", "13:00", False),
        (ann(busy=(Stint(at("10:00"), at("12:00")),)), Work.TELLER, "12:00", "14:00", True),
        (ann(busy=(Stint(at("09:00"), at("14:00")),)), Work.TELLER, "14:00", "17:00", False),
        (ann(declined=frozenset({7})), Work.TELLER, "09:00", "11:00", False),
    ],
)
def test_who_may_do_what(who: Comer, work: Work, begins: str, ends: str, may: bool) -> None:
    """The work and the hours they offered, nothing at the same time, six hours at most; addresses for those we know."""
    assert (hindrance(who, work, Stint(at(begins), at(ends)), 7, most_hours=6) == "") is may


def test_near_and_costly_and_trained_wins() -> None:
    here, far = on_sphere(51.55, -0.05), on_sphere(51.65, -0.05)

    def worth(who: Comer, cost: float, where: tuple[float, float, float]) -> float:
        return gain(who, Opening(1, Work.TELLER, at("09:00"), at("11:00"), cost, at=where))

    me = ann(at=here)
    assert worth(me, 100, here) > worth(me, 100, far)
    assert worth(me, 1000, far) > worth(me, 100, here)
    assert worth(ann(at=here, trained=frozenset({Work.TELLER})), 100, here) > worth(me, 100, here)
    assert worth(ann(ends=at("10:00")), 100, here) == 0


def test_what_a_rota_wants_is_read_or_named() -> None:
    assert read_wants({"hours": "3", "tellers": "2"}).tellers == 2
    with pytest.raises(NoRota, match=r"Hours of a teller's shift: write a number from 1 to 8\."):
        read_wants({"hours": "0"})
    with pytest.raises(NoRota, match="Clerks for each room"):
        read_wants({"clerks": "many"})


def test_a_night_shift_before_the_clocks_profile_costs_what_is_outstanding() -> None:
    allday = Contest(1, "Sampleton", date(2026, 5, 7), opens=time(0), closes=time(23, 59))
    assert len(stints(allday, 2)) == 12
    assert stints(allday, 2)[-1].ends == allday.at(time(23, 59))
    when = Stint(allday.at(time(0)), allday.at(time(0)) + timedelta(hours=2))
    assert cost_of_gap(allday, Work.TELLER, 10, EVE, when, wanted=1, there=0) == pytest.approx(20)
