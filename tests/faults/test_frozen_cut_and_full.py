"""Hung, not dead; dying at the worst moment; lines that break in mid-message; a full disk; clocks that jump."""

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from gotv.clock import WALL, Clock
from gotv.domain.people import Role
from gotv.embedded.household import WEB, Household
from gotv.house import House, open_house
from tests.builders import Seatlet, build_seatlet
from tests.cast import member
from tests.conftest import free_port
from tests.faults.blows import FREEZES, frozen, web_worker
from tests.faults.checker import Crowd, assert_nothing_lost
from tests.tcp_proxy import TcpProxy
from tests.waiting import wait_until

FROZEN_SECONDS = 3.0
Stage = tuple[Seatlet, list[str]]


@pytest.mark.timeout(180)
@pytest.mark.parametrize("pids", FREEZES)
def test_whoever_hangs_for_a_while_loses_nothing(
    pids: Callable[[Household], list[int]], doomed: Household, doomed_home: House, stage: Stage
) -> None:
    seatlet, tokens = stage
    with Crowd(doomed.port, tokens) as crowd:
        crowd.wait_for_acks(100)
        with frozen(*pids(doomed)):
            # It is the hanging that is under test, so it lasts its time.
            threading.Event().wait(FROZEN_SECONDS)
        crowd.wait_for_acks(100, seconds=40)
        crowd.heal()
    assert_nothing_lost(doomed_home, seatlet, crowd)


@pytest.fixture
def deadly(doomed: Household, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Has the web process die again and again at a point of a number's path, until the test is over."""

    def set_trap(where: str) -> None:
        monkeypatch.setenv("GOTV_DIES_AT", where)
        _restart_web(doomed)

    yield set_trap
    monkeypatch.delenv("GOTV_DIES_AT", raising=False)
    _restart_web(doomed)


def _restart_web(household: Household) -> None:
    household.processes[WEB].send_signal(signal.SIGTERM)
    household.processes[WEB].wait(20)
    household.start_process(WEB)
    household.wait_for_web()


@pytest.mark.timeout(180)
@pytest.mark.parametrize("point", ["before insert", "between commit and answer"])
def test_dying_at_the_worst_moment_loses_nothing_and_counts_nothing_twice(
    point: str, doomed: Household, doomed_home: House, stage: Stage, deadly: Callable[[str], None]
) -> None:
    """At each thirtieth commit the process is gone; gunicorn starts another, which dies in turn."""
    deadly(f"{point}, 30")
    seatlet, tokens = stage
    with Crowd(doomed.port, tokens) as crowd:
        deaths, pid = 0, web_worker(doomed)
        while deaths < 2:
            crowd.wait_for_acks(20, seconds=40)
            if (now := web_worker(doomed)) != pid:
                deaths, pid = deaths + 1, now
        crowd.stop.set()
        crowd.thread.join(10)
        deadly("")
        crowd.phones.drain(60)
    assert_nothing_lost(doomed_home, seatlet, crowd)


@pytest.mark.timeout(120)
def test_a_process_that_dies_while_the_database_commits_for_it(
    doomed: Household, doomed_home: House, stage: Stage
) -> None:
    """The server is held in the middle of the insert, the web process killed, the server let go: it commits."""
    seatlet, tokens = stage
    owner = doomed.settings.database_url
    with psycopg.connect(owner, autocommit=True) as hand:
        hand.execute("""
            CREATE OR REPLACE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
              $$ BEGIN PERFORM pg_advisory_xact_lock(4242); RETURN NULL; END $$;
            CREATE TRIGGER hold AFTER INSERT ON mark FOR EACH STATEMENT EXECUTE FUNCTION hold();
        """)
        try:
            with Crowd(doomed.port, tokens) as crowd:
                crowd.wait_for_acks(50)
                hand.execute("SELECT pg_advisory_lock(4242)")
                wait_until(lambda: _waiting(hand) > 0)
                os.kill(web_worker(doomed), signal.SIGKILL)
                hand.execute("SELECT pg_advisory_unlock(4242)")
                crowd.wait_for_acks(50, seconds=40)
                crowd.heal()
        finally:
            hand.execute("SELECT pg_advisory_unlock_all()")
            hand.execute("DROP TRIGGER hold ON mark")
    assert_nothing_lost(doomed_home, seatlet, crowd)


def _waiting(hand: psycopg.Connection) -> int:
    row = hand.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory'").fetchone()
    return int(row[0]) if row else 0


@pytest.fixture
def line(doomed: Household) -> Iterator[TcpProxy]:
    proxy = TcpProxy(doomed.port)
    yield proxy
    proxy.close()


@pytest.mark.timeout(120)
def test_lines_reset_in_mid_message(line: TcpProxy, doomed_home: House, stage: Stage) -> None:
    """After so many bytes each connection is reset, half a message on its way."""
    seatlet, tokens = stage
    with Crowd(line.port, tokens) as crowd:
        line.most_bytes = 3_000
        crowd.wait_for_acks(300, seconds=60)
        line.most_bytes = 0
        assert line.resets > 10
        crowd.heal()
    assert_nothing_lost(doomed_home, seatlet, crowd)


@pytest.mark.timeout(120)
def test_lines_that_are_open_and_pass_nothing(line: TcpProxy, doomed_home: House, stage: Stage) -> None:
    """As when a phone leaves the cell: neither end is told. It gives up waiting, and comes by another line."""
    seatlet, tokens = stage
    with Crowd(line.port, tokens) as crowd:
        crowd.wait_for_acks(100)
        line.deaf = True
        wait_until(lambda: all(len(phone.outbox) >= 4 for phone in crowd.phones.phones))
        wait_until(lambda: any(phone.state == "closed" for phone in crowd.phones.phones))
        line.cut()
        line.deaf = False
        line.mend()
        crowd.wait_for_acks(100, seconds=40)
        crowd.heal()
    assert_nothing_lost(doomed_home, seatlet, crowd)


@pytest.mark.timeout(120)
def test_slow_lines(line: TcpProxy, doomed_home: House, stage: Stage) -> None:
    seatlet, tokens = stage
    line.delay_seconds = 0.4
    with Crowd(line.port, tokens) as crowd:
        crowd.wait_for_acks(60, seconds=60)
        crowd.heal()
    assert_nothing_lost(doomed_home, seatlet, crowd)


@pytest.mark.timeout(120)
def test_a_server_whose_clock_jumps(doomed: Household, doomed_home: House, stage: Stage) -> None:
    """Two hours on, then two hours back: order is that of commits, never of clocks.

    Where the jump would leave the links' day, it is a short one.
    """
    seatlet, tokens = stage
    with Crowd(doomed.port, tokens) as crowd:
        crowd.wait_for_acks(100)
        try:
            for hours in (2, -2):
                jumped = datetime.now(UTC) + timedelta(hours=hours)
                if seatlet.contest.local(jumped).date() != seatlet.contest.polling_day:
                    jumped = datetime.now(UTC) + timedelta(minutes=hours)
                doomed.clock = Clock(1.0, time.time(), jumped)
                _restart_web(doomed)
                crowd.wait_for_acks(100, seconds=40)
        finally:
            doomed.clock = WALL
            _restart_web(doomed)
        crowd.wait_for_acks(100, seconds=40)
        crowd.heal()
    assert_nothing_lost(doomed_home, seatlet, crowd)


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of 300 MB of our own; where nobody may mount one, this cannot be tried."""
    folder = Path(tempfile.mkdtemp(prefix="gotv-"))
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300m", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("no right to mount a small disk here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.timeout(180)
def test_a_full_disk_stops_answers_and_loses_nothing(small_disk: Path) -> None:
    """While there is no room nothing is acknowledged; with room again the phones send what waited."""
    household = Household(small_disk, port=free_port())
    try:
        household.start()
        home = open_house(household.settings, statement_timeout_ms=30_000)
        seatlet = build_seatlet(home)
        places = list(seatlet.places.values())
        tellers = [member(home, seatlet.contest_id, Role.TELLER, f"Tess {n}", place_id=places[n % 2]) for n in range(6)]
        with Crowd(household.port, [teller.device for teller in tellers]) as crowd:
            crowd.wait_for_acks(100)
            ballast = small_disk / "ballast"
            _fill(ballast)
            wait_until(lambda: _stands_still(crowd), seconds=60)
            ballast.unlink()
            if not household.postgres.is_running():
                household.postgres.start_again()
            crowd.wait_for_acks(100, seconds=60)
            crowd.heal()
        assert_nothing_lost(home, seatlet, crowd)
        home.database.close()
    finally:
        household.stop()


def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as content:
        try:
            while content.write(b"x" * 1_000_000):
                pass
        except OSError:
            return


def _stands_still(crowd: Crowd) -> bool:
    """Nobody has been answered for two seconds."""
    before = len(crowd.acked)
    threading.Event().wait(2)
    return len(crowd.acked) == before
