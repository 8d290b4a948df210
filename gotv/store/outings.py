"""Teams that are out with a walk, who belongs to them, and who stands at which door."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text


def go_out(connection: Connection, contest_id: int, walk_id: int, **columns: Any) -> int | None:
    """Take the walk: its one row that has no end. None when another team has it: of two only one gets the row.

    ``columns``: round, team, given_by, out_at, ends_at.
    """
    found = connection.execute(
        text("""
            INSERT INTO outing (contest_id, walk_id, round, team, given_by, out_at, heard_at, ends_at)
            VALUES (:contest, :walk, :round, :team, :given_by, :out_at, :out_at, :ends_at)
            ON CONFLICT (contest_id, walk_id) WHERE back_at IS NULL DO NOTHING RETURNING outing_id
        """),
        {"contest": contest_id, "walk": walk_id, **columns},
    ).scalar_one_or_none()
    return int(found) if found is not None else None


def age_out(connection: Connection, contest_id: int, walk_id: int | None, silent_since: datetime, now: datetime) -> int:
    """Whoever has not been heard of since then, or whose shift is over, is taken to be back. Returns how many."""
    return connection.execute(
        text("""
            UPDATE outing SET back_at = :now, ending = CASE WHEN ends_at <= :now THEN 'over' ELSE 'aged' END,
                   ended_by = 'the clock'
             WHERE contest_id = :contest AND back_at IS NULL AND (CAST(:walk AS int) IS NULL OR walk_id = :walk)
               AND (heard_at <= :silent OR ends_at <= :now)
        """),
        {"contest": contest_id, "walk": walk_id, "silent": silent_since, "now": now},
    ).rowcount


def come_back(connection: Connection, contest_id: int, outing_id: int, ending: str, by: str, now: datetime) -> bool:
    """False when they were back already."""
    return (
        connection.execute(
            text("""UPDATE outing SET back_at = :now, ending = :ending, ended_by = :by
                     WHERE contest_id = :contest AND outing_id = :outing AND back_at IS NULL"""),
            {"contest": contest_id, "outing": outing_id, "ending": ending, "by": by, "now": now},
        ).rowcount
        == 1
    )


def go_out_again(connection: Connection, contest_id: int, outing_id: int, now: datetime) -> bool:
    """Undo an ending, if nobody else has the walk by now and the shift is not over."""
    return (
        connection.execute(
            text("""
                UPDATE outing o SET back_at = NULL, ending = '', ended_by = '', heard_at = :now
                 WHERE contest_id = :contest AND outing_id = :outing AND back_at IS NOT NULL AND ends_at > :now
                   AND EXISTS (SELECT FROM walk w WHERE w.contest_id = o.contest_id AND w.walk_id = o.walk_id
                                AND NOT w.retired)
                   AND NOT EXISTS (SELECT FROM outing x WHERE x.contest_id = o.contest_id AND x.walk_id = o.walk_id
                                    AND x.outing_id > o.outing_id)
            """),
            {"contest": contest_id, "outing": outing_id, "now": now},
        ).rowcount
        == 1
    )


def join(connection: Connection, contest_id: int, outing_id: int, person_ids: Collection[int]) -> None:
    connection.execute(
        text("""INSERT INTO outing_person (contest_id, outing_id, person_id)
                SELECT :contest, :outing, p FROM unnest(CAST(:people AS int[])) AS p ON CONFLICT DO NOTHING"""),
        {"contest": contest_id, "outing": outing_id, "people": list(person_ids)},
    )


_OUTING = """
    SELECT o.*, w.name AS walk, w.district, d.committee_room_id, pp.name AS place,
           (SELECT coalesce(array_agg(p.person_id ORDER BY p.person_id), '{}') FROM outing_person p
             WHERE p.contest_id = o.contest_id AND p.outing_id = o.outing_id) AS people
      FROM outing o
      JOIN LATERAL (SELECT name, district FROM walk
                     WHERE contest_id = o.contest_id AND walk_id = o.walk_id OFFSET 0) w ON true
      JOIN LATERAL (SELECT committee_room_id, place_id FROM polling_district
                     WHERE contest_id = o.contest_id AND district = w.district OFFSET 0) d ON true
      LEFT JOIN LATERAL (SELECT name FROM polling_place
                          WHERE contest_id = o.contest_id AND place_id = d.place_id OFFSET 0) pp ON true
"""


def of_person(connection: Connection, contest_id: int, person_id: int) -> dict[str, Any] | None:
    """The outing a person is on, or None."""
    return _one(
        connection,
        f"""{_OUTING} JOIN outing_person me ON me.contest_id = o.contest_id AND me.outing_id = o.outing_id
             WHERE o.contest_id = :contest AND me.person_id = :person AND o.back_at IS NULL
             ORDER BY o.outing_id DESC LIMIT 1""",
        {"contest": contest_id, "person": person_id},
    )


def of_people(
    connection: Connection, contest_id: int, person_ids: Collection[int], now: datetime
) -> dict[int, dict[str, Any]]:
    """The outing each of these people is on, by person; whose shift is over is on none."""
    rows = connection.execute(
        text(f"""
            SELECT u.person_id AS who, out.*
              FROM unnest(CAST(:people AS int[])) AS u(person_id),
                   LATERAL (SELECT outing_id FROM outing_person
                             WHERE contest_id = :contest AND person_id = u.person_id OFFSET 0) me,
                   LATERAL ({_OUTING} WHERE o.contest_id = :contest AND o.outing_id = me.outing_id
                                        AND o.back_at IS NULL AND o.ends_at > :now OFFSET 0) out
             ORDER BY out.outing_id
        """),
        {"contest": contest_id, "people": list(person_ids), "now": now},
    )
    return {row.who: dict(row._mapping) for row in rows}


def of_walk(connection: Connection, contest_id: int, walk_id: int) -> dict[str, Any] | None:
    """The newest outing with a walk, back or not."""
    return _one(
        connection,
        f"{_OUTING} WHERE o.contest_id = :contest AND o.walk_id = :walk ORDER BY o.outing_id DESC LIMIT 1",
        {"contest": contest_id, "walk": walk_id},
    )


def find(connection: Connection, contest_id: int, outing_id: int) -> dict[str, Any] | None:
    return _one(
        connection,
        f"{_OUTING} WHERE o.contest_id = :contest AND o.outing_id = :outing",
        {"contest": contest_id, "outing": outing_id},
    )


def newest(connection: Connection, contest_id: int) -> dict[int, dict[str, Any]]:
    """The newest outing of each walk."""
    rows = connection.execute(
        text(f"""SELECT DISTINCT ON (walk_id) * FROM ({_OUTING} WHERE o.contest_id = :contest) x
                  ORDER BY walk_id, outing_id DESC"""),
        {"contest": contest_id},
    )
    return {row.walk_id: dict(row._mapping) for row in rows}


def history(connection: Connection, contest_id: int, room: int | None, limit: int) -> list[dict[str, Any]]:
    """Who went out with what, and how it ended, newest first."""
    rows = connection.execute(
        text(f"""{_OUTING} WHERE o.contest_id = :contest AND (CAST(:room AS int) IS NULL OR d.committee_room_id = :room)
                  ORDER BY greatest(o.out_at, o.back_at) DESC, o.outing_id DESC LIMIT :limit"""),
        {"contest": contest_id, "room": room, "limit": limit},
    )
    return [dict(row._mapping) for row in rows]


def heard(connection: Connection, contest_id: int, person_id: int, now: datetime) -> None:
    """A sign of life of somebody who is out."""
    connection.execute(
        text("""
            UPDATE outing o SET heard_at = :now FROM outing_person p
             WHERE o.contest_id = :contest AND o.back_at IS NULL AND p.contest_id = o.contest_id
               AND p.outing_id = o.outing_id AND p.person_id = :person
        """),
        {"contest": contest_id, "person": person_id, "now": now},
    )


def doors_given(connection: Connection, contest_id: int, person_id: int, door_ids: Collection[int]) -> set[int]:
    """Those of these doors that stand on a walk which this person was ever out with."""
    return set(
        connection.execute(
            text("""
                SELECT d.door_id
                  FROM unnest(CAST(:doors AS bigint[])) AS u(door_id),
                       LATERAL (SELECT door_id, walk_id FROM door
                                 WHERE contest_id = :contest AND door_id = u.door_id OFFSET 0) d
                 WHERE EXISTS (SELECT FROM outing_person p, LATERAL (
                                      SELECT walk_id FROM outing
                                       WHERE contest_id = :contest AND outing_id = p.outing_id OFFSET 0) o
                                WHERE p.contest_id = :contest AND p.person_id = :person AND o.walk_id = d.walk_id
                               OFFSET 0)
            """),
            {"contest": contest_id, "doors": list(door_ids), "person": person_id},
        ).scalars()
    )


def stand_at(
    connection: Connection, contest_id: int, person_id: int, door_id: int, stale: datetime, now: datetime
) -> bool:
    """Go to a door. False when somebody else stands there: of two who come at once only one gets the row."""
    bind = {"contest": contest_id, "person": person_id, "door": door_id, "stale": stale, "now": now}
    connection.execute(
        text("""DELETE FROM door_visit WHERE contest_id = :contest AND person_id = :person AND door_id <> :door"""),
        bind,
    )
    return (
        connection.execute(
            text("""
                INSERT INTO door_visit AS v (contest_id, door_id, person_id, since)
                VALUES (:contest, :door, :person, :now)
                ON CONFLICT (contest_id, door_id) DO UPDATE SET person_id = :person, since = :now
                 WHERE v.person_id = :person OR v.since < :stale
            """),
            bind,
        ).rowcount
        == 1
    )


def leave_door(connection: Connection, contest_id: int, person_id: int) -> None:
    connection.execute(
        text("DELETE FROM door_visit WHERE contest_id = :contest AND person_id = :person"),
        {"contest": contest_id, "person": person_id},
    )


def visits(connection: Connection, contest_id: int, walk_ids: Collection[int], since: datetime) -> list[dict[str, Any]]:
    """Who stands at which door of these walks."""
    rows = connection.execute(
        text("""
            SELECT d.walk_id, v.door_id, v.person_id, p.name FROM door_visit v
              JOIN door d ON d.contest_id = v.contest_id AND d.door_id = v.door_id
              JOIN person p ON p.contest_id = v.contest_id AND p.person_id = v.person_id
             WHERE v.contest_id = :contest AND d.walk_id = ANY(:walks) AND v.since >= :since AND p.revoked_at IS NULL
        """),
        {"contest": contest_id, "walks": list(walk_ids), "since": since},
    )
    return [dict(row._mapping) for row in rows]


def _one(connection: Connection, sql: str, bind: dict[str, Any]) -> dict[str, Any] | None:
    row = connection.execute(text(sql), bind).one_or_none()
    return dict(row._mapping) if row else None
