"""The job that makes a committee room's knock-up lists."""

from datetime import datetime

from gotv.services import knocking_up
from workers.worker import house_of_job


def make_lists(contest_id: int, room: int, slot: str | None) -> int:
    """Asked for by the timekeeper at the hour, or by hand. May run twice: lists of a slot are kept once."""
    home = house_of_job()
    moment = datetime.fromisoformat(slot) if slot else None
    return knocking_up.make_lists(home.database, contest_id, room, moment, home.clock.now())
