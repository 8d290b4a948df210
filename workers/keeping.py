"""The jobs that keep what must be kept, and erase what must not."""

from gotv.services import backups
from workers.worker import house_of_job


def back_up() -> int:
    """May run twice: where another made a backup meanwhile, this one finds none due. Returns how many were made."""
    home = house_of_job()
    return backups.make_if_due(home.database, home.backups, home.clock.now())
