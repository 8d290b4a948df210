"""A file's job in a process of its own, with no more memory than it may have."""

import os
import subprocess
import sys

from gotv.embedded.household import Household
from gotv.services import uploads
from tests.builders import REGISTER_HEADINGS, Seatlet, csv_of, electors

JOB = "import sys; from workers.import_uploads import check_upload; check_upload(int(sys.argv[1]), int(sys.argv[2]))"


def checked(household: Household, seatlet: Seatlet, content: bytes, megabytes: int) -> dict[str, object]:
    """What has become of a register when its job had so much memory."""
    database, contest_id = seatlet.home.database, seatlet.contest_id
    upload_id = uploads.receive(database, contest_id, "register", "a.csv", content, "Asha")
    settings = household._environment() | {"GOTV_JOB_MEMORY_MB": str(megabytes)}
    words = [sys.executable, "-c", JOB, str(contest_id), str(upload_id)]
    subprocess.run(words, env=os.environ | settings, check=True, timeout=60)
    return uploads.find_upload(database, contest_id, upload_id)


def test_a_file_that_would_take_all_memory_is_refused_in_words(household: Household, seatlet: Seatlet) -> None:
    rows = list(electors(["AB"]))
    huge = csv_of(REGISTER_HEADINGS, rows * 3_000)
    refused = checked(household, seatlet, huge, 32)
    assert refused["state"] == "failed"
    assert "more memory" in str(refused["report"])
    assert checked(household, seatlet, csv_of(REGISTER_HEADINGS, rows), 256)["state"] == "checked"
