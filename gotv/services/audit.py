"""Who saw or changed what: noted at every door that a person came through, and shown to the agent."""

import json
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gotv.domain.audit import Entry, seal
from gotv.domain.people import Person
from gotv.store import audit
from gotv.store.database import Database

# An open page asks the same again and again: once in ten minutes says that somebody is looking.
AGAIN_SECONDS = 600.0
MOST_SHOWN = 500
MOST_REMEMBERED = 10_000
# These have a log of their own, with who sent each entry.
OWN_TRACE = {"telling.numbers", "telling.control_total", "knocking.results"}

_seen: dict[tuple[Any, ...], float] = {}


def note(
    database: Database, person: Person, method: str, door: str, about: Mapping[str, Any], status: int, now: datetime
) -> bool:
    """Add an entry. ``about``: ids out of the address. Returns False for what needs none."""
    told = json.dumps({name: value for name, value in sorted(about.items()) if name != "contest_id"}, default=str)
    if door in OWN_TRACE or (method == "GET" and _seen_lately((person.contest_id, person.person_id, door, told))):
        return False

    def make(seq: int, before: str) -> tuple[Entry, str]:
        entry = Entry(seq, now, person.person_id, method, door, "" if told == "{}" else told, status)
        return entry, seal(before, entry)

    with database.transaction() as connection:
        audit.add(connection, person.contest_id, make)
    return True


def _seen_lately(key: tuple[Any, ...]) -> bool:
    moment = time.monotonic()
    if len(_seen) > MOST_REMEMBERED:
        _seen.clear()
    if moment - _seen.get(key, -AGAIN_SECONDS) < AGAIN_SECONDS:
        return True
    _seen[key] = moment
    return False


def newest(database: Database, contest_id: int, person_id: int | None) -> list[dict[str, Any]]:
    """The newest entries, of one person or of all."""
    with database.snapshot() as connection:
        return audit.newest(connection, contest_id, person_id, MOST_SHOWN)
