"""A synthetic teller's heartbeat, end to end; and an alarm that does not depend on the house."""

import os
import signal
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
from gotv.rehearsal.heartbeat import Beat, Heart
from gotv.rehearsal.seat import invent_seat
from gotv.services import switches
from tests.builders import Seatlet, today
from tests.conftest import over
from tests.faults.blows import web_worker


@pytest.fixture
def heart(running: Household, home: House) -> Iterator[Heart]:
    seat = invent_seat(electors=500, districts=2, places=1, rooms=1)
    stage = set_the_stage(home, seat, today(), lambda _words: None, (time(0), time(23, 59)))
    heart = Heart(stage, Address("127.0.0.1", running.port))
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
    switches.turn(home.database, [heart.stage.contest.contest_id], "boards", off=True)
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
