"""Teams out with walks: one winner, the loser is told; who is silent is not believed out; rounds opened once."""

import threading
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from gotv.domain.people import Role
from gotv.errors import Conflict, NotLetIn, NotYours
from gotv.house import House
from gotv.services import knocking_up, outings, rounds, walk_board, walk_on_phone
from gotv.store import contests
from tests.builders import Seatlet, build_seatlet
from tests.cast import Cast, Member, member
from tests.conftest import over

NOW = datetime.now(UTC)


@pytest.fixture
def walk(home: House, cast: Cast) -> int:
    return next(int(w["walk_id"]) for w in knocking_up.walks(home.database, cast.omar.person) if w["district"] == "AB")


@pytest.fixture
def jo(home: House, seatlet: Seatlet) -> Member:
    return member(home, seatlet.contest_id, Role.KNOCKER, "Jo", committee_room_id=seatlet.rooms["North"])


def give(home: House, by: Member, walk: int, *team: Member, now: datetime = NOW) -> int:
    return outings.give(home.database, home.key, by.person, walk, [one.person.person_id for one in team], [], now)


def words(home: House, cast: Cast, seatlet: Seatlet, walk: int, now: datetime = NOW) -> str:
    found = walk_board.walks_and_rooms(home.database, seatlet.contest, cast.omar.person, now)
    return str(next(one["how"]["words"] for one in found["walks"] if one["walk_id"] == walk))


def test_of_two_organisers_who_give_one_walk_the_second_is_told_who_and_when(
    home: House, cast: Cast, seatlet: Seatlet, walk: int, jo: Member
) -> None:
    give(home, cast.omar, walk, cast.kit)
    with pytest.raises(Conflict) as told:
        give(home, cast.asha, walk, jo)
    since = f"{seatlet.contest.local(NOW):%H:%M}"
    assert str(told.value) == f"AB 1: AB Elm Road is out with Kit since {since}, given by Omar."


def test_of_many_who_take_one_walk_at_once_exactly_one_has_it(
    home: House, cast: Cast, seatlet: Seatlet, walk: int
) -> None:
    many = [
        member(home, seatlet.contest_id, Role.KNOCKER, f"K{n}", committee_room_id=seatlet.rooms["North"])
        for n in range(8)
    ]
    outcomes: list[str] = []
    ready = threading.Barrier(len(many))

    def take(person: Member) -> None:
        ready.wait()
        try:
            outings.take(home.database, person.person, walk, NOW)
            outcomes.append("has it")
        except Conflict:
            outcomes.append("too late")

    threads = [threading.Thread(target=take, args=(one,)) for one in many]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["has it", *["too late"] * 7]


def test_a_team_not_heard_of_is_aged_out_and_the_walk_can_be_given_again(
    home: House, cast: Cast, seatlet: Seatlet, walk: int, jo: Member
) -> None:
    give(home, cast.omar, walk, cast.kit)
    later = NOW + timedelta(minutes=46)
    assert "not heard of since" in words(home, cast, seatlet, walk, later)
    give(home, cast.omar, walk, jo, now=later)
    assert "with Jo" in words(home, cast, seatlet, walk, later)
    assert walk_on_phone.on_phone(home.database, cast.kit.person, later)["walk"] is None


def test_a_sign_of_life_keeps_a_team_out(home: House, cast: Cast, seatlet: Seatlet, walk: int, jo: Member) -> None:
    give(home, cast.omar, walk, cast.kit)
    walk_on_phone.on_phone(home.database, cast.kit.person, NOW + timedelta(minutes=40))
    with pytest.raises(Conflict):
        give(home, cast.omar, walk, jo, now=NOW + timedelta(minutes=80))


def test_a_walk_is_finished_and_that_can_be_undone(home: House, cast: Cast, seatlet: Seatlet, walk: int) -> None:
    outing = give(home, cast.omar, walk, cast.kit)
    outings.come_back(home.database, cast.kit.person, outing, "finished", NOW)
    assert words(home, cast, seatlet, walk).startswith("finished")
    outings.undo_come_back(home.database, cast.omar.person, outing, NOW)
    assert "with Kit" in words(home, cast, seatlet, walk)
    with pytest.raises(Conflict, match="cannot be undone"):
        outings.undo_come_back(home.database, cast.omar.person, outing, NOW)


def test_moving_a_walk_calls_the_first_team_back(
    home: House, cast: Cast, seatlet: Seatlet, walk: int, jo: Member
) -> None:
    outing = give(home, cast.omar, walk, cast.kit)
    outings.move(home.database, home.key, cast.omar.person, outing, [], NOW, [jo.person.person_id])
    assert walk_on_phone.on_phone(home.database, cast.kit.person, NOW)["walk"] is None
    assert walk_on_phone.on_phone(home.database, jo.person, NOW)["walk"]["team"] == "Jo"


def test_new_names_become_knockers_up_with_a_link_of_their_own(
    home: House, cast: Cast, seatlet: Seatlet, walk: int
) -> None:
    outing = outings.give(home.database, home.key, cast.omar.person, walk, [], ["Lee", "Max"], NOW)
    assert len(outings.find(home.database, cast.omar.person, outing)["people"]) == 2


def test_nobody_is_not_a_team_and_a_teller_no_knocker_up(home: House, cast: Cast, walk: int) -> None:
    with pytest.raises(Conflict, match="who goes"):
        give(home, cast.omar, walk)
    with pytest.raises(Conflict, match="no knocker-up"):
        give(home, cast.omar, walk, cast.tess)


def test_a_walk_of_another_room_cannot_be_given_or_taken(home: House, cast: Cast) -> None:
    south = next(w["walk_id"] for w in knocking_up.walks(home.database, cast.asha.person) if w["district"] == "BA")
    with pytest.raises(NotYours):
        give(home, cast.omar, south, cast.kit)
    with pytest.raises(NotYours):
        outings.take(home.database, cast.kit.person, south, NOW)


def test_of_two_who_go_to_one_door_one_is_told_who_is_there(
    home: House, cast: Cast, seatlet: Seatlet, walk: int, jo: Member
) -> None:
    knocking_up.make_list(home.database, seatlet.contest_id, walk, NOW)
    give(home, cast.omar, walk, cast.kit, jo)
    rows = walk_on_phone.on_phone(home.database, cast.kit.person, NOW)["walk"]["rows"]
    door = rows[0]["door_id"]
    assert walk_on_phone.stand_at(home.database, cast.kit.person, door, NOW) == {"ok": True}
    assert walk_on_phone.stand_at(home.database, jo.person, door, NOW) == {"ok": False, "there": "Kit"}
    assert walk_on_phone.stand_at(home.database, cast.kit.person, rows[1]["door_id"], NOW) == {"ok": True}
    assert walk_on_phone.stand_at(home.database, jo.person, door, NOW) == {"ok": True}


def test_a_round_is_opened_once_whoever_clicks(home: House, cast: Cast, seatlet: Seatlet) -> None:
    north = seatlet.rooms["North"]
    assert rounds.open_round(home.database, cast.omar.person, north, 1, NOW) == 2
    assert rounds.open_round(home.database, cast.asha.person, north, 1, NOW) == 2
    assert rounds.open_round(home.database, cast.asha.person, north, 2, NOW) == 3


def test_the_clock_opens_the_rounds_of_the_day(home: House, cast: Cast, seatlet: Seatlet) -> None:
    with home.database.transaction() as connection:
        contests.change(connection, seatlet.contest_id, knocking_rules={"rounds": ["10:00", "14:00"]})

    def number(at: time) -> int:
        rounds.open_rounds_by_the_clock(home.database, seatlet.contest.at(at))
        with home.database.snapshot() as connection:
            return rounds.round_of(connection, seatlet.contest_id, seatlet.rooms["North"])

    assert [number(time(9)), number(time(10)), number(time(10, 30)), number(time(15))] == [1, 2, 2, 3]


def test_nobody_is_shown_a_walk_that_is_out_as_free(
    home: House, cast: Cast, seatlet: Seatlet, walk: int, jo: Member
) -> None:
    knocking_up.make_lists(home.database, seatlet.contest_id, seatlet.rooms["North"], None, NOW)

    def free() -> list[Any]:
        return [one["walk_id"] for one in walk_on_phone.on_phone(home.database, jo.person, NOW)["free"]]

    assert walk in free()
    give(home, cast.omar, walk, cast.kit)
    assert walk not in free()


def test_when_the_day_is_gone_by_no_phone_shows_a_walk_or_takes_one(
    home: House, cast: Cast, seatlet: Seatlet, walk: int, jo: Member
) -> None:
    """In the small hours somebody may still send what they had no signal for; then nobody needs those doors."""
    closes = seatlet.contest.at(time(22))
    give(home, cast.omar, walk, cast.kit, now=closes)
    small_hours, gone_by = closes + timedelta(hours=5, minutes=59), closes + timedelta(hours=6)
    walk_on_phone.on_phone(home.database, cast.kit.person, small_hours)
    with pytest.raises(NotLetIn, match="Polling day is over, and walks are not shown any more"):
        walk_on_phone.on_phone(home.database, cast.kit.person, gone_by)
    with pytest.raises(NotLetIn, match="Polling day is over"):
        outings.take(home.database, jo.person, walk, gone_by)


def test_a_seat_to_practise_on_shows_its_walks_on_later_days_too(home: House) -> None:
    """Everybody in it is invented, and it is used for weeks."""
    practice, weeks_later = build_seatlet(home, rehearsal=True), NOW + timedelta(weeks=3)
    kit = member(home, practice.contest_id, Role.KNOCKER, "Kit", committee_room_id=practice.rooms["North"]).person
    walk = next(int(one["walk_id"]) for one in knocking_up.walks(home.database, kit))
    outings.take(home.database, kit, walk, weeks_later)
    assert walk_on_phone.on_phone(home.database, kit, weeks_later)["walk"]["walk_id"] == walk
    over(home, practice)


def test_one_person_is_out_with_one_walk_at_a_time(home: House, cast: Cast, walk: int) -> None:
    other = next(w["walk_id"] for w in knocking_up.walks(home.database, cast.omar.person) if w["district"] == "AC")
    first = give(home, cast.omar, walk, cast.kit)
    with pytest.raises(Conflict, match="Kit is out with AB 1"):
        give(home, cast.omar, other, cast.kit)
    outings.come_back(home.database, cast.kit.person, first, "returned", NOW)
    give(home, cast.omar, other, cast.kit)
    with pytest.raises(Conflict, match="cannot be undone"):
        outings.undo_come_back(home.database, cast.omar.person, first, NOW)


def test_moving_a_walk_to_nobody_leaves_it_where_it_is(home: House, cast: Cast, walk: int) -> None:
    outing = give(home, cast.omar, walk, cast.kit)
    with pytest.raises(Conflict, match="who goes"):
        outings.move(home.database, home.key, cast.omar.person, outing, [], NOW)
    assert walk_on_phone.on_phone(home.database, cast.kit.person, NOW)["walk"]


def test_the_clock_takes_back_who_is_silent(home: House, cast: Cast, seatlet: Seatlet, walk: int) -> None:
    noon = seatlet.contest.at(time(12))
    give(home, cast.omar, walk, cast.kit, now=noon)
    outings.age_out(home.database, noon + timedelta(minutes=44))
    assert "with Kit" in words(home, cast, seatlet, walk, noon)
    outings.age_out(home.database, noon + timedelta(minutes=46))
    assert "not heard of again" in words(home, cast, seatlet, walk, noon + timedelta(minutes=46))


@pytest.mark.parametrize("seen", [0, 2, 999, -5])
def test_only_the_round_after_the_open_one_can_be_opened(home: House, cast: Cast, seatlet: Seatlet, seen: int) -> None:
    assert rounds.open_round(home.database, cast.omar.person, seatlet.rooms["North"], seen, NOW) == 1


def test_a_round_of_a_room_that_is_not_there_is_refused(home: House, cast: Cast) -> None:
    with pytest.raises(NotYours):
        rounds.open_round(home.database, cast.asha.person, 2**30, 1, NOW)
