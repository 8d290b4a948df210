"""Erasing a contest for good: its rows, and then what is left of them in the database's own files.

It takes the owner of the tables: the application itself cannot delete what is in the ledger.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from gotv.store.tables import REFERENCE, metadata

# What stays: that there was such a contest, and what became of it.
STAYS = ("contest", "certificate", "rehearsal_result")
CANDIDATES, SHORTEST = 400, 10
# A backup of a full house takes less.
READERS_SECONDS = 300.0
ACTIVE = "state IN ('asked', 'erased')"


@contextmanager
def as_owner(url: str) -> Iterator[Engine]:
    """Connections of the tables' owner, without time limits: for work that nobody waits for."""
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        poolclass=NullPool,
        connect_args={"application_name": "gotv purge", "connect_timeout": 5},
    )
    try:
        yield engine
    finally:
        engine.dispose()


def ask(connection: Connection, contest_id: int, certificate_id: str, by: str, now: datetime) -> bool:
    """Note that the contest is to be purged, and let nobody of it in any more. False if that is noted already."""
    bind = {"contest": contest_id, "id": certificate_id, "by": by, "now": now}
    connection.execute(text("SELECT FROM contest WHERE contest_id = :contest FOR UPDATE"), bind)
    noted = connection.execute(
        text(f"""INSERT INTO certificate (contest_id, certificate_id, asked_by, asked_at)
                 SELECT :contest, :id, :by, :now
                  WHERE NOT EXISTS (SELECT FROM certificate WHERE contest_id = :contest AND {ACTIVE})"""),
        bind,
    )
    if not noted.rowcount:
        return False
    connection.execute(
        text("""UPDATE person SET revoked_at = :now, serial = serial + 1, code_hash = NULL
                 WHERE contest_id = :contest AND revoked_at IS NULL"""),
        bind,
    )
    return True


def erase(connection: Connection, contest_id: int) -> dict[str, int]:
    """Delete every row of the contest but its name, its certificates and how it went. Returns how many, by table."""
    # Whoever appends just now ends first; whoever comes after finds no ledger.
    connection.execute(text("SELECT FROM ledger_head WHERE contest_id = :contest FOR UPDATE"), {"contest": contest_id})
    connection.execute(text("SELECT FROM event WHERE contest_id = :contest FOR UPDATE"), {"contest": contest_id})
    connection.execute(text("SELECT FROM contest WHERE contest_id = :contest FOR UPDATE"), {"contest": contest_id})
    gone = {
        table.name: connection.execute(table.delete().where(table.c.contest_id == contest_id)).rowcount
        for table in reversed(metadata.sorted_tables)
        if table.name not in {*STAYS, *REFERENCE}
    }
    connection.execute(
        text("""UPDATE contest SET purged_at = now(), pledge_rule = '{}', knocking_rules = '{}'
                 WHERE contest_id = :contest"""),
        {"contest": contest_id},
    )
    return {table: rows for table, rows in gone.items() if rows}


def rows_left(connection: Connection, contest_id: int) -> dict[str, int]:
    """By table, rows of the contest that are still there. The tables are asked of the database, not of our own list."""
    tables = connection.execute(
        text("""SELECT table_name FROM information_schema.columns
                 WHERE table_schema = 'public' AND column_name = 'contest_id' AND NOT table_name = ANY(:stays)"""),
        {"stays": list(STAYS)},
    ).scalars()
    counted = {
        table: connection.execute(
            text(f'SELECT count(*) FROM "{table}" WHERE contest_id = :contest'), {"contest": contest_id}
        ).scalar_one()
        for table in tables
    }
    return {table: rows for table, rows in counted.items() if rows}


# The rows are gone, but their bytes lie in the files until something is written over them: every table is written
# anew, and so is the planner's own sample of their contents; then the log of changes is closed and dropped.
REWRITE = {
    "every table was written anew, without what was erased": [
        f"VACUUM (FULL, ANALYZE) {table.name}" for table in metadata.sorted_tables if table.name not in REFERENCE
    ],
    "the database's samples of the contents were written anew": ["VACUUM FULL pg_statistic"],
    "the log of changes was closed, and its old files dropped": ["CHECKPOINT", "SELECT pg_switch_wal()", "CHECKPOINT"],
}


def rewrite(engine: Engine) -> list[tuple[str, str]]:
    """Each thing done, in words, with '' or why it could not be done. Takes each table for a while from everybody."""
    done = []
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for words, statements in REWRITE.items():
            trouble = ""
            for statement in statements:
                try:
                    connection.execute(text(statement))
                except DBAPIError as error:
                    trouble = trouble or str(error.orig).splitlines()[0]
            done.append((words, trouble))
    return done


def wait_for_readers(engine: Engine) -> str:
    """Wait for those who still read what was there before: for their sake it would be kept in the files.

    Returns '' or, when it took too long, who they are.
    """
    patience = time.monotonic() + READERS_SECONDS
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        before = set(connection.execute(text(_READERS)))
        # Nothing tells that a snapshot has ended: it has to be looked for.
        while (still := before & set(connection.execute(text(_READERS)))) and time.monotonic() < patience:
            time.sleep(0.2)
    return ", ".join(sorted({f"{name or 'somebody'} (process {pid})" for pid, _, name in still}))


_READERS = """
    SELECT pid, xact_start, application_name FROM pg_stat_activity
     WHERE backend_xmin IS NOT NULL AND pid <> pg_backend_pid() AND datname = current_database()
"""


def to_disk(engine: Engine) -> None:
    """What is only in memory so far is written into the files."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection, suppress(DBAPIError):
        connection.execute(text("CHECKPOINT"))


def folder(engine: Engine) -> tuple[str, str]:
    """Where the database keeps its files, and whether it uses old files of its log again (``on`` or ``off``).

    '' for what this owner may not know.
    """
    found = []
    for name in ("data_directory", "wal_recycle"):
        try:
            with engine.connect() as connection:
                found.append(str(connection.execute(text(f"SHOW {name}")).scalar_one()))
        except DBAPIError:
            found.append("")
    return found[0], found[1]


@contextmanager
def alone(engine: Engine) -> Iterator[None]:
    """Wait until nobody else purges in this database, and keep them out."""
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        # Not by waiting in the database: whoever waits there still sees what was there before.
        while not connection.execute(text("SELECT pg_try_advisory_lock(hashtext('purge'))")).scalar():
            time.sleep(0.2)
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(hashtext('purge'))"))


def canaries(connection: Connection, contest_id: int, many: int) -> list[str]:
    """Addresses of the register that no other contest has: what must not be found anywhere after the purge."""
    rows = connection.execute(
        text("""
            SELECT c.line FROM (
                   SELECT DISTINCT address[1] AS line FROM elector
                    WHERE contest_id = :contest AND length(address[1]) >= :shortest LIMIT :candidates) c
             WHERE NOT EXISTS (SELECT FROM elector o WHERE o.contest_id <> :contest AND o.address[1] = c.line)
             ORDER BY md5(c.line) LIMIT :many
        """),
        {"contest": contest_id, "shortest": SHORTEST, "candidates": CANDIDATES, "many": many},
    )
    return list(rows.scalars())


def certificate(connection: Connection, certificate_id: str) -> dict[str, Any] | None:
    """A certificate with the contest's name and polling day."""
    return _one(connection, "c.certificate_id = :id", {"id": certificate_id})


def newest_certificate(connection: Connection, contest_id: int) -> dict[str, Any] | None:
    return _one(connection, "c.contest_id = :contest", {"contest": contest_id})


def _one(connection: Connection, where: str, bind: dict[str, Any]) -> dict[str, Any] | None:
    row = connection.execute(
        text(f"""SELECT c.*, o.name, o.polling_day, o.rehearsal FROM certificate c
                   JOIN contest o ON o.contest_id = c.contest_id WHERE {where} ORDER BY c.asked_at DESC LIMIT 1"""),
        bind,
    ).one_or_none()
    return dict(row._mapping) | {"certificate_id": str(row.certificate_id)} if row else None


def active(connection: Connection) -> list[tuple[int, str]]:
    """The purges that were asked for and are not done: contest and certificate."""
    rows = connection.execute(
        text(f"SELECT contest_id, certificate_id FROM certificate WHERE {ACTIVE} ORDER BY asked_at")
    )
    return [(row.contest_id, str(row.certificate_id)) for row in rows]


def keep(connection: Connection, certificate_id: str, **columns: Any) -> None:
    table = metadata.tables["certificate"]
    connection.execute(table.update().where(table.c.certificate_id == certificate_id).values(**columns))
