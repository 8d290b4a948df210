"""The append-only ledger of numbers called, the marks that stand, and the counters that move with them.

A turn at the ledger begins with `take_turn` and ends with `append`. The row lock on the ledger's head makes
positions follow the order of commits without gaps: a reader that saw position N has seen everything up to N.
(A bare sequence does not: numbers are handed out before commit.)
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import psycopg
from sqlalchemy import Connection, text

from gotv.domain.elector_numbers import ElectorNumber
from gotv.domain.entries import Entry
from gotv.domain.telling import Change, Facts
from gotv.store import facts
from gotv.store.ledger_statements import COMMIT, TAKE_TURN

# In the place of a number, for entries that have none.
_NO_NUMBER = (None, None, None)


def lock_head(connection: Connection, contest_id: int) -> int:
    """Wait for this contest's turn to append. Returns the last position."""
    last: int = connection.execute(
        text("SELECT position FROM ledger_head WHERE contest_id = :contest FOR UPDATE"), {"contest": contest_id}
    ).scalar_one()
    return last


def position(connection: Connection, contest_id: int) -> int:
    """The ledger's last position in this transaction's view."""
    found: int = connection.execute(
        text("SELECT position FROM ledger_head WHERE contest_id = :contest"), {"contest": contest_id}
    ).scalar_one()
    return found


def positions(connection: Connection, contest_ids: Collection[int]) -> dict[int, int]:
    rows = connection.execute(
        text("SELECT contest_id, position FROM ledger_head WHERE contest_id = ANY(:contests)"),
        {"contests": list(contest_ids)},
    )
    return {row[0]: row[1] for row in rows}


@dataclass(slots=True)
class Turn:
    """What a turn at the ledger begins with: the last position, who of the callers was revoked, and the facts."""

    last: int
    revoked: set[int]
    facts: Facts


def take_turn(
    connection: psycopg.Connection,
    contest_id: int,
    *,
    ids: Collection[str],
    named: Collection[str],
    numbers: Collection[ElectorNumber],
    people: Collection[int],
) -> Turn:
    """Wait for the head, then read what is known of these ids and numbers. ``named``: what withdrawals name.

    One message to the server holds three statements. The lock is apart from the facts on purpose: what follows it
    sees all that was committed while it waited. While two hundred phones talk, every round trip waits its turn
    in this process for longer than the server works: two instead of four made half the time of a commit.
    """
    bind = {
        "contest": contest_id,
        # As text: a list of values would be wrapped one by one on their way.
        "ids": facts.array([*ids, *named]),
        "named": facts.array(named),
        "people": facts.array(people),
        **facts.asked(numbers),
    }
    cursor = psycopg.ClientCursor(connection)
    cursor.execute(TAKE_TURN, bind)
    cursor.nextset()
    head = cursor.fetchone()
    cursor.nextset()
    revoked, known = facts.sort(cursor.fetchall(), numbers)
    # No head: the contest has been erased, and with it everybody's right to send.
    return Turn(head[0], revoked, known) if head else Turn(0, set(people), known)


def append(connection: psycopg.Connection, contest_id: int, last: int, change: Change, now: datetime) -> int:
    """Write what was decided (ledger rows, marks that stand or fall, counters) and commit.

    Returns the new last position. When this returns, the entries are on the disk.
    """
    if not change.rows:
        connection.execute("ROLLBACK")
        return last
    new = last + len(change.rows)
    bind = {
        "contest": contest_id,
        "now": now,
        "new": new,
        **_rows(change, last),
        "fallen": _json({"id": i, "d": d, "n": n, "s": s} for i, (d, n, s) in change.fallen.items()),
        "moved": _json({"district": d, **moved} for d, moved in change.districts.items()),
        "places": _json({"place_id": p, **moved} for p, moved in change.places.items()),
        "hours": _json({"district": d, "hour": hour, **moved} for (d, hour), moved in change.hours.items()),
    }
    psycopg.ClientCursor(connection).execute(COMMIT, bind)
    return new


def _rows(change: Change, last: int) -> dict[str, str]:
    """The rows of the ledger. Marks that stand and say no more, nearly all of them, go as columns.

    Columns are quick to write here, and quicker to read there than rows.
    """
    plain: list[tuple[int, Entry]] = []
    others: list[tuple[int, Entry]] = []
    for position, entry in enumerate(change.rows, last + 1):
        (plain if entry.id in change.standing and not entry.replaces else others).append((position, entry))
    return facts.asked([entry.number or _NO_NUMBER for _, entry in plain]) | {
        "positions": facts.array([position for position, _ in plain]),
        "ids": facts.array([entry.id for _, entry in plain]),
        "outcomes": facts.array([entry.outcome for _, entry in plain]),
        "people": facts.array([entry.person_id for _, entry in plain]),
        "at_places": facts.array([entry.place_id for _, entry in plain]),
        "typed": facts.array([_printable(entry.typed) for _, entry in plain]),
        "at": facts.array([entry.called_at for _, entry in plain]),
        "others": _json(_row(position, entry, change) for position, entry in others),
    }


def _row(position: int, entry: Entry, change: Change) -> dict[str, Any]:
    district, number, suffix = entry.number or _NO_NUMBER
    return {
        "position": position,
        "id": entry.id,
        "kind": entry.kind,
        "outcome": entry.outcome,
        "person": entry.person_id,
        "place": entry.place_id,
        "typed": _printable(entry.typed),
        "district": district,
        "n": number,
        "s": suffix,
        # Of a mark: the one it replaces.
        "withdraws": entry.withdraws or entry.replaces,
        "at": entry.called_at,
        "doubt": entry.doubt,
        "stands": entry.id in change.standing,
        "doubted": entry.id in change.doubted,
    }


def _printable(typed: str) -> str:
    return typed if typed.isprintable() else "".join(one if one.isprintable() else " " for one in typed)


def _json(rows: Iterable[dict[str, Any]]) -> str:
    """Rows for json_to_recordset: one parameter instead of a column of them, and quick at both ends."""
    return orjson.dumps(list(rows)).decode()
