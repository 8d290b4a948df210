"""Counting what a contest has, and what does not fit together."""

from typing import Any

from sqlalchemy import Connection, text


def how_many(connection: Connection, contest_id: int) -> dict[str, Any]:
    row = connection.execute(
        text("""
            SELECT (SELECT count(*) FROM polling_station WHERE contest_id = :contest) AS stations,
                   (SELECT count(*) FROM elector WHERE contest_id = :contest AND registered) AS electors,
                   (SELECT count(*) FROM elector WHERE contest_id = :contest AND registered AND absent <> '') AS absent,
                   (SELECT count(*) FROM elector WHERE contest_id = :contest AND registered AND pledged) AS pledges,
                   (SELECT count(*) FROM person WHERE contest_id = :contest AND role = 'teller'
                       AND revoked_at IS NULL) AS tellers
        """),
        {"contest": contest_id},
    ).one()
    return dict(row._mapping)


def districts_without_place(connection: Connection, contest_id: int) -> list[str]:
    return list(
        connection.execute(
            text("""SELECT district FROM polling_district WHERE contest_id = :contest AND place_id IS NULL
                     ORDER BY district"""),
            {"contest": contest_id},
        ).scalars()
    )


def districts_without_electors(connection: Connection, contest_id: int) -> list[str]:
    """Only once there is a register: before, every district is without."""
    return list(
        connection.execute(
            text("""
                SELECT district FROM polling_district d WHERE contest_id = :contest
                   AND EXISTS (SELECT FROM elector WHERE contest_id = :contest AND registered)
                   AND NOT EXISTS (SELECT FROM elector e WHERE e.contest_id = :contest AND e.registered
                                   AND e.district = d.district)
                 ORDER BY district
            """),
            {"contest": contest_id},
        ).scalars()
    )
