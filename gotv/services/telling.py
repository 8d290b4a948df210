"""Taking numbers from tellers, withdrawing them, and resolving those that matched nobody."""

import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

from gotv.clock import Clock
from gotv.domain.elector_numbers import ElectorNumber, read_elector_number
from gotv.domain.people import Person
from gotv.domain.telling import LONGEST_LIST, Entry, Kind, Outcome, Refused, read_entry, reconcile
from gotv.errors import Conflict, NotLetIn, NotThere, NotYours, TooMuch
from gotv.metrics import COMMIT_SECONDS, ENTRIES, GROUP_SIZE
from gotv.services.group_commit import GroupCommit
from gotv.services.posts import Post, Posts
from gotv.store import contests, ledger, numbers_called
from gotv.store.database import Database

REVOKED = "This link was switched off by your organiser. Numbers not yet sent are still on this phone."

# The ledger position after the commit, and one answer for each entry in the order given.
Kept = tuple[int, list[dict[str, Any]]]


class Telling:
    """The one door to the ledger: socket, POST and organisers all come through here."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.posts = Posts(database)
        self._groups: dict[int, GroupCommit[list[Entry], Kept | None]] = {}
        self._making = threading.Lock()

    def post_of(self, person: Person) -> Post:
        """Where this teller stands, as known a few seconds ago at most."""
        return self.posts.of(person)

    def take(self, person: Person, post: Post, sent: object) -> dict[str, Any]:
        """Keep a list of entries as a phone sent it, and answer each in the order sent.

        Returns ``{"ok": True, "position": n, "answers": [...]}`` after the commit, never before. Raises
        TooMuch for what is not a list of at most 200, NotLetIn for a revoked teller; nothing was kept then.
        """
        if not isinstance(sent, list) or len(sent) > LONGEST_LIST:
            raise TooMuch(f"Send a list of at most {LONGEST_LIST} entries.")
        entries: list[Entry] = []
        refusals: dict[int, dict[str, Any]] = {}
        for place, one in enumerate(sent):
            try:
                entries.append(
                    read_entry(
                        one,
                        person_id=person.person_id,
                        place_id=post.place_id,
                        own_districts=post.own_districts,
                        districts=post.districts,
                    )
                )
            except Refused as why:
                named = one.get("id") if isinstance(one, dict) else None
                refusals[place] = {"id": named, "outcome": Outcome.REFUSED, "reason": str(why)}
        position, kept = self.keep(person.contest_id, entries)
        answers = iter(kept)
        in_order = [refusals[n] if n in refusals else next(answers) for n in range(len(sent))]
        return {"ok": True, "position": position, "answers": in_order}

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
        with self._making:
            if contest_id not in self._groups:
                self._groups[contest_id] = self._new_group(contest_id)
            return self._groups[contest_id]

    def _new_group(self, contest_id: int) -> GroupCommit[list[Entry], Kept | None]:
        return GroupCommit(lambda works, hand_on: self._commit(contest_id, works, hand_on))

    def _commit(self, contest_id: int, works: Sequence[list[Entry]], hand_on: Callable[[], None]) -> list[Kept | None]:
        """Reconcile and append the entries of many phones in one transaction; None for those of the revoked."""
        began = time.perf_counter()
        sent = [entry for work in works for entry in work]
        with self.database.turn() as connection:
            turn = ledger.take_turn(
                connection,
                contest_id,
                ids={e.id for e in sent} | {e.withdraws for e in sent if e.withdraws},
                numbers={e.number for e in sent if e.number is not None},
                people={work[0].person_id for work in works},
            )
            gone = turn.revoked
            entries = [e for e in sent if e.person_id not in gone] if gone else sent
            now = self.clock.now()
            change = reconcile(entries, turn.facts, now)
            hand_on()
            position = ledger.append(connection, contest_id, turn.last, change, now)
        COMMIT_SECONDS.observe(time.perf_counter() - began)
        GROUP_SIZE.observe(len(sent))
        for outcome, count in Counter(answer["outcome"] for answer in change.answers).items():
            ENTRIES.labels(outcome).inc(count)
        answers = iter(change.answers)
        return [None if work[0].person_id in gone else (position, list(islice(answers, len(work)))) for work in works]


def withdraw(telling: Telling, person: Person, entry_id: str) -> dict[str, Any]:
    """An organiser takes back one entry of the ledger; the trace stays. Returns the entry withdrawn."""
    entry = _entry_in_scope(telling.database, person, entry_id)
    if entry["kind"] == Kind.WITHDRAW:
        raise Conflict("A withdrawal cannot itself be withdrawn. Key the number again instead.")
    telling.keep(person.contest_id, [_withdrawal(telling, person, entry)])
    return entry


def resolve(telling: Telling, person: Person, entry_id: str, typed: str) -> dict[str, Any]:
    """An organiser says which elector an unmatched number was: the old mark goes, a new one stands.

    Both are ledger entries of the organiser's, made in one commit. Raises ValueError if the number cannot be
    read, Conflict if no elector has it (then nothing changes).
    """
    entry = _entry_in_scope(telling.database, person, entry_id)
    if not entry["unmatched"] or entry["withdrawn_at"]:
        raise Conflict("This number was corrected or withdrawn already, or it has matched by itself.")
    with telling.database.snapshot() as connection:
        districts = contests.districts(connection, person.contest_id)
        number = read_elector_number(typed, entry["district"] or "", districts)
        known = ledger.facts_of_numbers(connection, person.contest_id, [number]).electors
    if number not in known:
        raise Conflict(f"{number} is not on the register either. Nothing was changed.")
    mark = Entry(
        id=str(uuid.uuid4()),
        kind=Kind.MARK,
        person_id=person.person_id,
        place_id=entry["place_id"],
        typed=typed,
        number=ElectorNumber(*number),
        called_at=entry["called_at"],
    )
    _, answers = telling.keep(person.contest_id, [_withdrawal(telling, person, entry), mark])
    return {"number": str(number), "outcome": answers[-1]["outcome"]}


def _withdrawal(telling: Telling, person: Person, entry: dict[str, Any]) -> Entry:
    return Entry(
        id=str(uuid.uuid4()),
        kind=Kind.WITHDRAW,
        person_id=person.person_id,
        place_id=entry["place_id"],
        withdraws=entry["id"],
        called_at=telling.clock.now(),
    )


def _entry_in_scope(database: Database, person: Person, entry_id: str) -> dict[str, Any]:
    try:
        uuid.UUID(entry_id)
    except ValueError:
        raise NotThere("There is no such entry.") from None
    with database.snapshot() as connection:
        entry = numbers_called.entry(connection, person.contest_id, entry_id)
        rooms = {p["place_id"]: p["committee_room_id"] for p in contests.places(connection, person.contest_id)}
    if entry is None:
        raise NotThere("There is no such entry.")
    if not person.sees_room(rooms.get(entry["place_id"])):
        raise NotYours("That polling place belongs to another committee room.")
    return entry
