"""The acked-number checker: phones with a history each, and what must be empty when all is over.

LOST: answered as kept, and not in the ledger. TWICE: in the ledger more than once. GHOST: in the ledger, and no
phone ever keyed it. STUCK: still in an outbox after healing.
"""

import random
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from gotv.house import House
from gotv.rehearsal.phones import Phone, Phones
from gotv.services.contests import find_contest
from gotv.services.recount import recount
from tests.builders import Seatlet

NUMBERS = [str(n) for n in range(1, 11)] + ["10/1", "10/2", "99"]


@dataclass
class Crowd:
    """Phones that key without pause in a thread of their own, until told to stop."""

    port: int
    tokens: list[str]
    keyed: set[str] = field(default_factory=set)
    acked: set[str] = field(default_factory=set)
    # What each phone keyed all day: a phone keeps it, though it was answered.
    day: list[tuple[Phone, dict[str, Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(len(self.tokens))
        self.phones = Phones("127.0.0.1", self.port, [Phone(t) for t in self.tokens], self._answered)
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Crowd":
        self.phones.connect_all()
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join(10)
        self.phones.close()

    def _run(self) -> None:
        while not self.stop.is_set():
            for phone in self.phones.phones:
                if len(phone.outbox) < 4:
                    self._key(phone)
            self.phones.step(0.005)

    def _key(self, phone: Phone) -> None:
        what = self.chance.random()
        if what < 0.1:
            self.keyed.add(phone.no_number())
        elif what < 0.2 and phone.outbox:
            self.keyed.add(phone.withdraw(phone.outbox[-1]["id"]))
        else:
            self.keyed.add(phone.key(self.chance.choice(NUMBERS), self.chance.choice(["AB", "AC", "BA"])))
        self.day.append((phone, phone.outbox[-1]))

    def replay(self) -> None:
        """Send the whole day once more: what phones do when the house no longer holds what it had answered."""
        for phone in self.phones.phones:
            phone.outbox.clear()
        for phone, entry in self.day:
            phone.outbox.append(entry)
        self.phones.drain(60)

    def _answered(self, _phone: Phone, answers: list[dict[str, Any]], _took: float) -> None:
        self.acked |= {one["id"] for one in answers if one["outcome"] != "refused"}

    def wait_for_acks(self, more: int, seconds: float = 30) -> None:
        """Until that many more entries are acknowledged: the crowd is at work again."""
        goal = len(self.acked) + more
        step = threading.Event()
        for _ in range(int(seconds * 50)):
            if len(self.acked) >= goal:
                return
            step.wait(0.02)
        raise AssertionError(f"only {len(self.acked)} of {goal} acknowledged within {seconds} s")

    def heal(self, seconds: float = 60) -> None:
        """Stop keying and let every outbox drain."""
        self.stop.set()
        self.thread.join(10)
        self.phones.drain(seconds)


def assert_nothing_lost(home: House, seatlet: Seatlet, crowd: Crowd) -> None:
    """LOST, TWICE, GHOST and STUCK are empty, and everything that counts agrees with a recount."""
    home.database.engine.dispose()
    with home.database.snapshot() as connection:
        sql = "SELECT id::text FROM mark WHERE contest_id = :contest"
        ledger = Counter(connection.execute(text(sql), {"contest": seatlet.contest_id}).scalars())
    found = {
        "lost": crowd.acked - ledger.keys(),
        "twice": {entry for entry, times in ledger.items() if times > 1},
        "ghost": ledger.keys() - crowd.keyed,
        "stuck": {entry["id"] for phone in crowd.phones.phones for entry in phone.outbox},
    }
    assert found == {"lost": set(), "twice": set(), "ghost": set(), "stuck": set()}
    assert crowd.acked == crowd.keyed == ledger.keys()
    contest = find_contest(home.database, seatlet.contest_id)
    assert recount(home.database, contest, home.clock.now()).differences == []
