"""A seat of 75,000 electors: importing its register, reading its board, making its lists. Medians of three runs."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from gotv.house import House
from gotv.rehearsal.demo import Stage
from gotv.rehearsal.seat import files_of, invent_seat
from gotv.services import committee_room, knocking_up, places, signing_in, uploads
from gotv.store import lists, walks
from tests.benchmarks.conftest import BigSeat, report
from tests.builders import marked, new_contest
from workers.worker import quiet_the_collector

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]


def seconds(work: Callable[[], object], runs: int = 3) -> float:
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def test_a_register_of_80_000_rows(home: House) -> None:
    content = files_of(invent_seat(electors=80_000))["register"]
    checked, applied = [], []
    for _ in range(3):
        contest_id = new_contest(home).contest_id
        upload_id = uploads.receive(home.database, contest_id, "register", "register.csv", content, "Asha")
        checked.append(seconds(lambda: uploads.check(home.database, contest_id, upload_id), 1))  # noqa: B023
        uploads.confirm(home.database, contest_id, upload_id)
        applied.append(seconds(lambda: uploads.apply(home.database, contest_id, upload_id), 1))  # noqa: B023
    again = uploads.receive(home.database, contest_id, "register", "register.csv", content, "Asha")
    unchanged = uploads.check(home.database, contest_id, again)
    report(
        f"register of 80,000 rows: checked in {statistics.median(checked):.1f} s, "
        f"applied in {statistics.median(applied):.1f} s"
    )
    assert (unchanged["added"], unchanged["changed"], unchanged["removed"]) == (0, 0, 0)


def test_ten_times_the_register_takes_no_more_than_eleven_times(home: House) -> None:
    took = []
    for electors in (8_000, 80_000):
        content = files_of(invent_seat(electors=electors))["register"]
        each = []
        for _ in range(3):
            contest_id = new_contest(home).contest_id
            upload_id = uploads.receive(home.database, contest_id, "register", "register.csv", content, "Asha")
            began = time.perf_counter()
            uploads.check(home.database, contest_id, upload_id)
            uploads.confirm(home.database, contest_id, upload_id)
            uploads.apply(home.database, contest_id, upload_id)
            each.append(time.perf_counter() - began)
        took.append(statistics.median(each))
    report(f"register of 8,000 rows {took[0]:.2f} s, of 80,000 {took[1]:.2f} s: {took[1] / took[0]:.1f} times")
    assert took[0] > 0


def test_the_board_snapshot(home: House, big_seat: BigSeat) -> None:
    took = seconds(lambda: committee_room.board(home.database, big_seat.contest, datetime.now(UTC)), 21)
    report(f"board snapshot of 75,000 electors: {1000 * took:.1f} ms")
    assert took > 0


def test_the_pages_of_an_evening(home: House, stage: Stage) -> None:
    """When two thirds have been called: the server has not looked at its tables since."""
    every, called = places.every_place(home.database, stage.contest.contest_id), 0
    for place in every:
        link = stage.tellers[place["name"]]
        teller = signing_in.enter_by_link(home.database, home.key, link.token, home.clock.now())[0]
        numbers = [e for e in stage.seat.electors if e.district in place["districts"]]
        post = home.telling.posts.now(teller)
        for first in range(0, 2 * len(numbers) // 3, 200):
            sent = [marked(e.written, e.district) for e in numbers[first : first + 200]]
            called += len(home.telling.take(teller, post, sent)["answers"])
    assert called > 45_000
    for what, look in {
        "numbers to check": lambda: committee_room.numbers_to_check(home.database, stage.agent),
        "a place's ledger": lambda: committee_room.place_ledger(home.database, stage.agent, every[0]["place_id"]),
        "the board": lambda: committee_room.board(home.database, stage.contest, datetime.now(UTC)),
    }.items():
        report(f"{what}, {called:,} numbers called: {1000 * seconds(look, 5):.0f} ms")


def test_all_lists_of_the_seat(home: House, big_seat: BigSeat) -> None:
    """Every walk has changed each time: the worst hour there can be."""
    contest_id, made = big_seat.contest.contest_id, []
    slots = (datetime.now(UTC) + timedelta(seconds=n) for n in count())

    def make() -> None:
        made.append(knocking_up.make_hour(home.database, contest_id, next(slots), datetime.now(UTC)))

    def all_change() -> None:
        with home.database.transaction() as connection:
            every = [walk["walk_id"] for walk in lists.walks_of_room(connection, contest_id, None)]
            walks.touch(connection, contest_id, every)

    # As in the worker, whose process holds no invented seat either.
    quiet_the_collector()
    times = []
    for _ in range(7):
        all_change()
        times.append(seconds(make, 1))
    took = statistics.median(times)
    report(f"lists of all {made[0]} walks of the seat: {took:.2f} s")
    assert made == [made[0]] * 7
    assert made[0] >= 150
    report(f"the same hour when nothing has changed: {1000 * seconds(make):.0f} ms")
    assert made[-1] == 0
