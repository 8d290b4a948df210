"""Walks arranged by an organiser: sorted, cut, joined; new houses find their place; lists follow."""

import contextlib
import threading
from datetime import UTC, datetime
from typing import Any

import pytest

from gotv.domain.priority import Wish
from gotv.errors import Conflict, NotThere
from gotv.house import House
from gotv.services import knocking_up, outings, walks
from gotv.services.recount import recount
from gotv.store import ledger, lists
from gotv.store import walks as store
from tests.builders import REGISTER_HEADINGS, Seatlet, csv_of, electors, load_ok
from tests.cast import Cast

NOW = datetime.now(UTC)


@pytest.fixture
def walk(home: House, cast: Cast) -> int:
    return next(int(w["walk_id"]) for w in knocking_up.walks(home.database, cast.omar.person) if w["district"] == "AB")


def register(seatlet: Seatlet, *addresses: str) -> None:
    """The register as it was, and one more elector of AB at each of these addresses."""
    rows = [
        ("AB", 500 + n, 0, "", "", f"Elector{n}", "Sid", "N1 4QD", address, "Sampleton")
        for n, address in enumerate(addresses)
    ]
    load_ok(seatlet, "register", csv_of(REGISTER_HEADINGS, [*electors(["AB", "AC", "BA"]), *rows]))


def arranged(home: House, cast: Cast, walk: int) -> list[str]:
    found = walks.streets_and_doors(home.database, cast.omar.person, walk)
    return [f"{door['door']} {door['street']}" for door in found["doors"]]


def of_district(home: House, cast: Cast, district: str = "AB") -> list[int]:
    return [w["walk_id"] for w in knocking_up.walks(home.database, cast.omar.person) if w["district"] == district]


def test_a_new_house_joins_the_walk_of_its_street_at_its_place(
    home: House, cast: Cast, seatlet: Seatlet, walk: int
) -> None:
    register(seatlet, "4A AB Elm Road", "Flat 10 11 AB Elm Road", "Flat 2 11 AB Elm Road")
    assert arranged(home, cast, walk) == [
        *("1 AB Elm Road", "3 AB Elm Road", "5 AB Elm Road", "7 AB Elm Road", "9 AB Elm Road"),
        *("Flat 2, 11 AB Elm Road", "Flat 10, 11 AB Elm Road"),
        *("2 AB Elm Road", "4 AB Elm Road", "4A AB Elm Road", "6 AB Elm Road", "8 AB Elm Road", "10 AB Elm Road"),
    ]


def test_a_new_street_is_a_new_walk_and_the_old_ones_stay(home: House, cast: Cast, seatlet: Seatlet, walk: int) -> None:
    before = arranged(home, cast, walk)
    register(seatlet, "1 Oak Road")
    assert arranged(home, cast, walk) == before
    assert len(of_district(home, cast)) == 2


def test_a_walk_is_cut_at_a_door_and_joined_again(home: House, cast: Cast, seatlet: Seatlet, walk: int) -> None:
    whole = arranged(home, cast, walk)
    doors = walks.streets_and_doors(home.database, cast.omar.person, walk)["doors"]
    new, name = walks.split(home.database, cast.omar.person, walk, doors[5]["door_id"])
    assert (arranged(home, cast, walk), arranged(home, cast, new)) == (whole[:5], whole[5:])
    assert name == "AB 2: AB Elm Road"
    walks.join(home.database, cast.omar.person, walk, new)
    assert sorted(arranged(home, cast, walk)) == sorted(whole)
    assert of_district(home, cast) == [walk]


def test_after_a_cut_every_pledge_is_on_one_list_still(home: House, cast: Cast, seatlet: Seatlet, walk: int) -> None:
    doors = walks.streets_and_doors(home.database, cast.omar.person, walk)["doors"]
    knocking_up.make_lists(home.database, seatlet.contest_id, seatlet.rooms["North"], None, NOW)
    walks.split(home.database, cast.omar.person, walk, doors[5]["door_id"])
    knocking_up.make_lists(home.database, seatlet.contest_id, seatlet.rooms["North"], None, datetime.now(UTC))
    found = recount(home.database, seatlet.contest, NOW)
    assert (found.differences, found.lists_not_compared) == ([], 0)


def test_streets_are_walked_in_the_order_an_organiser_gives_and_backwards(
    home: House, cast: Cast, seatlet: Seatlet, walk: int
) -> None:
    register(seatlet, "1 Oak Road", "2 Oak Road")
    other = next(one for one in of_district(home, cast) if one != walk)
    walks.join(home.database, cast.omar.person, walk, other)
    walks.sort(home.database, cast.omar.person, walk, ["Oak Road", "AB Elm Road"], ["Oak Road"])
    assert arranged(home, cast, walk)[:3] == ["2 Oak Road", "1 Oak Road", "1 AB Elm Road"]


def test_an_order_of_other_streets_is_refused(home: House, cast: Cast, walk: int) -> None:
    with pytest.raises(Conflict, match="changed meanwhile"):
        walks.sort(home.database, cast.omar.person, walk, ["Oak Road"], [])


@pytest.mark.parametrize("door", [0, 2**40])
def test_a_walk_is_not_cut_at_a_door_it_has_not(home: House, cast: Cast, walk: int, door: int) -> None:
    with pytest.raises(Conflict, match="inside the walk"):
        walks.split(home.database, cast.omar.person, walk, door)


def test_walks_of_two_polling_districts_are_not_joined(home: House, cast: Cast, walk: int) -> None:
    with pytest.raises(Conflict, match="same polling district"):
        walks.join(home.database, cast.omar.person, walk, of_district(home, cast, "AC")[0])


def first_and_last(home: House, cast: Cast, seatlet: Seatlet, walk: int) -> tuple[Any, Any]:
    knocking_up.make_list(home.database, seatlet.contest_id, walk, datetime.now(UTC))
    streets = knocking_up.walk_list(home.database, seatlet.contest, cast.omar.person, walk)["streets"]
    return streets[0]["doors"][0]["door"], streets[-1]["doors"][-1]["door"]


def test_a_pinned_door_comes_first_and_one_set_aside_last(home: House, cast: Cast, seatlet: Seatlet, walk: int) -> None:
    doors = {d["door"]: d["door_id"] for d in walks.streets_and_doors(home.database, cast.omar.person, walk)["doors"]}
    walks.wish(home.database, cast.omar.person, walk, doors["4"], Wish.PIN)
    walks.wish(home.database, cast.omar.person, walk, doors["1"], Wish.VETO)
    assert first_and_last(home, cast, seatlet, walk) == ("4", "1")
    with pytest.raises(NotThere):
        walks.wish(home.database, cast.omar.person, walk, 2**40, Wish.PIN)


def test_only_a_walk_that_changed_has_a_new_list(home: House, cast: Cast, seatlet: Seatlet, walk: int) -> None:
    north = seatlet.rooms["North"]
    assert knocking_up.make_lists(home.database, seatlet.contest_id, north, None, datetime.now(UTC)) == 2
    assert knocking_up.make_lists(home.database, seatlet.contest_id, north, None, datetime.now(UTC)) == 0
    walks.wish(home.database, cast.omar.person, walk, walks.streets_and_doors(
        home.database, cast.omar.person, walk)["doors"][0]["door_id"], Wish.PIN)  # fmt: skip
    assert knocking_up.stale(home.database, seatlet.contest_id, north, datetime.now(UTC)) == [(walk, 2)]
    assert knocking_up.make_lists(home.database, seatlet.contest_id, north, None, datetime.now(UTC)) == 1


def test_two_who_arrange_at_once_lose_no_door(home: House, cast: Cast, seatlet: Seatlet, walk: int) -> None:
    doors = walks.streets_and_doors(home.database, cast.omar.person, walk)["doors"]
    new, _ = walks.split(home.database, cast.omar.person, walk, doors[5]["door_id"])
    ready = threading.Barrier(2)

    def join(one: int, other: int) -> None:
        ready.wait()
        with contextlib.suppress(Conflict, NotThere):
            walks.join(home.database, cast.omar.person, one, other)

    threads = [threading.Thread(target=join, args=pair) for pair in ((walk, new), (new, walk))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (left,) = of_district(home, cast)
    assert len(arranged(home, cast, left)) == len(doors)
    assert recount(home.database, seatlet.contest, NOW).differences == []


def test_a_list_made_before_the_walk_was_arranged_anew_is_not_kept(
    home: House, cast: Cast, seatlet: Seatlet, walk: int
) -> None:
    """The job has read the walk; then it is cut; then the job comes to keep its list."""
    now = datetime.now(UTC)
    with home.database.snapshot() as connection:
        position = ledger.position(connection, seatlet.contest_id)
        made = knocking_up._make(connection, seatlet.contest_id, {walk: seatlet.rooms["North"]}, now)
    doors = walks.streets_and_doors(home.database, cast.omar.person, walk)["doors"]
    walks.split(home.database, cast.omar.person, walk, doors[5]["door_id"])
    with home.database.transaction() as connection:
        assert lists.add(connection, seatlet.contest_id, made, slot=now, position=position, made_at=now) == 0


def test_recount_names_a_pledge_that_no_walk_reaches(home: House, seatlet: Seatlet, walk: int) -> None:
    with home.database.transaction() as connection:
        store.retire(connection, seatlet.contest_id, walk)
    assert any("no walk reaches" in line for line in recount(home.database, seatlet.contest, NOW).differences)


def test_a_walk_that_is_out_is_not_joined(home: House, cast: Cast, walk: int) -> None:
    doors = walks.streets_and_doors(home.database, cast.omar.person, walk)["doors"]
    new, _ = walks.split(home.database, cast.omar.person, walk, doors[5]["door_id"])
    outings.give(home.database, home.key, cast.omar.person, new, [cast.kit.person.person_id], [], NOW)
    with pytest.raises(Conflict, match="Kit is out with AB 2"):
        walks.join(home.database, cast.omar.person, walk, new)


def streets_of(home: House, cast: Cast, walk: int) -> list[str]:
    return [street["street"] for street in walks.streets_and_doors(home.database, cast.omar.person, walk)["streets"]]


def at(street: str, postcode: str, n: int) -> tuple[str, ...]:
    """An elector of AB in a street with a postcode of its own."""
    return ("AB", str(900 + n), "0", "", "", f"Elector{n}", "Sid", postcode, f"{n} {street}", "Sampleton")


APART = [at("Acre Lane", "N1 1AA", 1), at("Bell Street", "N1 1AB", 2), at("Corn Street", "N1 1AC", 3)]
PLACES = [("N1 1AA", 1000, 0), ("N1 1AB", 5000, 0), ("N1 1AC", 1100, 0), ("N1 4QD", 10, 0)]


def test_where_postcodes_are_known_the_nearest_street_comes_next(home: House, cast: Cast, seatlet: Seatlet) -> None:
    load_ok(seatlet, "points", csv_of(["Postcode", "Easting", "Northing"], PLACES))
    load_ok(seatlet, "register", csv_of(REGISTER_HEADINGS, [*electors(["AB", "AC", "BA"]), *APART]))
    laid = [streets_of(home, cast, walk) for walk in of_district(home, cast)]
    assert ["Acre Lane", "Corn Street", "Bell Street"] in laid


def test_points_loaded_later_lay_out_anew_what_nobody_has_touched(home: House, cast: Cast, seatlet: Seatlet) -> None:
    load_ok(seatlet, "register", csv_of(REGISTER_HEADINGS, [*electors(["AB", "AC", "BA"]), *APART]))
    load_ok(seatlet, "points", csv_of(["Postcode", "Easting", "Northing"], PLACES))
    laid = [streets_of(home, cast, walk) for walk in of_district(home, cast)]
    assert laid == [["AB Elm Road", "Acre Lane", "Corn Street", "Bell Street"]]
    assert not recount(home.database, seatlet.contest, NOW).differences


def test_points_loaded_later_leave_alone_what_was_arranged_printed_or_walked(
    home: House, cast: Cast, seatlet: Seatlet
) -> None:
    load_ok(seatlet, "register", csv_of(REGISTER_HEADINGS, [*electors(["AB", "AC", "BA"]), *APART]))
    before = [(walk, arranged(home, cast, walk)) for walk in of_district(home, cast)]
    knocking_up.make_lists(home.database, seatlet.contest_id, seatlet.rooms["North"], None, NOW)
    load_ok(seatlet, "points", csv_of(["Postcode", "Easting", "Northing"], PLACES))
    assert [(walk, arranged(home, cast, walk)) for walk in of_district(home, cast)] == before


def test_a_walk_or_road_group_in_the_file_is_honoured(home: House, cast: Cast, seatlet: Seatlet) -> None:
    rows = [(*row, group) for row, group in zip(APART, ("Hill 1", "Hill 2", "Hill 1"), strict=True)]
    load_ok(
        seatlet, "register", csv_of([*REGISTER_HEADINGS, "Road Group"], [(*e, "") for e in electors(["AB"])] + rows)
    )
    named = {w["name"]: w["walk_id"] for w in knocking_up.walks(home.database, cast.omar.person)}
    assert streets_of(home, cast, named["AB Hill 1"]) == ["Acre Lane", "Corn Street"]
    assert streets_of(home, cast, named["AB Hill 2"]) == ["Bell Street"]
    more = (*at("Dove Street", "N1 1AD", 4), "Hill 1")
    everybody = [(*e, "") for e in electors(["AB"])] + [*rows, more]
    load_ok(seatlet, "register", csv_of([*REGISTER_HEADINGS, "Road Group"], everybody))
    assert streets_of(home, cast, named["AB Hill 1"]) == ["Acre Lane", "Corn Street", "Dove Street"]
    assert not recount(home.database, seatlet.contest, NOW).differences


def test_a_named_walk_is_not_laid_out_anew(home: House, cast: Cast, seatlet: Seatlet) -> None:
    rows = [(*row, "Hill") for row in APART]
    load_ok(seatlet, "register", csv_of([*REGISTER_HEADINGS, "Walk"], [(*e, "") for e in electors(["AB"])] + rows))
    load_ok(seatlet, "points", csv_of(["Postcode", "Easting", "Northing"], PLACES))
    assert "AB Hill" in {w["name"] for w in knocking_up.walks(home.database, cast.omar.person)}
