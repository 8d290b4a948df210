"""Knock-up lists: immutable, one for each walk and slot, and the runs that made them."""

from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, text

from gotv.domain.elector_numbers import ElectorNumber
from gotv.store.facts import WANTED
from gotv.store.numbers_called import given_again

# So many numbers given twice would mean something else than slips of the tongue.
MOST_AGAIN = 1_000


def newest_runs(connection: Connection, contest_id: int) -> dict[int, dict[str, Any]]:
    """The newest run of each committee room, by room."""
    rows = connection.execute(
        text("""SELECT DISTINCT ON (committee_room_id) committee_room_id, slot, position, walks, made_at
                  FROM list_run WHERE contest_id = :contest ORDER BY committee_room_id, slot DESC"""),
        {"contest": contest_id},
    )
    return {row.committee_room_id: dict(row._mapping) for row in rows}


def rooms_without(connection: Connection, contest_id: int, slot: datetime) -> list[int]:
    """The committee rooms that have walks but no lists for this slot: what the timekeeper asks."""
    return list(
        connection.execute(
            text("""
                SELECT r.committee_room_id FROM committee_room r
                 WHERE r.contest_id = :contest
                   AND EXISTS (SELECT FROM walk w JOIN polling_district d
                                 ON d.contest_id = w.contest_id AND d.district = w.district
                                WHERE w.contest_id = r.contest_id AND d.committee_room_id = r.committee_room_id)
                   AND NOT EXISTS (SELECT FROM list_run l WHERE l.contest_id = r.contest_id
                                    AND l.committee_room_id = r.committee_room_id AND l.slot = :slot)
                 ORDER BY r.committee_room_id
            """),
            {"contest": contest_id, "slot": slot},
        ).scalars()
    )


def claim_run(
    connection: Connection, contest_id: int, room: int, slot: datetime, position: int, walks: int, now: datetime
) -> bool:
    """Take the right to keep this room's lists for this slot. False when they exist, or newer ones do.

    A late job can so never push an older list in front of a newer one. Of two workers the second waits here
    until the first has committed, and then finds the row.
    """
    return (
        connection.execute(
            text("""INSERT INTO list_run (contest_id, committee_room_id, slot, position, walks, made_at)
                    SELECT :contest, :room, :slot, :position, :walks, :now
                     WHERE NOT EXISTS (SELECT FROM list_run l WHERE l.contest_id = :contest
                                        AND l.committee_room_id = :room AND l.slot > :slot)
                    ON CONFLICT DO NOTHING"""),
            {
                "contest": contest_id,
                "room": room,
                "slot": slot,
                "position": position,
                "walks": walks,
                "now": now,
            },
        ).rowcount
        == 1
    )


def walks_of_room(connection: Connection, contest_id: int, room: int | None) -> list[dict[str, Any]]:
    """The walks of one committee room, or of the whole contest."""
    return _dicts(
        connection.execute(
            text("""
                SELECT w.walk_id, w.name, w.district, d.committee_room_id, r.name AS committee_room
                  FROM walk w
                  JOIN polling_district d ON d.contest_id = w.contest_id AND d.district = w.district
                  JOIN committee_room r ON r.contest_id = d.contest_id AND r.committee_room_id = d.committee_room_id
                 WHERE w.contest_id = :contest AND (CAST(:room AS int) IS NULL OR d.committee_room_id = :room)
                 ORDER BY w.district, w.walk_id
            """),
            {"contest": contest_id, "room": room},
        )
    )


def outstanding(connection: Connection, contest_id: int, room: int) -> list[Any]:
    """Every pledge of a room who is wanted and not marked, in walking order.

    Rows: walk_id, street, door, postcode, number, suffix, district, doubtful (marked, but not for sure). Read it in
    a snapshot with the position.
    """
    return list(
        connection.execute(
            text(f"""
                SELECT ws.walk_id, e.street, e.door, e.postcode, e.number, e.suffix, e.district,
                       EXISTS (SELECT FROM doubtful_mark m WHERE m.contest_id = e.contest_id
                                AND m.district = e.district AND m.number = e.number AND m.suffix = e.suffix) AS doubtful
                  FROM elector e
                  JOIN polling_district d ON d.contest_id = e.contest_id AND d.district = e.district
                  JOIN walk_street ws ON ws.contest_id = e.contest_id AND ws.district = e.district
                                     AND ws.street = e.street
                 WHERE e.contest_id = :contest AND d.committee_room_id = :room AND e.registered AND {WANTED}
                   AND NOT EXISTS (SELECT FROM standing_mark s WHERE s.contest_id = e.contest_id
                                   AND s.district = e.district AND s.number = e.number AND s.suffix = e.suffix)
                 ORDER BY ws.walk_id, e.street COLLATE "C", e.door_order COLLATE "C", e.door COLLATE "C",
                          e.number, e.suffix
            """),
            {"contest": contest_id, "room": room},
        )
    )


def improbable(connection: Connection, contest_id: int) -> list[ElectorNumber]:
    """Good marks that no registered elector has, and those a teller gave twice: each may be meant for a neighbour."""
    rows = connection.execute(
        text("""
            SELECT s.district, s.number, s.suffix
              FROM standing_mark s
             WHERE s.contest_id = :contest
               AND NOT EXISTS (SELECT FROM elector e WHERE e.contest_id = s.contest_id AND e.registered
                               AND e.district = s.district AND e.number = s.number AND e.suffix = s.suffix)
        """),
        {"contest": contest_id},
    )
    again = given_again(connection, contest_id, None, limit=MOST_AGAIN)
    twice = [ElectorNumber(one["district"], one["number"], one["suffix"]) for one in again]
    return [ElectorNumber(*row) for row in rows] + twice


def add(connection: Connection, contest_id: int, room: int, made: list[dict[str, Any]], **stamp: Any) -> None:
    """Keep the new version of each walk's list. ``stamp``: slot, position, made_at, the same for all."""
    connection.execute(
        text("""
            INSERT INTO knock_up_list (contest_id, walk_id, version, committee_room_id, slot, position, made_at,
                                       streets, doors, electors)
            SELECT :contest, m.walk_id,
                   1 + coalesce((SELECT max(version) FROM knock_up_list l
                                  WHERE l.contest_id = :contest AND l.walk_id = m.walk_id), 0),
                   :room, :slot, :position, :made_at, m.streets, m.doors, m.electors
              FROM json_to_recordset(CAST(:made AS json)) AS m(walk_id int, streets jsonb, doors int, electors int)
        """),
        {"contest": contest_id, "room": room, "made": orjson.dumps(made).decode(), **stamp},
    )


def newest_of_room(connection: Connection, contest_id: int, room: int | None) -> list[dict[str, Any]]:
    """The last good list of each walk, without its doors."""
    return _dicts(
        connection.execute(
            text("""
                SELECT w.walk_id, w.name, w.district, d.committee_room_id, r.name AS committee_room, l.version, l.slot,
                       l.position, l.made_at, l.doors, l.electors
                  FROM walk w
                  JOIN polling_district d ON d.contest_id = w.contest_id AND d.district = w.district
                  JOIN committee_room r ON r.contest_id = d.contest_id AND r.committee_room_id = d.committee_room_id
                  LEFT JOIN LATERAL (SELECT * FROM knock_up_list x
                                      WHERE x.contest_id = w.contest_id AND x.walk_id = w.walk_id
                                      ORDER BY x.version DESC LIMIT 1) l ON true
                 WHERE w.contest_id = :contest AND (CAST(:room AS int) IS NULL OR d.committee_room_id = :room)
                 ORDER BY w.district, w.walk_id
            """),
            {"contest": contest_id, "room": room},
        )
    )


def find(connection: Connection, contest_id: int, walk_id: int, version: int | None = None) -> dict[str, Any] | None:
    """One list whole: the given version, or the newest."""
    rows = _dicts(
        connection.execute(
            text("""
                SELECT l.*, w.name, w.district FROM knock_up_list l
                  JOIN walk w ON w.contest_id = l.contest_id AND w.walk_id = l.walk_id
                 WHERE l.contest_id = :contest AND l.walk_id = :walk
                   AND (CAST(:version AS int) IS NULL OR l.version = :version)
                 ORDER BY l.version DESC LIMIT 1
            """),
            {"contest": contest_id, "walk": walk_id, "version": version},
        )
    )
    return rows[0] if rows else None


def every_newest(connection: Connection, contest_id: int) -> list[dict[str, Any]]:
    """The newest list of every walk, whole. For `gotv recount`."""
    return _dicts(
        connection.execute(
            text("""SELECT DISTINCT ON (walk_id) * FROM knock_up_list WHERE contest_id = :contest
                     ORDER BY walk_id, version DESC"""),
            {"contest": contest_id},
        )
    )


def marked_since(connection: Connection, contest_id: int, walk_id: int) -> set[tuple[str, int, int]]:
    """Numbers of a walk's electors that are marked now: what is struck from a list already made."""
    rows = connection.execute(
        text("""
            SELECT e.district, e.number, e.suffix FROM elector e
              JOIN walk_street ws ON ws.contest_id = e.contest_id AND ws.district = e.district
                                 AND ws.street = e.street AND ws.walk_id = :walk
             WHERE e.contest_id = :contest AND e.pledged
               AND EXISTS (SELECT FROM standing_mark s WHERE s.contest_id = e.contest_id
                           AND s.district = e.district AND s.number = e.number AND s.suffix = e.suffix)
        """),
        {"contest": contest_id, "walk": walk_id},
    )
    return {tuple(row) for row in rows}


def _dicts(rows: Any) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in rows]
