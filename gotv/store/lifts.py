"""Lifts to the poll, the cars that give them, and each change a lift went through."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from gotv.domain.doors import DoorResult

# Where somebody is fetched: their door, or the address that was told; and whether a pledge there is still wanted.
_LIFT = """
    SELECT l.lift_id::text AS lift_id, l.committee_room_id, r.name AS committee_room, l.door_id, l.passengers,
           l.wanted_at, l.both_ways, l.note, l.asked_by, l.asked_at, l.state, l.car_id, l.step,
           c.driver, c.phone, c.seats,
           CASE WHEN d.door_id IS NULL THEN l.address
                ELSE concat_ws(' ', nullif(d.door, ''), d.street, nullif(d.postcode, '')) END AS address,
           coalesce(p.name, pd.name) AS place,
           s.was, s.by AS changed_by, s.at AS changed_at
      FROM lift l
      JOIN committee_room r ON r.contest_id = l.contest_id AND r.committee_room_id = l.committee_room_id
      LEFT JOIN car c ON c.contest_id = l.contest_id AND c.car_id = l.car_id
      LEFT JOIN door d ON d.contest_id = l.contest_id AND d.door_id = l.door_id
      LEFT JOIN polling_place p ON p.contest_id = l.contest_id AND p.place_id = l.place_id
      LEFT JOIN polling_district t ON t.contest_id = d.contest_id AND t.district = d.district
      LEFT JOIN polling_place pd ON pd.contest_id = t.contest_id AND pd.place_id = t.place_id
      LEFT JOIN lift_step s ON s.contest_id = l.contest_id AND s.lift_id = l.lift_id AND s.step = l.step
     WHERE l.contest_id = :contest
"""


def of_room(connection: Connection, contest_id: int, room: int | None) -> list[dict[str, Any]]:
    """The lifts of a committee room, or of the contest: those wanted soonest first."""
    sql = f"""{_LIFT} AND (CAST(:room AS int) IS NULL OR l.committee_room_id = :room)
              ORDER BY coalesce(l.wanted_at, l.asked_at), l.asked_at, l.lift_id"""
    return _dicts(connection.execute(text(sql), {"contest": contest_id, "room": room}))


def find(connection: Connection, contest_id: int, lift_id: str) -> dict[str, Any] | None:
    """One lift, to be changed: nobody else changes it before this transaction ends."""
    bind = {"contest": contest_id, "lift": lift_id}
    connection.execute(text("SELECT FROM lift WHERE contest_id = :contest AND lift_id = :lift FOR NO KEY UPDATE"), bind)
    found = _dicts(connection.execute(text(f"{_LIFT} AND l.lift_id = CAST(:lift AS uuid)"), bind))
    return found[0] if found else None


def of_car(connection: Connection, contest_id: int, car_id: int) -> list[dict[str, Any]]:
    sql = f"{_LIFT} AND l.car_id = :car"
    return _dicts(connection.execute(text(sql), {"contest": contest_id, "car": car_id}))


def add(connection: Connection, contest_id: int, lift_id: str, **columns: Any) -> bool:
    """Ask for a lift. False if one of that id is there: a form that was sent twice asks once.

    ``columns``: room, door, address, place, passengers, wanted_at, both_ways, note, by, now.
    """
    return (
        connection.execute(
            text("""
                INSERT INTO lift (contest_id, lift_id, committee_room_id, door_id, address, place_id, passengers,
                                  wanted_at, both_ways, note, asked_by, asked_at)
                VALUES (:contest, :lift, :room, :door, :address, :place, :passengers, :wanted_at, :both_ways, :note,
                        :by, :now)
                ON CONFLICT DO NOTHING
            """),
            {"contest": contest_id, "lift": lift_id, **columns},
        ).rowcount
        == 1
    )


def follow_results(
    connection: Connection, contest_id: int, results: Iterable[DoorResult], by: str, now: datetime
) -> None:
    """Ask for the lifts wanted at doors, and cancel those whose result is taken back, in whatever order both arrive."""
    results = list(results)
    bind = {
        "contest": contest_id,
        "asked": [one.id for one in results if one.kind == "lift"],
        "taken_back": [one.withdraws for one in results if one.withdraws],
        "by": by,
        "now": now,
    }
    connection.execute(
        text("""
            INSERT INTO lift (contest_id, lift_id, result_id, committee_room_id, door_id, passengers, wanted_at,
                              both_ways, note, asked_by, asked_at)
            SELECT r.contest_id, r.id, r.id, p.committee_room_id, r.door_id, r.passengers, r.promised_at, r.both_ways,
                   r.note, :by, r.received_at
              FROM door_result r
              JOIN door d ON d.contest_id = r.contest_id AND d.door_id = r.door_id
              JOIN polling_district p ON p.contest_id = d.contest_id AND p.district = d.district
             WHERE r.contest_id = :contest AND r.id = ANY(CAST(:asked AS uuid[]))
               AND NOT EXISTS (SELECT FROM door_result w WHERE w.contest_id = r.contest_id AND w.withdraws = r.id)
            ON CONFLICT DO NOTHING
        """),
        bind,
    )
    connection.execute(
        text("""
            WITH gone AS (
                SELECT lift_id, state, car_id, step FROM lift
                 WHERE contest_id = :contest AND result_id = ANY(CAST(:taken_back AS uuid[]))
                   AND state IN ('asked', 'assigned', 'under_way')
                   FOR NO KEY UPDATE
            ), traced AS (
                INSERT INTO lift_step (contest_id, lift_id, step, was, was_car_id, state, by, at)
                SELECT :contest, lift_id, step + 1, state, car_id, 'cancelled', :by, :now FROM gone
            )
            UPDATE lift l SET state = 'cancelled', step = l.step + 1 FROM gone g
             WHERE l.contest_id = :contest AND l.lift_id = g.lift_id
        """),
        bind,
    )


def change(connection: Connection, contest_id: int, lift: dict[str, Any], by: str, now: datetime, **to: Any) -> None:
    """Take a lift, found for this, one step on: ``state`` and ``car_id`` as given, the rest as it was."""
    bind = {
        "contest": contest_id,
        "lift": lift["lift_id"],
        "step": lift["step"] + 1,
        "was": lift["state"],
        "was_car": lift["car_id"],
        "state": to["state"],
        "car": to["car_id"],
        "by": by,
        "at": now,
    }
    connection.execute(
        text("""INSERT INTO lift_step (contest_id, lift_id, step, was, was_car_id, state, by, at)
                VALUES (:contest, :lift, :step, :was, :was_car, :state, :by, :at)"""),
        bind,
    )
    connection.execute(
        text("""UPDATE lift SET state = :state, car_id = :car, step = :step
                 WHERE contest_id = :contest AND lift_id = :lift"""),
        bind,
    )


def last_step(connection: Connection, contest_id: int, lift_id: str, step: int) -> dict[str, Any] | None:
    found = connection.execute(
        text("SELECT * FROM lift_step WHERE contest_id = :contest AND lift_id = :lift AND step = :step"),
        {"contest": contest_id, "lift": lift_id, "step": step},
    ).one_or_none()
    return dict(found._mapping) if found else None


def cars(connection: Connection, contest_id: int, room: int | None) -> list[dict[str, Any]]:
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
    return _dicts(rows)


def lock_car(connection: Connection, contest_id: int, car_id: int) -> dict[str, Any] | None:
    """A car whose seats nobody else gives away before this transaction ends."""
    found = connection.execute(
        text("SELECT * FROM car WHERE contest_id = :contest AND car_id = :car FOR NO KEY UPDATE"),
        {"contest": contest_id, "car": car_id},
    ).one_or_none()
    return dict(found._mapping) if found else None


def add_car(connection: Connection, contest_id: int, room: int, driver: str, phone: str, seats: int) -> int:
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


def counts(connection: Connection, contest_id: int) -> dict[int, dict[str, int]]:
    """By committee room: ``lifts_asked`` (no car yet), ``lifts_going`` (have one), ``lifts_done``."""
    rows = connection.execute(
        text("""
            SELECT committee_room_id, count(*) FILTER (WHERE state = 'asked') AS lifts_asked,
                   count(*) FILTER (WHERE state IN ('assigned', 'under_way', 'there', 'returning')) AS lifts_going,
                   count(*) FILTER (WHERE state = 'done') AS lifts_done
              FROM lift WHERE contest_id = :contest GROUP BY committee_room_id
        """),
        {"contest": contest_id},
    )
    names = ("lifts_asked", "lifts_going", "lifts_done")
    return {row.committee_room_id: {name: getattr(row, name) for name in names} for row in rows}


def still_wanted(connection: Connection, contest_id: int, door_ids: Collection[int]) -> set[int]:
    """Of these doors those where a pledge is not marked yet."""
    rows = connection.execute(
        text("""
            SELECT DISTINCT e.door_id FROM elector e
             WHERE e.contest_id = :contest AND e.door_id = ANY(:doors) AND e.registered AND e.pledged
               AND NOT EXISTS (SELECT FROM standing_mark m WHERE m.contest_id = e.contest_id
                                AND m.district = e.district AND m.number = e.number AND m.suffix = e.suffix)
        """),
        {"contest": contest_id, "doors": list(door_ids)},
    )
    return set(rows.scalars())


def door_of(connection: Connection, contest_id: int, number: tuple[str, int, int]) -> dict[str, Any] | None:
    """Where an elector lives: ``door_id``, ``committee_room_id``. None when nobody has the number."""
    found = connection.execute(
        text("""
            SELECT e.door_id, p.committee_room_id FROM elector e
              JOIN polling_district p ON p.contest_id = e.contest_id AND p.district = e.district
             WHERE e.contest_id = :contest AND e.registered AND e.district = :district AND e.number = :number
               AND e.suffix = :suffix
        """),
        {"contest": contest_id, "district": number[0], "number": number[1], "suffix": number[2]},
    ).one_or_none()
    return dict(found._mapping) if found else None


def _dicts(rows: Any) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in rows]
