"""Queue names, the one way to reach Valkey, and the only functions that enqueue a job, each by its dotted name.

Valkey holds nothing that cannot be thrown away: PostgreSQL knows which lists and imports are wanting, and the
timekeeper asks again.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import groupby

import redis
from redis.backoff import ExponentialWithJitterBackoff
from redis.retry import Retry
from rq import Queue, Worker
from rq.exceptions import DuplicateJobError

LISTS, PHOTOS, PAPER, IMPORTS, KEEPING, MAIL = "lists", "photos", "paper", "imports", "keeping", "mail"
# In the order in which a worker looks: a photo is drawn at once, an import may take its time.
EVERY_QUEUE = (LISTS, PHOTOS, KEEPING, PAPER, MAIL, IMPORTS)

MAKE_HOUR = "workers.make_lists.make_hour"
MAKE_LIST = "workers.make_lists.make_list"
CHECK_UPLOAD = "workers.import_uploads.check_upload"
APPLY_UPLOAD = "workers.import_uploads.apply_upload"
DRAW_PHOTO = "workers.draw_photos.draw_photo"
DRAW_PAPER = "workers.draw_paper.draw_paper"
BACK_UP = "workers.keeping.back_up"
PURGE = "workers.keeping.purge"
SEND_MAIL = "workers.send_mail.send_mail"
SUGGEST = "workers.suggest_shifts.suggest_shifts"
EVERY_JOB = {
    MAKE_HOUR: LISTS,
    MAKE_LIST: LISTS,
    DRAW_PHOTO: PHOTOS,
    DRAW_PAPER: PAPER,
    CHECK_UPLOAD: IMPORTS,
    APPLY_UPLOAD: IMPORTS,
    BACK_UP: KEEPING,
    PURGE: KEEPING,
    SEND_MAIL: MAIL,
    SUGGEST: PAPER,
}

# `unique` blocks an id as long as its job is known (a year after a failure unless told otherwise): so be brief.
_BRIEF = {"unique": True, "result_ttl": 0, "failure_ttl": 60}
# The id of a list's job names the version: who asked on what they had read a moment before the job was done asks for
# nothing new, so it is remembered a little longer.
_REMEMBERED_SECONDS = 20
SEATS_IN_A_JOB = 16
_TIMEKEEPER = "gotv:timekeeper"


@lru_cache
def valkey(url: str, *, patience_seconds: float = 1.0) -> redis.Redis:
    """One client for each URL. It gives up soon: nothing here is worth making a teller wait for."""
    return redis.Redis.from_url(
        url,
        socket_timeout=patience_seconds,
        socket_connect_timeout=patience_seconds,
        health_check_interval=10,
        retry=Retry(ExponentialWithJitterBackoff(base=0.05, cap=0.3), 1),
    )


def queue(name: str, url: str) -> Queue:
    return Queue(name, connection=valkey(url), serializer="json")


def ask_for_hour(url: str, contest_ids: Iterable[int], slot: datetime) -> int:
    """Ask for the lists of an hour of these contests. Returns how many jobs were not asked for already.

    A hundred requests make one job: its id is the same until it is done. A job of its own for each of a country's
    seats would spend as long on starting as on its work, so neighbours go together.
    """
    shares = groupby(sorted(contest_ids), lambda contest_id: contest_id // SEATS_IN_A_JOB)
    asked = 0
    for share, seats in shares:
        name = f"hour-{share}-{slot:%Y%m%dT%H%M%S}"
        asked += _enqueue(url, MAKE_HOUR, name, [list(seats), slot.isoformat()], 600)
    return asked


def ask_for_list(url: str, contest_id: int, walk_id: int, version: int) -> bool:
    """Ask for this version of one walk's list. False if already asked for: one job, whatever is clicked."""
    return _enqueue(
        url, MAKE_LIST, f"list-{contest_id}-{walk_id}-{version}", [contest_id, walk_id], 120, _REMEMBERED_SECONDS
    )


def ask_to_check(url: str, contest_id: int, upload_id: int) -> bool:
    return _enqueue(url, CHECK_UPLOAD, f"check-{contest_id}-{upload_id}", [contest_id, upload_id], 600)


def ask_to_apply(url: str, contest_id: int, upload_id: int) -> bool:
    return _enqueue(url, APPLY_UPLOAD, f"apply-{contest_id}-{upload_id}", [contest_id, upload_id], 600)


def ask_to_draw(url: str, contest_id: int, slip_id: str) -> bool:
    return _enqueue(url, DRAW_PHOTO, f"photo-{contest_id}-{slip_id}", [contest_id, slip_id], 60)


def ask_to_print(url: str, contest_id: int, bundle_id: int) -> bool:
    return _enqueue(url, DRAW_PAPER, f"paper-{contest_id}-{bundle_id}", [contest_id, bundle_id], 600)


def ask_to_back_up(url: str) -> bool:
    return _enqueue(url, BACK_UP, "backup", [], 3_600)


def ask_to_mail(url: str, contest_id: int) -> bool:
    return _enqueue(url, SEND_MAIL, f"mail-{contest_id}", [contest_id], 600)


def ask_to_suggest(url: str, contest_id: int) -> bool:
    return _enqueue(url, SUGGEST, f"suggest-{contest_id}", [contest_id], 300)


def ask_to_purge(url: str, contest_id: int, certificate_id: str) -> bool:
    return _enqueue(url, PURGE, f"purge-{contest_id}", [contest_id, certificate_id], 3_600)


def waiting(url: str, name: str) -> int:
    """How many jobs wait in a queue."""
    return int(queue(name, url).count)


def someone_listens(url: str, name: str) -> bool:
    """Whether a worker takes jobs from this queue."""
    return any(name in worker.queue_names() for worker in Worker.all(connection=valkey(url)))


def timekeeper_ticked(url: str, now: datetime, lasts_seconds: int) -> None:
    valkey(url).set(_TIMEKEEPER, now.isoformat(), ex=lasts_seconds)


def last_tick(url: str) -> str | None:
    """When the timekeeper last looked, or None if that is too long ago."""
    tick = valkey(url).get(_TIMEKEEPER)
    return bytes(tick).decode() if tick else None  # type: ignore[arg-type]


def _enqueue(
    url: str, job: str, job_id: str, words: Sequence[object], timeout_seconds: int, remembered_seconds: int = 0
) -> bool:
    try:
        queue(EVERY_JOB[job], url).enqueue(
            job,
            *words,
            job_id=job_id,
            job_timeout=timeout_seconds,
            description=job_id,
            **_BRIEF | {"result_ttl": remembered_seconds},
        )
    except DuplicateJobError:
        return False
    return True
