"""Events, who comes to them, and who waits for a place."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from gotv.store import tables

# Of an event: how many come, wait, and have been there.
_COUNTED = """
    SELECT e.*, count(s.sign_up_id) FILTER (WHERE s.state = 'coming') AS coming,
           count(s.sign_up_id) FILTER (WHERE s.state = 'waiting') AS waiting,
           count(s.attended_at) AS attended,
           coalesce(sum(s.seats_in_car) FILTER (WHERE s.state = 'coming'), 0) AS seats
      FROM event e LEFT JOIN sign_up s ON s.contest_id = e.contest_id AND s.event_id = e.event_id
     WHERE e.contest_id = :contest"""


def add(connection: Connection, contest_id: int, columns: dict[str, Any]) -> int:
    table = tables.event
    made = connection.execute(table.insert().values(contest_id=contest_id, **columns).returning(table.c.event_id))
    return int(made.scalar_one())


def change(connection: Connection, contest_id: int, event_id: int, columns: dict[str, Any]) -> None:
    table = tables.event
    where = (table.c.contest_id == contest_id, table.c.event_id == event_id)
    connection.execute(table.update().where(*where).values(version=table.c.version + 1, **columns))


def every(connection: Connection, contest_id: int, since: datetime) -> list[dict[str, Any]]:
    """The events that end after a moment, the next one first."""
    rows = connection.execute(
        text(f"{_COUNTED} AND e.ends_at > :since GROUP BY e.contest_id, e.event_id ORDER BY e.starts_at, e.event_id"),
        {"contest": contest_id, "since": since},
    )
    return [dict(row._mapping) for row in rows]


def find(connection: Connection, contest_id: int, event_id: int) -> dict[str, Any] | None:
    row = connection.execute(
        text(f"{_COUNTED} AND e.event_id = :event GROUP BY e.contest_id, e.event_id"),
        {"contest": contest_id, "event": event_id},
    ).one_or_none()
    return dict(row._mapping) if row else None


def lock(connection: Connection, contest_id: int, event_id: int) -> dict[str, Any] | None:
    """The event, nobody else's to give places of until the transaction ends; None if there is none."""
    row = connection.execute(
        text("SELECT * FROM event WHERE contest_id = :contest AND event_id = :event FOR UPDATE"),
        {"contest": contest_id, "event": event_id},
    ).one_or_none()
    return dict(row._mapping) if row else None


def coming(connection: Connection, contest_id: int, event_id: int) -> int:
    found: int = connection.execute(
        text("""SELECT count(*) FROM sign_up
                 WHERE contest_id = :contest AND event_id = :event AND state = 'coming'"""),
        {"contest": contest_id, "event": event_id},
    ).scalar_one()
    return found


def add_sign_up(connection: Connection, contest_id: int, columns: dict[str, Any]) -> None:
    connection.execute(tables.sign_up.insert().values(contest_id=contest_id, **columns))


def change_sign_up(connection: Connection, contest_id: int, sign_up_id: str, **columns: Any) -> None:
    table = tables.sign_up
    where = (table.c.contest_id == contest_id, table.c.sign_up_id == sign_up_id)
    connection.execute(table.update().where(*where).values(**columns))


def to_the_end(connection: Connection, contest_id: int, sign_up_id: str) -> None:
    """Who comes back takes the last turn."""
    connection.execute(
        text("""UPDATE sign_up SET turn = nextval(pg_get_serial_sequence('sign_up', 'turn'))
                 WHERE contest_id = :contest AND sign_up_id = :id"""),
        {"contest": contest_id, "id": sign_up_id},
    )


def find_sign_up(connection: Connection, contest_id: int, sign_up_id: str) -> dict[str, Any] | None:
    row = connection.execute(
        text("SELECT * FROM sign_up WHERE contest_id = :contest AND sign_up_id = :id"),
        {"contest": contest_id, "id": sign_up_id},
    ).one_or_none()
    return dict(row._mapping) if row else None


def sign_ups(connection: Connection, contest_id: int, event_id: int) -> list[dict[str, Any]]:
    """Who comes, then who waits in the order of their turn, then who does not come after all.

    ``twice``: how many of those who have not cancelled gave the same contact.
    """
    rows = connection.execute(
        text("""SELECT *, count(*) FILTER (WHERE state <> 'cancelled') OVER (PARTITION BY contact) AS twice
                  FROM sign_up WHERE contest_id = :contest AND event_id = :event
                 ORDER BY array_position(ARRAY['coming', 'waiting', 'cancelled'], state), turn"""),
        {"contest": contest_id, "event": event_id},
    )
    return [dict(row._mapping) for row in rows]


def ahead(connection: Connection, contest_id: int, event_id: int, turn: int) -> int:
    """How many wait before this turn."""
    found: int = connection.execute(
        text("""SELECT count(*) FROM sign_up
                 WHERE contest_id = :contest AND event_id = :event AND state = 'waiting' AND turn < :turn"""),
        {"contest": contest_id, "event": event_id, "turn": turn},
    ).scalar_one()
    return found


def give_places(connection: Connection, contest_id: int, event_id: int, many: int) -> list[str]:
    """Give places to those who have waited longest. Returns whom."""
    rows = connection.execute(
        text("""
            UPDATE sign_up SET state = 'coming'
             WHERE contest_id = :contest AND sign_up_id IN (
                   SELECT sign_up_id FROM sign_up
                    WHERE contest_id = :contest AND event_id = :event AND state = 'waiting'
                    ORDER BY turn LIMIT :many)
            RETURNING sign_up_id"""),
        {"contest": contest_id, "event": event_id, "many": max(0, many)},
    )
    return [str(row.sign_up_id) for row in rows]
