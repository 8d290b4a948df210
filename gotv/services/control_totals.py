"""The control total of a teller's stint: phone and ledger compare what they hold, entry by entry."""

from datetime import datetime, timedelta
from typing import Any

from gotv.domain.entries import LONGEST_TYPED, uuid_of
from gotv.domain.people import Person
from gotv.errors import TooMuch
from gotv.store import control_totals
from gotv.store.database import Database

# More than anybody can key in a day; the list of a stint is sent whole.
MOST_ENTRIES = 10_000
# A gap can be as long as the stint; a screen can not.
MOST_NAMED = 50
SHOWN_FOR = timedelta(hours=20)


def compare(database: Database, person: Person, sent: object, now: datetime) -> dict[str, Any]:
    """Compare the entries that a phone was answered for with the ledger, and keep the count for the organiser.

    ``sent`` is ``{"stint": uuid, "waiting": n, "entries": [{"id": uuid, "number": "as typed"}]}``. Returns
    ``{"ok": True, "held": n, "missing": [ids]}``. Raises TooMuch for anything else.
    """
    stint, waiting, entries = _read(sent)
    with database.transaction() as connection:
        held = control_totals.held_among(connection, person.contest_id, entries)
        missing = [entry_id for entry_id in entries if entry_id not in held]
        control_totals.keep(
            connection,
            person.contest_id,
            person.person_id,
            stint,
            counted_at=now,
            sent=len(entries),
            held=len(held),
            waiting=waiting,
            missing=[entries[entry_id] for entry_id in missing[:MOST_NAMED]],
        )
    return {"ok": True, "held": len(held), "missing": missing}


def of_contest(database: Database, person: Person, now: datetime) -> list[dict[str, Any]]:
    """The control totals of the day within the person's scope, gaps first."""
    with database.snapshot() as connection:
        return control_totals.of_contest(connection, person.contest_id, person.committee_room_id, now - SHOWN_FOR)


def _read(sent: object) -> tuple[str, int, dict[str, str]]:
    """Stint, how many wait, and the typed number of each id."""
    unreadable = TooMuch(f"Send a stint, how many wait, and a list of at most {MOST_ENTRIES} entries.")
    if not isinstance(sent, dict):
        raise unreadable
    stint, waiting, entries = uuid_of(sent.get("stint")), sent.get("waiting"), sent.get("entries")
    if not stint or not isinstance(waiting, int) or not isinstance(entries, list) or len(entries) > MOST_ENTRIES:
        raise unreadable
    typed: dict[str, str] = {}
    for entry in entries:
        entry_id = uuid_of(entry.get("id")) if isinstance(entry, dict) else None
        if entry_id is None:
            raise unreadable
        typed[entry_id] = str(entry.get("number", ""))[:LONGEST_TYPED] or "no number"
    return stint, max(0, min(waiting, MOST_ENTRIES)), typed
