"""Is the house ready to take numbers and to show them?"""

import shutil
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from gotv.metrics import BACKUP_AGE, DATABASE_UP, DISK_FREE, QUEUED, ROOMS_LATE, TICKED
from gotv.services.backups import every_backup
from gotv.services.readiness import Surroundings
from gotv.store import contests, lists
from gotv.store.database import Database
from gotv.store.migrate import is_current

TAIL_MAY_LAG_SECONDS = 5
LISTS_WITHIN = timedelta(minutes=2)
NAN = float("nan")


def state_of(
    database: Database, last_tick: Callable[[], str | None], seconds_behind: Callable[[], float] | None
) -> dict[str, Any]:
    """What works, in words. ``ready`` needs database and tail only: marks are taken without Valkey (promise P11).

    ``seconds_behind`` tells how far this process's tail of the ledger lags; None where there is none (no sockets).
    ``last_tick`` asks Valkey when the timekeeper last looked; whatever it raises means that Valkey is away.
    """
    state = {"database": _database(database), "valkey": "ok", "timekeeper": "ok"}
    try:
        tick = last_tick()
        state["timekeeper"] = f"ok, last looked {tick}" if tick else "silent: hourly lists may be late"
    except Exception as error:
        state["valkey"] = f"not reached: {type(error).__name__}"
        state["timekeeper"] = "not known without Valkey"
    lag = seconds_behind() if seconds_behind else 0.0
    state["tail"] = "ok" if lag < TAIL_MAY_LAG_SECONDS else f"{lag:.0f} s behind: boards say that they are stale"
    return {**state, "ready": state["database"] == "ok" and state["tail"] == "ok"}


def gauge(
    database: Database, around: Surroundings, queued: Callable[[str], int], queues: Iterable[str], now: datetime
) -> None:
    """Set what is measured only when somebody asks. What cannot be known is NaN: an alarm can tell it from well."""
    DATABASE_UP.set(_database(database) == "ok")
    DISK_FREE.set(shutil.disk_usage(around.home if around.home.is_dir() else "/").free)
    newest = next(iter(every_backup(around.backups)), None)
    BACKUP_AGE.set((now - newest.made_at).total_seconds() if newest else NAN)
    for name in queues:
        QUEUED.labels(name).set(_or_nan(lambda name=name: queued(name)))  # type: ignore[misc]
    TICKED.set(_or_nan(lambda: _silent(around.last_tick(), now)))
    ROOMS_LATE.set(_or_nan(lambda: _rooms_late(database, now)))


def _or_nan(found: Callable[[], float]) -> float:
    try:
        return found()
    except Exception:
        return NAN


def _silent(tick: str | None, now: datetime) -> float:
    return (now - datetime.fromisoformat(tick)).total_seconds() if tick else NAN


def _rooms_late(database: Database, now: datetime) -> int:
    """Two minutes past the hour every committee room of a contest that polls has its lists (promise P8)."""
    late = 0
    with database.snapshot() as connection:
        for contest in contests.every(connection):
            slot = contest.current_slot(now)
            if slot and not contest.rehearsal and now - slot > LISTS_WITHIN:
                late += len(lists.rooms_without(connection, contest.contest_id, slot))
    return late


def _database(database: Database) -> str:
    try:
        with database.snapshot() as connection:
            return "ok" if is_current(connection) else "migrations are missing: run gotv migrate"
    except SQLAlchemyError as error:
        return f"not reached: {type(error).__name__}"
