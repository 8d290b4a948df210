"""The engine, and the two ways to use it: a transaction, or a snapshot that only reads."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import psycopg
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from gotv.errors import NotNow
from gotv.store import ledger_statements

# The role the application takes after it has logged in: it cannot change or delete what is in the ledger.
APPLICATION_ROLE = "gotv_app"


class CannotBeKept(ValueError):
    """The database refuses the content of what was sent: sending it again would not help."""


class Database:
    """A PostgreSQL database. Time limits are the server's own, so that a hung query can't hold a phone."""

    def __init__(self, url: str, *, pool_size: int = 10, statement_timeout_ms: int = 5_000) -> None:
        self.url = url
        limits = f"-c statement_timeout={statement_timeout_ms} -c lock_timeout={statement_timeout_ms}"
        common: dict[str, Any] = {
            "url": url.replace("postgresql://", "postgresql+psycopg://", 1),
            "pool_timeout": 3,
            "connect_args": {
                "options": f"{limits} -c idle_in_transaction_session_timeout=20s -c timezone=UTC -c jit=off "
                # Many work at once here: a question that takes a second process takes it from another.
                "-c max_parallel_workers_per_gather=0",
                "application_name": "gotv",
                "connect_timeout": 5,
            },
        }
        self.engine = create_engine(**common, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True)
        # The ledger's own connections: they say BEGIN and COMMIT themselves, and nobody greets them first.
        # All that were ever needed stay open: their plans are made. The one given back last goes first, so that few are
        # in use when a few will do, and after the server has been away few are found dead.
        ledgers: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "pool_use_lifo": True}
        self._turns = create_engine(**common, pool_size=4 + pool_size, max_overflow=0, **ledgers)
        for engine in (self.engine, self._turns):
            event.listen(engine, "connect", _take_application_role)
        event.listen(self._turns, "connect", lambda connection, _entry: prepare_the_ledger(connection))

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All of it or nothing; committed when the block ends well."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Everything read in the block is of one moment: the ledger position and all that belongs to it."""
        with self.engine.connect().execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        ) as connection:
            yield connection

    @contextmanager
    def turn(self) -> Iterator[psycopg.Connection]:
        """A bare connection for the ledger, outside any transaction: rolled back at the end unless committed.

        Raises NotNow when the server is away, CannotBeKept when it
        refuses what was sent.
        """
        try:
            lent = self._turns.raw_connection()
        except (psycopg.Error, DBAPIError, PoolTimeoutError):
            raise NotNow from None
        try:
            yield cast(psycopg.Connection, lent.driver_connection)
        except (psycopg.DataError, psycopg.IntegrityError) as why:
            raise CannotBeKept(type(why).__name__) from why
        except psycopg.OperationalError:
            lent.invalidate()
            raise NotNow from None
        finally:
            lent.close()

    def close(self) -> None:
        self.engine.dispose()
        self._turns.dispose()


def _take_application_role(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET SESSION ROLE {APPLICATION_ROLE}")
    cursor.close()
    connection.commit()


def prepare_the_ledger(connection: DBAPIConnection) -> None:
    """The statements of a turn are planned once: a plan for one number is as good for sixty.

    And never by reading a table through: on polling morning the tables are empty, and a plan that was right then
    would stay when they hold fifty thousand marks.
    """
    cursor = connection.cursor()
    cursor.execute("SET plan_cache_mode = force_generic_plan")
    cursor.execute("SET enable_seqscan = off")
    for statement in ledger_statements.PREPARED:
        cursor.execute(statement)
    cursor.close()
    connection.commit()
