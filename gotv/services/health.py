"""Is the house ready to take numbers and to show them?"""

from typing import Any

import redis
from sqlalchemy.exc import SQLAlchemyError

from gotv import queues
from gotv.house import House
from gotv.store.migrate import is_current


def state_of(home: House) -> dict[str, Any]:
    """What works, in words. ``ready`` needs the database only: marks are taken without Valkey (promise P11)."""
    state = {"database": _database(home), "valkey": "ok", "timekeeper": "ok"}
    try:
        tick = queues.last_tick(home.settings.redis_url)
        state["timekeeper"] = f"ok, last looked {tick}" if tick else "silent: hourly lists may be late"
    except redis.exceptions.RedisError as error:
        state["valkey"] = f"not reached: {type(error).__name__}"
        state["timekeeper"] = "not known without Valkey"
    return {**state, "ready": state["database"] == "ok"}


def _database(home: House) -> str:
    try:
        with home.database.snapshot() as connection:
            return "ok" if is_current(connection) else "migrations are missing: run gotv migrate"
    except SQLAlchemyError as error:
        return f"not reached: {type(error).__name__}"
