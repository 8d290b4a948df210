"""Reading an address: which street, which door, and the order in which a team walks."""

import pytest

from gotv.domain.addresses import calm_capitals, find_door, is_postcode, natural, tidy_postcode


@pytest.mark.parametrize(
    ("lines", "street", "door"),
    [
        (["13 Marsh Road", "London"], "Marsh Road", "13"),
        (["50A Marsh Road", "London"], "Marsh Road", "50A"),
        (["50 a Marsh Road"], "Marsh Road", "50A"),
        (["13, Marsh Road"], "Marsh Road", "13"),
        (["13", "Marsh Road", "London"], "Marsh Road", "13"),
        (["Ground Floor Flat", "17 Marsh Road", "London"], "Marsh Road", "Ground Floor Flat, 17"),
        (["Flat 10", "Laurel Heights", "Spring Road", "London"], "Spring Road", "Flat 10, Laurel Heights"),
        (["Flat 2, 14 Elm Road", "London"], "Elm Road", "Flat 2, 14"),
        (["Flat 2 14 Elm Road", "London"], "Elm Road", "Flat 2, 14"),
        (["2/1 14 Byres Road", "Glasgow"], "Byres Road", "2/1, 14"),
        (["Rose Cottage, Church Lane"], "Church Lane", "Rose Cottage"),
        (["The Old Mill", "Church Lane", "Hackney"], "Church Lane", "The Old Mill"),
        (["12 Heol Esgyn", "Rhigos"], "Heol Esgyn", "12"),
        (["Overseas Elector"], "Overseas Elector", "Overseas Elector"),
    ],
)
def test_an_address_has_a_street_and_a_door(lines: list[str], street: str, door: str) -> None:
    found = find_door(lines)
    assert (found.street, found.door) == (street, door)


@pytest.mark.parametrize("lines", [[], [","], ["", " "]])
def test_an_address_of_nothing_has_no_street_and_no_door(lines: list[str]) -> None:
    assert find_door(lines) == ("", "", "")


def test_flats_numbered_behind_a_slash_are_doors_of_their_own() -> None:
    doors = [find_door([line]).door for line in ("14/1 Leith Walk", "14/3 Leith Walk", "14 Leith Walk")]
    assert doors == ["14/1", "14/3", "14"]


def test_a_house_of_two_numbers_is_not_the_house_of_the_first() -> None:
    assert find_door(["12-14 Elm Road"]).door == "12-14"
    assert find_door(["12 Elm Road"]).door == "12"


def test_a_team_walks_the_odd_side_then_the_even_then_the_houses_without_a_number() -> None:
    walked = ["1 Elm Road", "3 Elm Road", "11 Elm Road", "2 Elm Road", "2A Elm Road", "10 Elm Road"]
    lines = [[line] for line in walked] + [["Rose Cottage", "Elm Road"]]
    orders = [find_door(each).order for each in lines]
    assert orders == sorted(orders)


def test_flats_are_walked_by_number_within_their_building() -> None:
    lines = [["Flat 3", "12 Elm Road"], ["Flat 10", "12 Elm Road"], ["Flat 1", "14 Elm Road"]]
    orders = [find_door(each).order for each in lines]
    assert orders == sorted(orders)


def test_flats_of_two_buildings_without_numbers_are_not_mixed() -> None:
    lines = [
        ["Flat 2", "Ash House", "Elm Road"],
        ["Flat 9", "Ash House", "Elm Road"],
        ["Flat 1", "Oak House", "Elm Road"],
    ]
    orders = [find_door(each).order for each in lines]
    assert orders == sorted(orders)


def test_flat_three_sorts_before_flat_ten() -> None:
    assert natural("Flat 3") < natural("FLAT 10")


@pytest.mark.parametrize("written", ["n14qd", "N1 4QD", " N1  4qd ", "N1\u00a04QD"])
def test_a_postcode_is_put_in_its_usual_form(written: str) -> None:
    assert tidy_postcode(written) == "N1 4QD"


def test_half_a_postcode_is_kept_as_it_is() -> None:
    assert tidy_postcode("sw9") == "SW9"
    assert not is_postcode("SW9")


@pytest.mark.parametrize(
    ("shouted", "calm"),
    [
        ("13 MARSH ROAD", "13 Marsh Road"),
        ("50A MARSH ROAD", "50A Marsh Road"),
        ("ST MARK'S HALL", "St Mark's Hall"),
        ("O'NEILL", "O'Neill"),
        ("SMITH-JONES", "Smith-Jones"),
        ("ŻUREK", "Żurek"),
        ("McDonald", "McDonald"),
        ("J", "J"),
        ("N1", "N1"),
    ],
)
def test_capitals_are_calmed_and_mixed_case_is_left_alone(shouted: str, calm: str) -> None:
    assert calm_capitals(shouted) == calm
