"""Which contests have work that waits: one question for the whole house, however many contests it holds.

The timekeeper asks every few seconds; contest by contest, a country's house would answer thousands of questions for
nothing. What then waits is asked of each contest that was named.
"""

from datetime import datetime

from sqlalchemy import Connection, text


def files(connection: Connection) -> list[int]:
    return _contests(connection, "upload WHERE state IN ('received', 'checking', 'confirmed', 'applying')")


def photos(connection: Connection) -> list[int]:
    return _contests(connection, "slip_photo WHERE sent IS NOT NULL")


def bundles(connection: Connection) -> list[int]:
    return _contests(connection, "bundle WHERE state IN ('asked', 'drawing')")


def messages(connection: Connection, now: datetime) -> list[int]:
    return _contests(connection, "message WHERE state = 'due' AND due_at <= :now", now=now)


def suggestions(connection: Connection) -> list[int]:
    return _contests(connection, "suggestion WHERE made_at IS NULL")


def events(connection: Connection, since: datetime) -> list[int]:
    """Those with events that end after a moment."""
    return _contests(connection, "event WHERE ends_at > :since", since=since)


def _contests(connection: Connection, where: str, **bind: datetime) -> list[int]:
    rows = connection.execute(text(f"SELECT DISTINCT contest_id FROM {where} ORDER BY contest_id"), bind)
    return list(rows.scalars())
