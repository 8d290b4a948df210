"""Letting one process of several act."""

from collections.abc import Iterator
from contextlib import contextmanager

from gotv.store.database import Database
from gotv.store.turns import take_turn


@contextmanager
def my_turn(database: Database, name: str) -> Iterator[bool]:
    """True while nobody else has this turn; it ends with the block, or with the process."""
    with database.transaction() as connection:
        yield take_turn(connection, name)
