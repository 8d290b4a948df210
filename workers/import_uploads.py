"""The jobs that check and apply an uploaded file. They report progress into the upload's own row."""

from gotv.services import uploads
from workers.worker import house_of_job


def check_upload(contest_id: int, upload_id: int) -> None:
    """The dry run. May run twice: it changes nothing but its report."""
    uploads.check(house_of_job().database, contest_id, upload_id)


def apply_upload(contest_id: int, upload_id: int) -> None:
    """May run twice: imports of a contest take turns, and the second finds the file applied."""
    uploads.apply(house_of_job().database, contest_id, upload_id)
