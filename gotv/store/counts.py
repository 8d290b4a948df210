"""The counters the board reads: rebuilt from what stands, and read."""

from typing import Any

from sqlalchemy import Connection, text

from gotv.store import register_blocks
from gotv.store.planning import each_part_once
from gotv.store.register_blocks import WANTED

_MATCHED = f"""
    SELECT e.district, e.pledged, {WANTED} AS wanted, min(s.received_at) AS first_at
      FROM standing_mark s
      JOIN elector e ON e.contest_id = s.contest_id AND e.district = s.district AND e.number = s.number
                    AND e.suffix = s.suffix AND e.registered
     WHERE s.contest_id = :contest
     GROUP BY e.elector_id, e.district, e.pledged, e.may_vote, e.objects, e.absent
"""

_UNMATCHED = """
    SELECT s.district, s.place_id FROM standing_mark s
     WHERE s.contest_id = :contest
       AND NOT EXISTS (SELECT FROM elector e WHERE e.contest_id = s.contest_id AND e.registered
                       AND e.district = s.district AND e.number = s.number AND e.suffix = s.suffix OFFSET 0)
"""


def rebuild(connection: Connection, contest_id: int, position: int) -> None:
    """Count everything anew after the register, the pledges or the places changed.

    Call it with the ledger's head locked. The counters are stamped with the next position, which the caller
    gives the head, so that every open board reads them.
    """
    bind = {"contest": contest_id, "position": position}
    register_blocks.rebuild(connection, contest_id)
    with each_part_once(connection):
        _rebuild_districts(connection, bind)
        _rebuild_hours(connection, bind)
        _rebuild_places(connection, bind)
    connection.execute(
        text("""UPDATE ledger_head SET position = :position, register_position = :position
                 WHERE contest_id = :contest"""),
        bind,
    )


def _rebuild_districts(connection: Connection, bind: dict[str, int]) -> None:
    connection.execute(text("DELETE FROM district_count WHERE contest_id = :contest"), bind)
    connection.execute(
        text(f"""
            WITH registered AS MATERIALIZED (
                   SELECT e.district, count(*) AS electors, count(*) FILTER (WHERE e.pledged) AS pledges,
                          count(*) FILTER (WHERE {WANTED}) AS wanted
                     FROM elector e WHERE e.contest_id = :contest AND e.registered GROUP BY e.district
            ), matched AS MATERIALIZED (
                   SELECT district, count(*) AS marks, count(*) FILTER (WHERE pledged) AS pledges,
                          count(*) FILTER (WHERE wanted) AS wanted
                     FROM ({_MATCHED}) x GROUP BY district
            ), unmatched AS MATERIALIZED (SELECT district, count(*) AS n FROM ({_UNMATCHED}) x GROUP BY district)
            INSERT INTO district_count (contest_id, district, position, electors, pledges, wanted,
                                        marks, pledges_marked, wanted_marked, unmatched)
            SELECT :contest, d.district, :position, coalesce(n.electors, 0), coalesce(n.pledges, 0),
                   coalesce(n.wanted, 0), coalesce(m.marks, 0), coalesce(m.pledges, 0), coalesce(m.wanted, 0),
                   coalesce(u.n, 0)
              FROM polling_district d
              LEFT JOIN registered n ON n.district = d.district
              LEFT JOIN matched m ON m.district = d.district
              LEFT JOIN unmatched u ON u.district = d.district
             WHERE d.contest_id = :contest
        """),
        bind,
    )


def _rebuild_hours(connection: Connection, bind: dict[str, int]) -> None:
    connection.execute(text("DELETE FROM hour_count WHERE contest_id = :contest"), bind)
    connection.execute(
        text(f"""
            INSERT INTO hour_count (contest_id, district, hour, position, marks, pledges)
            SELECT :contest, district, date_trunc('hour', first_at), :position, count(*),
                   count(*) FILTER (WHERE pledged)
              FROM ({_MATCHED}) x GROUP BY district, date_trunc('hour', first_at)
        """),
        bind,
    )


def _rebuild_places(connection: Connection, bind: dict[str, int]) -> None:
    connection.execute(
        text(f"""
            WITH unmatched AS MATERIALIZED (SELECT place_id, count(*) AS n FROM ({_UNMATCHED}) x GROUP BY place_id)
            INSERT INTO place_count AS p (contest_id, place_id, position, unmatched, doubtful)
            SELECT :contest, place_id, :position,
                   coalesce((SELECT u.n FROM unmatched u WHERE u.place_id = polling_place.place_id), 0),
                   (SELECT count(*) FROM doubtful_mark m WHERE m.contest_id = :contest
                       AND m.place_id = polling_place.place_id)
              FROM polling_place WHERE contest_id = :contest
            ON CONFLICT (contest_id, place_id) DO UPDATE
               SET position = :position, unmatched = excluded.unmatched, doubtful = excluded.doubtful
        """),
        bind,
    )


def districts(connection: Connection, contest_id: int) -> list[dict[str, Any]]:
    """Counters of each polling district, with its place and committee room."""
    return _dicts(
        connection.execute(
            text("""
                SELECT c.position, c.district, d.name, d.place_id, d.committee_room_id, c.electors, c.marks, c.pledges,
                       c.pledges_marked, c.wanted, c.wanted - c.wanted_marked AS outstanding, c.unmatched
                  FROM district_count c
                  JOIN polling_district d ON d.contest_id = c.contest_id AND d.district = c.district
                 WHERE c.contest_id = :contest
                 ORDER BY c.district
            """),
            {"contest": contest_id},
        )
    )


def places(connection: Connection, contest_id: int) -> list[dict[str, Any]]:
    """Counters of each polling place; ``tellers`` counts links that may be used there."""
    return _dicts(
        connection.execute(
            text("""
                SELECT c.position, p.place_id, p.name, p.committee_room_id, c.heard, c.no_number, c.unmatched,
                       c.doubtful,
                       c.last_heard_at,
                       (SELECT count(*) FROM person t WHERE t.contest_id = p.contest_id AND t.role = 'teller'
                           AND t.place_id = p.place_id AND t.revoked_at IS NULL
                           AND t.opened_at IS NOT NULL) AS tellers
                  FROM polling_place p
                  JOIN place_count c ON c.contest_id = p.contest_id AND c.place_id = p.place_id
                 WHERE p.contest_id = :contest
                 ORDER BY p.name
            """),
            {"contest": contest_id},
        )
    )


def hours(connection: Connection, contest_id: int) -> list[dict[str, Any]]:
    """Marks and marked pledges by hour, for each committee room, of hours."""
    return _dicts(
        connection.execute(
            text("""
                SELECT h.hour, d.committee_room_id, sum(h.marks)::int AS marks, sum(h.pledges)::int AS pledges
                  FROM hour_count h
                  JOIN polling_district d ON d.contest_id = h.contest_id AND d.district = h.district
                 WHERE h.contest_id = :contest
                 GROUP BY h.hour, d.committee_room_id ORDER BY h.hour, d.committee_room_id
            """),
            {"contest": contest_id},
        )
    )


def pledges_by_hour(connection: Connection, contest_id: int) -> list[Any]:
    """Rows of (district, hour, pledges marked in it)."""
    sql = "SELECT district, hour, pledges FROM hour_count WHERE contest_id = :contest AND pledges > 0"
    return list(connection.execute(text(sql), {"contest": contest_id}))


def _dicts(rows: Any) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in rows]
