"""The second step of those who sign in: who has one, which devices wait for it, and which codes were used."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text


def state(connection: Connection, contest_id: int, person_id: int) -> Any:
    """What a person's row says of their second step (``second_step_...``), and the row is locked."""
    return connection.execute(
        text("""SELECT second_step_at, second_step_nonce, second_step_used, second_step_wrong, second_step_waits
                  FROM person WHERE contest_id = :contest AND person_id = :person FOR NO KEY UPDATE"""),
        {"contest": contest_id, "person": person_id},
    ).one()


def switch(
    connection: Connection, contest_id: int, person_id: int, at: datetime | None, nonce: str = "", used: int = 0
) -> None:
    """On since then, with a secret made of that nonce; or (``at`` None) off: what made codes makes none any more."""
    connection.execute(
        text("""UPDATE person SET second_step_at = :at, second_step_nonce = :nonce, second_step_used = :used,
                       second_step_wrong = 0, second_step_waits = NULL
                 WHERE contest_id = :contest AND person_id = :person"""),
        {"contest": contest_id, "person": person_id, "at": at, "nonce": nonce, "used": used},
    )


def use(connection: Connection, contest_id: int, person_id: int, step: int) -> None:
    """Note the code of that half minute as used: it opens nothing a second time."""
    connection.execute(
        text("""UPDATE person SET second_step_used = :step, second_step_wrong = 0, second_step_waits = NULL
                 WHERE contest_id = :contest AND person_id = :person"""),
        {"contest": contest_id, "person": person_id, "step": step},
    )


def was_wrong(connection: Connection, contest_id: int, person_id: int, wrong: int, waits: datetime | None) -> None:
    """So many wrong codes since the last right one, and until when no more are looked at."""
    connection.execute(
        text("""UPDATE person SET second_step_wrong = :wrong, second_step_waits = :waits
                 WHERE contest_id = :contest AND person_id = :person"""),
        {"contest": contest_id, "person": person_id, "wrong": wrong, "waits": waits},
    )


def waiting_device(connection: Connection, contest_id: int, token_hash: bytes) -> Any:
    """``person_id`` and ``name`` of a device that waits for its second step, or None."""
    return connection.execute(
        text("""SELECT who.person_id, who.name FROM device d
                  JOIN person who ON who.contest_id = d.contest_id AND who.person_id = d.person_id
                 WHERE d.contest_id = :contest AND d.token_hash = :hash AND d.waiting AND who.revoked_at IS NULL"""),
        {"contest": contest_id, "hash": token_hash},
    ).one_or_none()


def let_device_in(connection: Connection, contest_id: int, person_id: int, token_hash: bytes) -> None:
    bind = {"contest": contest_id, "person": person_id, "hash": token_hash}
    connection.execute(
        text("UPDATE device SET waiting = false WHERE contest_id = :contest AND token_hash = :hash"), bind
    )
    connection.execute(
        text("""UPDATE person SET opened_at = coalesce(opened_at, now())
                 WHERE contest_id = :contest AND person_id = :person"""),
        bind,
    )


def sign_out(connection: Connection, contest_id: int, person_id: int, but: bytes = b"", *, waiting: bool) -> None:
    """Forget the person's devices that wait for a second step; or (``waiting`` False) all of them but one."""
    connection.execute(
        text("""DELETE FROM device WHERE contest_id = :contest AND person_id = :person AND token_hash <> :but
                   AND (waiting OR NOT :waiting)"""),
        {"contest": contest_id, "person": person_id, "but": but, "waiting": waiting},
    )
