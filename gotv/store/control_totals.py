"""What phones say they have sent, beside what the ledger holds."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql import insert

from gotv.store.tables import control_total


def held_among(connection: Connection, contest_id: int, ids: Collection[str]) -> set[str]:
    """Those of the ids that are in the ledger."""
    rows = connection.execute(
        text("""SELECT u.id::text FROM unnest(CAST(:ids AS uuid[])) AS u(id),
                       LATERAL (SELECT FROM mark WHERE contest_id = :contest AND id = u.id OFFSET 0) m"""),
        {"contest": contest_id, "ids": list(ids)},
    )
    return set(rows.scalars())


def keep(connection: Connection, contest_id: int, person_id: int, stint: str, **counted: Any) -> None:
    """The newest count of a stint takes the place of the one before."""
    row = insert(control_total).values(contest_id=contest_id, person_id=person_id, stint=stint, **counted)
    connection.execute(row.on_conflict_do_update(index_elements=["contest_id", "person_id", "stint"], set_=counted))


def of_contest(
    connection: Connection, contest_id: int, committee_room_id: int | None, since: datetime
) -> list[dict[str, Any]]:
    """The counts of all stints since then with teller and place; those with a gap first, then the oldest count."""
    rows = connection.execute(
        text("""
            SELECT t.counted_at, t.sent, t.held, t.waiting, t.missing, w.name AS teller, p.place_id, p.name AS place
              FROM control_total t
              JOIN person w ON w.contest_id = t.contest_id AND w.person_id = t.person_id
              JOIN polling_place p ON p.contest_id = w.contest_id AND p.place_id = w.place_id
             WHERE t.contest_id = :contest AND t.counted_at >= :since
               AND (CAST(:room AS int) IS NULL OR p.committee_room_id = :room)
             ORDER BY t.sent = t.held, t.counted_at, w.name
        """),
        {"contest": contest_id, "room": committee_room_id, "since": since},
    )
    return [dict(row._mapping) for row in rows]
