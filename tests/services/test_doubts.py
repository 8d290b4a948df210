"""A doubtful number is kept and answered, strikes nobody, lowers a door, and waits for the organiser."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from gotv.errors import Conflict, NotThere
from gotv.house import House
from gotv.services import committee_room, contests, corrections, knocking_up
from gotv.services.recount import recount
from tests.builders import Seatlet, marked, withdrawal
from tests.cast import Cast, Member


def take(home: House, cast: Cast, *entries: dict[str, str]) -> list[str]:
    post = home.telling.post_of(cast.tess.person)
    return [answer["outcome"] for answer in home.telling.take(cast.tess.person, post, list(entries))["answers"]]


def total(seatlet: Seatlet) -> dict[str, Any]:
    found: dict[str, Any] = committee_room.board(seatlet.home.database, seatlet.contest, seatlet.home.clock.now())
    return dict(found["total"])


def doubtful(home: House, cast: Cast) -> list[dict[str, Any]]:
    return committee_room.numbers_to_check(home.database, cast.asha.person)["doubtful"]


@pytest.fixture(autouse=True)
def agrees(home: House, seatlet: Seatlet) -> Any:
    """After each of these the independent recount finds no difference."""
    yield
    assert recount(home.database, seatlet.contest, home.clock.now()).differences == []


def test_a_number_of_a_district_that_votes_elsewhere_is_kept_and_strikes_nobody(
    home: House, seatlet: Seatlet, cast: Cast
) -> None:
    assert take(home, cast, marked("1", "BA")) == ["marked"]
    (entry,) = doubtful(home, cast)
    assert (entry["district"], entry["number"], entry["doubt"], entry["called_by"]) == ("BA", 1, "elsewhere", "Tess")
    counts = total(seatlet)
    assert (counts["marks"], counts["pledges_marked"], counts["doubtful"]) == (0, 0, 1)


def test_the_organiser_confirms_and_then_it_counts(home: House, seatlet: Seatlet, cast: Cast) -> None:
    take(home, cast, entry := marked("1", "BA"))
    assert corrections.confirm(home.telling, cast.omar.person, entry["id"]) == {"number": "BA-1", "outcome": "marked"}
    counts = total(seatlet)
    assert (counts["marks"], counts["pledges_marked"], counts["doubtful"]) == (1, 1, 0)
    assert doubtful(home, cast) == []
    with pytest.raises(Conflict):
        corrections.confirm(home.telling, cast.omar.person, entry["id"])


def test_the_organiser_corrects_what_was_misheard(home: House, seatlet: Seatlet, cast: Cast) -> None:
    take(home, cast, entry := marked("2", "BA"))
    assert corrections.resolve(home.telling, cast.omar.person, entry["id"], "AB-2")["number"] == "AB-2"
    counts = total(seatlet)
    assert (counts["marks"], counts["doubtful"]) == (1, 0)


def test_the_organiser_withdraws_what_is_wrong(home: House, seatlet: Seatlet, cast: Cast) -> None:
    take(home, cast, entry := marked("2", "BA"))
    corrections.withdraw(home.telling, cast.omar.person, entry["id"])
    assert total(seatlet)["doubtful"] == 0
    assert doubtful(home, cast) == []


def test_a_teller_undoes_a_doubtful_number_in_the_same_list_or_later(home: House, seatlet: Seatlet, cast: Cast) -> None:
    one, two = marked("1", "BA"), marked("2", "BA")
    take(home, cast, one, two, withdrawal(one))
    assert total(seatlet)["doubtful"] == 1
    take(home, cast, withdrawal(two), withdrawal(two))
    assert total(seatlet)["doubtful"] == 0


def test_sent_again_a_doubtful_number_counts_once(home: House, seatlet: Seatlet, cast: Cast) -> None:
    entry = marked("1", "BA")
    assert [take(home, cast, entry), take(home, cast, entry)] == [["marked"], ["repeated"]]
    assert total(seatlet)["doubtful"] == 1


def test_a_good_mark_beats_a_doubtful_one(home: House, seatlet: Seatlet, cast: Cast, another_teller: Any) -> None:
    """Two tellers disagree: while any good mark stands, the elector has voted."""
    take(home, cast, marked("1", "BA"))
    theo = another_teller("Theo", place="Library").person
    home.telling.take(theo, home.telling.post_of(theo), [good := marked("1", "BA")])
    assert total(seatlet)["marks"] == 1
    (entry,) = doubtful(home, cast)
    assert entry["marked"]
    home.telling.take(theo, home.telling.post_of(theo), [withdrawal(good)])
    counts = total(seatlet)
    assert (counts["marks"], counts["doubtful"]) == (0, 1)


def test_the_door_of_a_doubtful_number_stays_on_the_list_as_maybe(home: House, seatlet: Seatlet, cast: Cast) -> None:
    take(home, cast, marked("1", "BA"))
    knocking_up.make_lists(home.database, seatlet.contest_id, seatlet.rooms["South"], None, home.clock.now())
    assert maybe_doors(home, seatlet, cast, "BA") == {1: True, 2: False, 3: False, 4: False, 5: False, 10: False}


def test_a_number_nobody_has_lowers_the_doors_it_may_have_been_meant_for(
    home: House, seatlet: Seatlet, cast: Cast
) -> None:
    """11/1 is nobody's, and one digit from the pledge 10/1; 40 is one digit from 10, who is no pledge."""
    take(home, cast, marked("40", "AB"), marked("11/1", "AB"))
    knocking_up.make_lists(home.database, seatlet.contest_id, seatlet.rooms["North"], None, home.clock.now())
    assert maybe_doors(home, seatlet, cast, "AB")[10] is True
    assert maybe_doors(home, seatlet, cast, "AB")[4] is False


def maybe_doors(home: House, seatlet: Seatlet, cast: Cast, district: str) -> dict[int, bool]:
    """Whether each listed pledge's door of a district is one of the last to go to, by number."""
    walk = next(w for w in knocking_up.walks(home.database, cast.asha.person) if w["district"] == district)
    found = knocking_up.walk_list(home.database, seatlet.contest, cast.asha.person, walk["walk_id"])
    doors = [door for street in found["streets"] for door in street["doors"]]
    return {elector[1]: door["maybe"] for door in doors for elector in door["electors"]}


def test_a_clerk_or_organiser_is_not_judged(home: House, seatlet: Seatlet, cast: Cast) -> None:
    home.telling.take(cast.clem.person, home.telling.post_of(cast.tess.person), [marked("1", "BA")])
    assert total(seatlet)["marks"] == 1


def test_an_agent_of_another_contest_cannot_confirm(home: House, seatlet: Seatlet, cast: Cast) -> None:
    take(home, cast, entry := marked("1", "BA"))
    with pytest.raises(NotThere):
        corrections.confirm(home.telling, cast.sam.person, entry["id"])


def test_a_number_of_another_station_of_a_split_district_is_doubtful(home: House, seatlet: Seatlet, cast: Cast) -> None:
    """Of AB, 1 to 5 vote at St Mark's Hall, 6 to 9 at the Library; 10 is in neither range."""
    split_ab(home, seatlet)
    assert take(home, cast, marked("2"), marked("9"), marked("10")) == ["marked"] * 3
    assert [(entry["number"], entry["doubt"]) for entry in doubtful(home, cast)] == [(9, "other_station")]


def split_ab(home: House, seatlet: Seatlet) -> None:
    with home.database.transaction() as connection:
        given = {"contest": seatlet.contest_id, "library": seatlet.places["Library"]}
        connection.execute(
            text("""UPDATE polling_station SET first_number = 1, last_number = 5
                     WHERE contest_id = :contest AND district = 'AB'"""),
            given,
        )
        connection.execute(
            text("""INSERT INTO polling_station (contest_id, place_id, label, district, first_number, last_number)
                    VALUES (:contest, :library, 'second', 'AB', 6, 9)"""),
            given,
        )


def test_of_two_organisers_at_once_one_is_told_that_the_other_was_quicker(
    home: House, seatlet: Seatlet, cast: Cast
) -> None:
    for number in ("1", "2", "3", "4"):
        take(home, cast, entry := marked(number, "BA"))
        both = [("AB-" + number), ("AC-" + number)]
        with ThreadPoolExecutor(2) as pool:
            done = list(pool.map(lambda right, entry=entry: attempt(home, cast, entry, right), both))
        assert sorted(map(type, done), key=str) == sorted([dict, Conflict], key=str)
    assert total(seatlet)["marks"] == 4


def attempt(home: House, cast: Cast, entry: dict[str, str], right: str) -> dict[str, str] | Conflict:
    try:
        return corrections.resolve(home.telling, cast.omar.person, entry["id"], right)
    except Conflict as why:
        return why


def test_what_an_organiser_puts_right_was_heard_once(home: House, seatlet: Seatlet, cast: Cast) -> None:
    take(home, cast, entry := marked("1", "BA"))
    before = place_of(seatlet)
    corrections.confirm(home.telling, cast.omar.person, entry["id"])
    after = place_of(seatlet)
    assert (after["heard"], after["last_heard_at"]) == (before["heard"], before["last_heard_at"])


def place_of(seatlet: Seatlet) -> dict[str, Any]:
    board = committee_room.board(seatlet.home.database, seatlet.contest, seatlet.home.clock.now())
    found: dict[str, Any] = next(p for p in board["places"] if p["name"] == "St Mark's Hall")
    return found


def test_a_number_that_fits_many_pledges_lowers_no_door(home: House, seatlet: Seatlet, cast: Cast) -> None:
    """Nobody has 9 any more; the five pledges 1 to 5 are one digit away."""
    with home.database.transaction() as connection:
        sql = "UPDATE elector SET registered = false WHERE contest_id = :c AND district = 'AB' AND number = 9"
        connection.execute(text(sql), {"c": seatlet.contest_id})
    contests.count_anew(home.database, seatlet.contest_id)
    take(home, cast, marked("9", "AB"))
    knocking_up.make_lists(home.database, seatlet.contest_id, seatlet.rooms["North"], None, home.clock.now())
    assert not any(maybe_doors(home, seatlet, cast, "AB").values())


def again(home: House, cast: Cast) -> list[tuple[str, int]]:
    found = committee_room.numbers_to_check(home.database, cast.asha.person)["again"]
    return [(entry["district"], entry["number"]) for entry in found]


def test_a_number_that_its_teller_gave_before_counts_once_and_is_shown_with_its_neighbours_lowered(
    home: House, seatlet: Seatlet, cast: Cast
) -> None:
    """Of the pledges 1 to 5 only 1 and 2 are outstanding: 8, given twice, may have been meant for either."""
    take(home, cast, *(marked(number) for number in ("3", "4", "5", "8")))
    assert again(home, cast) == []
    assert take(home, cast, marked("8")) == ["already_marked"]
    assert again(home, cast) == [("AB", 8)]
    assert total(seatlet)["marks"] == 4
    knocking_up.make_lists(home.database, seatlet.contest_id, seatlet.rooms["North"], None, home.clock.now())
    assert maybe_doors(home, seatlet, cast, "AB") == {1: True, 2: True, 10: False}


def test_two_tellers_who_give_the_same_number_are_both_believed(
    home: House, cast: Cast, another_teller: Callable[..., Member]
) -> None:
    tom = another_teller("Tom")
    take(home, cast, marked("8"))
    home.telling.take(tom.person, home.telling.post_of(tom.person), [marked("8")])
    assert again(home, cast) == []


def test_a_number_taken_back_and_given_anew_is_not_given_twice(home: House, cast: Cast) -> None:
    take(home, cast, first := marked("8"), withdrawal(first), marked("8"))
    assert again(home, cast) == []


def test_a_number_given_twice_is_confirmed_corrected_or_withdrawn(home: House, seatlet: Seatlet, cast: Cast) -> None:
    pairs = [(marked(number), marked(number)) for number in ("8", "9", "10")]
    take(home, cast, *(one for pair in pairs for one in pair))
    corrections.confirm(home.telling, cast.omar.person, pairs[0][1]["id"])
    corrections.resolve(home.telling, cast.omar.person, pairs[1][1]["id"], "AB-3")
    corrections.withdraw(home.telling, cast.omar.person, pairs[2][1]["id"])
    assert again(home, cast) == []
    assert total(seatlet)["marks"] == 4
    with pytest.raises(Conflict):
        corrections.confirm(home.telling, cast.omar.person, pairs[0][0]["id"])
