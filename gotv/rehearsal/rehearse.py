"""`gotv rehearse`: a polling day on the real deployment, watched from outside, with things that go wrong on purpose."""

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from gotv.domain.fault_cards import CARDS
from gotv.errors import HouseError
from gotv.house import House
from gotv.rehearsal.address import Address
from gotv.rehearsal.boards import Boards
from gotv.rehearsal.cards import PLAYS, Watch
from gotv.rehearsal.day import Called
from gotv.rehearsal.demo import Play, Stage
from gotv.rehearsal.history import compare
from gotv.rehearsal.knockers import Knockers
from gotv.rehearsal.verdict import LISTS_WITHIN, percentiles, troubles_of

LOOK_SECONDS, AGAIN_SECONDS = 0.5, 15.0


class NotIn(Exception):
    """The house, or this machine, has not room for so many."""


@dataclass
class Hour:
    """The lists of one hour that was played: asked for, and there (None: not yet)."""

    slot: datetime
    asked: float
    again: float
    took: float | None = None


class Prompter(Protocol):
    """Of the page where cards are asked for while it is played, and where it is told how it stands."""

    def asked_for(self) -> list[str]: ...

    def tell(self, state: dict[str, Any], *, over: bool = False) -> None: ...


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
    prompter: Prompter
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
        # Each with the second of the day at which it was played.
        self.played_cards: list[tuple[float, str]] = []
        self.troubles: list[str] = []
        # Of many seats each looks less often, and not all at once.
        self.looks, self.looked = LOOK_SECONDS, 0.0
        self.early = False
        self.away: Counter[str] = Counter()

    def played(self) -> float:
        return (time.monotonic() - self.began) * self.speed

    def come_in(self, wait: float) -> None:
        """A step of the coming in of phones and boards, before anything is measured."""
        self.play.phones.step(wait)
        self.seen.step()

    def outside(self) -> int:
        """How many phones and boards are not in yet."""
        phones = sum(phone.state != "open" for phone in self.play.phone_at.values())
        return phones + sum(not board.joined for board in self.seen.boards)

    def begin(self) -> None:
        """Raises NotIn when a phone could not come in; a board may come later, and is behind meanwhile."""
        if outside := sum(phone.state != "open" for phone in self.play.phone_at.values()):
            raise NotIn(f"{outside} phones of {len(self.play.phone_at)} could not come in")
        self.knockers.start()
        self.began = time.monotonic()

    def is_playing(self) -> bool:
        return self.play.next < len(self.called)

    def end(self, *, early: bool) -> None:
        """Nothing more is keyed: what is under way may finish."""
        self.early = early
        self.knockers.stop.set()
        self.play.phones.away = False

    def is_unfinished(self) -> bool:
        lists = any(hour.took is None for hour in self.hours)
        return bool(self.play.phones.waiting() or self.watches or lists or self.seen.behind())

    def step(self, wait: float) -> None:
        """What is due by now. ``wait``: seconds to wait for the phones' answers at most."""
        self.play.step(wait)
        self.seen.step()
        while self.cards and self.cards[0][0] <= self.played():
            self.play_card(self.cards.pop(0)[1])
        for name, watch in list(self.watches.items()):
            over, trouble = watch()
            if trouble:
                self.troubles.append(trouble)
            if over:
                del self.watches[name]
        if time.monotonic() - self.looked >= self.looks:
            self.looked = time.monotonic()
            for look in (self._see_to_lists, self._hear_the_prompter):
                try:
                    look()
                except Exception as error:
                    # Valkey or the database may be away on purpose: the next look asks again, and the hour gets late.
                    self.away[type(error).__name__] += 1

    def play_card(self, name: str) -> None:
        """Play a fault card now. One that is still being played is not played once more."""
        if name in self.watches:
            return
        try:
            self.watches[name] = PLAYS[name](self.play)
            self.played_cards.append((self.played(), name))
        except HouseError:
            # Somebody has just switched off by hand whom the card meant: in a second it means another.
            self.cards = sorted([*self.cards, (self.played() + self.speed, name)])

    def _hear_the_prompter(self) -> None:
        for name in self.prompter.asked_for():
            if name in CARDS and self.is_playing():
                self.play_card(name)
        self.prompter.tell(self.state())

    def state(self) -> dict[str, Any]:
        """How it stands, for whoever looks on."""
        phones = list(self.play.phone_at.values())
        return {
            "playing": self.is_playing(),
            "played": self.played(),
            "speed": self.speed,
            "keyed": len(self.play.history.keyed_ids),
            "answered": len(self.play.history.acked_ids),
            "waiting": self.play.phones.waiting(),
            "phones": len(phones),
            "phones_in": sum(phone.state == "open" for phone in phones),
            "cards": self.played_cards,
            "under_way": list(self.watches),
            "troubles": self.troubles,
        }

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
        try:
            proof = compare(self.home, self.stage.contest.contest_id, [history], stuck, people)
        except Exception as error:
            # The database is still away: without it there is no proof, and so no go.
            uncounted = f"it could not be made: {type(error).__name__}"
            proof = {"lost": 0, "twice": 0, "ghost": 0, "stuck": stuck, "differences": [uncounted]}
        lists = [hour.took for hour in self.hours if hour.took is not None]
        found: dict[str, Any] = {
            "seat": self.stage.contest.name,
            "contest_id": self.stage.contest.contest_id,
            "speed": self.speed,
            "phones": len(self.play.phone_at),
            "boards": len(self.seen.boards),
            "keyed": len(history.keyed_ids),
            "answered": len(history.acked_ids),
            "refused": history.refused,
            "outcomes": dict(self.play.outcomes),
            **proof,
            **percentiles("", history.took),
            **percentiles("key_", history.waited),
            **percentiles("board_", self.seen.late),
            "lists": len(self.hours),
            "lists_late": sum(hour.took is None or hour.took > LISTS_WITHIN for hour in self.hours),
            "lists_slowest_s": round(max(lists, default=0.0), 1),
            "door_results": dict(self.knockers.outcomes),
            "doors_refused": self.knockers.outcomes["refused"],
            "knockers_again": dict(self.knockers.troubles),
            "boards_behind": self.seen.behind(),
            "boards_cut": self.seen.broken,
            "phones_out": sum(bool(phone.refused) for phone in self.play.phone_at.values())
            - len(self.play.switched_off),
            "knockers": len(self.knockers.tokens),
            "away": dict(self.away),
            "ended_early": int(self.early),
            "cards": [name for _, name in self.played_cards],
            "cards_not_played": [name for _, name in self.cards],
        }
        found["troubles"] = self.troubles + troubles_of(found)
        found["verdict"] = "no-go" if found["troubles"] else "go"
        return found

    def tell_the_end(self, figures: dict[str, Any]) -> None:
        """Whoever looks on sees the verdict. While Valkey is away nobody does: the figures are kept elsewhere too."""
        told = {name: figures[name] for name in ("verdict", "troubles", "keyed", "answered")}
        with contextlib.suppress(Exception):
            self.prompter.tell(self.state() | told, over=True)

    def close(self) -> None:
        self.knockers.close()
        self.play.phones.close()
        self.seen.close()
