"""Knock-up lists: who is on them, in what order, made once, never older over newer."""

import threading
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from gotv.errors import NotThere
from gotv.house import House
from gotv.services import committee_room, knocking_up
from gotv.services.recount import recount
from gotv.store import contests
from tests.builders import Seatlet, build_seatlet, marked
from tests.cast import Cast
from tests.conftest import over

NOW = datetime.now(UTC)


def listed(home: House, seatlet: Seatlet, cast: Cast) -> set[str]:
    """Everyone on the newest lists of the North committee room."""
    numbers = set()
    for walk in knocking_up.walks(home.database, cast.kit.person):
        found = knocking_up.walk_list(home.database, seatlet.contest, cast.kit.person, walk["walk_id"])
        for street in found["streets"]:
            for door in street["doors"]:
                numbers |= {f"{d}-{n}/{s}" for d, n, s in door["electors"]}
    return numbers


def make(home: House, seatlet: Seatlet, slot: datetime | None = None) -> int:
    return knocking_up.make_lists(home.database, seatlet.contest_id, seatlet.rooms["North"], slot, datetime.now(UTC))


def test_a_list_holds_the_pledges_not_marked_and_not_postal(home: House, seatlet: Seatlet, cast: Cast) -> None:
    home.telling.take(cast.tess.person, home.telling.post_of(cast.tess.person), [marked("1"), marked("2")])
    make(home, seatlet)
    expected = {f"AB-{n}/0" for n in (3, 4, 5)} | {"AB-10/1"} | {f"AC-{n}/0" for n in (1, 2, 3, 4, 5)} | {"AC-10/1"}
    assert listed(home, seatlet, cast) == expected


def test_the_lists_agree_with_a_recount_at_their_position(home: House, seatlet: Seatlet, cast: Cast) -> None:
    post = home.telling.post_of(cast.tess.person)
    home.telling.take(cast.tess.person, post, [marked("3")])
    make(home, seatlet)
    home.telling.take(cast.tess.person, post, [marked("4")])
    found = recount(home.database, seatlet.contest, NOW)
    assert (found.lists, found.differences) == (2, [])


def test_an_hours_lists_are_made_once(home: House, seatlet: Seatlet) -> None:
    slot = seatlet.contest.at(time(9))
    assert make(home, seatlet, slot) == 2
    assert make(home, seatlet, slot) == 0


def test_of_many_workers_one_makes_the_hours_lists(home: House, seatlet: Seatlet) -> None:
    slot, made = seatlet.contest.at(time(9)), []
    threads = [threading.Thread(target=lambda: made.append(make(home, seatlet, slot))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [0] * 7 + [2]


def test_a_late_job_cannot_put_an_older_list_in_front(home: House, seatlet: Seatlet, cast: Cast) -> None:
    make(home, seatlet, seatlet.contest.at(time(10)))
    assert make(home, seatlet, seatlet.contest.at(time(9))) == 0
    assert {walk["version"] for walk in knocking_up.walks(home.database, cast.kit.person)} == {1}


def test_a_list_already_made_never_changes(home: House, seatlet: Seatlet, cast: Cast) -> None:
    make(home, seatlet)
    walk = knocking_up.walks(home.database, cast.kit.person)[0]
    before = knocking_up.walk_list(home.database, seatlet.contest, cast.kit.person, walk["walk_id"], 1)
    home.telling.take(cast.tess.person, home.telling.post_of(cast.tess.person), [marked("1")])
    make(home, seatlet)
    after = knocking_up.walk_list(home.database, seatlet.contest, cast.kit.person, walk["walk_id"], 1)
    assert doors(before) == doors(after)
    assert after["position"] < after["position_now"]


def doors(found: dict[str, Any]) -> list[Any]:
    return [(door["row"], door["electors"]) for street in found["streets"] for door in street["doors"]]


def test_a_mark_since_the_list_strikes_its_door(home: House, seatlet: Seatlet, cast: Cast) -> None:
    make(home, seatlet)
    home.telling.take(cast.tess.person, home.telling.post_of(cast.tess.person), [marked("1")])
    walk = next(w for w in knocking_up.walks(home.database, cast.kit.person) if w["district"] == "AB")
    found = knocking_up.walk_list(home.database, seatlet.contest, cast.kit.person, walk["walk_id"])
    assert [door["wanted"] for street in found["streets"] for door in street["doors"]].count(0) == 1


def test_doors_come_in_walking_order_one_row_for_each_household(home: House, seatlet: Seatlet, cast: Cast) -> None:
    make(home, seatlet)
    walk = next(w for w in knocking_up.walks(home.database, cast.kit.person) if w["district"] == "AB")
    found = knocking_up.walk_list(home.database, seatlet.contest, cast.kit.person, walk["walk_id"])
    assert [door["door"] for door in found["streets"][0]["doors"]] == ["1", "3", "5", "2", "4", "10"]
    assert [door["row"] for door in found["streets"][0]["doors"]] == [1, 2, 3, 4, 5, 6]


def test_what_is_due_is_asked_of_the_database(home: House, seatlet: Seatlet) -> None:
    noon = seatlet.contest.at(time(12, 0, 30))
    slot = seatlet.contest.current_slot(noon)
    assert slot

    def due() -> bool:
        return seatlet.contest_id in knocking_up.due(home.database, noon).get(slot, [])

    assert due()
    make(home, seatlet, slot)
    assert due(), "the South has none yet"
    assert knocking_up.make_hour(home.database, seatlet.contest_id, slot, noon) == 1
    assert not due()
    assert knocking_up.make_hour(home.database, seatlet.contest_id, slot, noon) == 0


def test_nothing_is_due_outside_the_poll(home: House, seatlet: Seatlet) -> None:
    yesterday = seatlet.contest.at(time(12)) - timedelta(days=1)
    assert not [one for one in knocking_up.due(home.database, yesterday).values() if seatlet.contest_id in one]


def test_the_board_says_when_the_hours_lists_are_late(home: House, seatlet: Seatlet) -> None:
    def state(at: datetime) -> str:
        snapshot = committee_room.board(home.database, seatlet.contest, at, room=seatlet.rooms["North"])
        return str(snapshot["rooms"][0]["lists"])

    assert state(seatlet.contest.at(time(14, 1))) == "being made"
    assert state(seatlet.contest.at(time(14, 3))) == "late"
    make(home, seatlet, seatlet.contest.at(time(14)))
    assert state(seatlet.contest.at(time(14, 3))) == "ready"


def test_a_walk_without_a_list_says_so(home: House, seatlet: Seatlet, cast: Cast) -> None:
    walk = knocking_up.walks(home.database, cast.kit.person)[0]
    assert walk["version"] is None
    with pytest.raises(NotThere, match="no list"):
        knocking_up.walk_list(home.database, seatlet.contest, cast.kit.person, walk["walk_id"])


def test_a_contest_that_fails_keeps_no_other_from_its_lists(home: House, seatlet: Seatlet) -> None:
    other = build_seatlet(home)
    with home.database.transaction() as connection:
        contests.change(connection, seatlet.contest_id, knocking_rules={"order": "by luck"})
    now = home.clock.now()
    slot = seatlet.contest.current_slot(now)
    assert slot is not None, "this test means nothing in the last minute of the day"
    with pytest.raises(ValueError, match="by luck"):
        knocking_up.make_hours(home.database, [seatlet.contest_id, other.contest_id], slot, now)
    due = knocking_up.due(home.database, now).get(slot, [])
    assert seatlet.contest_id in due
    assert other.contest_id not in due
    over(home, other)
    with home.database.transaction() as connection:
        contests.change(connection, seatlet.contest_id, knocking_rules={})
