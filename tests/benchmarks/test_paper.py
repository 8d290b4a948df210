"""Paper for a committee room: ninety sheets, and all of a seat's paper for the day. Medians of three runs."""

import io
import statistics
import time
from datetime import UTC, datetime, timedelta

import pytest
from pypdf import PdfReader

from gotv.domain.people import Person, Role
from gotv.house import House
from gotv.paper import walk_sheets
from gotv.paper.page import canvas_for
from gotv.services import knocking_up, paper
from gotv.store import lists
from tests.benchmarks.conftest import BigSeat, report

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

SHEETS = 90


def test_ninety_sheets(home: House, big_seat: BigSeat) -> None:
    now = datetime.now(UTC) + timedelta(hours=1)
    knocking_up.make_hour(home.database, big_seat.contest.contest_id, now, now)
    with home.database.snapshot() as connection:
        found = lists.whole_of_room(connection, big_seat.contest.contest_id, None)[:SHEETS]
    took, pages, size = [], 0, 0
    for _ in range(3):
        began = time.perf_counter()
        canvas, written = canvas_for("sheets")
        sheets = [paper.sheet_of(one, big_seat.contest, "https://gotv.example.org") for one in found]
        pages = sum(walk_sheets.draw(canvas, sheet, big_seat.contest.name) for sheet in sheets)
        canvas.save()
        took.append(time.perf_counter() - began)
        size = len(written.getvalue())
    doors = sum(one["doors"] for one in found)
    report(
        f"{SHEETS} walk sheets, {doors:,} doors on {pages} pages, {size / 1e6:.1f} MB: {statistics.median(took):.2f} s"
    )
    assert len(PdfReader(io.BytesIO(written.getvalue())).pages) == pages >= SHEETS


def test_the_dawn_print_of_a_seat(home: House, big_seat: BigSeat) -> None:
    contest_id, now = big_seat.contest.contest_id, datetime.now(UTC)
    person = Person(contest_id, 0, Role.AGENT, "Asha")
    bundle = paper.ask(home.database, person, "dawn", None, 4, now)
    began = time.perf_counter()
    assert paper.draw(home.database, contest_id, bundle, "https://gotv.example.org", now)
    took = time.perf_counter() - began
    drawn = paper.of_contest(home.database, person)[0]
    report(f"dawn print of a seat, lists included: {drawn['pages']:,} pages in {took:.1f} s")
