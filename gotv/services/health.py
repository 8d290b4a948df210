"""Is the house ready to take numbers and to show them?"""

from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from gotv.store.database import Database
from gotv.store.migrate import is_current


def state_of(database: Database, last_tick: Callable[[], str | None]) -> dict[str, Any]:
    """What works, in words. ``ready`` needs the database only: marks are taken without Valkey (promise P11).

    ``last_tick`` asks Valkey when the timekeeper last looked; whatever it raises means that Valkey is away.
    """
    state = {"database": _database(database), "valkey": "ok", "timekeeper": "ok"}
    try:
        tick = last_tick()
        state["timekeeper"] = f"ok, last looked {tick}" if tick else "silent: hourly lists may be late"
    except Exception as error:
        state["valkey"] = f"not reached: {type(error).__name__}"
        state["timekeeper"] = "not known without Valkey"
    return {**state, "ready": state["database"] == "ok"}


def _database(database: Database) -> str:
    try:
        with database.snapshot() as connection:
            return "ok" if is_current(connection) else "migrations are missing: run gotv migrate"
    except SQLAlchemyError as error:
        return f"not reached: {type(error).__name__}"
