"""The statements of a turn are planned once a connection, when the server may not know yet how large the ledger is.

The tables are this test's own: empty while the plans are made, as on polling morning, or filled a moment before and not
looked at yet, as a minute later. What a turn reads is counted in rows: as many as it asks for, not as many as exist.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg
import pytest

from gotv.domain.elector_numbers import ElectorNumber
from gotv.domain.entries import Entry, Kind
from gotv.domain.telling import reconcile
from gotv.house import House
from gotv.store import ledger, purge
from gotv.store.database import prepare_the_ledger
from tests.builders import Seatlet, new_contest
from tests.conftest import over

GROWING = ("mark", "standing_mark", "doubtful_mark")
MANY, FEW, ASKED = 3_000, 40, 20
# For each mark: three levels of each index that knows it, to look it up and to write it.
PAGES = 40
PERSON, PLACE = 1, 7


@contextmanager
def ledger_of_its_own(home: House) -> Iterator[psycopg.Connection]:
    """Empty tables of the ledger that nobody else writes to, in front of the house's."""
    with purge.as_owner(home.settings.owner) as engine, engine.connect() as lent:
        connection = lent.connection.driver_connection
        assert isinstance(connection, psycopg.Connection)
        connection.autocommit = True
        connection.execute("CREATE SCHEMA of_its_own")
        try:
            for table in GROWING:
                connection.execute(f"CREATE TABLE of_its_own.{table} (LIKE {table} INCLUDING ALL)")
            connection.execute("SET search_path = of_its_own, public")
            yield connection
        finally:
            connection.execute("ROLLBACK")
            connection.execute("DROP SCHEMA of_its_own CASCADE")
            lent.invalidate()


def fill(connection: psycopg.Connection, contest_id: int, first: int = 1, last: int = MANY) -> None:
    """Every mark stands, and is among the doubtful ones too: each table is large."""
    connection.execute(
        """INSERT INTO mark (contest_id, position, id, kind, outcome, person_id, place_id, district, number, suffix,
                             received_at)
           SELECT %s, n, gen_random_uuid(), 'mark', 'marked', %s, %s, 'AB', n, 0, now()
             FROM generate_series(%s::int, %s::int) n""",
        (contest_id, PERSON, PLACE, first, last),
    )
    columns = "contest_id, district, number, suffix, id, place_id, received_at"
    for table in ("standing_mark", "doubtful_mark"):
        connection.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM mark WHERE number >= %s", (first,))


def read_so_far(connection: psycopg.Connection) -> tuple[int, int]:
    """Rows and pages of the growing tables, as the server has counted. An entry passed over in an index is no row."""
    connection.execute("SELECT pg_stat_force_next_flush()")
    found = connection.execute("""
        SELECT sum(seq_tup_read + idx_tup_fetch), sum(heap_blks_hit + heap_blks_read + idx_blks_hit + idx_blks_read)
          FROM pg_stat_all_tables t JOIN pg_statio_all_tables USING (relid) WHERE t.schemaname = 'of_its_own'
    """).fetchone()
    assert found
    return int(found[0]), int(found[1])


def called(first: int) -> list[ElectorNumber]:
    return [ElectorNumber("AB", number) for number in range(first, first + ASKED)]


@pytest.mark.parametrize("planned", ["empty", "full", "of a few"])
def test_a_turn_reads_what_it_asks_for_whatever_the_planner_knew(home: House, planned: str) -> None:
    contest = new_contest(home)
    contest_id = contest.contest_id
    now = datetime.now(UTC)
    with ledger_of_its_own(home) as connection:
        if planned == "full":
            fill(connection, contest_id)
        if planned == "of a few":
            fill(connection, contest_id, 1, FEW)
            connection.execute("ANALYZE mark, standing_mark, doubtful_mark")
        prepare_the_ledger(connection)
        empty = ledger.take_turn(connection, contest_id, ids=[], named=[], numbers=[], people={PERSON})
        ledger.append(connection, contest_id, 0, reconcile([], empty.facts, now), now)
        if planned == "empty":
            fill(connection, contest_id)
        if planned == "of a few":
            fill(connection, contest_id, FEW + 1)
        rows = connection.execute("SELECT id::text FROM mark ORDER BY position LIMIT %s", (ASKED,)).fetchall()
        ids = [row[0] for row in rows]
        rows_before, pages_before = read_so_far(connection)

        turn = ledger.take_turn(connection, contest_id, ids=ids, named=ids[:2], numbers=called(1), people={PERSON})
        assert len(turn.facts.kept) == len(turn.facts.standing) == ASKED
        entries = [Entry(str(uuid.uuid4()), Kind.MARK, PERSON, PLACE, str(n), n) for n in called(1)]
        entries += [Entry(str(uuid.uuid4()), Kind.WITHDRAW, PERSON, PLACE, withdraws=one) for one in ids[:2]]
        change = reconcile(entries, turn.facts, now)
        assert len(change.fallen) == 2
        ledger.append(connection, contest_id, MANY, change, now)

        rows, pages = read_so_far(connection)
        assert ASKED <= rows - rows_before <= 10 * ASKED
        assert ASKED <= pages - pages_before <= PAGES * ASKED
    over(home, Seatlet(home, contest))
