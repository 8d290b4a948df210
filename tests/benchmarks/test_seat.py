"""A seat of 75,000 electors: importing its register, reading its board, making its lists. Medians of three runs."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from gotv.house import House
from gotv.rehearsal.seat import files_of, invent_seat
from gotv.services import committee_room, knocking_up, places, uploads
from tests.benchmarks.conftest import BigSeat, report
from tests.builders import new_contest

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


def test_the_board_snapshot(home: House, big_seat: BigSeat) -> None:
    took = seconds(lambda: committee_room.board(home.database, big_seat.contest, datetime.now(UTC)), 21)
    report(f"board snapshot of 75,000 electors: {1000 * took:.1f} ms")
    assert took > 0


def test_all_lists_of_the_seat(home: House, big_seat: BigSeat) -> None:
    rooms = places.every_room(home.database, big_seat.contest.contest_id)
    made = []

    def make() -> None:
        made.append(
            sum(
                knocking_up.make_lists(
                    home.database, big_seat.contest.contest_id, room["committee_room_id"], None, datetime.now(UTC)
                )
                for room in rooms
            )
        )

    took = seconds(make)
    report(f"lists of all {made[0]} walks of the seat: {took:.2f} s")
    assert made[0] >= 150
