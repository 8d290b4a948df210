"""Knock-up lists: immutable, one for each walk and slot, and the runs that made them."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, text


def newest_runs(connection: Connection, contest_id: int) -> dict[int, dict[str, Any]]:
    """The newest run of each committee room, by room."""
    rows = connection.execute(
        text("""SELECT DISTINCT ON (committee_room_id) committee_room_id, slot, position, walks, made_at
                  FROM list_run WHERE contest_id = :contest ORDER BY committee_room_id, slot DESC"""),
        {"contest": contest_id},
    )
    return {row.committee_room_id: dict(row._mapping) for row in rows}


def rooms_without(connection: Connection, contest_id: int, slot: datetime) -> list[int]:
    """The committee rooms that have walks but no lists of this slot or a later one: what the timekeeper asks."""
    return list(
        connection.execute(
            text("""
                SELECT r.committee_room_id FROM committee_room r
                 WHERE r.contest_id = :contest
                   AND EXISTS (SELECT FROM walk w JOIN polling_district d
                                 ON d.contest_id = w.contest_id AND d.district = w.district
                                WHERE w.contest_id = r.contest_id AND NOT w.retired
                                  AND d.committee_room_id = r.committee_room_id)
                   AND NOT EXISTS (SELECT FROM list_run l WHERE l.contest_id = r.contest_id
                                    AND l.committee_room_id = r.committee_room_id AND l.slot >= :slot)
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


def walks_of_room(
    connection: Connection, contest_id: int, room: int | None, *, retired: bool = False
) -> list[dict[str, Any]]:
    """The walks of one committee room, or of the whole contest; also those that are walked no more (``retired``)."""
    return _dicts(
        connection.execute(
            text("""
                SELECT w.walk_id, w.name, w.district, w.retired, d.committee_room_id, r.name AS committee_room
                  FROM walk w
                  JOIN polling_district d ON d.contest_id = w.contest_id AND d.district = w.district
                  JOIN committee_room r ON r.contest_id = d.contest_id AND r.committee_room_id = d.committee_room_id
                 WHERE w.contest_id = :contest AND (:retired OR NOT w.retired)
                   AND (CAST(:room AS int) IS NULL OR d.committee_room_id = :room)
                 ORDER BY w.district, w.walk_id
            """),
            {"contest": contest_id, "room": room, "retired": retired},
        )
    )


def walk(connection: Connection, contest_id: int, walk_id: int) -> dict[str, Any] | None:
    """A walk with its committee room."""
    return next((one for one in walks_of_room(connection, contest_id, None) if one["walk_id"] == walk_id), None)


def add(connection: Connection, contest_id: int, made: list[dict[str, Any]], **stamp: Any) -> int:
    """Keep the new version of each walk's list, made for its ``room``. ``stamp``: slot, position, made_at of all.

    Fenced: where a list of a later position is there already, or the walk was arranged anew meanwhile, this one comes
    too late and is not kept. Writers of one
    walk take turns. Returns how many were kept.
    """
    if not made:
        return 0
    bind = {"contest": contest_id, "walks": sorted(one["walk_id"] for one in made)}
    connection.execute(
        text("""SELECT FROM walk WHERE contest_id = :contest AND walk_id = ANY(:walks)
                 ORDER BY walk_id FOR NO KEY UPDATE"""),
        bind,
    )
    _stage(connection, made)
    return connection.execute(
        text("""
            INSERT INTO knock_up_list (contest_id, walk_id, version, committee_room_id, slot, position, made_at,
                                       streets, seed, arrangement, third_knocks_wait, doors, electors)
            SELECT :contest, m.walk_id, 1 + coalesce(l.version, 0), m.room, :slot, :position, :made_at, m.streets,
                   m.seed, m.arrangement, m.third_knocks_wait, m.doors, m.electors
              FROM made m
              JOIN walk w ON w.contest_id = :contest AND w.walk_id = m.walk_id AND w.arrangement = m.arrangement
              LEFT JOIN LATERAL (SELECT version, position FROM knock_up_list x
                                  WHERE x.contest_id = :contest AND x.walk_id = m.walk_id
                                  ORDER BY version DESC LIMIT 1) l ON true
             WHERE l.position IS NULL OR l.position <= :position
            ON CONFLICT DO NOTHING
        """),
        {"contest": contest_id, **stamp},
    ).rowcount


def _stage(connection: Connection, made: Iterable[dict[str, Any]]) -> None:
    """The lists of a whole seat go in as they are: as one parameter they would be taken apart and put together."""
    connection.execute(
        text("""CREATE TEMP TABLE made (walk_id int, room int, streets json, seed bigint, arrangement int,
                                        third_knocks_wait boolean, doors int, electors int) ON COMMIT DROP""")
    )
    cursor = connection.connection.cursor()
    with cursor.copy("COPY made FROM STDIN") as copy:
        for one in made:
            streets = orjson.dumps(one["streets"]).decode()
            copy.write_row((one["walk_id"], one["room"], streets, *(one[name] for name in _REST)))
    cursor.close()


_REST = ("seed", "arrangement", "third_knocks_wait", "doors", "electors")


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
                 WHERE w.contest_id = :contest AND NOT w.retired
                   AND (CAST(:room AS int) IS NULL OR d.committee_room_id = :room)
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


def whole_of_room(connection: Connection, contest_id: int, room: int | None) -> list[dict[str, Any]]:
    """The newest list of each walk that has one, whole, with the walk's name and polling place."""
    return _dicts(
        connection.execute(
            text("""
                SELECT l.*, w.name, p.name AS place
                  FROM walk w
                  JOIN polling_district d ON d.contest_id = w.contest_id AND d.district = w.district
                  LEFT JOIN polling_place p ON p.contest_id = d.contest_id AND p.place_id = d.place_id
                  JOIN LATERAL (SELECT * FROM knock_up_list x WHERE x.contest_id = w.contest_id
                                   AND x.walk_id = w.walk_id ORDER BY x.version DESC LIMIT 1) l ON true
                 WHERE w.contest_id = :contest AND NOT w.retired
                   AND (CAST(:room AS int) IS NULL OR d.committee_room_id = :room)
                 ORDER BY w.district, w.walk_id
            """),
            {"contest": contest_id, "room": room},
        )
    )


def newest_versions(connection: Connection, contest_id: int, walk_ids: Collection[int]) -> dict[int, int]:
    rows = connection.execute(
        text("""SELECT walk_id, max(version) AS version FROM knock_up_list
                 WHERE contest_id = :contest AND walk_id = ANY(:walks) GROUP BY walk_id"""),
        {"contest": contest_id, "walks": list(walk_ids)},
    )
    return {row.walk_id: row.version for row in rows}


def has_door(connection: Connection, contest_id: int, walk_id: int, door_id: int) -> bool:
    return bool(
        connection.execute(
            text("""SELECT EXISTS (SELECT FROM door WHERE contest_id = :contest AND walk_id = :walk
                                      AND door_id = :door)"""),
            {"contest": contest_id, "walk": walk_id, "door": door_id},
        ).scalar_one()
    )


def _dicts(rows: Any) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in rows]
