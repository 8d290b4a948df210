"""Telling the planner what it cannot know."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text


@contextmanager
def each_part_once(connection: Connection) -> Iterator[None]:
    """For questions about a whole contest: no table, and no step, is gone through once for each row of another.

    The planner may believe that a contest has one row of everything, or that a step comes to none. Look-ups by a whole
    key that are written as such (``LATERAL ... OFFSET 0``) stay what they are.
    """
    before = connection.execute(text("SELECT current_setting('enable_nestloop')")).scalar_one()
    connection.execute(text("SET LOCAL enable_nestloop = off"))
    yield
    # After an error the transaction is over, and this with it.
    connection.execute(text("SELECT set_config('enable_nestloop', :before, true)"), {"before": before})
