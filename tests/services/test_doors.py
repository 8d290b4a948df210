"""What was found at doors: kept once, folded in any order, never against a teller's mark."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from gotv.domain.knocking_up import Wanted
from gotv.errors import NotLetIn, TooMuch
from gotv.house import House
from gotv.services import doors, inviting, knocking_up
from gotv.services.recount import recount
from gotv.store import outstanding
from tests.builders import Seatlet, marked
from tests.cast import Cast, Member


def result(door_id: int, kind: str = "not_in", **given: Any) -> dict[str, Any]:
    """A result as a phone sends it."""
    return {"id": str(uuid.uuid4()), "kind": kind, "door_id": door_id, **given}


def undone(of: dict[str, Any]) -> dict[str, Any]:
    return {"id": str(uuid.uuid4()), "kind": "withdraw", "withdraws": of["id"]}


@pytest.fixture
def ab(home: House, seatlet: Seatlet, cast: Cast) -> "Walk":
    return Walk(home, seatlet, cast)


class Walk:
    """Walk AB of the North, its list made anew when asked."""

    def __init__(self, home: House, seatlet: Seatlet, cast: Cast, district: str = "AB") -> None:
        self.home, self.seatlet, self.cast = home, seatlet, cast
        walks = knocking_up.walks(home.database, cast.asha.person)
        self.walk_id = next(int(walk["walk_id"]) for walk in walks if walk["district"] == district)
        self.door_ids = {door["door"]: door["door_id"] for door in self.listed()}

    def listed(self) -> list[dict[str, Any]]:
        """The doors of the newest list, as asked for now."""
        knocking_up.make_list(self.home.database, self.seatlet.contest_id, self.walk_id, self.home.clock.now())
        found = knocking_up.walk_list(self.home.database, self.seatlet.contest, self.cast.asha.person, self.walk_id)
        return [door | {"section": street["section"]} for street in found["streets"] for door in street["doors"]]

    def houses(self) -> list[str]:
        return [door["door"] for door in self.listed()]

    def take(self, *sent: dict[str, Any], by: Member | None = None) -> list[str]:
        person = (by or self.cast.kit).person
        answer = doors.take(self.home.database, person, list(sent), self.home.clock.now())
        return [one["outcome"] for one in answer["answers"]]

    def agrees(self) -> bool:
        return not recount(self.home.database, self.seatlet.contest, self.home.clock.now()).differences


def test_whoever_said_they_voted_leaves_the_list_and_comes_back_when_that_is_undone(ab: Walk) -> None:
    voted = result(ab.door_ids["3"], "voted")
    assert ab.take(voted) == ["kept"]
    assert ab.houses() == ["1", "5", "2", "4", "10"]
    assert ab.take(undone(voted)) == ["kept"]
    assert ab.houses() == ["1", "3", "5", "2", "4", "10"]
    assert ab.agrees()


def test_a_result_counts_once_however_often_it_is_sent(ab: Walk) -> None:
    once = result(ab.door_ids["3"])
    assert ab.take(once, once) == ["kept", "repeated"]
    assert ab.take(once) == ["repeated"]
    assert [door["reason"][:9] for door in ab.listed() if door["door"] == "3"] == ["not in at"]


def test_an_undo_that_arrives_before_its_result_still_wins(ab: Walk) -> None:
    voted = result(ab.door_ids["3"], "voted")
    ab.take(undone(voted))
    ab.take(voted)
    assert "3" in ab.houses()
    assert ab.agrees()


def test_do_not_call_again_drops_the_whole_house_and_survives_a_re_import(ab: Walk) -> None:
    from tests.builders import REGISTER_HEADINGS, csv_of, electors, load_ok

    ab.take(result(ab.door_ids["3"], "no_calls"))
    new = ("AB", 301, 0, "", "", "Elector301", "Sid", "N1 4QD", "3 AB Elm Road", "Sampleton")
    load_ok(ab.seatlet, "register", csv_of(REGISTER_HEADINGS, [*electors(["AB", "AC", "BA"]), new]))
    load_ok(ab.seatlet, "pledges", csv_of(["elector_number", "voting_intention"], [("AB-301", "Ours")]))
    assert "3" not in ab.houses()
    assert ab.agrees()


def test_a_promised_time_brings_the_door_back_by_itself(ab: Walk) -> None:
    now = ab.home.clock.now()
    later = (now + timedelta(hours=1)).isoformat()
    ab.take(result(ab.door_ids["1"], "will_vote", promised_at=later))
    assert [(door["door"], door["section"]) for door in ab.listed()][-1] == ("1", "last")
    hour = now + timedelta(minutes=61)
    knocking_up.make_list(ab.home.database, ab.seatlet.contest_id, ab.walk_id, hour)
    found = knocking_up.walk_list(ab.home.database, ab.seatlet.contest, ab.cast.asha.person, ab.walk_id)
    first = found["streets"][0]
    assert (first["section"], first["doors"][0]["door"]) == ("now", "1")


def test_a_tellers_mark_wins_over_not_in_whichever_comes_first(ab: Walk) -> None:
    tess = ab.cast.tess.person
    ab.home.telling.take(tess, ab.home.telling.post_of(tess), [marked("1")])
    ab.take(result(ab.door_ids["1"], "not_in"))
    ab.take(result(ab.door_ids["5"], "not_in"))
    ab.home.telling.take(tess, ab.home.telling.post_of(tess), [marked("5")])
    assert ab.houses() == ["3", "2", "4", "10"]
    assert ab.agrees()


def test_only_who_found_it_or_the_committee_room_takes_a_result_back(ab: Walk) -> None:
    voted = result(ab.door_ids["3"], "voted")
    ab.take(voted, by=ab.cast.omar)
    assert ab.take(undone(voted), by=ab.cast.kit) == ["refused"]
    assert ab.take(undone(voted), by=ab.cast.asha) == ["kept"]


def test_a_door_of_another_committee_room_or_contest_is_refused(ab: Walk, home: House) -> None:
    south = Walk(home, ab.seatlet, ab.cast, "BA")
    assert ab.take(result(south.door_ids["1"])) == ["refused"]
    assert ab.take(result(2**40)) == ["refused"]
    assert ab.take(result(ab.door_ids["1"]), by=ab.cast.sam) == ["refused"]


def test_somebody_who_does_not_live_there_is_refused_by_number(ab: Walk) -> None:
    person = ab.cast.kit.person
    stranger = result(ab.door_ids["1"], "voted", electors=[["AB", 3, 0]])
    answer = doors.take(ab.home.database, person, [stranger], ab.home.clock.now())
    assert answer["answers"][0]["reason"] == "AB-3 is not registered at that door."


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("rubbish", "object"),
        ({"kind": "hello"}, "none of"),
        ({"kind": "not_in", "id": "x", "door_id": 1}, "UUID"),
        ({"kind": "not_in", "id": str(uuid.uuid4())}, "which door"),
        ({"kind": "will_vote", "id": str(uuid.uuid4()), "door_id": 1}, "what time"),
        ({"kind": "voted", "id": str(uuid.uuid4()), "door_id": 1, "electors": [["AB"]]}, "district, number, suffix"),
        ({"kind": "lift", "id": str(uuid.uuid4()), "door_id": 1, "passengers": 99}, "1 to 8"),
        ({"kind": "lift", "id": str(uuid.uuid4()), "door_id": 1, "promised_at": "soon"}, "cannot be read"),
        ({"kind": "lift", "id": str(uuid.uuid4()), "door_id": 1, "promised_at": "2026-05-07T10:00"}, "zone"),
    ],
)
def test_what_is_no_result_is_refused_in_words_and_the_rest_is_kept(ab: Walk, wrong: Any, why: str) -> None:
    sent = [wrong, result(ab.door_ids["1"])]
    answer = doors.take(ab.home.database, ab.cast.kit.person, sent, ab.home.clock.now())
    refused, kept = answer["answers"]
    assert refused["outcome"] == "refused"
    assert why in refused["reason"]
    assert kept["outcome"] == "kept"


def test_too_many_at_once_are_refused(ab: Walk) -> None:
    with pytest.raises(TooMuch):
        ab.take(*[result(ab.door_ids["1"])] * 201)


def test_whoever_was_switched_off_can_send_no_more(ab: Walk) -> None:
    inviting.revoke(ab.home.database, ab.cast.asha.person, ab.cast.kit.person.person_id)
    with pytest.raises(NotLetIn):
        ab.take(result(ab.door_ids["1"]))


def test_a_couple_who_each_say_something_are_one_knock(ab: Walk) -> None:
    now = ab.home.clock.now()
    both = [result(ab.door_ids["1"], at=(now - timedelta(minutes=m)).isoformat()) for m in (5, 4)]
    ab.take(*both, result(ab.door_ids["3"]), result(ab.door_ids["5"]))
    with ab.home.database.snapshot() as connection:
        rows = outstanding.outstanding(connection, ab.seatlet.contest_id, [ab.walk_id])
    wanted = [Wanted(*row) for row in rows]
    assert {one.door: one.knocks for one in wanted if one.knocks} == {"1": 1, "3": 1, "5": 1}


def test_an_organiser_takes_back_no_result_of_another_committee_room(ab: Walk, home: House) -> None:
    south = Walk(home, ab.seatlet, ab.cast, "BA")
    voted = result(south.door_ids["1"], "voted")
    ab.take(voted, by=ab.cast.asha)
    assert ab.take(undone(voted), by=ab.cast.omar) == ["refused"]


def test_an_undo_renews_the_list_of_somebody_who_has_moved_house_since(ab: Walk, home: House) -> None:
    from tests.builders import REGISTER_HEADINGS, csv_of, electors, load_ok

    voted = result(ab.door_ids["3"], "voted")
    ab.take(voted)
    rows = [row for row in electors(["AB", "AC", "BA"]) if row[:3] != ("AB", 3, 0)]
    moved = ("AB", 3, 0, "", "", "Elector3", "Pat", "N1 4QD", "1 Oak Road", "Sampleton")
    load_ok(ab.seatlet, "register", csv_of(REGISTER_HEADINGS, [*rows, moved]))
    north = ab.seatlet.rooms["North"]
    knocking_up.make_lists(home.database, ab.seatlet.contest_id, north, None, home.clock.now())
    ab.take(undone(voted))
    knocking_up.make_lists(home.database, ab.seatlet.contest_id, north, None, home.clock.now())
    walk = next(w for w in knocking_up.walks(home.database, ab.cast.omar.person) if "Oak Road" in w["name"])
    assert walk["doors"] == 1
    assert ab.agrees()


@pytest.mark.parametrize("note", ["\0", "\ud800", "x" * 10_000])
def test_a_note_that_no_database_takes_is_made_harmless(ab: Walk, note: str) -> None:
    assert ab.take(result(ab.door_ids["1"], note=note), result(ab.door_ids["3"])) == ["kept", "kept"]


def test_third_knocks_stop_waiting_when_the_last_first_knock_is_made(ab: Walk) -> None:
    """Also on the list of a walk in which nothing else has changed."""
    ac = Walk(ab.home, ab.seatlet, ab.cast, "AC")
    early = [(ab.home.clock.now() - timedelta(hours=n)).isoformat() for n in (3, 2)]
    ab.take(*(result(door, "not_in", at=at) for door in ab.door_ids.values() for at in early))
    assert {door["section"] for door in ab.listed()} == {"last"}
    ac.take(*(result(door, "not_in") for door in ac.door_ids.values()))
    assert {door["section"] for door in ab.listed()} == {"walk"}
