"""Lifts to the poll, the cars that give them, and each change a lift went through."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from gotv.domain.doors import DoorResult

# Where somebody is fetched: their door, or the address that was told; and whether whoever rang up, or every pledge at
# the door, has been seen at the polling place.
_LIFT = """
    SELECT l.lift_id::text AS lift_id, coalesce(t.committee_room_id, l.committee_room_id) AS committee_room_id,
           r.name AS committee_room, l.door_id, l.passengers,
           l.wanted_at, l.both_ways, l.note, l.asked_by, l.asked_at, l.state, l.car_id, l.step,
           c.driver, c.phone, c.seats,
           CASE WHEN d.door_id IS NULL THEN l.address
                ELSE concat_ws(' ', nullif(d.door, ''), d.street, nullif(d.postcode, '')) END AS address,
           coalesce(p.name, pd.name) AS place,
           s.was, s.by AS changed_by, s.at AS changed_at,
           CASE WHEN l.number IS NOT NULL THEN EXISTS (
                     SELECT FROM standing_mark m WHERE m.contest_id = l.contest_id AND m.district = l.district
                        AND m.number = l.number AND m.suffix = l.suffix)
                WHEN l.door_id IS NULL THEN false
                ELSE (SELECT coalesce(bool_and(EXISTS (
                            SELECT FROM standing_mark m WHERE m.contest_id = e.contest_id AND m.district = e.district
                               AND m.number = e.number AND m.suffix = e.suffix)), false)
                        FROM elector e WHERE e.contest_id = l.contest_id AND e.door_id = l.door_id AND e.registered
                         AND e.pledged) END AS marked
      FROM lift l
      LEFT JOIN car c ON c.contest_id = l.contest_id AND c.car_id = l.car_id
      LEFT JOIN door d ON d.contest_id = l.contest_id AND d.door_id = l.door_id
      LEFT JOIN polling_place p ON p.contest_id = l.contest_id AND p.place_id = l.place_id
      LEFT JOIN polling_district t ON t.contest_id = d.contest_id AND t.district = d.district
      -- A door's district may have gone to another committee room since.
      JOIN committee_room r ON r.contest_id = l.contest_id
                           AND r.committee_room_id = coalesce(t.committee_room_id, l.committee_room_id)
      LEFT JOIN polling_place pd ON pd.contest_id = t.contest_id AND pd.place_id = t.place_id
      LEFT JOIN lift_step s ON s.contest_id = l.contest_id AND s.lift_id = l.lift_id AND s.step = l.step
     WHERE l.contest_id = :contest
"""


def of_room(
    connection: Connection, contest_id: int, room: int | None, since: datetime, ended: int
) -> list[dict[str, Any]]:
    """The lifts of a committee room, or of the contest, soonest first: all that are open and the last ``ended`` others.

    One cancelled ``since`` then that had a car counts as ``open``: its driver must be told.
    """
    sql = f"""
        WITH every AS ({_LIFT} AND (CAST(:room AS int) IS NULL
                                    OR coalesce(t.committee_room_id, l.committee_room_id) = :room))
        SELECT *, state NOT IN ('done', 'cancelled')
                  OR (state = 'cancelled' AND car_id IS NOT NULL AND changed_at > :since) AS open
          FROM every
         WHERE state NOT IN ('done', 'cancelled')
            OR lift_id IN (SELECT lift_id FROM every WHERE state IN ('done', 'cancelled')
                            ORDER BY changed_at DESC LIMIT :ended)
         ORDER BY coalesce(wanted_at, asked_at), asked_at, lift_id
    """
    bind = {"contest": contest_id, "room": room, "since": since, "ended": ended}
    return _dicts(connection.execute(text(sql), bind))


def open_at(connection: Connection, contest_id: int, door_id: int) -> dict[str, Any] | None:
    """A lift from that door that is open."""
    sql = f"{_LIFT} AND l.door_id = :door AND l.state NOT IN ('done', 'cancelled') LIMIT 1"
    found = _dicts(connection.execute(text(sql), {"contest": contest_id, "door": door_id}))
    return found[0] if found else None


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

    ``columns``: room, door, district, number, suffix, address, place, passengers, wanted_at, both_ways, note, by, now.
    """
    return (
        connection.execute(
            text("""
                INSERT INTO lift (contest_id, lift_id, committee_room_id, door_id, district, number, suffix,
                                  address, place_id, passengers, wanted_at, both_ways, note, asked_by, asked_at)
                VALUES (:contest, :lift, :room, :door, :district, :number, :suffix, :address, :place, :passengers,
                        :wanted_at, :both_ways, :note, :by, :now)
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
    asked, taken_back = [], []
    for one in results:
        if one.kind == "lift":
            asked.append(one.id)
        if one.withdraws:
            taken_back.append(one.withdraws)
    if asked:
        _ask_for(connection, contest_id, asked, by)
    if taken_back:
        _cancel(connection, contest_id, taken_back, by, now)


def _ask_for(connection: Connection, contest_id: int, result_ids: list[str], by: str) -> None:
    connection.execute(
        text("""
            INSERT INTO lift (contest_id, lift_id, result_id, committee_room_id, door_id, passengers, wanted_at,
                              both_ways, note, asked_by, asked_at)
            SELECT r.contest_id, r.id, r.id, p.committee_room_id, r.door_id, r.passengers, r.promised_at, r.both_ways,
                   r.note, :by, r.received_at
              FROM unnest(CAST(:asked AS uuid[])) AS u(id),
                   LATERAL (SELECT * FROM door_result WHERE contest_id = :contest AND id = u.id OFFSET 0) r,
                   LATERAL (SELECT district FROM door WHERE contest_id = :contest AND door_id = r.door_id OFFSET 0) d,
                   LATERAL (SELECT committee_room_id FROM polling_district
                             WHERE contest_id = :contest AND district = d.district OFFSET 0) p
             WHERE NOT EXISTS (SELECT FROM door_result w WHERE w.contest_id = r.contest_id AND w.withdraws = r.id
                                OFFSET 0)
            ON CONFLICT DO NOTHING
        """),
        {"contest": contest_id, "asked": result_ids, "by": by},
    )


def _cancel(connection: Connection, contest_id: int, result_ids: list[str], by: str, now: datetime) -> None:
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
        {"contest": contest_id, "taken_back": result_ids, "by": by, "now": now},
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


def counts(connection: Connection, contest_id: int) -> dict[int, dict[str, int]]:
    """By committee room: ``lifts_asked`` (no car yet), ``lifts_going`` (have one), ``lifts_done``."""
    rows = connection.execute(
        text("""
            SELECT coalesce(t.committee_room_id, l.committee_room_id) AS room,
                   count(*) FILTER (WHERE l.state = 'asked') AS lifts_asked,
                   count(*) FILTER (WHERE l.state IN ('assigned', 'under_way', 'there', 'returning')) AS lifts_going,
                   count(*) FILTER (WHERE l.state = 'done') AS lifts_done
              FROM lift l
              LEFT JOIN door d ON d.contest_id = l.contest_id AND d.door_id = l.door_id
              LEFT JOIN polling_district t ON t.contest_id = d.contest_id AND t.district = d.district
             WHERE l.contest_id = :contest GROUP BY 1
        """),
        {"contest": contest_id},
    )
    names = ("lifts_asked", "lifts_going", "lifts_done")
    return {row.room: {name: getattr(row, name) for name in names} for row in rows}


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
