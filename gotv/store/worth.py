"""What knocking up was worth: knocks, contacts, wasted and saved ones, by walk and by hour."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from gotv.domain.doors import ONE_VISIT
from gotv.store.planning import each_part_once
from gotv.store.register_blocks import WANTED

# A knock is a visit: what one person found at one door, each within ten minutes of the last, counts once, as in
# `domain.doors.fold`.
_KNOCKS = """
    standing AS (
        SELECT r.id, r.door_id, r.person_id, r.kind, r.at,
               lag(r.at) OVER (PARTITION BY r.door_id, r.person_id ORDER BY r.at, r.id) AS before
          FROM door_result r
         WHERE r.contest_id = :contest AND r.kind <> 'withdraw'
           AND NOT EXISTS (SELECT FROM door_result w WHERE w.contest_id = r.contest_id AND w.withdraws = r.id
                            OFFSET 0)
    ), visit AS (
        SELECT *, count(*) FILTER (WHERE before IS NULL OR at - before > :one_visit)
                      OVER (PARTITION BY door_id, person_id ORDER BY at, id) AS visit
          FROM standing
    ), knock AS (
        SELECT v.door_id, d.walk_id, v.person_id, bool_or(v.kind <> 'not_in') AS contact, min(v.at) AS at,
               max(v.at) AS until
          FROM visit v JOIN door d ON d.contest_id = :contest AND d.door_id = v.door_id
         GROUP BY v.door_id, d.walk_id, v.person_id, v.visit
    )
"""
# Doors whose every pledge that was still wanted has been seen, and when the last one was.
_STRUCK = f"""
    struck AS (
        SELECT e.door_id, max(m.seen_at) AS struck_at
          FROM elector e
          LEFT JOIN LATERAL (SELECT min(s.received_at) AS seen_at FROM standing_mark s
                              WHERE s.contest_id = e.contest_id AND s.district = e.district AND s.number = e.number
                                AND s.suffix = e.suffix) m ON true
         WHERE e.contest_id = :contest AND e.registered AND {WANTED} AND e.door_id IS NOT NULL
           AND NOT EXISTS (SELECT FROM settled_at_door x WHERE x.contest_id = e.contest_id AND x.district = e.district
                            AND x.number = e.number AND x.suffix = e.suffix OFFSET 0)
           AND NOT EXISTS (SELECT FROM door_state s WHERE s.contest_id = e.contest_id AND s.door_id = e.door_id
                            AND s.shut OFFSET 0)
         GROUP BY e.door_id HAVING bool_and(m.seen_at IS NOT NULL)
    )
"""


def by_walk(connection: Connection, contest_id: int, now: datetime) -> list[dict[str, Any]]:
    """For each walk: knocks, contacts, wasted (all there had been seen), saved, hours of teams with phones.

    Saved: doors struck while a team was out with their walk, at which it then did not knock. ``by_phone``: knocks by
    knockers-up themselves, which the hours of their teams belong to.
    """
    with each_part_once(connection):
        rows = connection.execute(
            text(f"""
                WITH {_KNOCKS}, {_STRUCK}, out AS (
                    SELECT o.walk_id, o.out_at, least(o.back_at, o.ends_at, :now) AS until,
                           o.heard_at > o.out_at AS by_phone
                      FROM outing o
                     WHERE o.contest_id = :contest
                ), knocked AS (
                    SELECT k.walk_id, count(*) AS knocks, count(*) FILTER (WHERE k.contact) AS contacts,
                           count(*) FILTER (WHERE s.struck_at <= k.at) AS wasted,
                           count(*) FILTER (WHERE p.role = 'knocker') AS by_phone
                      FROM knock k
                      JOIN person p ON p.contest_id = :contest AND p.person_id = k.person_id
                      LEFT JOIN struck s ON s.door_id = k.door_id
                     GROUP BY k.walk_id
                ), spared AS (
                    SELECT o.walk_id, count(DISTINCT s.door_id) AS saved
                      FROM out o
                      JOIN door d ON d.contest_id = :contest AND d.walk_id = o.walk_id
                      JOIN struck s ON s.door_id = d.door_id AND s.struck_at > o.out_at AND s.struck_at <= o.until
                     WHERE NOT EXISTS (SELECT FROM knock k WHERE k.door_id = s.door_id
                                        AND k.until >= o.out_at AND k.at <= o.until)
                     GROUP BY o.walk_id
                ), hours AS (
                    SELECT walk_id, sum(extract(epoch FROM greatest(until - out_at, interval '0'))) / 3600.0 AS hours
                      FROM out WHERE by_phone GROUP BY walk_id
                )
                SELECT w.walk_id, coalesce(k.knocks, 0) AS knocks, coalesce(k.contacts, 0) AS contacts,
                       coalesce(k.wasted, 0) AS wasted, coalesce(k.by_phone, 0) AS by_phone,
                       coalesce(s.saved, 0) AS saved, coalesce(h.hours, 0)::float AS hours
                  FROM walk w
                  LEFT JOIN knocked k ON k.walk_id = w.walk_id
                  LEFT JOIN spared s ON s.walk_id = w.walk_id
                  LEFT JOIN hours h ON h.walk_id = w.walk_id
                 WHERE w.contest_id = :contest
            """),
            {"contest": contest_id, "now": now, "one_visit": ONE_VISIT},
        )
    return [dict(row._mapping) for row in rows]


def by_hour(connection: Connection, contest_id: int, room: int | None) -> list[dict[str, Any]]:
    """Knocks and contacts in each hour that had some, of one committee room or of all."""
    with each_part_once(connection):
        rows = connection.execute(
            text(f"""
                WITH {_KNOCKS}
                SELECT date_trunc('hour', k.at) AS hour, count(*) AS knocks,
                       count(*) FILTER (WHERE k.contact) AS contacts
                  FROM knock k
                  JOIN door d ON d.contest_id = :contest AND d.door_id = k.door_id
                  JOIN polling_district p ON p.contest_id = d.contest_id AND p.district = d.district
                 WHERE CAST(:room AS int) IS NULL OR p.committee_room_id = :room
                 GROUP BY 1 ORDER BY 1
            """),
            {"contest": contest_id, "room": room, "one_visit": ONE_VISIT},
        )
    return [dict(row._mapping) for row in rows]
