"""What people at doors care about."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, text


def add(
    connection: Connection, contest_id: int, concern_id: str, theme: str, words: str, room: int | None, day: date
) -> None:
    """Sent twice it is kept once."""
    connection.execute(
        text("""INSERT INTO concern (contest_id, concern_id, theme, words, committee_room_id, heard_on)
                VALUES (:contest, :id, :theme, :words, :room, :day) ON CONFLICT DO NOTHING"""),
        {"contest": contest_id, "id": concern_id, "theme": theme, "words": words, "room": room, "day": day},
    )


def by_theme(connection: Connection, contest_id: int, room: int | None, most: int) -> list[dict[str, Any]]:
    """``theme``, ``many`` and the newest ``words``; of a room, or of the whole contest. The most named first."""
    rows = connection.execute(
        text("""
            SELECT theme, count(*) AS many,
                   (array_agg(words ORDER BY heard_on DESC) FILTER (WHERE words <> ''))[1:CAST(:most AS int)] AS words
              FROM concern
             WHERE contest_id = :contest AND (CAST(:room AS int) IS NULL OR committee_room_id = :room)
             GROUP BY theme ORDER BY many DESC, theme"""),
        {"contest": contest_id, "room": room, "most": most},
    )
    return [dict(row._mapping) for row in rows]


def names_of(connection: Connection, contest_id: int, words: list[str]) -> list[str]:
    """Which of these words are surnames on the register."""
    rows = connection.execute(
        text("""SELECT DISTINCT lower(surname) FROM elector
                 WHERE contest_id = :contest AND lower(surname) = ANY(:words)"""),
        {"contest": contest_id, "words": words},
    )
    return list(rows.scalars())
