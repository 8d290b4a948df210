"""The second step of those who sign in: who has one, which devices wait for it, and which codes were used."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text


def state(connection: Connection, contest_id: int, person_id: int) -> Any:
    """``second_step_at`` (None: off), ``second_step_serial``, ``second_step_used`` of a person, who is locked."""
    return connection.execute(
        text("""SELECT second_step_at, second_step_serial, second_step_used FROM person
                 WHERE contest_id = :contest AND person_id = :person FOR NO KEY UPDATE"""),
        {"contest": contest_id, "person": person_id},
    ).one()


def switch(connection: Connection, contest_id: int, person_id: int, at: datetime | None, used: int) -> None:
    """On since then, or (``at`` None) off: what made the codes until now makes none any more."""
    lost = 0 if at else 1
    connection.execute(
        text("""UPDATE person SET second_step_at = :at, second_step_used = :used,
                       second_step_serial = second_step_serial + :lost
                 WHERE contest_id = :contest AND person_id = :person"""),
        {"contest": contest_id, "person": person_id, "at": at, "used": used, "lost": lost},
    )


def use(connection: Connection, contest_id: int, person_id: int, step: int) -> None:
    """Note the code of that moment as used: it opens nothing a second time."""
    connection.execute(
        text("UPDATE person SET second_step_used = :step WHERE contest_id = :contest AND person_id = :person"),
        {"contest": contest_id, "person": person_id, "step": step},
    )


def waiting_device(connection: Connection, contest_id: int, token_hash: bytes) -> Any:
    """``person_id``, ``name`` and ``wrong`` (tries so far) of a device that waits for its second step, or None."""
    return connection.execute(
        text("""SELECT who.person_id, who.name, d.wrong FROM device d
                  JOIN person who ON who.contest_id = d.contest_id AND who.person_id = d.person_id
                 WHERE d.contest_id = :contest AND d.token_hash = :hash AND d.waiting AND who.revoked_at IS NULL"""),
        {"contest": contest_id, "hash": token_hash},
    ).one_or_none()


def let_device_in(connection: Connection, contest_id: int, token_hash: bytes) -> None:
    connection.execute(
        text("UPDATE device SET waiting = false WHERE contest_id = :contest AND token_hash = :hash"),
        {"contest": contest_id, "hash": token_hash},
    )


def was_wrong(connection: Connection, contest_id: int, token_hash: bytes, most: int) -> bool:
    """Count a wrong code. True when there were too many, and the device is forgotten."""
    bind = {"contest": contest_id, "hash": token_hash, "most": most}
    connection.execute(
        text("UPDATE device SET wrong = wrong + 1 WHERE contest_id = :contest AND token_hash = :hash"), bind
    )
    gone = connection.execute(
        text("DELETE FROM device WHERE contest_id = :contest AND token_hash = :hash AND waiting AND wrong >= :most"),
        bind,
    )
    return gone.rowcount == 1
