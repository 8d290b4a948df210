"""`gotv rehearse`: a polling day on the real deployment, watched from outside, with things that go wrong on purpose."""

import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from gotv.house import House
from gotv.rehearsal.address import Address
from gotv.rehearsal.boards import Boards
from gotv.rehearsal.cards import CARDS, Watch
from gotv.rehearsal.day import Called
from gotv.rehearsal.demo import Play, Stage
from gotv.rehearsal.history import compare
from gotv.rehearsal.knockers import Knockers

# What must hold, seen from outside (the promises of the house): seconds.
ANSWERED_WITHIN, SHOWN_WITHIN, LISTS_WITHIN = 1.0, 5.0, 120.0
HEALS_WITHIN = 60.0
LOOK_SECONDS, AGAIN_SECONDS = 0.5, 15.0


@dataclass
class Hour:
    """The lists of one hour that was played: asked for, and there (None: not yet)."""

    slot: datetime
    asked: float
    again: float
    took: float | None = None


@dataclass
class Rehearsal:
    """One seat. ``ask_for_lists(slot)`` enqueues an hour; ``wanting(slot)`` counts rooms that still lack it.

    ``cards``: (seconds of the day, name of a card), in order of time.
    """

    home: House
    stage: Stage
    called: Sequence[Called]
    address: Address
    speed: float
    ask_for_lists: Callable[[datetime], Any]
    wanting: Callable[[datetime], int]
    boards: int = 20
    cards: list[tuple[float, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.began = time.monotonic()
        self.play = Play(self.stage, list(self.called), self.address, self.played)
        self.seen = Boards(self.address, self.stage.contest.contest_id, self.stage.agent_link.token, self.boards,
                           self.play.history.acked)  # fmt: skip
        self.knockers = Knockers(self.address, [one.token for one in self.stage.knockers], self.speed)
        self.hours: list[Hour] = []
        self.watches: dict[str, Watch] = {}
        self.played_cards: list[str] = []
        self.troubles: list[str] = []
        self.looked = 0.0
        self.early = False
        self.away: Counter[str] = Counter()

    def played(self) -> float:
        return (time.monotonic() - self.began) * self.speed

    def run(self, stop: threading.Event, tell: Callable[[], None]) -> dict[str, Any]:
        """Until the day is over, all has healed, or ``stop`` is set. Returns the figures, and keeps them."""
        self.play.phones.connect_all()
        self.knockers.start()
        self.began = time.monotonic()
        while not stop.is_set() and self.play.next < len(self.called):
            self._step()
            tell()
        self.early = stop.is_set()
        self.knockers.close()
        self.play.phones.away = False
        end = time.monotonic() + HEALS_WITHIN
        while self._unfinished() and time.monotonic() < end:
            self._step()
            tell()
        figures = self.figures()
        self.close()
        return figures

    def _unfinished(self) -> bool:
        lists = any(hour.took is None for hour in self.hours)
        return bool(self.play.phones.waiting() or self.watches or lists or self.seen.behind())

    def _step(self) -> None:
        self.play.step(0.01)
        self.seen.step()
        while self.cards and self.cards[0][0] <= self.played():
            self.play_card(self.cards.pop(0)[1])
        for name, watch in list(self.watches.items()):
            over, trouble = watch()
            if trouble:
                self.troubles.append(trouble)
            if over:
                del self.watches[name]
        if time.monotonic() - self.looked >= LOOK_SECONDS:
            self.looked = time.monotonic()
            try:
                self._see_to_lists()
            except Exception as error:
                # Valkey or the database may be away on purpose: the next look asks again, and the hour gets late.
                self.away[type(error).__name__] += 1

    def play_card(self, name: str) -> None:
        """Play a fault card now."""
        self.watches[name] = CARDS[name].play(self.play)
        self.played_cards.append(name)

    def _see_to_lists(self) -> None:
        """At each hour of the day that is played, lists are asked for as the timekeeper does at the hour."""
        if self.play.next < len(self.called) and int(self.played() // 3600) >= len(self.hours):
            self.hours.append(Hour(datetime.now(UTC), time.monotonic(), 0.0))
        for hour in self.hours:
            if hour.took is not None:
                continue
            if hour.again and not self.wanting(hour.slot):
                hour.took = time.monotonic() - hour.asked
            elif time.monotonic() - hour.again >= AGAIN_SECONDS and self.ask_for_lists(hour.slot):
                # Asked again after a while, as the timekeeper does: a job may be lost with its worker. Where a job of
                # that name is under way for a neighbour, it is asked for at the next look.
                hour.again = time.monotonic()

    def figures(self) -> dict[str, Any]:
        """What was measured, and the verdict with its reasons."""
        history = self.play.history
        people = [one.person_id for one in self.stage.tellers.values()]
        stuck = self.play.phones.waiting()
        proof = compare(self.home, self.stage.contest.contest_id, [history], stuck, people)
        lists = [hour.took for hour in self.hours if hour.took is not None]
        found: dict[str, Any] = {
            "seat": self.stage.contest.name,
            "speed": self.speed,
            "phones": len(self.play.phone_at),
            "boards": len(self.seen.boards),
            "keyed": len(history.keyed_ids),
            "answered": len(history.acked_ids),
            "refused": history.refused,
            "outcomes": dict(self.play.outcomes),
            **proof,
            **_percentiles("", history.took),
            **_percentiles("board_", self.seen.late),
            "lists": len(self.hours),
            "lists_late": sum(hour.took is None or hour.took > LISTS_WITHIN for hour in self.hours),
            "lists_slowest_s": round(max(lists, default=0.0), 1),
            "door_results": dict(self.knockers.outcomes),
            "knockers_again": dict(self.knockers.troubles),
            "boards_behind": self.seen.behind(),
            "boards_cut": self.seen.broken,
            "phones_out": sum(bool(phone.refused) for phone in self.play.phone_at.values())
            - len(self.play.switched_off),
            "knockers": len(self.knockers.tokens),
            "away": dict(self.away),
            "ended_early": int(self.early),
            "cards": self.played_cards,
            "cards_not_played": [name for _, name in self.cards],
        }
        found["troubles"] = self.troubles + _troubles(found)
        found["verdict"] = "no-go" if found["troubles"] else "go"
        return found

    def close(self) -> None:
        self.knockers.close()
        self.play.phones.close()
        self.seen.close()


def _percentiles(what: str, seconds: list[float]) -> dict[str, float]:
    """Half, 95 and 99 in a hundred were at most so many milliseconds."""
    # Of a single one it is that one; never more than the largest.
    cuts = statistics.quantiles(seconds * 2, n=100, method="inclusive") if seconds else [0.0] * 99
    return {f"{what}p{n}_ms": round(1000 * cuts[n - 1], 1) for n in (50, 95, 99)}


def _troubles(found: dict[str, Any]) -> list[str]:
    """What is not as promised, each in words."""
    words = {
        "lost": "{} acknowledged numbers are not in the ledger",
        "twice": "{} numbers are in the ledger twice",
        "ghost": "{} numbers in the ledger were keyed by nobody",
        "stuck": "{} numbers still wait on phones",
        "lists_late": "the lists of {} hours were late",
        "refused": "{} numbers were refused",
        "boards_behind": "{} boards do not show all that was acknowledged",
        "phones_out": "{} phones were let out that should be in",
    }
    troubles = [said.format(found[name]) for name, said in words.items() if found[name]]
    troubles += [f"recount: {one}" for one in found["differences"]]
    if found["cards_not_played"]:
        troubles.append(f"not played: {', '.join(found['cards_not_played'])}")
    if found["knockers"] and found["lists"] > 1 and not found["door_results"].get("kept"):
        troubles.append("no result from a door was kept")
    if not found["answered"]:
        troubles.append("no number was answered")
    if found["p99_ms"] > 1000 * ANSWERED_WITHIN:
        troubles.append(f"1 answer in 100 took longer than {found['p99_ms']:,.0f} ms")
    if found["board_p99_ms"] > 1000 * SHOWN_WITHIN:
        troubles.append(f"1 number in 100 was shown later than {found['board_p99_ms']:,.0f} ms")
    return troubles


def together(every: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Several seats played at once: sums, and the worst of what is not a sum."""
    found = dict(every[0])
    for name, value in every[0].items():
        if name.endswith(("_ms", "_s")):
            found[name] = max(one[name] for one in every)
        elif isinstance(value, int) and name != "speed":
            found[name] = sum(one[name] for one in every)
        elif isinstance(value, dict):
            found[name] = dict(sum((Counter(one[name]) for one in every), Counter()))
        elif isinstance(value, list):
            found[name] = [each for one in every for each in one[name]]
    found["verdict"] = "no-go" if any(one["verdict"] == "no-go" for one in every) else "go"
    return found | {"seats": len(every)}
