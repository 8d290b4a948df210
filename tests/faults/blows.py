"""What is done to a house: kills and freezes by recorded process id. Each leaves it as it should mend by itself."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil

from gotv.embedded.household import TIMEKEEPER, WEB, WORKER, Household

Blow = Callable[[Household], None]


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def web_worker(household: Household) -> int:
    """The process that serves, under gunicorn's master."""
    master = household.processes[WEB].pid
    children = subprocess.run(["pgrep", "-P", str(master)], capture_output=True, text=True, check=False)
    end = time.monotonic() + 10
    while not children.stdout.split() and time.monotonic() < end:
        children = subprocess.run(["pgrep", "-P", str(master)], capture_output=True, text=True, check=False)
    return int(children.stdout.split()[0])


def kill_web_worker(household: Household) -> None:
    """Gunicorn starts another."""
    kill(web_worker(household))


def kill_web(household: Household) -> None:
    kill_web_worker(household)
    _kill_and_restart(household, WEB)


def kill_worker(household: Household) -> None:
    _kill_and_restart(household, WORKER)


def kill_timekeeper(household: Household) -> None:
    _kill_and_restart(household, TIMEKEEPER)


def _kill_and_restart(household: Household, name: str) -> None:
    kill(household.processes[name].pid)
    household.processes[name].wait(10)
    household.start_process(name)


def kill_valkey(household: Household) -> None:
    kill(household.valkey.pid)
    household.valkey.wait()
    household.valkey.start()


def kill_postgres(household: Household) -> None:
    kill(household.postgres.pid)
    household.postgres.start_again()


KILLS: tuple[Blow, ...] = (kill_web_worker, kill_web, kill_worker, kill_timekeeper, kill_valkey, kill_postgres)


@contextmanager
def frozen(*pids: int) -> Iterator[None]:
    """Hung, not dead: SIGSTOP, and at the end SIGCONT."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def of_web(household: Household) -> list[int]:
    return [web_worker(household)]


def of_worker(household: Household) -> list[int]:
    return [household.processes[WORKER].pid]


def of_timekeeper(household: Household) -> list[int]:
    return [household.processes[TIMEKEEPER].pid]


def of_postgres(household: Household) -> list[int]:
    """The postmaster and every backend of its."""
    return [household.postgres.pid, *(child.pid for child in psutil.Process(household.postgres.pid).children())]


FREEZES = (of_web, of_worker, of_timekeeper, of_postgres)
