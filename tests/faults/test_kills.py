"""SIGKILL of each process in mid-stream: no acknowledged number is lost and none is counted twice (P1, P2, P11)."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gotv.domain.people import Role
from gotv.embedded.household import TIMEKEEPER, WEB, WORKER, Household
from gotv.house import House, open_house
from tests.builders import Seatlet, build_seatlet
from tests.cast import member
from tests.conftest import free_port
from tests.faults.checker import Crowd, assert_nothing_lost

KILLS_OF_EACH = 4


@pytest.fixture(scope="module")
def doomed() -> Iterator[Household]:
    """A house of its own: the others' tests should not feel what happens here."""
    folder = Path(tempfile.mkdtemp(prefix="gotv-"))
    household = Household(folder, port=free_port())
    try:
        household.start()
        yield household
    finally:
        household.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def doomed_home(doomed: Household) -> Iterator[House]:
    house = open_house(doomed.settings, statement_timeout_ms=30_000)
    yield house
    house.database.close()


@pytest.fixture
def stage(doomed_home: House) -> tuple[Seatlet, list[str]]:
    """A seatlet and the devices of twelve tellers at its two places."""
    seatlet = build_seatlet(doomed_home)
    places = list(seatlet.places.values())
    tellers = [
        member(doomed_home, seatlet.contest_id, Role.TELLER, f"Tess {n}", place_id=places[n % 2]) for n in range(12)
    ]
    return seatlet, [teller.device for teller in tellers]


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def kill_web_worker(household: Household) -> None:
    """The process that serves; gunicorn starts another."""
    master = household.processes[WEB].pid
    children = subprocess.run(["pgrep", "-P", str(master)], capture_output=True, text=True, check=True)
    for pid in children.stdout.split():
        kill(int(pid))


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


@pytest.mark.timeout(180)
@pytest.mark.parametrize("blow", [kill_web_worker, kill_web, kill_worker, kill_timekeeper, kill_valkey, kill_postgres])
def test_an_acknowledged_number_survives_the_death_of_any_process(
    blow: Callable[[Household], None], doomed: Household, doomed_home: House, stage: tuple[Seatlet, list[str]]
) -> None:
    seatlet, tokens = stage
    with Crowd(doomed.port, tokens) as crowd:
        crowd.wait_for_acks(100)
        for _ in range(KILLS_OF_EACH):
            blow(doomed)
            crowd.wait_for_acks(100, seconds=40)
        crowd.heal()
    assert_nothing_lost(doomed_home, seatlet, crowd)


def test_without_valkey_numbers_are_still_taken(
    doomed: Household, doomed_home: House, stage: tuple[Seatlet, list[str]]
) -> None:
    """P11: it carries messages and jobs, and nothing that can't be thrown away."""
    seatlet, tokens = stage
    with Crowd(doomed.port, tokens) as crowd:
        crowd.wait_for_acks(100)
        kill(doomed.valkey.pid)
        doomed.valkey.wait()
        try:
            crowd.wait_for_acks(300)
            crowd.heal()
        finally:
            doomed.valkey.start()
    assert_nothing_lost(doomed_home, seatlet, crowd)


def test_a_hung_valkey_holds_no_teller(doomed: Household, doomed_home: House, stage: tuple[Seatlet, list[str]]) -> None:
    seatlet, tokens = stage
    with Crowd(doomed.port, tokens) as crowd:
        crowd.wait_for_acks(100)
        os.kill(doomed.valkey.pid, signal.SIGSTOP)
        try:
            crowd.wait_for_acks(300, seconds=10)
            crowd.heal()
        finally:
            os.kill(doomed.valkey.pid, signal.SIGCONT)
    assert_nothing_lost(doomed_home, seatlet, crowd)
