"""The job that draws the photo of a slip anew."""

from gotv.services import slip_photos
from workers.worker import house_of_job


def draw_photo(contest_id: int, slip_id: str) -> bool:
    """May run twice: the second finds it drawn."""
    return slip_photos.draw(house_of_job().database, contest_id, slip_id)
