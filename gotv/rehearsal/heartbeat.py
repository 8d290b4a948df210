"""A synthetic teller's heartbeat: one number every half minute, from a phone's socket to a board's, seen from outside.

It beats in a rehearsal of its own, so that no real figure moves. What it beats through can be written down and carried
to a machine that knows nothing of the house but its address.
"""

import itertools
import json
import os
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from gotv.rehearsal.address import Address
from gotv.rehearsal.boards import Boards
from gotv.rehearsal.demo import Stage, enter
from gotv.rehearsal.history import History
from gotv.rehearsal.phones import Phone, Phones

ANSWERED_WITHIN, SHOWN_WITHIN = 5.0, 5.0
# So many in a row raise the alarm: one may be a hiccup of the net.
MISSED = 2


@dataclass(frozen=True, slots=True)
class Beat:
    """``answered`` and ``shown`` in seconds; None: not in time. ``well`` when both were."""

    answered: float | None
    shown: float | None
    trouble: str = ""

    @property
    def well(self) -> bool:
        return self.answered is not None and self.shown is not None

    def __str__(self) -> str:
        if self.answered is None:
            return self.trouble or f"NOT ANSWERED within {ANSWERED_WITHIN:g} s"
        if self.shown is None:
            return f"answered after {self.answered * 1000:.0f} ms, NOT ON THE BOARD within {SHOWN_WITHIN:g} s"
        return f"answered after {self.answered * 1000:.0f} ms, on the board after {self.shown * 1000:.0f} ms"


@dataclass(frozen=True, slots=True)
class Way:
    """What a heart beats through: where, the links of a teller and of a board, and numbers (district, number)."""

    address: str
    contest_id: int
    teller: str
    board: str
    numbers: list[tuple[str, str]]

    @classmethod
    def across(cls, stage: Stage, address: str) -> "Way":
        teller = next(iter(stage.tellers.values()))
        numbers = [(elector.district, elector.written) for elector in stage.seat.electors]
        return cls(address, stage.contest.contest_id, teller.token, stage.agent_link.token, numbers)

    @classmethod
    def read(cls, file: Path) -> "Way":
        """As `write` wrote it. Raises ValueError."""
        try:
            return cls(**json.loads(file.read_bytes()))
        except (TypeError, ValueError):
            raise ValueError(f"{file} is not what gotv heartbeat --prepare writes.") from None

    def write(self, file: Path) -> None:
        """For its owner's eyes: links are in it. Raises OSError."""
        file.touch(mode=0o600)
        file.chmod(0o600)
        file.write_text(json.dumps(asdict(self)))


@dataclass
class Heart:
    """Beats on one phone and one board. What it has to go through it opens anew whenever it was cut."""

    way: Way
    address: Address
    history: History = field(default_factory=History)

    def __post_init__(self) -> None:
        self.phone = Phone(enter(self.address, self.way.teller))
        self.phones = Phones(self.address.host, self.address.port, [self.phone], self._answered, self.address.trust)
        self.boards = Boards(self.address, self.way.contest_id, self.way.board, 1, self.history.acked)
        self.numbers = itertools.cycle(self.way.numbers)

    def _answered(self, _phone: Phone, answers: list[dict[str, object]], took: float) -> None:
        self.history.answered(answers, took, self.phone.position)

    def beat(self) -> Beat:
        """One number, and its way to the board. Returns when it is there, or when its time is up."""
        district, number = next(self.numbers)
        answers, shown = len(self.history.took), len(self.boards.late)
        self.phone.key(number, district)
        began = time.monotonic()
        if not self._until(lambda: len(self.history.took) > answers, ANSWERED_WITHIN):
            self.phone.outbox.clear()
            return Beat(None, None)
        answered = time.monotonic() - began
        if not self._until(lambda: len(self.boards.late) > shown, SHOWN_WITHIN):
            return Beat(answered, None)
        return Beat(answered, time.monotonic() - began)

    def _until(self, happened: Callable[[], bool], seconds: float) -> bool:
        end = time.monotonic() + seconds
        while not happened():
            if time.monotonic() > end:
                return False
            self.phones.step(0.02)
            self.boards.step()
        return True

    def rest(self, seconds: float, stop: threading.Event) -> None:
        """Until the next beat: lines are kept open meanwhile."""
        self._until(stop.is_set, seconds)

    def close(self) -> None:
        self.phones.close()
        self.boards.close()


def watch(heart: Heart, every: float, alarm: str, stop: threading.Event, tell: Callable[[Beat, bool], None]) -> int:
    """Beat until told to stop. Returns how often the alarm was raised.

    ``alarm`` is a command of the one who watches: it runs once when beats go missing, with GOTV_BEAT telling of it,
    and depends on nothing of the house.
    """
    missed = raised = 0
    while not stop.is_set():
        try:
            beat = heart.beat()
        except Exception as error:
            # Whatever comes in the house's place, it is no answer.
            beat = Beat(None, None, type(error).__name__)
        missed = 0 if beat.well else missed + 1
        raising = missed == MISSED
        if raising:
            raised += 1
            if alarm:
                _ring(alarm, beat)
        tell(beat, raising)
        heart.rest(every, stop)
    return raised


def _ring(alarm: str, beat: Beat) -> None:
    """In the background: an alarm that hangs must not stop the beats."""
    subprocess.Popen(alarm, shell=True, env=os.environ | {"GOTV_BEAT": str(beat)}, start_new_session=True)  # noqa: S602
