"""The jobs that make knock-up lists: of some contests at the hour, of one walk when asked for."""

from datetime import datetime

from gotv.services import knocking_up
from workers.worker import house_of_job


def make_hour(contest_ids: list[int], slot: str) -> int:
    """Asked for by the timekeeper at the hour. May run twice: the lists of a slot are kept once."""
    home = house_of_job()
    return knocking_up.make_hours(home.database, contest_ids, datetime.fromisoformat(slot), home.clock.now())


def make_list(contest_id: int, walk_id: int) -> int:
    """Asked for by hand. May run twice: a walk that has not changed since keeps its list."""
    home = house_of_job()
    return knocking_up.make_list(home.database, contest_id, walk_id, home.clock.now())
