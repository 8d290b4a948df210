"""The audit trail: added to, one entry after the other, and never changed: the application's role may not."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, text

from gotv.domain.audit import Entry

_COLUMNS = "seq, at, person_id, method, door, about, status"


def add(connection: Connection, contest_id: int, make: Callable[[int, str], tuple[Entry, str]]) -> None:
    """Add the entry that ``make`` gives for its number and the seal before it. Writers of a contest take turns."""
    bind = {"contest": contest_id}
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('audit'), :contest)"), bind)
    last = connection.execute(
        text("SELECT seq, seal FROM audit WHERE contest_id = :contest ORDER BY seq DESC LIMIT 1"), bind
    ).one_or_none()
    entry, seal = make(last.seq + 1, last.seal) if last else make(1, "")
    values = {name: getattr(entry, name) for name in Entry.__slots__}
    connection.execute(
        text(f"""INSERT INTO audit (contest_id, {_COLUMNS}, seal)
                 VALUES (:contest, :seq, :at, :person_id, :method, :door, :about, :status, :seal)"""),
        {"contest": contest_id, **values, "seal": seal},
    )


def every(connection: Connection, contest_id: int) -> list[tuple[Entry, str]]:
    """The whole trail in its order, each entry with its seal."""
    rows = connection.execute(
        text(f"SELECT {_COLUMNS}, seal FROM audit WHERE contest_id = :contest ORDER BY seq"), {"contest": contest_id}
    )
    return [(Entry(*row[:-1]), row.seal) for row in rows]


def newest(connection: Connection, contest_id: int, person_id: int | None, many: int) -> list[dict[str, Any]]:
    """The newest entries, of one person or of all, with names and roles."""
    rows = connection.execute(
        text(f"""
            SELECT {", ".join(f"a.{name}" for name in _COLUMNS.split(", "))}, who.name, who.role FROM audit a
              LEFT JOIN person who ON who.contest_id = a.contest_id AND who.person_id = a.person_id
             WHERE a.contest_id = :contest AND (CAST(:person AS int) IS NULL OR a.person_id = :person)
             ORDER BY a.seq DESC LIMIT :many
        """),
        {"contest": contest_id, "person": person_id, "many": many},
    )
    return [dict(row._mapping) for row in rows]
