"""The audit trail's chain: each entry is sealed with the one before it, so that none can be taken out unseen."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Entry:
    """Who was at which door, when, about what (ids, never names), and how it was answered (HTTP status)."""

    seq: int
    at: datetime
    person_id: int
    method: str
    door: str
    about: str
    status: int


def seal(before: str, entry: Entry) -> str:
    """The seal of an entry that follows one sealed ``before`` ('' for the first)."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = [before, entry.seq, at, entry.person_id, entry.method, entry.door, entry.about, entry.status]
    return sha256(json.dumps(parts).encode()).hexdigest()


def breaks(sealed: Iterable[tuple[Entry, str]]) -> list[str]:
    """Where a trail, in its order, is not as it was written: each in words. Empty when it is whole."""
    found, before, last = [], "", 0
    for entry, kept in sealed:
        if entry.seq != last + 1:
            found.append(f"audit trail: {last + 1} to {entry.seq - 1} are missing")
        elif kept != seal(before, entry):
            found.append(f"audit trail: {entry.seq} is not as it was written")
        before, last = kept, entry.seq
    return found
