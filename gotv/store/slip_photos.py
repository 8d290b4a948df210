"""Photos of slips: as sent until a worker has drawn them anew, then only the new picture."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, text
from sqlalchemy.dialects.postgresql import insert

from gotv.store.tables import slip_photo


def receive(connection: Connection, contest_id: int, slip_id: str, sent: bytes) -> None:
    """A new photo takes the place of the one before."""
    fresh = {"sent": sent, "picture": None, "trouble": "", "sent_at": func.clock_timestamp()}
    row = insert(slip_photo).values(contest_id=contest_id, slip_id=slip_id, **fresh)
    connection.execute(row.on_conflict_do_update(index_elements=["contest_id", "slip_id"], set_=fresh))


def sent(connection: Connection, contest_id: int, slip_id: str) -> tuple[bytes, datetime] | None:
    """The photo as it was sent, and when; None when there is nothing to draw."""
    row = connection.execute(
        text("""SELECT sent, sent_at FROM slip_photo
                 WHERE contest_id = :contest AND slip_id = :slip AND sent IS NOT NULL"""),
        {"contest": contest_id, "slip": slip_id},
    ).one_or_none()
    return (bytes(row.sent), row.sent_at) if row else None


def keep(
    connection: Connection, contest_id: int, slip_id: str, sent_at: datetime, picture: bytes | None, trouble: str
) -> None:
    """What came of drawing the photo sent then; it goes. One that was sent since stays to be drawn."""
    connection.execute(
        text("""UPDATE slip_photo SET sent = NULL, picture = :picture, trouble = :trouble
                 WHERE contest_id = :contest AND slip_id = :slip AND sent_at = :sent_at"""),
        {"contest": contest_id, "slip": slip_id, "sent_at": sent_at, "picture": picture, "trouble": trouble},
    )


def picture(connection: Connection, contest_id: int, slip_id: str) -> bytes | None:
    found = connection.execute(
        text("SELECT picture FROM slip_photo WHERE contest_id = :contest AND slip_id = :slip"),
        {"contest": contest_id, "slip": slip_id},
    ).scalar_one_or_none()
    return bytes(found) if found is not None else None


def undrawn(connection: Connection, contest_id: int) -> list[Any]:
    """The slips whose photo no worker has drawn yet."""
    rows = connection.execute(
        text("SELECT slip_id::text FROM slip_photo WHERE contest_id = :contest AND sent IS NOT NULL"),
        {"contest": contest_id},
    )
    return list(rows.scalars())
