"""What people are to be told, and what became of it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text


def add(
    connection: Connection, contest_id: int, sign_up_ids: Collection[str], kind: str, now: datetime, time: int | None
) -> None:
    """One for each of them; with ``time``, which time of its kind it is, none for whom there was that one before,
    unless it was dropped unsent. Who has no e-mail is told by hand.

    Of several shifts offered one after the other, or several changes, one message tells as long as it is not sent.
    """
    told_already = _waiting(connection, contest_id, sign_up_ids, kind) if kind in ("offer", "changed") else set()
    connection.execute(
        text("""
            INSERT INTO message (contest_id, sign_up_id, kind, time, due_at, state)
            SELECT s.contest_id, s.sign_up_id, :kind,
                   coalesce(CAST(:time AS int), (SELECT count(*) FROM message m WHERE m.contest_id = s.contest_id
                                                    AND m.sign_up_id = s.sign_up_id AND m.kind = :kind)),
                   :now, CASE WHEN s.contact LIKE '%@%' THEN 'due' ELSE 'by_hand' END
              FROM sign_up s WHERE s.contest_id = :contest AND s.sign_up_id = ANY(CAST(:ids AS uuid[]))
            ON CONFLICT (contest_id, sign_up_id, kind, time) DO UPDATE
               SET state = excluded.state, due_at = excluded.due_at WHERE message.state = 'dropped'"""),
        {"contest": contest_id, "ids": [*{*sign_up_ids} - told_already], "kind": kind, "now": now, "time": time},
    )


def _waiting(connection: Connection, contest_id: int, sign_up_ids: Collection[str], kind: str) -> set[str]:
    """For whom such a message waits, whole, and will say how it is when it is sent.

    One that is just being taken is waited for: it was read before what is to be told now.
    """
    rows = connection.execute(
        text("""
            UPDATE message SET due_at = due_at
             WHERE contest_id = :contest AND sign_up_id = ANY(CAST(:ids AS uuid[])) AND kind = :kind
               AND state = 'due' AND told_rooms = '{}' RETURNING sign_up_id"""),
        {"contest": contest_id, "ids": list(sign_up_ids), "kind": kind},
    )
    return {str(row.sign_up_id) for row in rows}


def reminded(connection: Connection, contest_id: int, event_id: int, since: datetime) -> list[str]:
    """Who comes, may be reminded, and was not yet since then; not those who signed up after it and know well."""
    rows = connection.execute(
        text("""
            SELECT s.sign_up_id FROM sign_up s
             WHERE s.contest_id = :contest AND s.event_id = :event AND s.state = 'coming' AND s.channels <> '{}'
               AND s.created_at < :since
               AND NOT EXISTS (SELECT FROM message m WHERE m.contest_id = s.contest_id
                                  AND m.sign_up_id = s.sign_up_id AND m.kind = 'reminder'
                                  AND m.due_at >= :since AND m.state <> 'dropped')"""),
        {"contest": contest_id, "event": event_id, "since": since},
    )
    return [str(row.sign_up_id) for row in rows]


def take(connection: Connection, contest_id: int, now: datetime) -> dict[str, Any] | None:
    """The next one that is due, from now on this caller's to send; None when there is none."""
    row = connection.execute(
        text("""
            UPDATE message SET state = 'sending', tries = tries + 1
             WHERE contest_id = :contest AND message_id = (
                   SELECT message_id FROM message
                    WHERE contest_id = :contest AND state = 'due' AND due_at <= :now
                    ORDER BY due_at, message_id LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING *"""),
        {"contest": contest_id, "now": now},
    ).one_or_none()
    return dict(row._mapping) if row else None


def put_off(connection: Connection, contest_id: int, now: datetime, until: datetime, tries: int, trouble: str) -> None:
    """The server was not reached: all that is due waits; what has waited often enough is given up."""
    connection.execute(
        text("""
            UPDATE message SET tries = tries + 1, due_at = :until, trouble = :trouble,
                   state = CASE WHEN tries + 1 >= :tries THEN 'failed' ELSE 'due' END
             WHERE contest_id = :contest AND state = 'due' AND due_at <= :now"""),
        {"contest": contest_id, "now": now, "until": until, "tries": tries, "trouble": trouble},
    )


def settle(connection: Connection, contest_id: int, message_id: int, state: str, **more: Any) -> None:
    """Write down what became of it: ``sent_at``, ``due_at`` or ``trouble`` may come along."""
    words = "".join(f", {name} = :{name}" for name in more)
    connection.execute(
        text(f"UPDATE message SET state = :state{words} WHERE contest_id = :contest AND message_id = :id"),
        {"contest": contest_id, "id": message_id, "state": state, **more},
    )


def unsent(connection: Connection, contest_id: int, event_id: int, states: Collection[str]) -> list[dict[str, Any]]:
    """The messages of an event in these states, with whom they are for; ``standing`` is the state of the sign-up."""
    rows = connection.execute(
        text("""
            SELECT m.*, s.name, s.contact, s.channels, s.state AS standing FROM message m
              JOIN sign_up s ON s.contest_id = m.contest_id AND s.sign_up_id = m.sign_up_id
             WHERE m.contest_id = :contest AND s.event_id = :event AND m.state = ANY(:states)
             ORDER BY m.message_id"""),
        {"contest": contest_id, "event": event_id, "states": list(states)},
    )
    return [dict(row._mapping) for row in rows]


def find(connection: Connection, contest_id: int, event_id: int, message_id: int) -> dict[str, Any] | None:
    """A message of this event, with nobody else at it before this transaction ends."""
    row = connection.execute(
        text("""
            SELECT m.* FROM message m
              JOIN sign_up s ON s.contest_id = m.contest_id AND s.sign_up_id = m.sign_up_id
             WHERE m.contest_id = :contest AND m.message_id = :id AND s.event_id = :event FOR UPDATE OF m"""),
        {"contest": contest_id, "id": message_id, "event": event_id},
    ).one_or_none()
    return dict(row._mapping) if row else None


def told(connection: Connection, contest_id: int, one: dict[str, Any], now: datetime) -> None:
    """A person has told them, and with it whatever they were to be told before."""
    connection.execute(
        text("""
            UPDATE message SET state = 'sent', sent_at = coalesce(sent_at, :now)
             WHERE contest_id = :contest AND message_id <= :id AND sign_up_id = :sign_up"""),
        {"contest": contest_id, "id": one["message_id"], "sign_up": one["sign_up_id"], "now": now},
    )


def told_in(connection: Connection, contest_id: int, one: dict[str, Any], room: int) -> None:
    """As `told`, of what concerns one committee room: others tell the rest."""
    connection.execute(
        text("""
            UPDATE message SET told_rooms = array_append(told_rooms, :room)
             WHERE contest_id = :contest AND message_id <= :id AND sign_up_id = :sign_up
               AND NOT :room = ANY(told_rooms)"""),
        {"contest": contest_id, "id": one["message_id"], "sign_up": one["sign_up_id"], "room": room},
    )
