"""The timekeeper asks SQL; it keeps nothing in memory, and one of several acts."""

import threading

import redis

from gotv import queues
from gotv.embedded.household import Household
from gotv.house import House, open_house
from gotv.services import uploads
from gotv.services.turn import my_turn
from tests.builders import REGISTER_HEADINGS, Seatlet, csv_of, electors
from tests.waiting import wait_until
from workers import timekeeper


def test_a_file_whose_job_was_lost_is_asked_for_again(running: Household, home: House, seatlet: Seatlet) -> None:
    """Received while Valkey was away: no job was ever enqueued."""
    content = csv_of(REGISTER_HEADINGS, electors(["AB"]))
    upload_id = uploads.receive(home.database, seatlet.contest_id, "register", "r.csv", content, "Asha")
    timekeeper.look(home)
    wait_until(lambda: uploads.find_upload(home.database, seatlet.contest_id, upload_id)["state"] == "checked")


def test_only_one_of_several_has_the_turn(home: House) -> None:
    with my_turn(home.database, "test") as first, my_turn(home.database, "test") as second:
        assert (first, second) == (True, False)
    with my_turn(home.database, "test") as third:
        assert third


def test_it_leaves_word_that_it_looked(household: Household, home: House) -> None:
    timekeeper.look(home)
    assert queues.last_tick(household.settings.redis_url)


def test_it_looks_past_a_valkey_that_is_away(household: Household) -> None:
    away = household.settings.model_copy(update={"redis_url": "redis://127.0.0.1:9/0"})
    house = open_house(away, pool_size=1)
    stop = threading.Event()
    looking = threading.Thread(target=timekeeper.run, args=(house, stop))
    looking.start()
    stop.set()
    looking.join(10)
    assert not looking.is_alive()
    house.database.close()
    assert issubclass(redis.exceptions.ConnectionError, redis.exceptions.RedisError)
