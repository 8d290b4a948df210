"""Sheets that are on paper, and what has become of their doors."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, text

from gotv.store.outstanding import LISTED, Number


def printed(connection: Connection, contest_id: int) -> list[tuple[int, int]]:
    """Every walk and version that was ever drawn, newest first."""
    rows = connection.execute(
        text("""
            SELECT DISTINCT (s->>0)::int AS walk_id, (s->>1)::int AS version
              FROM bundle b CROSS JOIN LATERAL jsonb_array_elements(b.sheets) AS s
             WHERE b.contest_id = :contest AND b.state = 'made' AND b.kind IN ('sheets', 'dawn')
             ORDER BY walk_id, version DESC
        """),
        {"contest": contest_id},
    )
    return [(row.walk_id, row.version) for row in rows]


def doors_still_wanted(connection: Connection, contest_id: int, door_ids: Collection[int]) -> set[int]:
    """Of these doors those where somebody is wanted; also when the address has another postcode since."""
    rows = connection.execute(
        text(f"""
            SELECT old.door_id
              FROM unnest(CAST(:doors AS bigint[])) AS u(door_id),
                   LATERAL (SELECT * FROM door WHERE contest_id = :contest AND door_id = u.door_id OFFSET 0) old
             WHERE EXISTS (
                   SELECT FROM door d
                     JOIN elector e ON e.contest_id = d.contest_id AND e.door_id = d.door_id
                     LEFT JOIN door_state s ON s.contest_id = d.contest_id AND s.door_id = d.door_id
                    WHERE d.contest_id = :contest AND d.district = old.district AND d.street = old.street
                      AND d.door = old.door AND {LISTED} OFFSET 0)
        """),
        {"contest": contest_id, "doors": list(door_ids)},
    )
    return set(rows.scalars())


def walks_of_doors(connection: Connection, contest_id: int, door_ids: Collection[int]) -> dict[int, int]:
    rows = connection.execute(
        text("""SELECT u.door_id, d.walk_id FROM unnest(CAST(:doors AS bigint[])) AS u(door_id),
                       LATERAL (SELECT walk_id FROM door
                                 WHERE contest_id = :contest AND door_id = u.door_id OFFSET 0) d"""),
        {"contest": contest_id, "doors": list(door_ids)},
    )
    return {row.door_id: row.walk_id for row in rows}


def homes(connection: Connection, contest_id: int, numbers: Collection[Number]) -> dict[Number, int]:
    """Where those of these numbers live who are registered and have a door."""
    rows = connection.execute(
        text("""
            SELECT e.district, e.number, e.suffix, e.door_id
              FROM unnest(CAST(:districts AS text[]), CAST(:numbers AS int[]), CAST(:suffixes AS int[]))
                   AS n(district, number, suffix)
              JOIN elector e ON e.contest_id = :contest AND e.district = n.district AND e.number = n.number
                            AND e.suffix = n.suffix
             WHERE e.registered AND e.door_id IS NOT NULL
        """),
        {
            "contest": contest_id,
            "districts": [number[0] for number in numbers],
            "numbers": [number[1] for number in numbers],
            "suffixes": [number[2] for number in numbers],
        },
    )
    return {(row.district, row.number, row.suffix): row.door_id for row in rows}


def walks_named(connection: Connection, contest_id: int, room: int | None, walk_ids: Collection[int]) -> dict[int, Any]:
    """Those of these walks that belong to a committee room (None: to any), walked or not any more."""
    rows = connection.execute(
        text("""
            SELECT w.walk_id, w.name FROM walk w
              JOIN polling_district d ON d.contest_id = w.contest_id AND d.district = w.district
             WHERE w.contest_id = :contest AND w.walk_id = ANY(:walks)
               AND (CAST(:room AS int) IS NULL OR d.committee_room_id = :room)
        """),
        {"contest": contest_id, "room": room, "walks": list(walk_ids)},
    )
    return {row.walk_id: row.name for row in rows}
