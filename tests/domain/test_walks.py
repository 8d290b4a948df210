"""Walks: the streets one team covers."""

import random

from hypothesis import given
from hypothesis import strategies as st

from gotv.domain.walks import MOST_DOORS, Street, cut, lay_out, length, shortest_way, walk_name


def street(name: str, doors: int, point: tuple[float, float] | None = None, first: int = 0) -> Street:
    return Street(name, tuple(range(first, first + doors)), point)


def names(walks: list[list[Street]]) -> list[list[str]]:
    return [[part.name for part in walk] for walk in walks]


streets = st.lists(st.integers(1, 3 * MOST_DOORS), max_size=12).map(
    lambda sizes: [street(f"S{n}", size, first=1000 * n) for n, size in enumerate(sizes)]
)


def test_streets_are_put_together_until_a_walk_is_full() -> None:
    assert names(lay_out([street("Ash", 120), street("Birch", 80), street("Cedar", 1)])) == [
        ["Ash", "Birch"],
        ["Cedar"],
    ]


def test_a_street_too_long_for_a_walk_is_cut_evenly_between_two_doors() -> None:
    assert [len(part.doors) for part in cut(street("Ash", 450), 200)] == [150, 150, 150]
    assert names(lay_out([street("Ash", 10), street("Birch", 300)])) == [["Ash", "Birch"], ["Birch"]]


def test_no_streets_are_no_walks() -> None:
    assert lay_out([]) == []


@given(streets)
def test_every_door_is_in_one_walk_in_the_order_given(given_streets: list[Street]) -> None:
    walks = lay_out(given_streets)
    walked = [door for walk in walks for part in walk for door in part.doors]
    assert walked == [door for one in given_streets for door in one.doors]


@given(streets)
def test_no_walk_is_longer_than_a_team_can_walk(given_streets: list[Street]) -> None:
    assert all(sum(len(part.doors) for part in walk) <= MOST_DOORS for walk in lay_out(given_streets))


def test_with_points_the_nearest_street_comes_next() -> None:
    way = shortest_way([street("Far", 1, (900, 0)), street("West", 1, (0, 0)), street("Near", 1, (100, 0))])
    assert [one.name for one in way] == ["West", "Near", "Far"]


def test_streets_without_a_point_come_last_as_they_stood() -> None:
    way = shortest_way([street("Lost", 1), street("B", 1, (5, 0)), street("Gone", 1), street("A", 1, (0, 0))])
    assert [one.name for one in way] == ["A", "B", "Lost", "Gone"]


@given(st.integers(0, 2**32))
def test_the_way_is_no_longer_than_going_to_the_nearest_each_time(seed: int) -> None:
    draw = random.Random(seed)
    some = [street(str(n), 1, (draw.random() * 1000, draw.random() * 1000)) for n in range(15)]
    start = min(some, key=lambda one: (one.point, one.name))
    greedy, left = [start], [one for one in some if one is not start]
    while left:
        left.sort(key=lambda one: length([greedy[-1], one]))
        greedy.append(left.pop(0))
    way = shortest_way(some)
    assert sorted(one.name for one in way) == sorted(one.name for one in some)
    assert length(way) <= length(greedy) + 1e-6


def test_a_walk_is_named_by_its_first_and_last_street() -> None:
    assert walk_name("MiA", 2, ["Lion Road", "Long Lane", "Marsh Road"]) == "MiA 2: Lion Road to Marsh Road"
    assert walk_name("MiA", 1, ["Lion Road"]) == "MiA 1: Lion Road"
