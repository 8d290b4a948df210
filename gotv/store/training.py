"""Who is trained for what: by the built-in course, or by a training where they were ticked."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

# By who it is: the contact they signed up with, or '#' and the id of a person who was invited.
TRAINED = """
    SELECT r.who, array_agg(DISTINCT r.work ORDER BY r.work) AS works FROM (
           SELECT who, work FROM course_read WHERE contest_id = :contest
           UNION SELECT s.contact, unnest(e.trains_for) FROM sign_up s
             JOIN event e ON e.contest_id = s.contest_id AND e.event_id = s.event_id AND e.kind = 'training'
            WHERE s.contest_id = :contest AND s.attended_at IS NOT NULL) AS r
     GROUP BY r.who"""


def has_read(connection: Connection, contest_id: int, work: str, who: str, now: datetime) -> None:
    """Read twice is read once."""
    connection.execute(
        text("""INSERT INTO course_read (contest_id, work, who, read_at) VALUES (:contest, :work, :who, :now)
                ON CONFLICT DO NOTHING"""),
        {"contest": contest_id, "work": work, "who": who, "now": now},
    )


def moved(connection: Connection, contest_id: int, was: str, who: str) -> None:
    """What somebody has read goes with them to another contact; the old one has it as long as it is anybody's."""
    bind = {"contest": contest_id, "was": was, "who": who}
    connection.execute(
        text("""INSERT INTO course_read (contest_id, work, who, read_at)
                SELECT contest_id, work, :who, read_at FROM course_read
                 WHERE contest_id = :contest AND who = :was ON CONFLICT DO NOTHING"""),
        bind,
    )
    connection.execute(
        text("""DELETE FROM course_read WHERE contest_id = :contest AND who = :was
                   AND NOT EXISTS (SELECT FROM sign_up WHERE contest_id = :contest AND contact = :was)"""),
        bind,
    )


def trained_people(connection: Connection, contest_id: int) -> dict[int, set[str]]:
    """By person who was let in: what they are trained for, by themselves or as who pledged the day."""
    rows = connection.execute(
        text(f"""
            WITH trained AS ({TRAINED})
            SELECT p.person_id, t.works FROM person p JOIN trained t ON t.who = '#' || p.person_id
             WHERE p.contest_id = :contest
            UNION ALL
            SELECT u.person_id, t.works FROM duty u
              JOIN sign_up s ON s.contest_id = u.contest_id AND s.sign_up_id = u.sign_up_id
              JOIN trained t ON t.who = s.contact
             WHERE u.contest_id = :contest AND u.person_id IS NOT NULL"""),
        {"contest": contest_id},
    )
    found: dict[int, set[str]] = {}
    for row in rows:
        found.setdefault(row.person_id, set()).update(row.works)
    return found


def counted(connection: Connection, contest_id: int) -> dict[str, int]:
    """By work: how many are trained for it."""
    rows: Any = connection.execute(
        text(f"""SELECT work, count(*) AS many FROM ({TRAINED}) AS t, unnest(t.works) AS work GROUP BY work"""),
        {"contest": contest_id},
    )
    return {row.work: row.many for row in rows}
