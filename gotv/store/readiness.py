"""What the GO / NO-GO sheet asks of the database."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from gotv.store.tables import rehearsal_result


def tellers(connection: Connection, contest_id: int) -> list[dict[str, Any]]:
    """Every teller whose link works, with place, and whether its holder has tried it or is in."""
    rows = connection.execute(
        text("""
            SELECT who.name, p.name AS place,
                   who.armed_at IS NOT NULL OR EXISTS (SELECT FROM device d WHERE d.contest_id = who.contest_id
                                                          AND d.person_id = who.person_id) AS armed
              FROM person who
              JOIN polling_place p ON p.contest_id = who.contest_id AND p.place_id = who.place_id
             WHERE who.contest_id = :contest AND who.role = 'teller' AND who.revoked_at IS NULL
             ORDER BY p.name, who.name
        """),
        {"contest": contest_id},
    )
    return [dict(row._mapping) for row in rows]


def places_without_teller(connection: Connection, contest_id: int) -> list[str]:
    """Polling places where people vote and nobody is to tell."""
    rows = connection.execute(
        text("""
            SELECT p.name FROM polling_place p
             WHERE p.contest_id = :contest
               AND EXISTS (SELECT FROM polling_district d WHERE d.contest_id = p.contest_id
                              AND d.place_id = p.place_id)
               AND NOT EXISTS (SELECT FROM person who WHERE who.contest_id = p.contest_id AND who.role = 'teller'
                                  AND who.place_id = p.place_id AND who.revoked_at IS NULL)
             ORDER BY p.name
        """),
        {"contest": contest_id},
    )
    return list(rows.scalars())


def clock(connection: Connection) -> datetime:
    found: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return found


def newest_rehearsal(connection: Connection) -> dict[str, Any] | None:
    """How the last rehearsal in this house went, whatever became of it since."""
    row = connection.execute(
        text("SELECT finished_at, figures FROM rehearsal_result ORDER BY finished_at DESC LIMIT 1")
    ).one_or_none()
    return dict(row._mapping) if row else None


def keep_rehearsal(connection: Connection, contest_id: int, now: datetime, figures: dict[str, Any]) -> None:
    connection.execute(rehearsal_result.insert().values(contest_id=contest_id, finished_at=now, figures=figures))
