"""The job that draws a bundle of paper."""

from gotv.services import paper
from workers.worker import house_of_job


def draw_paper(contest_id: int, bundle_id: int) -> bool:
    """May run twice: whoever is ready second keeps nothing."""
    home = house_of_job()
    return paper.draw(home.database, contest_id, bundle_id, home.settings.public_url, home.clock.now())
