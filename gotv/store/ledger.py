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
from gotv.domain.telling import Change, Facts
from gotv.store import facts


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
    cursor.execute(_TAKE_TURN, bind)
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
        "last": last,
        "new": new,
        **_columns(change),
        "fallen": _json({"id": i, "d": d, "n": n, "s": s} for i, (d, n, s) in change.fallen.items()),
        "moved": _json({"district": d, **moved} for d, moved in change.districts.items()),
        "places": _json({"place_id": p, **moved} for p, moved in change.places.items()),
        "hours": _json({"district": d, "hour": hour, **moved} for (d, hour), moved in change.hours.items()),
    }
    psycopg.ClientCursor(connection).execute(_COMMIT, bind)
    return new


# Marks that fall are found by their whole key first, one look-up each, whatever the planner believes about sizes: with
# a plain join it settled for the contest alone while the tables were empty, and would read all marks at each undo.
_APPEND = """
    WITH spelled AS MATERIALIZED (SELECT ARRAY(SELECT json_array_elements_text(%(districts)s)) AS districts),
    sent AS MATERIALIZED (
      SELECT spelled.districts[u.place_of_d] AS d, to_timestamp(u.at_seconds) AS at, u.*
        FROM spelled, unnest(%(ids)s, %(kinds)s, %(outcomes)s, %(people)s, %(at_places)s, %(typed)s, %(d)s, %(n)s,
                             %(s)s, %(withdraw)s, %(at)s, %(doubts)s, %(stand)s, %(doubted)s) WITH ORDINALITY
             AS u(id, kind, outcome, person, place, typed, place_of_d, n, s, withdraws, at_seconds, doubt, stands,
                  doubted, p)
    ), appended AS (
      INSERT INTO mark (contest_id, position, id, kind, outcome, person_id, place_id, typed,
                        district, number, suffix, withdraws, called_at, received_at, doubt)
      SELECT %(contest)s, %(last)s + p, id, kind, outcome, person, place, typed, d, n, s, withdraws, at, %(now)s, doubt
        FROM sent
    ), fell AS (
      DELETE FROM standing_mark WHERE ctid = ANY (ARRAY(
        SELECT m.ctid
          FROM json_to_recordset(CAST(%(fallen)s AS json)) AS f(id uuid, d text, n int, s int),
               LATERAL (SELECT x.ctid FROM standing_mark x
                         WHERE x.contest_id = %(contest)s AND x.district = f.d AND x.number = f.n AND x.suffix = f.s
                           AND x.id = f.id OFFSET 0) m))
    ), fell_doubtful AS (
      DELETE FROM doubtful_mark WHERE ctid = ANY (ARRAY(
        SELECT m.ctid
          FROM json_to_recordset(CAST(%(fallen)s AS json)) AS f(id uuid, d text, n int, s int),
               LATERAL (SELECT x.ctid FROM doubtful_mark x
                         WHERE x.contest_id = %(contest)s AND x.district = f.d AND x.number = f.n AND x.suffix = f.s
                           AND x.id = f.id OFFSET 0) m))
    ), doubted AS (
      INSERT INTO doubtful_mark (contest_id, district, number, suffix, id, place_id, received_at)
      SELECT %(contest)s, d, n, s, id, place, %(now)s FROM sent WHERE doubted
    ), stand AS (
      INSERT INTO standing_mark (contest_id, district, number, suffix, id, place_id, received_at)
      SELECT %(contest)s, d, n, s, id, place, %(now)s FROM sent WHERE stands
    ), by_district AS (
      UPDATE district_count d
         SET position = %(new)s, marks = d.marks + coalesce(x.marks, 0),
             pledges_marked = d.pledges_marked + coalesce(x.pledges_marked, 0),
             wanted_marked = d.wanted_marked + coalesce(x.wanted_marked, 0),
             unmatched = d.unmatched + coalesce(x.unmatched, 0)
        FROM json_to_recordset(CAST(%(moved)s AS json)) AS x(
             district text, marks int, pledges_marked int, wanted_marked int, unmatched int)
       WHERE d.contest_id = %(contest)s AND d.district = x.district
    ), by_place AS (
      UPDATE place_count p
         SET position = %(new)s, heard = p.heard + coalesce(x.heard, 0),
             no_number = p.no_number + coalesce(x.no_number, 0),
             unmatched = p.unmatched + coalesce(x.unmatched, 0),
             doubtful = p.doubtful + coalesce(x.doubtful, 0),
             last_heard_at = CASE WHEN x.heard > 0 THEN %(now)s ELSE p.last_heard_at END
        FROM json_to_recordset(CAST(%(places)s AS json)) AS x(
             place_id int, heard int, no_number int, unmatched int, doubtful int)
       WHERE p.contest_id = %(contest)s AND p.place_id = x.place_id
    ), by_hour AS (
      INSERT INTO hour_count AS h (contest_id, district, hour, position, marks, pledges)
      SELECT %(contest)s, x.district, x.hour, %(new)s, x.marks, x.pledges
        FROM json_to_recordset(CAST(%(hours)s AS json)) AS x(
             district text, hour timestamptz, marks int, pledges int)
      ON CONFLICT (contest_id, district, hour) DO UPDATE
         SET position = %(new)s, marks = h.marks + excluded.marks, pledges = h.pledges + excluded.pledges
    )
    UPDATE ledger_head SET position = %(new)s WHERE contest_id = %(contest)s
"""

# What the two statements of a turn take, in this order, and as what.
_ASKED = {
    "contest": "int", "ids": "uuid[]", "people": "int[]", "named": "uuid[]",
    "districts": "json", "d": "int[]", "n": "int[]", "s": "int[]",
}  # fmt: skip
_WRITTEN = {
    "contest": "int", "now": "timestamptz", "last": "bigint", "new": "bigint",
    "ids": "uuid[]", "kinds": "text[]", "outcomes": "text[]", "people": "int[]", "at_places": "int[]",
    "typed": "text[]", "districts": "json", "d": "int[]", "n": "int[]", "s": "int[]", "withdraw": "uuid[]",
    "at": "double precision[]", "doubts": "text[]", "stand": "boolean[]", "doubted": "boolean[]",
    "fallen": "json", "moved": "json", "places": "json", "hours": "json",
}  # fmt: skip


def _prepare(name: str, takes: dict[str, str], statement: str) -> str:
    places = {one: f"${n}" for n, one in enumerate(takes, 1)}
    return f"PREPARE {name}({', '.join(takes.values())}) AS {statement % places}"


def _execute(name: str, takes: dict[str, str]) -> str:
    return f"EXECUTE {name}({', '.join(f'%({one})s' for one in takes)})"


# Made ready once a connection, so that a turn costs the server no planning.
PREPARED = (_prepare("ledger_facts", _ASKED, facts.FACTS), _prepare("ledger_append", _WRITTEN, _APPEND))
_TAKE_TURN = f"""
    BEGIN;
    SELECT position FROM ledger_head WHERE contest_id = %(contest)s FOR UPDATE;
    {_execute("ledger_facts", _ASKED)}
"""
_COMMIT = f"""
    {_execute("ledger_append", _WRITTEN)};
    COMMIT
"""


# In the place of a number, for entries that have none.
_NO_NUMBER = (None, None, None)


def _columns(change: Change) -> dict[str, str]:
    """The rows of the ledger, a column each: quick to write here, and quicker to read there than rows."""
    entries = change.rows
    numbers = [entry.number or _NO_NUMBER for entry in entries]
    return facts.asked(numbers) | {
        "ids": facts.array([entry.id for entry in entries]),
        "kinds": facts.array([entry.kind for entry in entries]),
        "outcomes": facts.array([entry.outcome for entry in entries]),
        "people": facts.array([entry.person_id for entry in entries]),
        "at_places": facts.array([entry.place_id for entry in entries]),
        "typed": facts.array([_printable(entry.typed) for entry in entries]),
        # Of a mark: the one it replaces.
        "withdraw": facts.array([entry.withdraws or entry.replaces for entry in entries]),
        "at": facts.array([entry.called_at for entry in entries]),
        "doubts": facts.array([entry.doubt for entry in entries]),
        "stand": facts.array([entry.id in change.standing for entry in entries]),
        "doubted": facts.array([entry.id in change.doubted for entry in entries]),
    }


def _printable(typed: str) -> str:
    return typed if typed.isprintable() else "".join(one if one.isprintable() else " " for one in typed)


def _json(rows: Iterable[dict[str, Any]]) -> str:
    """Rows for json_to_recordset: one parameter instead of a column of them, and quick at both ends."""
    return orjson.dumps(list(rows)).decode()
