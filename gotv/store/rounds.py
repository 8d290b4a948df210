"""The rounds of knocking that a committee room opens."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text


def opened(connection: Connection, contest_id: int) -> dict[int, dict[str, Any]]:
    """The round that is open in each committee room; none means the first, which nobody needs to open."""
    rows = connection.execute(
        text("""SELECT DISTINCT ON (committee_room_id) * FROM knocking_round WHERE contest_id = :contest
                 ORDER BY committee_room_id, number DESC"""),
        {"contest": contest_id},
    )
    return {row.committee_room_id: dict(row._mapping) for row in rows}


def open_one(connection: Connection, contest_id: int, room: int, number: int, by: str, now: datetime) -> bool:
    """False when somebody has opened it already."""
    return (
        connection.execute(
            text("""INSERT INTO knocking_round (contest_id, committee_room_id, number, opened_at, opened_by)
                    VALUES (:contest, :room, :number, :now, :by) ON CONFLICT DO NOTHING"""),
            {"contest": contest_id, "room": room, "number": number, "now": now, "by": by},
        ).rowcount
        == 1
    )
