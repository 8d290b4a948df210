"""Playing the seats of a rehearsal together, in one loop."""

import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from gotv.rehearsal.rehearse import LOOK_SECONDS, NotIn, Rehearsal

HEALS_WITHIN, STEP_SECONDS, LOOKS_A_SECOND = 60.0, 0.01, 40
# Nobody came in for so long: nobody will.
COMES_WITHIN = 10.0


class Stop(Protocol):
    """An event of threads, or of processes."""

    def is_set(self) -> bool: ...


def run(every: Sequence[Rehearsal], stop: Stop, tell: Callable[[], None]) -> list[dict[str, Any]]:
    """Play these seats in one loop, until the day is over and all has healed, or ``stop`` is set.

    Returns the figures of each. One that breaks is a no-go, and holds up nobody.
    """
    broken: dict[int, str] = {}

    def each(do: Callable[[Rehearsal], Any]) -> None:
        for n, one in enumerate(every):
            try:
                if n not in broken:
                    do(one)
            except NotIn as why:
                broken[n] = str(why)
            except Exception as error:
                # Whatever it was, the day was not lived through.
                broken[n] = f"it ended with {type(error).__name__}"

    def come_in() -> None:
        """All together, for as long as somebody still comes in."""
        outside, until = -1, 0.0
        while outside and not stop.is_set():
            each(lambda one: one.come_in(0.0))
            time.sleep(STEP_SECONDS)
            still = sum(one.outside() for n, one in enumerate(every) if n not in broken)
            if still != outside:
                outside, until = still, time.monotonic() + COMES_WITHIN
            if time.monotonic() > until:
                return

    def pass_on() -> None:
        last = max((n for n in range(len(every)) if n not in broken), default=-1)
        if last < 0:
            time.sleep(STEP_SECONDS)
        each(lambda one: one.step(STEP_SECONDS if one is every[last] else 0.0))
        tell()

    for n, one in enumerate(every):
        one.looks = max(LOOK_SECONDS, len(every) / LOOKS_A_SECOND)
        one.looked = time.monotonic() - one.looks * n / len(every)
    come_in()
    each(Rehearsal.begin)
    while not stop.is_set() and any(one.is_playing() for n, one in enumerate(every) if n not in broken):
        pass_on()
    each(lambda one: one.end(early=stop.is_set()))
    until = time.monotonic() + HEALS_WITHIN
    while any(one.is_unfinished() for n, one in enumerate(every) if n not in broken) and time.monotonic() < until:
        pass_on()
    return [_ended(one, broken.get(n)) for n, one in enumerate(every)]


def _ended(one: Rehearsal, broken: str | None) -> dict[str, Any]:
    one.knockers.close()
    figures = one.figures()
    if broken:
        figures |= {"verdict": "no-go", "troubles": [broken]}
    one.tell_the_end(figures)
    one.close()
    return figures
