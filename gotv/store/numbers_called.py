"""The ledger as people look at it: the entries of a place, one entry, the numbers that matched nobody."""

from typing import Any

from sqlalchemy import Connection, text

from gotv.store.planning import each_part_once


def of_place(connection: Connection, contest_id: int, place_id: int, *, limit: int = 200) -> list[dict[str, Any]]:
    """The newest ledger rows of one polling place, with who called them and whether they were withdrawn."""
    return _dicts(
        connection.execute(_LEDGER_ROWS, {"contest": contest_id, "place": place_id, "limit": limit, "id": None})
    )


def entry(connection: Connection, contest_id: int, entry_id: str) -> dict[str, Any] | None:
    rows = _dicts(connection.execute(_LEDGER_ROWS, {"contest": contest_id, "place": None, "limit": 1, "id": entry_id}))
    return rows[0] if rows else None


# A later good mark of a teller who gave the number before: nobody votes twice, so one of the two was misheard.
AGAIN = """
    EXISTS (SELECT FROM standing_mark later
             JOIN standing_mark earlier ON earlier.contest_id = later.contest_id AND earlier.district = later.district
                  AND earlier.number = later.number AND earlier.suffix = later.suffix AND earlier.id <> later.id
             JOIN mark f ON f.contest_id = earlier.contest_id AND f.id = earlier.id
             JOIN person who ON who.contest_id = m.contest_id AND who.person_id = m.person_id
            WHERE later.contest_id = m.contest_id AND later.district = m.district AND later.number = m.number
              AND later.suffix = m.suffix AND later.id = m.id AND f.person_id = m.person_id
              AND f.position < m.position AND who.role = 'teller')
"""

_LEDGER_ROWS = text(f"""
    SELECT m.position, m.id::text AS id, m.kind, m.outcome, m.typed, m.district, m.number, m.suffix,
           m.called_at, m.received_at, m.withdraws::text AS withdraws, m.place_id, p.name AS called_by,
           p.role AS called_by_role, w.received_at AS withdrawn_at, wp.name AS withdrawn_by,
           m.kind = 'mark' AND e.elector_id IS NULL AS unmatched, m.doubt, {AGAIN} AS again
      FROM (SELECT * FROM mark
             WHERE contest_id = :contest AND (CAST(:place AS int) IS NULL OR place_id = :place)
               AND (CAST(:id AS uuid) IS NULL OR id = CAST(:id AS uuid))
             ORDER BY position DESC LIMIT :limit) m
      JOIN LATERAL (SELECT name, role FROM person
                     WHERE contest_id = m.contest_id AND person_id = m.person_id OFFSET 0) p ON true
      LEFT JOIN LATERAL (SELECT x.received_at, x.person_id FROM mark x
                          WHERE x.contest_id = m.contest_id AND x.withdraws = m.id AND x.kind = 'withdraw'
                          ORDER BY x.position LIMIT 1) w ON true
      LEFT JOIN LATERAL (SELECT name FROM person
                          WHERE contest_id = m.contest_id AND person_id = w.person_id OFFSET 0) wp ON true
      LEFT JOIN LATERAL (SELECT elector_id FROM elector
                          WHERE contest_id = m.contest_id AND district = m.district AND number = m.number
                            AND suffix = m.suffix AND registered OFFSET 0) e ON true
     ORDER BY m.position DESC
""")


def unmatched(
    connection: Connection, contest_id: int, committee_room_id: int | None, *, limit: int = 200
) -> list[dict[str, Any]]:
    """Standing marks that no registered elector has, newest first, with the place they came from."""
    with each_part_once(connection):
        rows = connection.execute(
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
                                   AND e.district = s.district AND e.number = s.number AND e.suffix = s.suffix
                                   OFFSET 0)
                 ORDER BY s.received_at DESC, s.id LIMIT :limit
            """),
            {"contest": contest_id, "room": committee_room_id, "limit": limit},
        )
    return _dicts(rows)


def doubtful(
    connection: Connection, contest_id: int, committee_room_id: int | None, *, limit: int = 200
) -> list[dict[str, Any]]:
    """Doubtful marks that stand, newest first; those whose elector is marked by a good one as well come last."""
    with each_part_once(connection):
        rows = connection.execute(
            text("""
                SELECT s.id::text AS id, s.district, s.number, s.suffix, s.received_at, s.place_id, p.name AS place,
                       m.typed, m.doubt, who.name AS called_by, e.elector_id IS NOT NULL AS registered,
                       EXISTS (SELECT FROM standing_mark g WHERE g.contest_id = s.contest_id
                                AND g.district = s.district AND g.number = s.number AND g.suffix = s.suffix) AS marked
                  FROM doubtful_mark s
                  JOIN mark m ON m.contest_id = s.contest_id AND m.id = s.id
                  JOIN polling_place p ON p.contest_id = s.contest_id AND p.place_id = s.place_id
                  JOIN person who ON who.contest_id = s.contest_id AND who.person_id = m.person_id
                  LEFT JOIN elector e ON e.contest_id = s.contest_id AND e.district = s.district
                                     AND e.number = s.number AND e.suffix = s.suffix AND e.registered
                 WHERE s.contest_id = :contest
                   AND (CAST(:room AS int) IS NULL OR p.committee_room_id = :room)
                 ORDER BY marked, s.received_at DESC, s.id LIMIT :limit
            """),
            {"contest": contest_id, "room": committee_room_id, "limit": limit},
        )
    return _dicts(rows)


def given_again(
    connection: Connection, contest_id: int, committee_room_id: int | None, *, limit: int = 200
) -> list[dict[str, Any]]:
    """Standing marks of tellers who had given the same number before, newest first, with when they did."""
    return _dicts(
        connection.execute(
            text("""
                SELECT m.id::text AS id, m.district, m.number, m.suffix, m.received_at, m.place_id, p.name AS place,
                       m.typed, who.name AS called_by, m.first_at
                  FROM (SELECT district, number, suffix FROM standing_mark WHERE contest_id = :contest
                         GROUP BY district, number, suffix HAVING count(*) > 1) several,
                       LATERAL (
                       SELECT m.*, min(m.position) OVER by_person AS first,
                              min(m.received_at) OVER by_person AS first_at
                         FROM standing_mark s JOIN mark m ON m.contest_id = s.contest_id AND m.id = s.id
                        WHERE s.contest_id = :contest AND s.district = several.district
                          AND s.number = several.number AND s.suffix = several.suffix
                       WINDOW by_person AS (PARTITION BY m.person_id) OFFSET 0) m
                  JOIN person who ON who.contest_id = m.contest_id AND who.person_id = m.person_id
                                 AND who.role = 'teller'
                  JOIN polling_place p ON p.contest_id = m.contest_id AND p.place_id = m.place_id
                 WHERE m.position > m.first AND (CAST(:room AS int) IS NULL OR p.committee_room_id = :room)
                 ORDER BY m.received_at DESC, m.position DESC LIMIT :limit
            """),
            {"contest": contest_id, "room": committee_room_id, "limit": limit},
        )
    )


def _dicts(rows: Any) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in rows]
