"""Changing how a contest knocks up."""

from collections.abc import Mapping
from typing import Any
from zlib import crc32

from gotv.domain.priority import KnockingRules, knocking_rules
from gotv.errors import Conflict
from gotv.store import contests, lists, walks
from gotv.store.database import Database


def seen(kept: Mapping[str, Any]) -> str:
    """What tells these rules from others: whoever changes them says which they saw."""
    return f"{crc32(repr(sorted(knocking_rules(kept).as_kept().items())).encode()):x}"


def keep(database: Database, contest_id: int, rules: KnockingRules, saw: str) -> None:
    """Keep the rules, and have every walk's list made anew by them. Raises Conflict when they changed meanwhile."""
    with database.transaction() as connection:
        walks.lock(connection, contest_id, None)
        contest = contests.find(connection, contest_id)
        if contest is None or seen(contest.knocking_rules) != saw:
            raise Conflict("Somebody changed the rules meanwhile. Look at them again before you keep yours.")
        contests.change(connection, contest_id, knocking_rules=rules.as_kept())
        every = [walk["walk_id"] for walk in lists.walks_of_room(connection, contest_id, None)]
        walks.touch(connection, contest_id, every)


def strengths(database: Database, contest_id: int) -> list[str]:
    """The strengths that the canvass returns of this contest name."""
    with database.snapshot() as connection:
        return contests.strengths(connection, contest_id)
