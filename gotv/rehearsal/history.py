"""What phones keyed and what they were answered: the half of the proof that the house does not write itself."""

import time
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from gotv.house import House
from gotv.rehearsal.phones import Phone
from gotv.services.contests import find_contest
from gotv.services.recount import entries_of, recount


@dataclass
class History:
    """``acked``: (position, when) of each answer, for the boards. ``day``: every entry with its phone.

    ``took``: seconds from the sending of each list to its answer. ``waited``: seconds from the key to the first answer
    of each entry, with all the time that a phone had no line.
    """

    keyed_ids: set[str] = field(default_factory=set)
    acked_ids: set[str] = field(default_factory=set)
    refused: int = 0
    took: list[float] = field(default_factory=list)
    keyed_at: dict[str, float] = field(default_factory=dict)
    waited: list[float] = field(default_factory=list)
    acked: list[tuple[int, float]] = field(default_factory=list)
    day: list[tuple[Phone, dict[str, Any]]] = field(default_factory=list)

    def keyed(self, phone: Phone, entry: dict[str, Any]) -> None:
        self.keyed_ids.add(entry["id"])
        self.keyed_at.setdefault(entry["id"], time.monotonic())
        self.day.append((phone, entry))

    def answered(self, answers: Iterable[dict[str, Any]], took: float, position: int) -> None:
        now = time.monotonic()
        for one in answers:
            if keyed_at := self.keyed_at.pop(one["id"], 0.0):
                self.waited.append(now - keyed_at)
            if one["outcome"] == "refused":
                self.refused += 1
            else:
                self.acked_ids.add(one["id"])
        self.took.append(took)
        if not self.acked or position > self.acked[-1][0]:
            self.acked.append((position, now))


def compare(
    home: House, contest_id: int, histories: Iterable[History], stuck: int, people: Collection[int]
) -> dict[str, Any]:
    """The acked-number checker: what must all be nothing when all is over. ``people``: whose phones these were.

    ``lost``: answered as kept, and not in the ledger. ``twice``: there more than once. ``ghost``: there, and keyed by
    nobody. ``stuck``: still waiting on a phone. ``differences``: of a recount with board, counters and lists.
    """
    ledger = Counter(entries_of(home.database, contest_id, people))
    acked, keyed = set[str](), set[str]()
    for history in histories:
        acked |= history.acked_ids
        keyed |= history.keyed_ids
    contest = find_contest(home.database, contest_id)
    return {
        "lost": len(acked - ledger.keys()),
        "twice": sum(times > 1 for times in ledger.values()),
        "ghost": len(ledger.keys() - keyed),
        "stuck": stuck,
        "differences": recount(home.database, contest, home.clock.now()).differences,
    }
