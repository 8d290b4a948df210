"""Walks: the streets one team covers."""

from hypothesis import given
from hypothesis import strategies as st

from gotv.domain.walks import MOST_ELECTORS, split_into_walks, walk_name

streets = st.lists(st.tuples(st.text(min_size=1), st.integers(1, 2 * MOST_ELECTORS)), unique_by=lambda pair: pair[0])


def test_streets_are_put_together_until_a_walk_is_full() -> None:
    assert split_into_walks([("Ash", 300), ("Birch", 200), ("Cedar", 1)]) == [["Ash", "Birch"], ["Cedar"]]


def test_a_long_street_is_a_walk_of_its_own() -> None:
    assert split_into_walks([("Ash", 10), ("Birch", 900), ("Cedar", 10)]) == [["Ash"], ["Birch"], ["Cedar"]]


def test_no_streets_are_no_walks() -> None:
    assert split_into_walks([]) == []


@given(streets)
def test_every_street_is_in_one_walk_in_the_order_given(given_streets: list[tuple[str, int]]) -> None:
    walks = split_into_walks(given_streets)
    assert [street for walk in walks for street in walk] == [street for street, _ in given_streets]


@given(streets)
def test_only_a_walk_of_one_street_may_be_too_long(given_streets: list[tuple[str, int]]) -> None:
    electors = dict(given_streets)
    for walk in split_into_walks(given_streets):
        assert len(walk) == 1 or sum(electors[street] for street in walk) <= MOST_ELECTORS


def test_a_walk_is_named_by_its_first_and_last_street() -> None:
    assert walk_name("MiA", 2, ["Lion Road", "Long Lane", "Marsh Road"]) == "MiA 2: Lion Road to Marsh Road"
    assert walk_name("MiA", 1, ["Lion Road"]) == "MiA 1: Lion Road"
