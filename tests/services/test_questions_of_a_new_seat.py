"""A seat that was loaded a minute ago: the planner may believe it has one row of everything, and nothing hangs on it.

The house forbids it that belief (migration 0016). Here it is given back, as an older database may have it; and then
everything is asked once more as the house has it, with fresh statistics, which know of no contest's size either. What a
question costs is counted in rows that it looks at and pages that it opens, not in time: to read every mark for every
pledge is some millions here, and takes minutes on a real seat.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from gotv.domain.doors import LONGEST_LIST, DoorResult, Result
from gotv.house import House
from gotv.rehearsal.demo import Stage, load, set_the_stage
from gotv.rehearsal.seat import files_of, invent_seat
from gotv.services import (
    committee_room,
    contests,
    control_totals,
    knocking_up,
    lifts,
    outings,
    paper,
    places,
    signing_in,
    uploads,
    walk_board,
    worth,
)
from gotv.services import sheets as struck_sheets
from gotv.services.doors import take
from gotv.services.doors_knocked import DoorsKnocked
from gotv.services.recount import recount
from gotv.store import control_totals as kept_totals
from gotv.store import door_results, numbers_called, purge, sheets, slips
from gotv.store import lifts as kept_lifts
from gotv.store import outings as kept_outings
from gotv.store.tables import REFERENCE, metadata
from tests.builders import Seatlet, marked, today
from tests.conftest import over
from tests.services.test_doors import result

ELECTORS = 8_000
# A question may look at each elector so often: as himself, his door, his walk, his pledge, and what became of him, and
# in each step of the plan once more.
OFTEN = 20
# Pages that are opened for each elector, or for each thing that was asked for. An index entry that is passed over is no
# row, but it lies on a page.
PAGES = 12
# Of a question about a few things: so many of them, so many rows looked at for each.
FEW, ROWS_FOR_EACH = 20, 60
SHAPE: dict[str, int] = {"districts": 10, "places": 8, "rooms": 2}


def looked_at(plan: dict[str, Any]) -> int:
    """Rows that a plan has read, kept or thrown away, in all its nodes."""
    each = plan["Actual Rows"] + sum(plan.get(f"Rows Removed by {by}", 0) for by in ("Filter", "Join Filter"))
    return round(each * plan["Actual Loops"]) + sum(map(looked_at, plan.get("Plans", [])))


def opened(plan: dict[str, Any]) -> int:
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


@contextmanager
def explained(home: House) -> Iterator[list[tuple[int, int, str]]]:
    """Every question of the block is asked once more, just before, to count what it looks at and opens."""
    found: list[tuple[int, int, str]] = []

    def explain(_connection: Any, cursor: Any, statement: str, bind: Any, *_: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")):
            with cursor.connection.cursor() as beside:
                beside.execute("SAVEPOINT before_it")
                beside.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {statement}", bind)
                plan = beside.fetchone()[0][0]["Plan"]
                found.append((looked_at(plan), opened(plan), statement))
                beside.execute("ROLLBACK TO SAVEPOINT before_it")

    event.listen(home.database.engine, "before_cursor_execute", explain)
    try:
        yield found
    finally:
        event.remove(home.database.engine, "before_cursor_execute", explain)


# What the planner goes by: what an older house told it of another contest, what this one tells it of that, or of now.
OLDER, BEFORE, NOW = "as an older house", "before it was loaded", "now"


@pytest.fixture(scope="module", params=[OLDER, NOW])
def new_seat(home: House, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """With numbers called at every place, and teams out on every walk."""
    other = set_the_stage(home, invent_seat(electors=900, **SHAPE), today(), lambda _: None)
    call(home, other)
    knock(home, other)
    large, uploads.LARGE = uploads.LARGE, 1_000_000
    try:
        guess_by_contest(home, -1 if request.param == OLDER else 0)
        stage = set_the_stage(home, invent_seat(electors=ELECTORS, **SHAPE), today(), lambda _: None)
        call(home, stage)
        knock(home, stage)
        go_out(home, stage)
        if request.param == NOW:
            guess_by_contest(home, 0)
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


def go_out(home: House, stage: Stage) -> None:
    with home.database.snapshot() as connection:
        walks = of(connection, "walk_id", "walk", stage.contest.contest_id)
    for n, walk in enumerate(walks):
        outings.give(home.database, home.key, stage.agent, walk, [], [f"Kit {n}", f"Kate {n}"], datetime.now(UTC))


def of(connection: Connection, column: str, table: str, contest_id: int, where: str = "true") -> list[Any]:
    """One column of a table, in its own order."""
    sql = f"SELECT {column} FROM {table} WHERE contest_id = :c AND {where} ORDER BY {column}"
    return list(connection.execute(text(sql), {"c": contest_id}).scalars())


def make_lists(home: House, stage: Stage) -> None:
    for room in places.every_room(home.database, stage.contest.contest_id):
        knocking_up.make_lists(
            home.database, stage.contest.contest_id, room["committee_room_id"], None, datetime.now(UTC)
        )


def stale(home: House, stage: Stage) -> None:
    for room in places.every_room(home.database, stage.contest.contest_id):
        knocking_up.stale(home.database, stage.contest.contest_id, room["committee_room_id"], datetime.now(UTC))


def draw(home: House, stage: Stage) -> None:
    now = datetime.now(UTC)
    bundle = paper.ask(home.database, stage.agent, "dawn", None, 1, now)
    assert paper.draw(home.database, stage.contest.contest_id, bundle, "https://gotv.example.org", now)


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
    "the day's paper": lambda home, stage: draw(home, stage),
    "recount": lambda home, stage: recount(home.database, stage.contest, datetime.now(UTC)),
}


@pytest.mark.parametrize("what", ASKED)
def test_nothing_is_read_for_everything_else(home: House, new_seat: Stage, what: str) -> None:
    with explained(home) as questions:
        ASKED[what](home, new_seat)
    within(questions, OFTEN * ELECTORS, PAGES * ELECTORS)


def within(questions: list[tuple[int, int, str]], most_rows: float, most_pages: float) -> None:
    assert questions
    for rows, pages, statement in questions:
        assert rows <= most_rows, f"{rows:,} rows: {statement}"
        assert pages <= most_pages, f"{pages:,} pages: {statement}"


MOMENT = datetime.now(UTC)
# What is asked for, and the question about it.
ABOUT_A_FEW: dict[str, tuple[tuple[str, str, str], Callable[[Connection, int, list[Any]], Any]]] = {
    "who is out": (("person_id", "outing_person", "true"), lambda c, k, few: kept_outings.of_people(c, k, few, MOMENT)),
    "whether they were given the doors": (
        ("door_id", "door", "walk_id IS NOT NULL"),
        lambda c, k, few: kept_outings.doors_given(c, k, of(c, "person_id", "outing_person", k)[0], few),
    ),
    "the rooms of doors": (
        ("door_id", "door", "walk_id IS NOT NULL"), lambda c, k, few: door_results.rooms_of(c, k, few),
    ),
    "results known": (("id", "door_result", "true"), lambda c, k, few: door_results.known(c, k, few)),
    "the newest results": (
        ("door_id", "door_result", "true"), lambda c, k, few: door_results.newest_at(c, k, few),
    ),
    "lifts asked for": (
        ("id", "door_result", "true"),
        lambda c, k, few: kept_lifts.follow_results(
            c, k, [DoorResult(one, Result.LIFT, 1, MOMENT) for one in few], "Kit", MOMENT
        ),
    ),
    "the walks of doors": (("door_id", "door", "true"), lambda c, k, few: sheets.walks_of_doors(c, k, few)),
    "where somebody is still wanted": (
        ("door_id", "door", "true"), lambda c, k, few: sheets.doors_still_wanted(c, k, few),
    ),
    "entries of a slip": (("id", "mark", "true"), lambda c, k, few: slips.kept(c, k, few[0], few)),
    "entries that the ledger holds": (
        ("id", "mark", "true"), lambda c, k, few: kept_totals.held_among(c, k, few),
    ),
}  # fmt: skip


@pytest.mark.parametrize("new_seat", [BEFORE, NOW], indirect=True)
@pytest.mark.parametrize("what", ABOUT_A_FEW)
def test_a_question_about_a_few_reads_a_few(home: House, new_seat: Stage, what: str) -> None:
    (column, table, where), ask = ABOUT_A_FEW[what]
    contest_id = new_seat.contest.contest_id
    with home.database.transaction() as connection:
        few = sorted({str(one) if column == "id" else one for one in of(connection, column, table, contest_id, where)})
        # A table of forty rows is read through, and rightly: here it shall show whether it is asked by its key.
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        with explained(home) as questions:
            ask(connection, contest_id, few[:FEW])
        connection.rollback()
    within(questions[-1:], FEW * ROWS_FOR_EACH, FEW * ROWS_FOR_EACH)


@pytest.mark.parametrize("new_seat", [BEFORE, NOW], indirect=True)
def test_what_is_to_be_struck_from_paper_is_read_sheet_by_sheet(home: House, new_seat: Stage) -> None:
    draw(home, new_seat)
    with explained(home) as questions:
        assert struck_sheets.strike_offs(home.database, new_seat.agent)
    within(questions, OFTEN * ELECTORS / 10, PAGES * ELECTORS / 10)


@pytest.mark.parametrize("new_seat", [BEFORE, NOW], indirect=True)
def test_what_was_found_on_the_walks_is_read_door_by_door(home: House, new_seat: Stage) -> None:
    contest_id = new_seat.contest.contest_id
    with home.database.snapshot() as connection:
        doors = len(of(connection, "door_id", "door", contest_id, "walk_id IS NOT NULL"))
        walks = of(connection, "walk_id", "walk", contest_id)
    early = MOMENT - timedelta(hours=1)
    with home.database.transaction() as connection, explained(home) as questions:
        found = door_results.since(connection, contest_id, [(walk, early) for walk in walks])
    assert len(found) > doors / 4
    within(questions, 10 * doors, 10 * doors)


@pytest.mark.parametrize("new_seat", [BEFORE, NOW], indirect=True)
def test_the_newest_entries_of_a_place_are_read_and_no_others(home: House, new_seat: Stage) -> None:
    contest_id = new_seat.contest.contest_id
    with home.database.transaction() as connection, explained(home) as questions:
        place = of(connection, "place_id", "polling_place", contest_id)[0]
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        entries = numbers_called.of_place(connection, contest_id, place, limit=FEW)
        marks = len(of(connection, "id", "mark", contest_id))
    assert len(entries) == FEW
    within(questions[1:], 4 * marks, 2 * marks)
