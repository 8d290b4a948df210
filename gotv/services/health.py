"""Is the house ready to take numbers and to show them?"""

from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from gotv.store.database import Database
from gotv.store.migrate import is_current

TAIL_MAY_LAG_SECONDS = 5


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


def _database(database: Database) -> str:
    try:
        with database.snapshot() as connection:
            return "ok" if is_current(connection) else "migrations are missing: run gotv migrate"
    except SQLAlchemyError as error:
        return f"not reached: {type(error).__name__}"
