"""Taking numbers from tellers: read, judge, commit together with others, answer."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from operator import itemgetter
from typing import Any

from gotv.clock import Clock
from gotv.domain.doubts import Recent, Station, judge_all
from gotv.domain.entries import LONGEST_LIST, LONGEST_TYPED, Entry, Outcome, Refused, read_entry
from gotv.domain.people import Person, Role
from gotv.domain.telling import reconcile
from gotv.errors import NotLetIn, TooMuch
from gotv.metrics import COMMIT_SECONDS, ENTRIES, GROUP_SIZE
from gotv.services.group_commit import GroupCommit, in_a_thread
from gotv.services.posts import Post, Posts
from gotv.store import ledger
from gotv.store.database import Database

REVOKED = "This link was switched off by your organiser. Numbers not yet sent are still on this phone."

# The ledger position after the commit, and one answer for each entry in the order given.
Kept = tuple[int, list[dict[str, Any]]]


@dataclass(slots=True)
class Reading:
    """A phone's list, read and judged: what can be kept, and by place in the list what cannot."""

    many: int
    station: Station
    recent: Recent | None
    entries: list[Entry] = field(default_factory=list)
    refusals: dict[int, dict[str, Any]] = field(default_factory=dict)

    def answer(self, kept: Kept) -> dict[str, Any]:
        position, answers = kept
        if self.recent:
            self.recent.keeps(self.entries, (answer["outcome"] for answer in answers), self.station)
        if self.refusals:
            good = iter(answers)
            answers = [self.refusals[n] if n in self.refusals else next(good) for n in range(self.many)]
        return {"ok": True, "position": position, "answers": answers}


def _named(sent: object) -> str | None:
    """The id that a refused entry goes by, if it is one that can be said back."""
    name = sent.get("id") if isinstance(sent, dict) else None
    return name if isinstance(name, str) and len(name) <= LONGEST_TYPED else None


class Telling:
    """The one door to the ledger: socket, POST and organisers all come through here."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.posts = Posts(database)
        # How somebody is set to work beside others; under gevent its own way, which waits for nothing.
        self.spawn: Callable[[Callable[[], None]], Any] = in_a_thread
        # How somebody who is at work for long lets the others come between; threads need no asking.
        self.breathe: Callable[[], Any] = lambda: None
        # A fault test has the process die here or there; else nothing happens.
        self.passing: Callable[[str], None] = lambda _point: None
        self._groups: dict[int, GroupCommit[list[Entry], Kept | None]] = {}
        self._recent: dict[tuple[int, int], Recent] = {}
        self._making = threading.Lock()

    def post_of(self, person: Person) -> Post:
        """Where this teller stands, as known a few seconds ago at most."""
        return self.posts.of(person)

    def post_at_once(self, person: Person) -> Post | None:
        """As `post_of`, without waiting: what is known, or None. What is no longer fresh is read anew meanwhile."""
        post, stale = self.posts.known(person)
        if stale:
            self.spawn(lambda: self.posts.freshen(person.contest_id))
        return post

    def take(self, person: Person, post: Post, sent: object) -> dict[str, Any]:
        """Keep a list of entries as a phone sent it, and answer each in the order sent.

        Returns ``{"ok": True, "position": n, "answers": [...]}`` after the commit, never before. Raises
        TooMuch for what is not a list of at most 200, NotLetIn for a revoked teller; nothing was kept then.
        """
        reading = self._read(person, post, sent)
        return reading.answer(self.keep(person.contest_id, reading.entries))

    def take_later(
        self, person: Person, post: Post, sent: object, done: Callable[[dict[str, Any] | Exception], None]
    ) -> bool:
        """As `take`, without waiting: ``done`` is called after the commit, with the answer or with what was raised.

        Returns False, and has done nothing, when it must be waited for after all.
        """
        reading = self._read(person, post, sent)
        if not reading.entries:
            return False

        def kept(found: Kept | None, error: Exception | None) -> None:
            done(error or (reading.answer(found) if found else NotLetIn(REVOKED)))

        self._group(person.contest_id).submit_later(reading.entries, kept)
        return True

    def _read(self, person: Person, post: Post, sent: object) -> "Reading":
        if not isinstance(sent, list) or len(sent) > LONGEST_LIST:
            raise TooMuch(f"Send a list of at most {LONGEST_LIST} entries.")
        reading = Reading(len(sent), post.station, self._recent_of(person))
        for place, one in enumerate(sent):
            try:
                entry = read_entry(
                    one,
                    person_id=person.person_id,
                    place_id=post.place_id,
                    own_districts=post.own_districts,
                    districts=post.districts,
                )
                reading.entries.append(entry)
            except Refused as why:
                named = _named(one)
                reading.refusals[place] = {"id": named, "outcome": Outcome.REFUSED, "reason": str(why)}
        if reading.recent:
            judge_all(reading.entries, post.station, reading.recent)
        return reading

    def _recent_of(self, person: Person) -> Recent | None:
        """What this teller did lately; None for those who are not judged."""
        if person.role is not Role.TELLER:
            return None
        key = (person.contest_id, person.person_id)
        return self._recent.get(key) or self._recent.setdefault(key, Recent())

    def keep(self, contest_id: int, entries: list[Entry]) -> Kept:
        """Commit one person's entries together with whatever other phones have waiting.

        Returns the ledger position and the answers. Raises NotLetIn if the person was revoked meanwhile.
        """
        if not entries:
            with self.database.snapshot() as connection:
                return ledger.position(connection, contest_id), []
        kept = self._group(contest_id).submit(entries)
        if kept is None:
            raise NotLetIn(REVOKED)
        return kept

    def _group(self, contest_id: int) -> GroupCommit[list[Entry], Kept | None]:
        group = self._groups.get(contest_id)
        if group is None:
            with self._making:
                group = self._groups.setdefault(contest_id, self._new_group(contest_id))
        return group

    def _new_group(self, contest_id: int) -> GroupCommit[list[Entry], Kept | None]:
        return GroupCommit(
            lambda works: self._commit(contest_id, works),
            spawn=self.spawn,
            breathe=self.breathe,
            weigh=len,
        )

    def _commit(self, contest_id: int, works: Sequence[list[Entry]]) -> list[Kept | None]:
        """Reconcile and append the entries of many phones in one transaction; None for those of the revoked."""
        began = time.perf_counter()
        sent = [entry for work in works for entry in work]
        with self.database.turn() as connection:
            turn = ledger.take_turn(
                connection,
                contest_id,
                ids=[e.id for e in sent],
                named={e.withdraws for e in sent if e.withdraws},
                numbers={e.number for e in sent if e.number is not None},
                people={work[0].person_id for work in works},
            )
            gone = turn.revoked
            entries = [e for e in sent if e.person_id not in gone] if gone else sent
            now = self.clock.now()
            change = reconcile(entries, turn.facts, now)
            outcomes = Counter(map(itemgetter("outcome"), change.answers))
            self.passing("before insert")
            position = ledger.append(connection, contest_id, turn.last, change, now)
            self.passing("between commit and answer")
        COMMIT_SECONDS.observe(time.perf_counter() - began)
        GROUP_SIZE.observe(len(sent))
        for outcome, count in outcomes.items():
            ENTRIES.labels(outcome).inc(count)
        answers = iter(change.answers)
        return [None if work[0].person_id in gone else (position, list(islice(answers, len(work)))) for work in works]
