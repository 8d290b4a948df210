"""A synthetic teller's heartbeat, end to end; and an alarm that does not depend on the house."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import time
from pathlib import Path

import pytest

from gotv.embedded.household import WEB, Household
from gotv.house import House
from gotv.rehearsal import heartbeat
from gotv.rehearsal.address import Address
from gotv.rehearsal.demo import set_the_stage
from gotv.rehearsal.heartbeat import Beat, Heart, Way
from gotv.rehearsal.seat import invent_seat
from gotv.services import contests, switches
from tests.builders import Seatlet, today
from tests.commands.test_commands import gotv
from tests.conftest import over
from tests.faults.blows import web_worker


@pytest.fixture
def heart(running: Household, home: House) -> Iterator[Heart]:
    seat = invent_seat(electors=500, districts=2, places=1, rooms=1)
    stage = set_the_stage(home, seat, today(), lambda _words: None, (time(0), time(23, 59)))
    heart = Heart(Way.across(stage, "http://gotv.example.org"), Address("127.0.0.1", running.port))
    yield heart
    heart.close()
    over(home, Seatlet(home, stage.contest))


def test_a_beat_goes_from_the_phone_to_the_board(heart: Heart) -> None:
    first, second = heart.beat(), heart.beat()
    assert first.well
    assert second.well
    assert second.answered is not None
    assert second.shown is not None
    assert second.answered <= second.shown < heartbeat.SHOWN_WITHIN


def test_boards_that_show_nothing_are_noticed(heart: Heart, home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert heart.beat().well
    monkeypatch.setattr(heartbeat, "SHOWN_WITHIN", 1.5)
    switches.turn(home.database, [heart.way.contest_id], "boards", off=True)
    beat = heart.beat()
    assert beat.answered is not None
    assert beat.shown is None
    assert "NOT ON THE BOARD" in str(beat)


def test_a_house_that_hangs_raises_the_alarm_once_and_is_well_again_after(
    running: Household, heart: Heart, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "ANSWERED_WITHIN", 1.0)
    assert running.processes[WEB].poll() is None
    pid, rung, stop = web_worker(running), tmp_path / "rung", threading.Event()
    beats: list[tuple[Beat, bool]] = []

    def tell(beat: Beat, raised: bool) -> None:
        beats.append((beat, raised))
        if len(beats) == 1:
            os.kill(pid, signal.SIGSTOP)
        if len(beats) == 4:
            os.kill(pid, signal.SIGCONT)
        if (len(beats) > 4 and beat.well) or len(beats) > 30:
            stop.set()

    try:
        raised = heartbeat.watch(heart, 0.1, f'echo "$GOTV_BEAT" >> {rung}', stop, tell)
    finally:
        os.kill(pid, signal.SIGCONT)
    assert beats[0][0].well
    assert [said for _, said in beats[1:4]] == [False, True, False]
    assert raised == 1
    assert rung.read_text() == "NOT ANSWERED within 1 s\n"
    assert beats[-1][0].well


def elsewhere(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """The command on a machine that knows nothing of the house: no settings, a home with nothing in it."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith("GOTV_")}
    command = [sys.executable, "-m", "gotv.cli", "heartbeat", *words]
    return subprocess.run(
        command, env=settings | {"GOTV_HOME": str(folder / "none")}, capture_output=True, text=True, timeout=60
    )


def test_it_beats_on_a_machine_without_the_houses_settings(running: Household, home: House, tmp_path: Path) -> None:
    file, where = tmp_path / "beat.json", f"http://127.0.0.1:{running.port}"
    file.write_text("of yesterday")
    made = json.loads(gotv(running, "heartbeat", "--prepare", str(file), "--address", where, "--json"))
    try:
        assert file.stat().st_mode & 0o077 == 0
        done = elsewhere(tmp_path, "--with", str(file), "--beats", "2", "--every", "1")
        assert "2 of 2 beats arrived; the alarm was raised 0 times." in done.stdout, done.stderr
        assert done.returncode == 0
        assert not (tmp_path / "none").exists()
    finally:
        over(home, Seatlet(home, contests.find_contest(home.database, made["contest_id"])))


def test_what_it_cannot_beat_by_is_said(running: Household, tmp_path: Path) -> None:
    other, where = tmp_path / "other.json", f"http://127.0.0.1:{running.port}"
    other.write_text('{"beat": 1}')
    assert "is not what gotv heartbeat --prepare writes" in elsewhere(tmp_path, "--with", str(other)).stderr
    assert "--day goes with --prepare" in elsewhere(tmp_path, "--day", "2026-05-07").stderr
    assert "cannot be read: No such file" in elsewhere(tmp_path, "--with", str(tmp_path / "no.json")).stderr
    Way(where, 1, "1.1.nobody", "1.1.nobody", [("AA", "1")]).write(other)
    assert f"Not let in at {where}" in elsewhere(tmp_path, "--with", str(other)).stderr
