"""A seat that was loaded a minute ago: the planner may believe it has one row of everything, and nothing hangs on it.

The house forbids it that belief (migration 0016). Here it is given back, as an older database may have it. What a
question costs is counted in rows that it looks at, not in time: to read every mark for every pledge is some millions
here, and takes minutes on a real seat.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event, text

from gotv.domain.doors import LONGEST_LIST
from gotv.house import House
from gotv.rehearsal.demo import Stage, load, set_the_stage
from gotv.rehearsal.seat import files_of, invent_seat
from gotv.services import (
    committee_room,
    contests,
    control_totals,
    knocking_up,
    lifts,
    places,
    signing_in,
    uploads,
    walk_board,
    worth,
)
from gotv.services.doors import take
from gotv.services.doors_knocked import DoorsKnocked
from gotv.services.recount import recount
from gotv.store import purge
from gotv.store.tables import REFERENCE, metadata
from tests.builders import Seatlet, marked, today
from tests.conftest import over
from tests.services.test_doors import result

ELECTORS = 8_000
# A question may look at each elector so often: as himself, his door, his walk, his pledge, and what became of him, and
# in each step of the plan once more.
OFTEN = 20
SHAPE: dict[str, int] = {"districts": 10, "places": 8, "rooms": 2}


def looked_at(plan: dict[str, Any]) -> int:
    """Rows that a plan has read, kept or thrown away, in all its nodes."""
    each = plan["Actual Rows"] + sum(plan.get(f"Rows Removed by {by}", 0) for by in ("Filter", "Join Filter"))
    return round(each * plan["Actual Loops"]) + sum(map(looked_at, plan.get("Plans", [])))


@contextmanager
def explained(home: House) -> Iterator[list[tuple[int, str]]]:
    """Every question of the block is asked once more, just before, to count what it looks at."""
    found: list[tuple[int, str]] = []

    def explain(_connection: Any, cursor: Any, statement: str, bind: Any, *_: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")):
            with cursor.connection.cursor() as beside:
                beside.execute("SAVEPOINT before_it")
                beside.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}", bind)
                found.append((looked_at(beside.fetchone()[0][0]["Plan"]), statement))
                beside.execute("ROLLBACK TO SAVEPOINT before_it")

    event.listen(home.database.engine, "before_cursor_execute", explain)
    try:
        yield found
    finally:
        event.remove(home.database.engine, "before_cursor_execute", explain)


@pytest.fixture(scope="module")
def new_seat(home: House) -> Iterator[Stage]:
    """With numbers called at every place; the statistics are of the time when there was another contest only."""
    other = set_the_stage(home, invent_seat(electors=900, **SHAPE), today(), lambda _: None)
    call(home, other)
    knock(home, other)
    large, uploads.LARGE = uploads.LARGE, 1_000_000
    try:
        guess_by_contest(home, -1)
        stage = set_the_stage(home, invent_seat(electors=ELECTORS, **SHAPE), today(), lambda _: None)
        call(home, stage)
        knock(home, stage)
        yield stage
        for one in (other, stage):
            over(home, Seatlet(home, one.contest))
    finally:
        uploads.LARGE = large
        guess_by_contest(home, 0)


def guess_by_contest(home: House, target: int) -> None:
    """Whether the planner keeps statistics of contests (-1) or not (0); they are made anew."""
    with purge.as_owner(home.settings.owner) as engine, engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        for name in (t.name for t in metadata.sorted_tables if t.name not in {*REFERENCE, "contest"}):
            connection.execute(text(f"ALTER TABLE {name} ALTER COLUMN contest_id SET STATISTICS {target}"))
            clear = "SELECT pg_clear_attribute_stats(CAST(current_schema() AS text), :name, 'contest_id', false)"
            connection.execute(text(clear), {"name": name})
        connection.execute(text("ANALYZE"))


def call(home: House, stage: Stage) -> None:
    """A third of those who vote at each place."""
    for n, place in enumerate(places.every_place(home.database, stage.contest.contest_id)):
        link = stage.tellers[place["name"]]
        teller = signing_in.enter_by_link(home.database, home.key, link.token, home.clock.now())[0]
        numbers = [e for e in stage.seat.electors if e.district in place["districts"]][n % 3 :: 3]
        post = home.telling.posts.now(teller)
        for first in range(0, len(numbers), 200):
            home.telling.take(teller, post, [marked(e.written, e.district) for e in numbers[first : first + 200]])


def knock(home: House, stage: Stage) -> None:
    """At every third door: nobody in, and at some of them everybody has voted."""
    with home.database.snapshot() as connection:
        sql = "SELECT door_id FROM door WHERE contest_id = :c AND walk_id IS NOT NULL ORDER BY door_id"
        doors = connection.execute(text(sql), {"c": stage.contest.contest_id}).scalars().all()
    found = [result(door, "voted" if n % 12 == 0 else "not_in") for n, door in enumerate(doors) if n % 3 == 0]
    for first in range(0, len(found), LONGEST_LIST):
        take(home.database, stage.agent, found[first : first + LONGEST_LIST], datetime.now(UTC))


def make_lists(home: House, stage: Stage) -> None:
    for room in places.every_room(home.database, stage.contest.contest_id):
        knocking_up.make_lists(
            home.database, stage.contest.contest_id, room["committee_room_id"], None, datetime.now(UTC)
        )


def stale(home: House, stage: Stage) -> None:
    for room in places.every_room(home.database, stage.contest.contest_id):
        knocking_up.stale(home.database, stage.contest.contest_id, room["committee_room_id"], datetime.now(UTC))


ASKED: dict[str, Callable[[House, Stage], Any]] = {
    "lists": make_lists,
    "which lists are stale": stale,
    "the board": lambda home, stage: committee_room.board(home.database, stage.contest, datetime.now(UTC)),
    "numbers to check": lambda home, stage: committee_room.numbers_to_check(home.database, stage.agent),
    "walks": lambda home, stage: walk_board.walks_and_rooms(
        home.database, stage.contest, stage.agent, datetime.now(UTC)
    ),
    "worth": lambda home, stage: worth.of_walks(home.database, stage.contest, stage.agent, datetime.now(UTC)),
    "counting anew": lambda home, stage: contests.count_anew(home.database, stage.contest.contest_id),
    "doors knocked": lambda home, stage: DoorsKnocked(home.database, home.clock.now).of_one(stage.contest),
    "lifts": lambda home, stage: lifts.lifts_and_cars(home.database, stage.contest, stage.agent, datetime.now(UTC)),
    "the sheet of a place": lambda home, stage: control_totals.of_contest(
        home.database, stage.agent, datetime.now(UTC)
    ),
    "the register once more": lambda home, stage: load(
        home, stage.contest.contest_id, "register", files_of(stage.seat)["register"]
    ),
    "the pledges once more": lambda home, stage: load(
        home, stage.contest.contest_id, "pledges", files_of(stage.seat)["pledges"]
    ),
    "absent voters once more": lambda home, stage: load(
        home, stage.contest.contest_id, "absent", files_of(stage.seat)["absent"]
    ),
    "recount": lambda home, stage: recount(home.database, stage.contest, datetime.now(UTC)),
}


@pytest.mark.parametrize("what", ASKED)
def test_nothing_is_read_for_everything_else(home: House, new_seat: Stage, what: str) -> None:
    with explained(home) as questions:
        ASKED[what](home, new_seat)
    assert questions
    worst, statement = max(questions)
    assert worst <= OFTEN * ELECTORS, f"{worst:,} rows: {statement}"
