"""Who pledged to take polling day off: when, for what, whether an organiser knows them, what they are trained for."""

from typing import Any

from sqlalchemy import Connection, text

from gotv.store.training import TRAINED


def polling_day(connection: Connection, contest_id: int) -> int | None:
    """The event by which people pledge the day, if there is one."""
    found: int | None = connection.execute(
        text("SELECT event_id FROM event WHERE contest_id = :contest AND kind = 'polling_day'"),
        {"contest": contest_id},
    ).scalar_one_or_none()
    return found


def keep_day_off(connection: Connection, contest_id: int, sign_up_id: str, **columns: Any) -> None:
    """Write down what somebody pledged, in place of what they said before. Who vouched for them stays."""
    names = ", ".join(columns)
    connection.execute(
        text(f"""INSERT INTO day_off (contest_id, sign_up_id, {names})
                 VALUES (:contest, :id, {", ".join(f":{name}" for name in columns)})
                 ON CONFLICT (contest_id, sign_up_id)
                 DO UPDATE SET {", ".join(f"{name} = :{name}" for name in columns)}"""),
        {"contest": contest_id, "id": sign_up_id, **columns},
    )


def vouch(connection: Connection, contest_id: int, sign_up_id: str, by: str) -> bool:
    done = connection.execute(
        text("UPDATE day_off SET vouched_by = :by WHERE contest_id = :contest AND sign_up_id = :id"),
        {"contest": contest_id, "id": sign_up_id, "by": by},
    )
    return bool(done.rowcount)


def people(connection: Connection, contest_id: int, sign_up_id: str | None = None) -> list[dict[str, Any]]:
    """Everybody who pledged the day and has not taken it back (or one of them, whatever they said since).

    ``known``: vouched for, or ticked at an event before; ``works`` they offer and ``trained`` for; ``armed``: has
    opened a link of theirs; ``arrived``: ticked, or their phone is at work.
    """
    rows = connection.execute(
        text(f"""
            WITH trained AS ({TRAINED}),
                 met AS (SELECT DISTINCT s.contact FROM sign_up s
                           JOIN event e ON e.contest_id = s.contest_id AND e.event_id = s.event_id
                          WHERE s.contest_id = :contest AND s.attended_at IS NOT NULL AND e.kind <> 'polling_day'),
                 linked AS (SELECT u.sign_up_id,
                                   bool_or(p.armed_at IS NOT NULL OR p.opened_at IS NOT NULL) AS armed,
                                   bool_or((p.role = 'teller' AND p.opened_at IS NOT NULL) OR EXISTS (
                                        SELECT FROM outing_person o WHERE o.contest_id = p.contest_id
                                           AND o.person_id = p.person_id)) AS arrived
                              FROM duty u
                              JOIN person p ON p.contest_id = u.contest_id AND p.person_id = u.person_id
                             WHERE u.contest_id = :contest AND u.state = 'confirmed' AND p.revoked_at IS NULL
                             GROUP BY u.sign_up_id)
            SELECT s.sign_up_id::text AS sign_up_id, s.turn, count(*) OVER (PARTITION BY s.contact) AS twice,
                   s.name, s.contact, s.state, s.seats_in_car, s.attended_at,
                   d.begins, d.ends, d.works, d.outcode, d.lat, d.lon, d.vouched_by,
                   d.vouched_by <> '' OR met.contact IS NOT NULL AS known,
                   coalesce(trained.works, '{{}}') AS trained, coalesce(linked.armed, false) AS armed,
                   s.attended_at IS NOT NULL OR coalesce(linked.arrived, false) AS arrived
              FROM day_off d
              JOIN sign_up s ON s.contest_id = d.contest_id AND s.sign_up_id = d.sign_up_id
              LEFT JOIN met ON met.contact = s.contact
              LEFT JOIN trained ON trained.who = s.contact
              LEFT JOIN linked ON linked.sign_up_id = d.sign_up_id
             WHERE d.contest_id = :contest AND CASE WHEN CAST(:id AS uuid) IS NULL THEN s.state <> 'cancelled'
                                                    ELSE d.sign_up_id = CAST(:id AS uuid) END
             ORDER BY s.name, s.turn"""),
        {"contest": contest_id, "id": sign_up_id},
    )
    return [dict(row._mapping) for row in rows]


def hours_pledged(connection: Connection, contest_id: int, most: float) -> float:
    """Person-hours that people offer for the day, nobody more than ``most``; whoever pledged twice is one."""
    found = connection.execute(
        text("""
            SELECT coalesce(sum(hours), 0) FROM (
                   SELECT max(least(:most, extract(epoch FROM d.ends - d.begins) / 3600)) AS hours FROM day_off d
                     JOIN sign_up s ON s.contest_id = d.contest_id AND s.sign_up_id = d.sign_up_id
                    WHERE d.contest_id = :contest AND s.state <> 'cancelled' GROUP BY s.contact) AS offered"""),
        {"contest": contest_id, "most": most},
    )
    return float(found.scalar_one())
