"""Changing how a contest knocks up."""

from gotv.domain.priority import KnockingRules
from gotv.store import contests, lists, walks
from gotv.store.database import Database


def keep(database: Database, contest_id: int, rules: KnockingRules) -> None:
    """Keep the rules, and have every walk's list made anew by them."""
    with database.transaction() as connection:
        contests.change(connection, contest_id, knocking_rules=rules.as_kept())
        walks.lock(connection, contest_id, None)
        every = [walk["walk_id"] for walk in lists.walks_of_room(connection, contest_id, None)]
        walks.touch(connection, contest_id, every)


def strengths(database: Database, contest_id: int) -> list[str]:
    """The strengths that the canvass returns of this contest name."""
    with database.snapshot() as connection:
        return contests.strengths(connection, contest_id)
