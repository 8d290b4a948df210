"""The append-only ledger of numbers called, the marks that stand, and the counters that move with them.

Everything here runs inside one transaction that starts with `lock_head`. The row lock on the head makes
positions follow the order of commits without gaps: a reader that saw position N has seen everything up to N.
(A bare sequence does not: numbers are handed out before commit.)
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, text

from gotv.domain.elector_numbers import ElectorNumber
from gotv.domain.telling import Change, Elector, Facts, Kept, Kind


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


def facts_for(
    connection: Connection, contest_id: int, *, ids: Collection[str], numbers: Collection[ElectorNumber]
) -> Facts:
    """What is known of these entry ids (new ones and withdrawn ones) and of these numbers."""
    facts = Facts()
    wanted_numbers = set(numbers)
    rows = connection.execute(_KNOWN_IDS, {"contest": contest_id, "ids": list(ids)})
    kept: dict[str, Kept] = {}
    for row in rows:
        if row.withdrawn:
            facts.withdrawn.add(row.id)
        if row.kind:
            number = ElectorNumber(row.district, row.number, row.suffix) if row.number is not None else None
            kept[row.id] = Kept(Kind(row.kind), row.outcome, number, row.place_id)
            if number:
                wanted_numbers.add(number)
    facts.kept = kept
    electors: dict[ElectorNumber, Elector] = {}
    for row in connection.execute(_NUMBERS, {"contest": contest_id, "numbers": _json(wanted_numbers)}):
        number = ElectorNumber(row.district, row.number, row.suffix)
        if row.pledged is not None:
            electors[number] = Elector(row.pledged, row.postal, row.wanted)
        if row.mark_id is not None:
            facts.standing.setdefault(number, {})[row.mark_id] = row.received_at
    facts.electors = electors
    return facts


# One round trip answers both questions about an id: is it in the ledger, and does a withdrawal name it?
_KNOWN_IDS = text("""
    SELECT asked.id::text AS id, m.kind, m.outcome, m.district, m.number, m.suffix, m.place_id,
           EXISTS (SELECT FROM mark w WHERE w.contest_id = :contest AND w.withdraws = asked.id) AS withdrawn
      FROM unnest(CAST(:ids AS uuid[])) AS asked(id)
      LEFT JOIN mark m ON m.contest_id = :contest AND m.id = asked.id
""")

WANTED = "e.pledged AND e.may_vote AND NOT e.objects AND e.absent NOT IN ('postal', 'postal_proxy')"

_NUMBERS = text(f"""
    SELECT asked.district, asked.number, asked.suffix, e.pledged,
           e.absent IN ('postal', 'postal_proxy') AS postal, {WANTED} AS wanted,
           s.id::text AS mark_id, s.received_at
      FROM json_to_recordset(CAST(:numbers AS json)) AS asked(district text, number int, suffix int)
      LEFT JOIN elector e ON e.contest_id = :contest AND e.district = asked.district
                         AND e.number = asked.number AND e.suffix = asked.suffix AND e.registered
      LEFT JOIN standing_mark s ON s.contest_id = :contest AND s.district = asked.district
                         AND s.number = asked.number AND s.suffix = asked.suffix
""")


def append(connection: Connection, contest_id: int, last: int, change: Change, now: datetime) -> int:
    """Write what was decided: ledger rows, marks that stand or fall, counters. Returns the new last position.

    One statement, so one round trip: the parts of a data-modifying WITH run together.
    """
    if not change.rows:
        return last
    connection.execute(
        _APPEND,
        {
            "contest": contest_id,
            "now": now,
            "last": last,
            "new": last + len(change.rows),
            "rows": orjson.dumps([_row(place, *row) for place, row in enumerate(change.rows, 1)]).decode(),
            "standing": orjson.dumps([{"id": i, **number._asdict()} for i, number in change.standing]).decode(),
            "fallen": orjson.dumps([{"id": i, **number._asdict()} for i, number in change.fallen]).decode(),
            "districts": orjson.dumps([{"district": d, **c} for d, c in change.districts.items()]).decode(),
            "places": orjson.dumps([{"place_id": p, **c} for p, c in change.places.items()]).decode(),
            "hours": orjson.dumps(
                [{"district": d, "hour": hour, **c} for (d, hour), c in change.hours.items()]
            ).decode(),
        },
    )
    return last + len(change.rows)


# A mark that stood and fell within one list is in neither table afterwards: `standing` keeps only what did not fall.
_APPEND = text("""
    WITH appended AS (
      INSERT INTO mark (contest_id, position, id, kind, outcome, person_id, place_id, typed,
                        district, number, suffix, withdraws, called_at, received_at)
      SELECT :contest, :last + n, id, kind, outcome, person_id, place_id, typed,
             district, number, suffix, withdraws, called_at, :now
        FROM json_to_recordset(CAST(:rows AS json)) AS r(
             n int, id uuid, kind text, outcome text, person_id int, place_id int, typed text,
             district text, number int, suffix int, withdraws uuid, called_at timestamptz)
      RETURNING id, place_id
    ), fell AS (
      DELETE FROM standing_mark s
       USING json_to_recordset(CAST(:fallen AS json)) AS f(district text, number int, suffix int, id uuid)
       WHERE s.contest_id = :contest AND s.district = f.district AND s.number = f.number
         AND s.suffix = f.suffix AND s.id = f.id
    ), stand AS (
      INSERT INTO standing_mark (contest_id, district, number, suffix, id, place_id, received_at)
      SELECT :contest, n.district, n.number, n.suffix, n.id, a.place_id, :now
        FROM json_to_recordset(CAST(:standing AS json)) AS n(district text, number int, suffix int, id uuid)
        JOIN appended a ON a.id = n.id
       WHERE NOT EXISTS (SELECT FROM json_to_recordset(CAST(:fallen AS json)) AS f(id uuid) WHERE f.id = n.id)
    ), by_district AS (
      UPDATE district_count d
         SET position = :new, marks = d.marks + coalesce(x.marks, 0),
             pledges_marked = d.pledges_marked + coalesce(x.pledges_marked, 0),
             wanted_marked = d.wanted_marked + coalesce(x.wanted_marked, 0),
             unmatched = d.unmatched + coalesce(x.unmatched, 0)
        FROM json_to_recordset(CAST(:districts AS json)) AS x(
             district text, marks int, pledges_marked int, wanted_marked int, unmatched int)
       WHERE d.contest_id = :contest AND d.district = x.district
    ), by_place AS (
      UPDATE place_count p
         SET position = :new, heard = p.heard + coalesce(x.heard, 0),
             no_number = p.no_number + coalesce(x.no_number, 0),
             unmatched = p.unmatched + coalesce(x.unmatched, 0),
             last_heard_at = CASE WHEN x.heard > 0 THEN :now ELSE p.last_heard_at END
        FROM json_to_recordset(CAST(:places AS json)) AS x(
             place_id int, heard int, no_number int, unmatched int)
       WHERE p.contest_id = :contest AND p.place_id = x.place_id
    ), by_hour AS (
      INSERT INTO hour_count AS h (contest_id, district, hour, position, marks, pledges)
      SELECT :contest, x.district, x.hour, :new, x.marks, x.pledges
        FROM json_to_recordset(CAST(:hours AS json)) AS x(
             district text, hour timestamptz, marks int, pledges int)
      ON CONFLICT (contest_id, district, hour) DO UPDATE
         SET position = :new, marks = h.marks + excluded.marks, pledges = h.pledges + excluded.pledges
    )
    UPDATE ledger_head SET position = :new WHERE contest_id = :contest
""")


def _row(n: int, entry: Any, outcome: str) -> dict[str, Any]:
    row = {
        "n": n,
        "id": entry.id,
        "kind": entry.kind,
        "outcome": outcome,
        "person_id": entry.person_id,
        "place_id": entry.place_id,
        "typed": entry.typed,
        "withdraws": entry.withdraws,
        "called_at": entry.called_at,
    }
    if entry.number is not None:
        row |= entry.number._asdict()
    return row


def _json(numbers: Iterable[ElectorNumber]) -> str:
    return orjson.dumps([number._asdict() for number in numbers]).decode()


def of_place(connection: Connection, contest_id: int, place_id: int, *, limit: int = 200) -> list[dict[str, Any]]:
    """The newest ledger rows of one polling place, with who called them and whether they were withdrawn."""
    return _dicts(
        connection.execute(_LEDGER_ROWS, {"contest": contest_id, "place": place_id, "limit": limit, "id": None})
    )


def entry(connection: Connection, contest_id: int, entry_id: str) -> dict[str, Any] | None:
    rows = _dicts(connection.execute(_LEDGER_ROWS, {"contest": contest_id, "place": None, "limit": 1, "id": entry_id}))
    return rows[0] if rows else None


_LEDGER_ROWS = text("""
    SELECT m.position, m.id::text AS id, m.kind, m.outcome, m.typed, m.district, m.number, m.suffix,
           m.called_at, m.received_at, m.withdraws::text AS withdraws, m.place_id, p.name AS called_by,
           p.role AS called_by_role, w.received_at AS withdrawn_at, wp.name AS withdrawn_by,
           m.kind = 'mark' AND e.elector_id IS NULL AS unmatched
      FROM mark m
      JOIN person p ON p.contest_id = m.contest_id AND p.person_id = m.person_id
      LEFT JOIN LATERAL (SELECT x.received_at, x.person_id FROM mark x
                          WHERE x.contest_id = m.contest_id AND x.withdraws = m.id
                          ORDER BY x.position LIMIT 1) w ON true
      LEFT JOIN person wp ON wp.contest_id = m.contest_id AND wp.person_id = w.person_id
      LEFT JOIN elector e ON e.contest_id = m.contest_id AND e.district = m.district
                         AND e.number = m.number AND e.suffix = m.suffix AND e.registered
     WHERE m.contest_id = :contest
       AND (CAST(:place AS int) IS NULL OR m.place_id = :place)
       AND (CAST(:id AS uuid) IS NULL OR m.id = CAST(:id AS uuid))
     ORDER BY m.position DESC LIMIT :limit
""")


def unmatched(
    connection: Connection, contest_id: int, committee_room_id: int | None, *, limit: int = 200
) -> list[dict[str, Any]]:
    """Standing marks that no registered elector has, newest first, with the place they came from."""
    return _dicts(
        connection.execute(
            text("""
                SELECT s.id::text AS id, s.district, s.number, s.suffix, s.received_at, s.place_id,
                       p.name AS place, m.typed, who.name AS called_by
                  FROM standing_mark s
                  JOIN mark m ON m.contest_id = s.contest_id AND m.id = s.id
                  JOIN polling_place p ON p.contest_id = s.contest_id AND p.place_id = s.place_id
                  JOIN person who ON who.contest_id = s.contest_id AND who.person_id = m.person_id
                 WHERE s.contest_id = :contest
                   AND (CAST(:room AS int) IS NULL OR p.committee_room_id = :room)
                   AND NOT EXISTS (SELECT FROM elector e WHERE e.contest_id = s.contest_id AND e.registered
                                   AND e.district = s.district AND e.number = s.number AND e.suffix = s.suffix)
                 ORDER BY s.received_at DESC, s.id LIMIT :limit
            """),
            {"contest": contest_id, "room": committee_room_id, "limit": limit},
        )
    )


def _dicts(rows: Any) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in rows]
