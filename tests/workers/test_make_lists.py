"""Lists asked for through real RQ and a real worker: a hundred requests make one job, and the hour's lists appear."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from gotv import queues
from gotv.embedded.household import Household
from gotv.embedded.valkey import EmbeddedValkey
from gotv.house import House
from gotv.services import knocking_up
from tests.builders import Seatlet
from tests.cast import Cast
from tests.waiting import wait_until
from workers import timekeeper

NOW = datetime.now(UTC)


def versions(home: House, cast: Cast) -> set[int | None]:
    return {walk["version"] for walk in knocking_up.walks(home.database, cast.kit.person)}


def test_a_hundred_requests_for_one_list_make_one_job(tmp_path: Path, seatlet: Seatlet) -> None:
    """In a Valkey of its own, where no worker takes the job meanwhile."""
    valkey = EmbeddedValkey(tmp_path)
    url = valkey.start()
    try:
        slot = seatlet.contest.at(time(9))
        with ThreadPoolExecutor(8) as many:
            asked = list(many.map(lambda _: queues.ask_for_hour(url, [seatlet.contest_id], slot), range(100)))
        assert asked.count(True) == 1
        assert len(queues.queue(queues.LISTS, url).get_job_ids()) == 1
    finally:
        valkey.stop()


def test_a_worker_makes_the_lists_asked_for(running: Household, home: House, seatlet: Seatlet, cast: Cast) -> None:
    for walk, version in knocking_up.stale(home.database, seatlet.contest_id, seatlet.rooms["North"], NOW):
        assert queues.ask_for_list(running.settings.redis_url, seatlet.contest_id, walk, version)
    wait_until(lambda: versions(home, cast) == {1})


def test_five_requests_of_each_room_make_each_walks_list_once(
    running: Household, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    wanted = knocking_up.stale(home.database, seatlet.contest_id, seatlet.rooms["North"], NOW)
    assert len(wanted) == 2
    with ThreadPoolExecutor(8) as many:
        url, contest = running.settings.redis_url, seatlet.contest_id
        list(many.map(lambda one: queues.ask_for_list(url, contest, *one), wanted * 5))
    wait_until(lambda: not knocking_up.stale(home.database, contest, seatlet.rooms["North"], NOW))
    wait_until(lambda: not queues.queue(queues.LISTS, url).get_job_ids())
    assert versions(home, cast) == {1}


def test_the_timekeeper_sees_to_it_that_the_hour_has_its_lists(
    running: Household, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    slot = seatlet.contest.current_slot(datetime.now(UTC))
    assert slot is not None, "this test means nothing in the last minute of the day"
    timekeeper.look(home)
    wait_until(lambda: versions(home, cast) == {1})
    assert seatlet.contest_id not in knocking_up.due(home.database, datetime.now(UTC)).get(slot, [])


def test_asking_twice_at_the_hour_makes_its_lists_once(
    running: Household, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    timekeeper.look(home)
    timekeeper.look(home)
    wait_until(lambda: versions(home, cast) == {1})
    timekeeper.look(home)
    assert versions(home, cast) == {1}


def test_a_failed_job_does_not_block_its_name_for_a_year(household: Household) -> None:
    assert queues._BRIEF["failure_ttl"] <= 60
    assert queues._BRIEF["result_ttl"] == 0


@pytest.mark.parametrize("name", queues.EVERY_QUEUE)
def test_somebody_listens_to_every_queue(running: Household, name: str) -> None:
    wait_until(lambda: queues.someone_listens(running.settings.redis_url, name))


def test_an_hour_that_is_done_does_not_keep_its_name_from_a_contest_that_comes_later(
    running: Household, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    """Neighbouring contests share the job's name: a finished one must not be in the way of who was not in it."""
    url, slot = running.settings.redis_url, seatlet.contest.current_slot(datetime.now(UTC))
    assert slot is not None, "this test means nothing in the last minute of the day"
    timekeeper.look(home)
    wait_until(lambda: versions(home, cast) == {1})
    wait_until(lambda: queues.ask_for_hour(url, [seatlet.contest_id], slot) == 1, seconds=10)
