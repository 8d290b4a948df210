"""Slips and their boxes. What was keyed is in the ledger; here is only which entry belongs to which box."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql import insert

from gotv.domain.slips import CLAIM, Heading
from gotv.store.tables import slip, slip_box


def add(
    connection: Connection, contest_id: int, slip_id: str, heading: Heading, state: str, now: datetime, **columns: Any
) -> bool:
    """Add a slip. False if one of that id is there: then nothing is changed."""
    row = insert(slip).values(
        contest_id=contest_id, slip_id=slip_id, state=state, arrived_at=now, **asdict(heading), **columns
    )
    return bool(connection.execute(row.on_conflict_do_nothing()).rowcount)


def lock(connection: Connection, contest_id: int, slip_id: str) -> None:
    """Nobody else changes the slip before this transaction ends."""
    where = (slip.c.contest_id == contest_id, slip.c.slip_id == slip_id)
    connection.execute(slip.select().where(*where).with_for_update())


def change(connection: Connection, contest_id: int, slip_id: str, **columns: Any) -> None:
    where = (slip.c.contest_id == contest_id, slip.c.slip_id == slip_id)
    connection.execute(slip.update().where(*where).values(**columns))


def add_boxes(connection: Connection, contest_id: int, slip_id: str, boxes: Mapping[str, int]) -> None:
    """Say which entries belong to which boxes. An entry stays in the box that it was first said to belong to."""
    rows = [
        {"contest_id": contest_id, "slip_id": slip_id, "entry_id": entry_id, "box": box}
        for entry_id, box in boxes.items()
    ]
    if rows:
        connection.execute(insert(slip_box).on_conflict_do_nothing(), rows)


def follow(connection: Connection, contest_id: int, entry_id: str, successor: str) -> None:
    """What takes the place of an entry is in its box, when it came from a slip."""
    connection.execute(
        text("""INSERT INTO slip_box (contest_id, entry_id, slip_id, box)
                SELECT contest_id, :successor, slip_id, box FROM slip_box
                 WHERE contest_id = :contest AND entry_id = :entry ON CONFLICT DO NOTHING"""),
        {"contest": contest_id, "entry": entry_id, "successor": successor},
    )


def kept(connection: Connection, contest_id: int, slip_id: str, ids: Collection[str]) -> tuple[set[str], set[str]]:
    """Of these ids those that are in a box of this slip, and those that are known but are not of it."""
    rows = connection.execute(
        text("""
            SELECT wanted.id::text, b.slip_id = :slip AS ours, b.slip_id IS NOT NULL OR m.id IS NOT NULL AS known
              FROM unnest(CAST(:ids AS uuid[])) AS wanted(id)
              LEFT JOIN LATERAL (SELECT slip_id FROM slip_box
                                  WHERE contest_id = :contest AND entry_id = wanted.id OFFSET 0) b ON true
              LEFT JOIN LATERAL (SELECT id FROM mark WHERE contest_id = :contest AND id = wanted.id OFFSET 0) m ON true
        """),
        {"contest": contest_id, "slip": slip_id, "ids": list(ids)},
    ).all()
    return {row[0] for row in rows if row.ours}, {row[0] for row in rows if row.known and not row.ours}


def boxes(connection: Connection, contest_id: int, slip_id: str) -> list[dict[str, Any]]:
    """Every mark and tally stroke keyed from a slip, in the order of the ledger, withdrawn ones too."""
    return _dicts(
        connection.execute(
            text("""
                SELECT b.box, m.id::text AS id, m.kind, m.typed, m.outcome, m.district, m.number, m.suffix, m.place_id,
                       m.called_at, m.received_at, p.name AS keyed_by, w.name AS withdrawn_by,
                       w.received_at AS withdrawn_at
                  FROM slip_box b
                  JOIN LATERAL (SELECT * FROM mark
                                 WHERE contest_id = b.contest_id AND id = b.entry_id OFFSET 0) m ON true
                  JOIN person p ON p.contest_id = m.contest_id AND p.person_id = m.person_id
                  LEFT JOIN LATERAL (
                       SELECT x.received_at, who.name FROM mark x
                         JOIN person who ON who.contest_id = x.contest_id AND who.person_id = x.person_id
                        WHERE x.contest_id = m.contest_id AND x.withdraws = m.id AND x.kind = 'withdraw'
                        ORDER BY x.position LIMIT 1) w ON true
                 WHERE b.contest_id = :contest AND b.slip_id = :slip
                 ORDER BY m.position
            """),
            {"contest": contest_id, "slip": slip_id},
        )
    )


def entries(connection: Connection, contest_id: int, slip_id: str) -> list[str]:
    """The ids of all that was keyed from a slip and not withdrawn, also of what has not reached the ledger yet."""
    rows = connection.execute(
        text("""
            SELECT b.entry_id::text FROM slip_box b
             WHERE b.contest_id = :contest AND b.slip_id = :slip
               AND NOT EXISTS (SELECT FROM mark w WHERE w.contest_id = b.contest_id AND w.withdraws = b.entry_id
                                AND w.kind = 'withdraw')
        """),
        {"contest": contest_id, "slip": slip_id},
    )
    return list(rows.scalars())


def _told(which: str) -> str:
    """The slips that a query chooses, with the names of those who had to do with them and what stands of each."""
    return _SLIPS.replace("CHOSEN", which)


_SLIPS = """
    SELECT s.slip_id::text AS slip_id, s.place_id, s.district, s.hour, s.teller, s.sheet, s.boxes, s.state,
           s.arrived_at, s.claimed_by, s.claimed_at, s.stated, s.reason, s.closed_by, s.closed_at,
           p.name AS place, p.committee_room_id, c.name AS claimed_by_name, d.name AS closed_by_name,
           coalesce(k.keyed, 0) AS keyed, coalesce(k.tally, 0) AS tally, k.last_at,
           f.slip_id IS NOT NULL AS has_photo, f.picture IS NOT NULL AS photo_ready, coalesce(f.trouble, '') AS trouble,
           v.checked_at, v.checked_by_name, v.compared, coalesce(v.differences, '[]'::jsonb) AS differences
      FROM (CHOSEN) s
      JOIN polling_place p ON p.contest_id = s.contest_id AND p.place_id = s.place_id
      LEFT JOIN person c ON c.contest_id = s.contest_id AND c.person_id = s.claimed_by
      LEFT JOIN person d ON d.contest_id = s.contest_id AND d.person_id = s.closed_by
      LEFT JOIN slip_photo f ON f.contest_id = s.contest_id AND f.slip_id = s.slip_id
      LEFT JOIN LATERAL (
           SELECT count(DISTINCT b.box) FILTER (WHERE b.box > 0) AS keyed, count(*) FILTER (WHERE b.box = 0) AS tally,
                  max(m.received_at) AS last_at
             FROM slip_box b
             JOIN LATERAL (SELECT * FROM mark WHERE contest_id = b.contest_id AND id = b.entry_id OFFSET 0) m ON true
            WHERE b.contest_id = s.contest_id AND b.slip_id = s.slip_id
              AND NOT EXISTS (SELECT FROM mark w WHERE w.contest_id = m.contest_id AND w.withdraws = m.id
                               AND w.kind = 'withdraw' OFFSET 0)) k ON true
      LEFT JOIN LATERAL (
           SELECT x.checked_at, x.compared, x.differences, who.name AS checked_by_name FROM slip_check x
             JOIN person who ON who.contest_id = x.contest_id AND who.person_id = x.checked_by
            WHERE x.contest_id = s.contest_id AND x.slip_id = s.slip_id
            ORDER BY x.checked_at DESC LIMIT 1) v ON true
     ORDER BY s.state IN ('closed', 'void'), s.closed_at DESC NULLS FIRST, s.arrived_at, s.slip_id
"""


def find(connection: Connection, contest_id: int, slip_id: str) -> dict[str, Any] | None:
    which = "SELECT * FROM slip WHERE contest_id = :contest AND slip_id = :slip"
    found = _dicts(connection.execute(text(_told(which)), {"contest": contest_id, "slip": slip_id}))
    return found[0] if found else None


def of_room(
    connection: Connection, contest_id: int, committee_room_id: int | None, *, done: int
) -> list[dict[str, Any]]:
    """All slips of a committee room that want work, oldest first, and then the newest of those that are done."""
    of_room = """
        SELECT x.* FROM slip x JOIN polling_place q ON q.contest_id = x.contest_id AND q.place_id = x.place_id
         WHERE x.contest_id = :contest AND (CAST(:room AS int) IS NULL OR q.committee_room_id = :room)
    """
    which = f"""
        ({of_room} AND x.state IN ('waiting', 'open')) UNION ALL
        ({of_room} AND x.state IN ('closed', 'void') ORDER BY x.closed_at DESC LIMIT :done)
    """
    bind = {"contest": contest_id, "room": committee_room_id, "done": done}
    return _dicts(connection.execute(text(_told(which)), bind))


def of_place(connection: Connection, contest_id: int, place_id: int) -> list[dict[str, Any]]:
    """The slips of a polling place that are not void."""
    which = "SELECT * FROM slip WHERE contest_id = :contest AND place_id = :place AND state <> 'void'"
    return _dicts(connection.execute(text(_told(which)), {"contest": contest_id, "place": place_id}))


def claim_next(
    connection: Connection,
    contest_id: int,
    committee_room_id: int | None,
    person_id: int,
    now: datetime,
    *,
    but: str | None,
) -> str | None:
    """Claim the slip that has waited longest and that nobody holds; two who ask at once get two slips.

    ``but`` is the one just done with: what was keyed from it may still be on its way.
    """
    row = connection.execute(
        text("""
            UPDATE slip SET claimed_by = :person, claimed_at = :now
             WHERE contest_id = :contest AND slip_id = (
                   SELECT s.slip_id FROM slip s
                     JOIN polling_place p ON p.contest_id = s.contest_id AND p.place_id = s.place_id
                    WHERE s.contest_id = :contest AND s.state = 'waiting'
                      AND s.slip_id IS DISTINCT FROM CAST(:but AS uuid)
                      AND (CAST(:room AS int) IS NULL OR p.committee_room_id = :room)
                      AND (s.claimed_by IS NULL OR s.claimed_by = :person OR s.claimed_at <= :expired)
                    ORDER BY s.claimed_by IS NOT DISTINCT FROM :person DESC, s.arrived_at, s.slip_id
                    LIMIT 1 FOR UPDATE OF s SKIP LOCKED)
            RETURNING slip_id::text
        """),
        {
            "contest": contest_id,
            "room": committee_room_id,
            "person": person_id,
            "now": now,
            "expired": now - CLAIM,
            "but": but,
        },
    )
    return row.scalar_one_or_none()


def _dicts(rows: Any) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in rows]
