"""The jobs that keep what must be kept, and erase what must not."""

from gotv.services import backups, purging
from workers.worker import house_of_job


def back_up() -> int:
    """May run twice: where another made a backup meanwhile, this one finds none due. Returns how many were made."""
    home = house_of_job()
    return backups.make_if_due(home.database, home.backups, home.clock.now())


def purge(contest_id: int, certificate_id: str) -> bool:
    """May run twice: it goes on where the first was left, and a purge that is done is not done again."""
    home, now = house_of_job(), house_of_job().clock.now()
    return purging.run(home.database, home.backups, home.settings.home, contest_id, certificate_id, now)
