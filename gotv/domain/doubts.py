"""Suspicious numbers: each mark of a teller is judged on arrival by these rules, and nothing else.

A doubtful mark is kept and answered like any other, but strikes nobody from a list: the door stays, marked as *maybe
voted*, until an organiser confirms, corrects or withdraws the mark. Only tellers are judged: clerks and organisers key
with the paper before them.

Not judged on arrival, since nothing is struck by them: a number not on the register, and one that its teller gave
before (`store.numbers_called`). Both are shown to the organiser; the doors of their `neighbours` are *maybe voted*.
"""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from gotv.domain.elector_numbers import ElectorNumber
from gotv.domain.entries import Entry, Outcome

# Nobody reads numbers off voters' cards at two a second for ten seconds.
BURST, BURST_SPAN = 20, 10.0
# A teller with two in five of the last forty not on the register has the wrong district, or the wrong page.
RECENT, FEWEST, OFF_SHARE = 40, 20, 0.4


class Doubt(StrEnum):
    """Why a mark is doubtful (stored, stable)."""

    ELSEWHERE = "elsewhere"
    OTHER_STATION = "other_station"
    BURST = "burst"
    OFF_RATE = "off_rate"


WORDS = {
    Doubt.ELSEWHERE: "this district does not vote at the teller's polling place",
    Doubt.OTHER_STATION: "this number votes at another station than the teller's",
    Doubt.BURST: "keyed faster than anybody can",
    Doubt.OFF_RATE: "too many of this teller's numbers are not on the register",
}


@dataclass(frozen=True, slots=True)
class Split:
    """A district whose numbers vote at several places: the ranges (first, last) that vote here, and elsewhere."""

    here: tuple[tuple[int, int], ...]
    elsewhere: tuple[tuple[int, int], ...]

    def is_elsewhere(self, number: int) -> bool:
        """Whether the number votes at another place. One that is in no range is nobody's reason."""
        return _within(number, self.elsewhere) and not _within(number, self.here)


def _within(number: int, ranges: Iterable[tuple[int, int]]) -> bool:
    return any(first <= number <= last for first, last in ranges)


@dataclass(frozen=True, slots=True)
class Station:
    """What is known of a teller's place: districts that vote elsewhere only, split ones, those with a register."""

    other_districts: Collection[str] = ()
    splits: Mapping[str, Split] = field(default_factory=dict)
    registered: Collection[str] = ()


@dataclass(slots=True)
class Recent:
    """What one teller did lately, as this process has seen it: only what was kept."""

    # By the phone's own clock, as they arrived: it may have been set right meanwhile. Each once: the same moment again
    # is the same number again, from a phone that was not answered.
    called: deque[float] = field(default_factory=deque)
    # The same, in order.
    calls: list[float] = field(default_factory=list)
    unmatched: deque[bool] = field(default_factory=lambda: deque(maxlen=RECENT))

    def keeps(self, entries: Iterable[Entry], outcomes: Iterable[str], station: Station) -> None:
        """Note what became of the teller's numbers. Where no register is loaded yet, not matching says nothing."""
        repeated, withdrawn, unmatched = Outcome.REPEATED, Outcome.WITHDRAWN, Outcome.UNMATCHED
        for entry, outcome in zip(entries, outcomes, strict=True):
            if entry.number is None or outcome == repeated:
                continue
            if entry.called_at:
                self._called(entry.called_at)
            if entry.number.district in station.registered and outcome != withdrawn:
                self.unmatched.append(outcome == unmatched)

    def _called(self, at: float) -> None:
        if not _note(self.calls, at):
            return
        self.called.append(at)
        if len(self.called) > 2 * BURST:
            del self.calls[bisect_left(self.calls, self.called.popleft())]

    @property
    def is_off(self) -> bool:
        return len(self.unmatched) >= FEWEST and self.unmatched.count(True) > OFF_SHARE * len(self.unmatched)


def judge_all(entries: Iterable[Entry], station: Station, recent: Recent) -> None:
    """Give each mark of a teller's list its doubt, or none."""
    calls, is_off = recent.calls.copy(), recent.is_off
    for entry in entries:
        if entry.number is not None:
            at = entry.called_at
            entry.doubt = judge(entry.number, at, station, calls, is_off=is_off) or ""
            if at:
                _note(calls, at)


def _note(moments: list[float], at: float) -> bool:
    """Put a moment in its place among those before and after it; False if it is there already."""
    place = bisect_left(moments, at)
    if place < len(moments) and moments[place] == at:
        return False
    moments.insert(place, at)
    return True


def judge(
    number: ElectorNumber, at: float | None, station: Station, calls: Sequence[float] = (), *, is_off: bool = False
) -> Doubt | None:
    """The first rule that makes a teller's mark doubtful, or None for a good one.

    A district that nobody knows is no reason: its number is unmatched, and a later register may have it. ``calls``
    are the times of the teller's other numbers by the phone's own clock, in order; ``is_off`` is what `Recent` says.
    """
    if number.district in station.other_districts:
        return Doubt.ELSEWHERE
    split = station.splits.get(number.district)
    if split and split.is_elsewhere(number.number):
        return Doubt.OTHER_STATION
    if at and len(calls) >= BURST and _is_burst(at, calls):
        return Doubt.BURST
    return Doubt.OFF_RATE if is_off and number.district in station.registered else None


def _is_burst(at: float, calls: Sequence[float]) -> bool:
    """Whether enough other moments are less than a burst's span away."""
    near = bisect_left(calls, at + BURST_SPAN) - bisect_right(calls, at - BURST_SPAN)
    return near >= BURST and near - (bisect_right(calls, at) - bisect_left(calls, at)) >= BURST


def neighbours(number: ElectorNumber) -> set[ElectorNumber]:
    """The numbers one wrong digit or two swapped digits away: what an improbable number may have been meant for."""
    digits = str(number.number)
    near = set()
    for n, digit in enumerate(digits):
        near |= {digits[:n] + other + digits[n + 1 :] for other in "0123456789" if other != digit}
        if n + 1 < len(digits):
            near.add(digits[:n] + digits[n + 1] + digit + digits[n + 2 :])
    near.discard(digits)
    return {
        ElectorNumber(number.district, int(one), number.suffix) for one in near if int(one) and not one.startswith("0")
    }
