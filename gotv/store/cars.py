"""Cars that give lifts."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text


def of_room(connection: Connection, contest_id: int, room: int | None) -> list[dict[str, Any]]:
    """The cars of a committee room, or of the contest, those that drive first."""
    rows = connection.execute(
        text("""
            SELECT c.*, r.name AS committee_room FROM car c
              JOIN committee_room r ON r.contest_id = c.contest_id AND r.committee_room_id = c.committee_room_id
             WHERE c.contest_id = :contest AND (CAST(:room AS int) IS NULL OR c.committee_room_id = :room)
             ORDER BY c.off_at IS NOT NULL, c.driver, c.car_id
        """),
        {"contest": contest_id, "room": room},
    )
    return [dict(row._mapping) for row in rows]


def lock(connection: Connection, contest_id: int, car_id: int) -> dict[str, Any] | None:
    """A car whose seats nobody else gives away before this transaction ends."""
    found = connection.execute(
        text("SELECT * FROM car WHERE contest_id = :contest AND car_id = :car FOR NO KEY UPDATE"),
        {"contest": contest_id, "car": car_id},
    ).one_or_none()
    return dict(found._mapping) if found else None


def add(connection: Connection, contest_id: int, room: int, driver: str, phone: str, seats: int) -> int:
    return int(
        connection.execute(
            text("""INSERT INTO car (contest_id, committee_room_id, driver, phone, seats)
                    VALUES (:contest, :room, :driver, :phone, :seats) RETURNING car_id"""),
            {"contest": contest_id, "room": room, "driver": driver, "phone": phone, "seats": seats},
        ).scalar_one()
    )


def set_off(connection: Connection, contest_id: int, car_id: int, off_at: datetime | None) -> None:
    connection.execute(
        text("UPDATE car SET off_at = :off WHERE contest_id = :contest AND car_id = :car"),
        {"contest": contest_id, "car": car_id, "off": off_at},
    )


def change(connection: Connection, contest_id: int, car_id: int, *, driver: str, phone: str, seats: int) -> None:
    connection.execute(
        text("""UPDATE car SET driver = :driver, phone = :phone, seats = :seats
                 WHERE contest_id = :contest AND car_id = :car"""),
        {"contest": contest_id, "car": car_id, "driver": driver, "phone": phone, "seats": seats},
    )


def remove_unused(connection: Connection, contest_id: int, car_id: int) -> None:
    """Take a car away whose driver does not come; one that has given a lift only goes home."""
    bind = {"contest": contest_id, "car": car_id}
    used = "EXISTS (SELECT FROM lift l WHERE l.contest_id = c.contest_id AND l.car_id = c.car_id)"
    connection.execute(
        text(f"""UPDATE car c SET off_at = coalesce(off_at, now())
                  WHERE contest_id = :contest AND car_id = :car AND {used}"""),
        bind,
    )
    connection.execute(
        text(f"DELETE FROM car c WHERE contest_id = :contest AND car_id = :car AND NOT {used}"),
        bind,
    )
