"""The recount finds what the counters, the marks and the lists would hide."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from gotv.house import House
from gotv.services import contests, knocking_up
from gotv.services.recount import recount
from tests.builders import Seatlet, marked
from tests.cast import Cast

SPOILED = {
    "a district's counter": "UPDATE district_count SET marks = marks + 1 WHERE contest_id = :c AND district = 'AB'",
    "a place's counter": "UPDATE place_count SET heard = heard + 1 WHERE contest_id = :c",
    "an hour's counter": "UPDATE hour_count SET marks = marks + 1 WHERE contest_id = :c",
    "the marks that stand": "DELETE FROM standing_mark WHERE contest_id = :c",
    "a place's doubtful": "UPDATE place_count SET doubtful = doubtful + 1 WHERE contest_id = :c",
    "the doubtful marks": "INSERT INTO doubtful_mark SELECT * FROM standing_mark WHERE contest_id = :c",
    "who has a number": "UPDATE register_block SET letters = translate(letters, 'w', 'e') WHERE contest_id = :c",
    "a list": "UPDATE knock_up_list SET streets = '[]' WHERE contest_id = :c",
}


@pytest.fixture
def told(home: House, seatlet: Seatlet, cast: Cast) -> Seatlet:
    """A seatlet with marks and a list."""
    home.telling.take(cast.tess.person, home.telling.post_of(cast.tess.person), [marked("1"), marked("99")])
    knocking_up.make_lists(home.database, seatlet.contest_id, seatlet.rooms["North"], None, datetime.now(UTC))
    return seatlet


def test_an_honest_contest_agrees(told: Seatlet) -> None:
    found = recount(told.home.database, told.contest, datetime.now(UTC))
    assert (found.differences, found.marked, found.entries, found.lists) == ([], 1, 2, 2)


@pytest.mark.parametrize("what", SPOILED)
def test_a_spoiled_count_is_found(told: Seatlet, what: str) -> None:
    with told.home.database.transaction() as connection:
        connection.execute(text(SPOILED[what]), {"c": told.contest_id})
    assert recount(told.home.database, told.contest, datetime.now(UTC)).differences


def test_counting_anew_mends_the_counters(told: Seatlet) -> None:
    with told.home.database.transaction() as connection:
        connection.execute(text(SPOILED["a district's counter"]), {"c": told.contest_id})
        connection.execute(text(SPOILED["an hour's counter"]), {"c": told.contest_id})
    contests.count_anew(told.home.database, told.contest_id)
    found = recount(told.home.database, told.contest, datetime.now(UTC))
    assert (found.differences, found.lists_not_compared) == ([], 2)
