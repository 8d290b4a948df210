"""A country at the full hour: many seats' lists by two real workers; and a crowd that asks for the same lists."""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from gotv import queues
from gotv.embedded.household import Household
from gotv.house import House
from gotv.services import knocking_up
from gotv.store import contests, lists, purge, walks
from tests.benchmarks.conftest import BigSeat, copies, report
from tests.builders import REGISTER_HEADINGS, Seatlet, csv_of, load_ok, new_contest
from tests.conftest import over
from tests.waiting import wait_until

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

SEATS = 32
COUNTRY = 650
# The first warms up, and may meet the lists of the hour that it really is; it is not counted.
HOURS = 4
ROOMS, TIMES = 200, 5


@pytest.fixture
def seats(home: House, big_seat: BigSeat) -> Iterator[list[int]]:
    made = copies(home, big_seat, SEATS)
    yield [one.contest.contest_id for one in made]
    for one in made:
        over(home, Seatlet(home, one.contest))


@pytest.fixture
def two_workers(running: Household) -> Iterator[None]:
    """The house has one; a second for the second core."""
    second = subprocess.Popen([sys.executable, "-m", "workers.worker"], env=running._environment())
    yield
    second.terminate()
    second.wait(30)


@pytest.mark.usefixtures("two_workers")
def test_the_lists_of_a_country_at_the_full_hour(home: House, seats: list[int]) -> None:
    """Each walk of each seat has changed: the worst hour there can be. A part is measured, the rest is arithmetic."""
    with home.database.snapshot() as connection:
        rooms = len({(one, walk["committee_room_id"]) for one in seats
                     for walk in lists.walks_of_room(connection, one, None)})  # fmt: skip
    took = []
    for hour in range(HOURS):
        slot = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=hour)
        with home.database.transaction() as connection:
            for contest_id in seats:
                every = [walk["walk_id"] for walk in lists.walks_of_room(connection, contest_id, None)]
                walks.touch(connection, contest_id, every)
        settle(home)
        began = time.perf_counter()
        assert queues.ask_for_hour(home.settings.redis_url, seats, slot) >= 2
        wait_until(lambda: rooms_done(home, seats, slot) == rooms, seconds=300)  # noqa: B023
        took.append(time.perf_counter() - began)
    with home.database.snapshot() as connection:
        sql = "SELECT count(*) FROM knock_up_list WHERE contest_id = ANY(:seats)"
        made = connection.execute(text(sql), {"seats": seats}).scalar_one()
        of_each = len(lists.walks_of_room(connection, seats[0], None))
    counted = took[1:]
    best = sorted(counted)[len(counted) // 2]
    report(
        f"lists of {SEATS} seats of 75,000 ({of_each * SEATS} walks) by two workers: {best:.1f} s "
        f"({', '.join(f'{one:.1f}' for one in counted)}); of {COUNTRY} such seats, by arithmetic: "
        f"{best * COUNTRY / SEATS:.0f} s"
    )
    assert made == of_each * SEATS * HOURS


def settle(home: House) -> None:
    """On the day an hour lies between two of these: the database has cleaned up after the last. Here it is told to."""
    with purge.as_owner(home.settings.owner) as engine, engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        for statement in (
            "VACUUM (ANALYZE) walk, knock_up_list, list_run, elector, door, canvass_return",
            "CHECKPOINT",
        ):
            connection.execute(text(statement))


def rooms_done(home: House, seats: list[int], slot: datetime) -> int:
    """How many committee rooms have the lists of that hour: one small question, so as not to measure the asking."""
    with home.database.snapshot() as connection:
        sql = "SELECT count(*) FROM list_run WHERE slot = :slot AND contest_id = ANY(:seats)"
        return int(connection.execute(text(sql), {"slot": slot, "seats": seats}).scalar_one())


@pytest.mark.usefixtures("running")
def test_a_crowd_of_committee_rooms_makes_one_job_for_each_walk(home: House) -> None:
    """200 committee rooms each ask five times for fresh lists, eight at a time, while a worker makes them."""
    seatlet = Seatlet(home, new_contest(home))
    districts = [f"D{n:03}" for n in range(ROOMS)]
    headings = ["Polling district", "Polling place name", "Postcode", "Committee room"]
    load_ok(seatlet, "stations", csv_of(headings, [(d, f"Hall {d}", "N1 1AA", f"Room {d}") for d in districts]))
    houses = [
        (d, n, 0, "", "", f"Elector{n}", "Pat", "N1 4QD", f"{n} {d} Elm Road", "Sampleton")
        for d in districts
        for n in range(1, 11)
    ]
    load_ok(seatlet, "register", csv_of(REGISTER_HEADINGS, houses))
    load_ok(seatlet, "pledges", csv_of(["elector_number", "voting_intention"], [(f"{d}-1", "Ours") for d in districts]))
    with home.database.snapshot() as connection:
        walk_ids = [walk["walk_id"] for walk in lists.walks_of_room(connection, seatlet.contest_id, None)]
        rooms = [room["committee_room_id"] for room in contests.rooms(connection, seatlet.contest_id)]
    began = time.perf_counter()
    with ThreadPoolExecutor(8) as crowd:
        asked = list(crowd.map(lambda room: ask(home, seatlet.contest_id, room), rooms * TIMES))
    in_queue = time.perf_counter() - began
    wait_until(lambda: len(versions(home, seatlet)) == ROOMS, seconds=240)
    report(
        f"{len(asked)} requests of {ROOMS} committee rooms: {sum(asked)} jobs for {len(walk_ids)} walks, asked in "
        f"{in_queue:.1f} s, all lists there after {time.perf_counter() - began:.1f} s"
    )
    assert sum(asked) == len(walk_ids) == ROOMS
    assert versions(home, seatlet) == dict.fromkeys(walk_ids, 1)
    over(home, seatlet)


def ask(home: House, contest_id: int, room: int) -> int:
    """As the page does. Returns how many jobs were taken."""
    wanted = knocking_up.stale(home.database, contest_id, room, home.clock.now())
    return sum(queues.ask_for_list(home.settings.redis_url, contest_id, *one) for one in wanted)


def versions(home: House, seatlet: Seatlet) -> dict[int, int]:
    """By walk: how many lists of it were made."""
    with home.database.snapshot() as connection:
        sql = "SELECT walk_id, count(*) AS made FROM knock_up_list WHERE contest_id = :contest GROUP BY walk_id"
        return {row.walk_id: row.made for row in connection.execute(text(sql), {"contest": seatlet.contest_id})}
