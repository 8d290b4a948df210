"""The job that suggests who goes where on polling day."""

from gotv.services import suggesting
from workers.worker import house_of_job


def suggest_shifts(contest_id: int) -> str:
    """May run twice: each time what was only suggested is thought anew; who was asked stays. Returns it in words."""
    home = house_of_job()
    return suggesting.suggest(home.database, contest_id, home.clock.now())
