"""The shifts of polling day, and who does which."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from gotv.store import tables

# A teller's shift belongs to the committee room that its place has now, whatever it had when the shift was made.
_SHIFTS = """
    SELECT f.shift_id, f.work, f.place_id, f.begins, f.ends, f.wanted, r.committee_room_id,
           r.name AS committee_room, p.name AS place, p.postcode, coalesce(p.name, r.name) AS at,
           count(u.*) FILTER (WHERE u.state = 'suggested') AS suggested,
           count(u.*) FILTER (WHERE u.state = 'offered') AS offered,
           count(u.*) FILTER (WHERE u.state = 'confirmed') AS confirmed
      FROM shift f
      LEFT JOIN polling_place p ON p.contest_id = f.contest_id AND p.place_id = f.place_id
      JOIN committee_room r ON r.contest_id = f.contest_id
                           AND r.committee_room_id = coalesce(p.committee_room_id, f.committee_room_id)
      LEFT JOIN duty u ON u.contest_id = f.contest_id AND u.shift_id = f.shift_id
     WHERE f.contest_id = :contest"""
_GROUPED = "GROUP BY f.contest_id, f.shift_id, r.committee_room_id, r.name, p.name, p.postcode"


def shifts(connection: Connection, contest_id: int) -> list[dict[str, Any]]:
    """Every shift with where it is (``at``) and how many are suggested, asked and sure, in the order of the rota."""
    rows = connection.execute(
        text(f"{_SHIFTS} {_GROUPED} ORDER BY f.work, r.name, p.name, f.begins, f.shift_id"), {"contest": contest_id}
    )
    return [dict(row._mapping) for row in rows]


def find_shift(connection: Connection, contest_id: int, shift_id: int) -> dict[str, Any] | None:
    row = connection.execute(
        text(f"{_SHIFTS} AND f.shift_id = :shift {_GROUPED}"), {"contest": contest_id, "shift": shift_id}
    ).one_or_none()
    return dict(row._mapping) if row else None


def hours_wanted(connection: Connection, contest_id: int) -> float:
    """Person-hours in all shifts."""
    found = connection.execute(
        text("""SELECT coalesce(sum(wanted * extract(epoch FROM ends - begins) / 3600), 0)
                  FROM shift WHERE contest_id = :contest"""),
        {"contest": contest_id},
    )
    return float(found.scalar_one())


def add_shifts(connection: Connection, contest_id: int, rows: Iterable[dict[str, Any]]) -> int:
    """Add those that are not there yet. Returns how many."""
    added = 0
    for row in rows:
        statement = text("""
            INSERT INTO shift (contest_id, work, committee_room_id, place_id, begins, ends, wanted)
            VALUES (:contest, :work, :committee_room_id, :place_id, :begins, :ends, :wanted) ON CONFLICT DO NOTHING""")
        added += connection.execute(statement, {"contest": contest_id, **row}).rowcount
    return added


def want(connection: Connection, contest_id: int, shift_id: int, wanted: int) -> None:
    connection.execute(
        text("UPDATE shift SET wanted = :wanted WHERE contest_id = :contest AND shift_id = :shift"),
        {"contest": contest_id, "shift": shift_id, "wanted": wanted},
    )


def drop_unused_shifts(connection: Connection, contest_id: int, room: int | None) -> int:
    """Take away the shifts that nobody has, is asked for or has declined. Returns how many."""
    return connection.execute(
        text("""
            DELETE FROM shift f WHERE f.contest_id = :contest
               AND (CAST(:room AS int) IS NULL OR :room = coalesce(
                    (SELECT p.committee_room_id FROM polling_place p
                      WHERE p.contest_id = f.contest_id AND p.place_id = f.place_id), f.committee_room_id))
               AND NOT EXISTS (SELECT FROM duty u WHERE u.contest_id = f.contest_id AND u.shift_id = f.shift_id)"""),
        {"contest": contest_id, "room": room},
    ).rowcount


_DUTIES = """
    SELECT u.shift_id, u.sign_up_id::text AS sign_up_id, u.state, u.person_id, u.car_id, s.name, s.contact,
           s.seats_in_car, f.work, f.begins, f.ends, r.committee_room_id, f.place_id, r.name AS committee_room,
           coalesce(p.name, r.name) AS at, p.postcode, w.serial
      FROM duty u
      JOIN shift f ON f.contest_id = u.contest_id AND f.shift_id = u.shift_id
      JOIN sign_up s ON s.contest_id = u.contest_id AND s.sign_up_id = u.sign_up_id
      LEFT JOIN polling_place p ON p.contest_id = f.contest_id AND p.place_id = f.place_id
      JOIN committee_room r ON r.contest_id = f.contest_id
                           AND r.committee_room_id = coalesce(p.committee_room_id, f.committee_room_id)
      LEFT JOIN person w ON w.contest_id = u.contest_id AND w.person_id = u.person_id AND w.revoked_at IS NULL
     WHERE u.contest_id = :contest"""


def duties(connection: Connection, contest_id: int, sign_up_id: str | None = None) -> list[dict[str, Any]]:
    """Who has, or was asked to do, which shift; all, or one person's. ``serial``: of their link, if it works."""
    rows = connection.execute(
        text(f"""{_DUTIES} AND (CAST(:id AS uuid) IS NULL OR u.sign_up_id = CAST(:id AS uuid))
                 ORDER BY f.begins, f.work, u.shift_id, s.name"""),
        {"contest": contest_id, "id": sign_up_id},
    )
    return [dict(row._mapping) for row in rows]


def state_of(connection: Connection, contest_id: int, shift_id: int, sign_up_id: str) -> str | None:
    found: str | None = connection.execute(
        text("SELECT state FROM duty WHERE contest_id = :contest AND shift_id = :shift AND sign_up_id = :id"),
        {"contest": contest_id, "shift": shift_id, "id": sign_up_id},
    ).scalar_one_or_none()
    return found


def keep_duty(
    connection: Connection,
    contest_id: int,
    shift_id: int,
    sign_up_id: str,
    state: str,
    *,
    person_id: int | None = None,
    car_id: int | None = None,
) -> None:
    connection.execute(
        text("""
            INSERT INTO duty (contest_id, shift_id, sign_up_id, state, person_id, car_id)
            VALUES (:contest, :shift, :id, :state, :person, :car)
            ON CONFLICT (contest_id, shift_id, sign_up_id)
            DO UPDATE SET state = :state, person_id = :person, car_id = :car"""),
        {"contest": contest_id, "shift": shift_id, "id": sign_up_id, "state": state, "person": person_id,
         "car": car_id},
    )  # fmt: skip


def suggest_duty(connection: Connection, contest_id: int, shift_id: int, sign_up_id: str) -> bool:
    """False when they have it already, or said no to it, or the shift is gone."""
    done = connection.execute(
        text("""
            INSERT INTO duty (contest_id, shift_id, sign_up_id, state)
            SELECT f.contest_id, f.shift_id, :id, 'suggested' FROM shift f
             WHERE f.contest_id = :contest AND f.shift_id = :shift
            ON CONFLICT DO NOTHING"""),
        {"contest": contest_id, "shift": shift_id, "id": sign_up_id},
    )
    return bool(done.rowcount)


def decline_of_person(connection: Connection, contest_id: int, person_id: int) -> None:
    """Whoever was switched off has none of the shifts that they had by that link."""
    connection.execute(
        text("""UPDATE duty SET state = 'declined', person_id = NULL
                 WHERE contest_id = :contest AND person_id = :person"""),
        {"contest": contest_id, "person": person_id},
    )


def drop_duties(connection: Connection, contest_id: int, duties_of: Collection[tuple[int, str]]) -> None:
    """``duties_of``: (shift, sign-up)."""
    connection.execute(
        text("""
            DELETE FROM duty u USING unnest(CAST(:shifts AS int[]), CAST(:ids AS uuid[])) AS gone(shift_id, sign_up_id)
             WHERE u.contest_id = :contest AND u.shift_id = gone.shift_id AND u.sign_up_id = gone.sign_up_id"""),
        {"contest": contest_id, "shifts": [one for one, _ in duties_of], "ids": [one for _, one in duties_of]},
    )


def drop_suggested(connection: Connection, contest_id: int) -> None:
    connection.execute(
        text("DELETE FROM duty WHERE contest_id = :contest AND state = 'suggested'"), {"contest": contest_id}
    )


def suggestion(connection: Connection, contest_id: int) -> dict[str, Any] | None:
    row = connection.execute(
        text("SELECT * FROM suggestion WHERE contest_id = :contest"), {"contest": contest_id}
    ).one_or_none()
    return dict(row._mapping) if row else None


def ask_for_suggestion(connection: Connection, contest_id: int, now: datetime) -> None:
    connection.execute(
        text("""INSERT INTO suggestion (contest_id, asked_at) VALUES (:contest, :now)
                ON CONFLICT (contest_id) DO UPDATE SET asked_at = :now, made_at = NULL, words = ''"""),
        {"contest": contest_id, "now": now},
    )


def keep_suggestion(connection: Connection, contest_id: int, asked_at: datetime, now: datetime, words: str) -> None:
    """What came of the suggestion asked for at that moment; if another was asked for since, that is still to come."""
    table = tables.suggestion
    which = (table.c.contest_id == contest_id, table.c.asked_at == asked_at)
    connection.execute(table.update().where(*which).values(made_at=now, words=words))
