"""Suspicious numbers: each mark of a teller is judged on arrival by these rules, and nothing else.

A doubtful mark is kept and answered like any other, but strikes nobody from a list: the door stays, marked as *maybe
voted*, until an organiser confirms, corrects or withdraws the mark. Only tellers are judged: clerks and organisers key
with the paper before them.
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from gotv.domain.elector_numbers import ElectorNumber
from gotv.domain.entries import Outcome

# Nobody reads numbers off voters' cards at two a second for ten seconds.
BURST, BURST_SPAN = 20, timedelta(seconds=10)
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

# For each district that is split: the ranges of numbers, first and last, that vote at the teller's place.
Ranges = Mapping[str, Collection[tuple[int, int]]]


@dataclass(slots=True)
class Recent:
    """What one teller did lately, as this process has seen it."""

    called: deque[datetime] = field(default_factory=lambda: deque(maxlen=BURST))
    unmatched: deque[bool] = field(default_factory=lambda: deque(maxlen=RECENT))

    def calls(self, at: datetime | None) -> bool:
        """Note a number called at this time by the phone's clock. True if it makes a burst."""
        # The same moment again is the same number again: a phone that was not answered sends all of it once more.
        if at is None or at in self.called:
            return False
        burst = len(self.called) == BURST and abs(at - self.called[0]) < BURST_SPAN
        self.called.append(at)
        return burst

    def hears(self, outcomes: Iterable[str]) -> None:
        """Note what became of the teller's numbers."""
        known = (Outcome.UNMATCHED, Outcome.MARKED, Outcome.ALREADY_MARKED, Outcome.POSTAL)
        self.unmatched.extend(outcome == Outcome.UNMATCHED for outcome in outcomes if outcome in known)

    @property
    def is_off(self) -> bool:
        return len(self.unmatched) >= FEWEST and sum(self.unmatched) > OFF_SHARE * len(self.unmatched)


def judge(
    number: ElectorNumber, at: datetime | None, other_districts: Collection[str], ranges: Ranges, recent: Recent
) -> Doubt | None:
    """The first rule that makes a teller's mark doubtful, or None for a good one.

    ``other_districts`` are those of the contest that do not vote at the teller's place. A district that nobody knows
    is no reason: its number is unmatched, and a later register may have it.
    """
    burst = recent.calls(at)
    if number.district in other_districts:
        return Doubt.ELSEWHERE
    here = ranges.get(number.district)
    if here and not any(first <= number.number <= last for first, last in here):
        return Doubt.OTHER_STATION
    if burst:
        return Doubt.BURST
    return Doubt.OFF_RATE if recent.is_off else None


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
