"""Slips keyed a second time, blind."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql import insert

from gotv.store.tables import slip_check


def sample(connection: Connection, contest_id: int, committee_room_id: int | None, person_id: int) -> str | None:
    """Any closed slip that nobody has checked; one that this person closed only when there is no other."""
    row = connection.execute(
        text("""
            SELECT s.slip_id::text FROM slip s
              JOIN polling_place p ON p.contest_id = s.contest_id AND p.place_id = s.place_id
             WHERE s.contest_id = :contest AND s.state = 'closed'
               AND (CAST(:room AS int) IS NULL OR p.committee_room_id = :room)
               AND NOT EXISTS (SELECT FROM slip_check c WHERE c.contest_id = s.contest_id AND c.slip_id = s.slip_id)
             ORDER BY s.closed_by = :person, random() LIMIT 1
        """),
        {"contest": contest_id, "room": committee_room_id, "person": person_id},
    )
    return row.scalar_one_or_none()


def keep(
    connection: Connection,
    contest_id: int,
    slip_id: str,
    person_id: int,
    *,
    checked_at: datetime,
    compared: int,
    differences: list[dict[str, Any]],
) -> None:
    """A person's first check of a slip stands: the second was made knowing what differed."""
    found = {"checked_at": checked_at, "compared": compared, "differences": differences}
    row = insert(slip_check).values(contest_id=contest_id, slip_id=slip_id, checked_by=person_id, **found)
    connection.execute(row.on_conflict_do_nothing())


def rate(connection: Connection, contest_id: int, committee_room_id: int | None) -> dict[str, int]:
    """How many slips were checked, how many boxes compared, and how many of them differed."""
    row = connection.execute(
        text("""
            SELECT count(*) AS slips, coalesce(sum(c.compared), 0) AS compared,
                   coalesce(sum(jsonb_array_length(c.differences)), 0) AS differing
              FROM slip_check c
              JOIN slip s ON s.contest_id = c.contest_id AND s.slip_id = c.slip_id
              JOIN polling_place p ON p.contest_id = s.contest_id AND p.place_id = s.place_id
             WHERE c.contest_id = :contest AND s.state <> 'void'
               AND (CAST(:room AS int) IS NULL OR p.committee_room_id = :room)
        """),
        {"contest": contest_id, "room": committee_room_id},
    ).one()
    return {"slips": int(row.slips), "compared": int(row.compared), "differing": int(row.differing)}
