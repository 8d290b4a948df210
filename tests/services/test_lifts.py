"""Lifts: from whoever asks to whoever drives, one winner for each step, and every step can be undone."""

import uuid
from datetime import date, time
from typing import Any

import pytest

from gotv.domain.contests import Contest
from gotv.domain.lifts import State
from gotv.errors import Conflict, NotThere, NotYours
from gotv.house import House
from gotv.services import cars, committee_room, lift_requests, lifts
from tests.builders import Seatlet, csv_of, load_ok, marked
from tests.cast import Cast, Member
from tests.services.test_doors import Walk, ab, result, undone

__all__ = ["ab"]


class Room:
    """The committee room of the North, which answers the telephone."""

    def __init__(self, home: House, seatlet: Seatlet, cast: Cast) -> None:
        self.home, self.seatlet, self.cast = home, seatlet, cast

    def ask(self, by: Member | None = None, **told: Any) -> str:
        lift_id = str(uuid.uuid4())
        told = {"number": "AB-2", "passengers": 1, "both_ways": True, "again": True} | told
        now = self.home.clock.now()
        person = (by or self.cast.clem).person
        assert lift_requests.ask(self.home.database, self.seatlet.contest, person, lift_id, told, now)
        return lift_id

    def seen(self) -> dict[str, Any]:
        person, now = self.cast.asha.person, self.home.clock.now()
        return lifts.lifts_and_cars(self.home.database, self.seatlet.contest, person, now)

    def lift(self, lift_id: str) -> dict[str, Any]:
        seen = self.seen()
        return next(row for row in seen["lifts"] + seen["ended"] if row["lift_id"] == lift_id)

    def car(self, driver: str = "Ann", seats: int = 3) -> int:
        cars.add_car(self.home.database, self.cast.clem.person, self.seatlet.rooms["North"], driver, "", seats)
        return next(int(car["car_id"]) for car in self.seen()["cars"] if car["driver"] == driver)

    def give(self, lift_id: str, car_id: int, seen: int | None = None, by: Member | None = None) -> None:
        step = self.lift(lift_id)["step"] if seen is None else seen
        person = (by or self.cast.clem).person
        lifts.give_car(self.home.database, person, lift_id, step, car_id, self.home.clock.now())

    def go(self, lift_id: str, *states: State) -> None:
        for state in states:
            step = self.lift(lift_id)["step"]
            lifts.step(self.home.database, self.cast.omar.person, lift_id, step, state, self.home.clock.now())

    def on_the_board(self) -> tuple[int, int, int]:
        total = committee_room.board(self.home.database, self.seatlet.contest, self.home.clock.now())["total"]
        return total["lifts_asked"], total["lifts_going"], total["lifts_done"]


@pytest.fixture
def room(home: House, seatlet: Seatlet, cast: Cast) -> Room:
    return Room(home, seatlet, cast)


def test_a_lift_goes_there_and_home_again_and_the_board_counts_it(room: Room) -> None:
    lift_id = room.ask()
    assert room.lift(lift_id)["address"] == "2 AB Elm Road N1 4QD"
    assert room.lift(lift_id)["place"] == "St Mark's Hall"
    assert room.on_the_board() == (1, 0, 0)
    room.give(lift_id, room.car())
    assert room.on_the_board() == (0, 1, 0)
    room.go(lift_id, State.UNDER_WAY, State.THERE, State.RETURNING, State.DONE)
    assert room.on_the_board() == (0, 0, 1)
    assert room.lift(lift_id)["words"] == "done"


def test_a_lift_asked_for_at_a_door_is_there_at_once_and_goes_when_that_is_taken_back(ab: Walk, room: Room) -> None:
    wanted = result(ab.door_ids["2"], "lift", passengers=2, both_ways=False, note="ring twice")
    ab.take(wanted)
    lift = room.lift(wanted["id"])
    assert (lift["passengers"], lift["both_ways"], lift["note"], lift["asked_by"]) == (2, False, "ring twice", "Kit")
    ab.take(undone(wanted))
    assert room.lift(wanted["id"])["state"] == "cancelled"


def test_a_lift_taken_back_before_it_arrives_is_never_asked_for(ab: Walk, room: Room) -> None:
    wanted = result(ab.door_ids["2"], "lift")
    ab.take(undone(wanted))
    ab.take(wanted)
    assert room.on_the_board() == (0, 0, 0)


def test_a_result_sent_twice_asks_for_one_lift(ab: Walk, room: Room) -> None:
    wanted = result(ab.door_ids["2"], "lift")
    ab.take(wanted)
    ab.take(wanted)
    assert len(room.seen()["lifts"]) == 1


def test_a_form_sent_twice_asks_for_one_lift(room: Room) -> None:
    lift_id, told = str(uuid.uuid4()), {"number": "AB-2", "passengers": 1}
    now, person = room.home.clock.now(), room.cast.clem.person
    for first in (True, False):
        assert lift_requests.ask(room.home.database, room.seatlet.contest, person, lift_id, told, now) is first


def test_of_two_who_give_a_car_the_second_is_told_who_was_quicker(room: Room) -> None:
    lift_id, ann, bob = room.ask(), room.car("Ann"), room.car("Bob")
    room.give(lift_id, ann, seen=0, by=room.cast.omar)
    with pytest.raises(Conflict, match=r"Omar was quicker. This lift: has a car \(car: Ann\)"):
        room.give(lift_id, bob, seen=0)
    assert room.lift(lift_id)["driver"] == "Ann"


def test_a_full_car_takes_nobody_more(room: Room) -> None:
    ann = room.car("Ann", seats=3)
    room.give(room.ask(passengers=2), ann)
    with pytest.raises(Conflict, match="Ann has 3 seats, 2 of them taken"):
        room.give(room.ask(passengers=2), ann)
    room.give(room.ask(passengers=1), ann)


def test_each_step_can_be_undone(room: Room) -> None:
    lift_id, ann = room.ask(), room.car("Ann")
    room.give(lift_id, ann)
    room.go(lift_id, State.UNDER_WAY)
    for state, driver in (("assigned", "Ann"), ("under_way", "Ann")):
        lifts.undo(
            room.home.database, room.cast.clem.person, lift_id, room.lift(lift_id)["step"], room.home.clock.now()
        )
        assert (room.lift(lift_id)["state"], room.lift(lift_id)["driver"]) == (state, driver)


def test_a_cancelled_lift_comes_back_by_undo(room: Room) -> None:
    lift_id = room.ask()
    room.go(lift_id, State.CANCELLED)
    assert [row["lift_id"] for row in room.seen()["ended"]] == [lift_id]
    lifts.undo(room.home.database, room.cast.omar.person, lift_id, 1, room.home.clock.now())
    assert room.lift(lift_id)["state"] == "asked"


def test_a_driver_who_still_has_somebody_cannot_go_home(room: Room) -> None:
    lift_id, ann = room.ask(), room.car("Ann")
    room.give(lift_id, ann)
    with pytest.raises(Conflict, match="Ann still has 1 to drive"):
        cars.drive(room.home.database, room.cast.clem.person, ann, room.home.clock.now(), off=True)
    room.go(lift_id, State.UNDER_WAY, State.THERE, State.DONE)
    cars.drive(room.home.database, room.cast.clem.person, ann, room.home.clock.now(), off=True)
    with pytest.raises(Conflict, match="Ann does not drive any more"):
        room.give(room.ask(), ann)


def test_somebody_who_is_not_on_the_register_is_fetched_from_their_address(room: Room) -> None:
    place = room.seatlet.places["St Mark's Hall"]
    lift_id = room.ask(number="", address="The Old Mill", place_id=place, note="tall step")
    assert (room.lift(lift_id)["address"], room.lift(lift_id)["place"]) == ("The Old Mill", "St Mark's Hall")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"number": "AB-99"}, "No address is known for AB-99"),
        ({"number": "AB-x"}, "not an elector number"),
        ({"number": "", "address": " "}, "Write the elector's number, or the address"),
        ({"passengers": 0}, "People: write a number from 1 to 8"),
        ({"at": "half past"}, "'half past' is no time"),
        ({"at": "23:59"}, "The poll is open from 00:00 to 23:59"),
    ],
)
def test_what_cannot_be_read_is_named(room: Room, told: dict[str, Any], words: str) -> None:
    with pytest.raises(Conflict, match=words):
        room.ask(**told)


def test_the_whole_contest_must_say_where_somebody_votes(room: Room) -> None:
    with pytest.raises(Conflict, match="Choose the polling place"):
        room.ask(by=room.cast.asha, number="", address="The Old Mill")


def test_another_committee_room_neither_asks_nor_drives_here(room: Room, cast: Cast) -> None:
    with pytest.raises(NotYours):
        room.ask(number="BA-2")
    south = room.ask(by=cast.asha, number="BA-2")
    with pytest.raises(NotYours):
        room.give(south, room.car())
    with pytest.raises(NotThere):
        room.give(str(uuid.uuid4()), room.car("Bob"), seen=0)


def test_a_time_that_is_past_is_refused_but_a_little_late_is_not() -> None:
    day = Contest(1, "Test", date(2026, 5, 7))
    now = day.at(time(14, 3))
    assert lift_requests.wanted_at("14:00", day, now) == day.at(time(14))
    with pytest.raises(Conflict, match="13:30 is past"):
        lift_requests.wanted_at("13:30", day, now)


def test_undo_gives_nobody_a_seat_that_is_taken_or_a_car_that_went_home(room: Room) -> None:
    first, second, ann = room.ask(passengers=3), room.ask(passengers=3), room.car("Ann", seats=3)
    room.give(first, ann)
    room.go(first, State.CANCELLED)
    room.give(second, ann)
    undone = lifts.undo(room.home.database, room.cast.omar.person, first, 2, room.home.clock.now())
    assert "Ann has 3 seats, 3 of them taken" in undone["words"]
    assert (room.lift(first)["state"], room.lift(first)["driver"]) == ("asked", None)


def test_a_car_that_broke_down_is_taken_off_and_another_takes_them_home(room: Room) -> None:
    lift_id, ann, bob = room.ask(), room.car("Ann"), room.car("Bob")
    room.give(lift_id, ann)
    room.go(lift_id, State.ASKED)
    assert room.on_the_board() == (1, 0, 0)
    room.give(lift_id, ann)
    room.go(lift_id, State.UNDER_WAY, State.THERE)
    room.give(lift_id, bob)
    assert (room.lift(lift_id)["state"], room.lift(lift_id)["driver"]) == ("there", "Bob")


def test_nobody_sets_off_or_goes_home_in_a_car_that_is_full_just_now(room: Room) -> None:
    first, second, ann = room.ask(passengers=2), room.ask(passengers=2), room.car("Ann", seats=3)
    room.give(first, ann)
    room.go(first, State.UNDER_WAY, State.THERE)
    room.give(second, ann)
    room.go(second, State.UNDER_WAY)
    with pytest.raises(Conflict, match="Ann has 3 seats, 2 of them taken"):
        room.go(first, State.RETURNING)


def test_only_who_was_seen_is_said_to_be_marked(room: Room, cast: Cast) -> None:
    pledge, neighbour = room.ask(number="AB-3"), room.ask(number="AB-8")
    post = room.home.telling.post_of(cast.tess.person)
    room.home.telling.take(cast.tess.person, post, [marked("3")])
    assert (room.lift(pledge)["marked"], room.lift(neighbour)["marked"]) == (True, False)


def test_a_second_lift_from_a_door_is_asked_only_knowingly(room: Room, cast: Cast) -> None:
    room.ask()
    with pytest.raises(lift_requests.SecondLift, match=r"A lift from 2 AB Elm Road .* is open already, asked by Clem"):
        room.ask(by=cast.omar, again=False)
    room.ask(by=cast.omar, again=True)


def test_a_lift_called_off_on_the_way_stays_in_sight_until_the_driver_is_told(ab: Walk, room: Room) -> None:
    wanted = result(ab.door_ids["2"], "lift")
    ab.take(wanted)
    room.give(wanted["id"], room.car("Ann"))
    ab.take(undone(wanted))
    assert [row["words"] for row in room.seen()["lifts"]] == ["cancelled by Kit: tell Ann"]


def test_a_lift_goes_with_its_door_to_another_committee_room(room: Room, cast: Cast) -> None:
    room.ask()
    headings = ["Polling district", "Polling place name", "Postcode", "Committee room"]
    load_ok(room.seatlet, "stations", csv_of(headings, [("AB", "St Mark's Hall", "N1 1AA", "South")]))
    seen = lifts.lifts_and_cars(room.home.database, room.seatlet.contest, cast.clem.person, room.home.clock.now())
    assert seen["lifts"] == []
    assert room.on_the_board() == (1, 0, 0)
    assert room.seen()["lifts"][0]["committee_room"] == "South"


def test_a_form_sent_twice_by_one_person_takes_one_step(room: Room) -> None:
    lift_id = room.ask()
    room.give(lift_id, room.car("Ann"))
    for _ in range(2):
        now, omar = room.home.clock.now(), room.cast.omar.person
        lifts.step(room.home.database, omar, lift_id, 1, State.UNDER_WAY, now)
    assert (room.lift(lift_id)["state"], room.lift(lift_id)["step"]) == ("under_way", 2)
