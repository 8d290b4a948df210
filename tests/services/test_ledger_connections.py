"""The ledger's own connections, after the database has been away."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from gotv.errors import NotNow
from gotv.house import House
from gotv.store import purge
from gotv.store.database import Database


@pytest.fixture
def database(home: House) -> Iterator[Database]:
    database = Database(home.settings.database_url)
    yield database
    database.close()


def test_one_group_of_numbers_at_most_is_refused_when_the_database_is_back(home: House, database: Database) -> None:
    """A refusal is a whole group: up to four hundred phones that are told to send again, when everybody comes back."""
    with ExitStack() as turns:
        many = [turns.enter_context(database.turn()) for _ in range(8)]
        pids = [connection.info.backend_pid for connection in many]
    with purge.as_owner(home.settings.owner) as engine, engine.begin() as connection:
        connection.exec_driver_sql("SELECT pg_terminate_backend(unnest(%(pids)s))", {"pids": pids})

    refused = 0
    for _ in pids:
        try:
            with database.turn() as connection:
                connection.execute("SELECT 1")
        except NotNow:
            refused += 1
    assert refused <= 1
