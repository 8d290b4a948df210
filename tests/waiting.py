"""Waiting for other processes, whose work sends no event to await: on the database, where the result will be."""

import time
from collections.abc import Callable


def wait_until(happened: Callable[[], bool], seconds: float = 30) -> None:
    """Until something is so; fails when it is not so in time."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
