"""What counts as a battleground, why, and which one is nearest."""

import math
import random
from datetime import date

import pytest

from gotv.domain.battlegrounds import (
    EARTH_KM,
    NEAR_KM,
    Battleground,
    Result,
    Rules,
    Seat,
    battlegrounds,
    in_miles,
    kilometres,
    nearest,
    on_sphere,
)

DAY = date(2024, 7, 4)


def seat(code: str, first: str, second: str, majority: int, *, lat: float = 51.5, lon: float = -0.1) -> Seat:
    return Seat(code, code.title(), "London", lat, lon, Result(DAY, first, second, majority, 40_000))


HELD = seat("held", "Lab", "Con", 15)
TARGET = seat("target", "Con", "Lab", 1_200)
SAFE = seat("safe", "Lab", "Con", 20_000)
OTHERS = seat("others", "LD", "Con", 100)
ALL = [SAFE, TARGET, OTHERS, HELD]


def codes(rules: Rules) -> list[str]:
    return [one.seat.code for one in battlegrounds(ALL, rules)]


@pytest.mark.parametrize(
    ("rules", "counted"),
    [
        (Rules("lab", 5), ["held", "target"]),
        (Rules("Lab", 1), ["held"]),
        (Rules("Lab", 5, held=False), ["target"]),
        (Rules("Lab", 5, targets=False), ["held"]),
        (Rules("", 5), ["held", "others", "target"]),
        (Rules("Lab", 5, words={"held": "out", "safe": "in", "others": "in"}), ["others", "target", "safe"]),
        (Rules("Green", 5), []),
        (Rules("Lab", 3.0), ["held", "target"]),  # 1,200 of 40,000 is 3 % exactly
    ],
)
def test_what_counts_is_a_setting_closest_first(rules: Rules, counted: list[str]) -> None:
    assert codes(rules) == counted


def test_each_says_why_in_words() -> None:
    rules = Rules("Lab", 5, words={"safe": "in", "others": "in"}, why={"safe": "Our candidate is new."})
    why = {one.seat.code: one.why for one in battlegrounds(ALL, rules)}
    assert why == {
        "held": "Lab won by 15 votes, ahead of Con: it can be lost.",
        "target": "Lab was 1,200 votes behind Con: it can be won.",
        "safe": "Our candidate is new.",
        "others": "The organisation asks people to come here.",
    }
    named = Rules("Lab", 5, words={"held": "in"}, why={"held": "A new candidate."})
    assert battlegrounds([HELD], named)[0].why == "A new candidate.", "whoever names a seat has the word"
    assert battlegrounds([seat("alone", "Lab", "", 9)], rules)[0].why == "Lab won by 9 votes: it can be lost."
    assert battlegrounds([seat("one", "Lab", "Con", 1)], rules)[0].why.startswith("Lab won by 1 vote, ahead")


def great_circle(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    """As the books have it (haversine): another way than ours."""
    one, other, east = math.radians(lat), math.radians(to_lat), math.radians(to_lon - lon)
    half = math.sin((other - one) / 2) ** 2 + math.cos(one) * math.cos(other) * math.sin(east / 2) ** 2
    return EARTH_KM * 2 * math.asin(math.sqrt(half))


def test_the_nearest_is_that_of_the_great_circle() -> None:
    chance = random.Random(1)
    places = [(chance.uniform(50, 58), chance.uniform(-6, 1)) for _ in range(400)]
    grounds = battlegrounds(
        [seat(f"s{n}", "Lab", "Con", 9, lat=lat, lon=lon) for n, (lat, lon) in enumerate(places[:100])], Rules("Lab")
    )
    for lat, lon in places[100:]:
        found = nearest(on_sphere(lat, lon), grounds, 3)
        every = sorted(great_circle(lat, lon, one.seat.lat, one.seat.lon) for one in grounds)
        assert [km for _, km in found] == pytest.approx(every[:3], abs=1e-6)


def test_a_place_itself_is_no_distance_away() -> None:
    here = on_sphere(51.5, -0.1)
    assert kilometres(here, here) == 0
    assert kilometres(here, on_sphere(-51.5, 179.9)) == pytest.approx(EARTH_KM * math.pi)


def east_of(km: float) -> float:
    return -0.1 + math.degrees(km / EARTH_KM / math.cos(math.radians(51.5)))


@pytest.fixture
def row() -> list[Battleground]:
    """Four seats in a line to the east: at 1, 10, 15 and 40 km."""
    seats = [seat(f"at{km}", "Lab", "Con", 9, lon=east_of(km)) for km in (1, 10, 15, 40)]
    return battlegrounds(seats, Rules("Lab"))


@pytest.mark.parametrize(
    ("full", "first_three"),
    [
        ((), ["at1", "at10", "at15"]),
        (("at1",), ["at10", "at15", "at1"]),
        (("at1", "at10"), ["at15", "at1", "at10"]),
        (("at1", "at10", "at15"), ["at1", "at10", "at15"]),  # the one that lacks people is too far away
        (("at40",), ["at1", "at10", "at15"]),
    ],
)
def test_one_that_lacks_people_goes_before_one_that_is_full_when_both_are_near(
    row: list[Battleground], full: tuple[str, ...], first_three: list[str]
) -> None:
    found = nearest(on_sphere(51.5, -0.1), row, 3, full)
    assert [one.seat.code for one, _ in found] == first_three
    assert NEAR_KM == 15


@pytest.mark.parametrize(("km", "said"), [(0.0, "less than a mile"), (1.7, "1 mile"), (6.4, "4 miles")])
def test_distances_are_told_in_miles(km: float, said: str) -> None:
    assert in_miles(km) == said
