"""Where a test waits for a worker: on the database, which is where the result will be."""

import time
from collections.abc import Callable

import pytest

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def until() -> Until:
    """Wait until something is so; fail after ten seconds. Work of other processes sends no event to await."""

    def wait(happened: Callable[[], bool]) -> None:
        end = time.monotonic() + 10
        while not happened():
            assert time.monotonic() < end, "it did not happen in time"
            time.sleep(0.05)

    return wait
