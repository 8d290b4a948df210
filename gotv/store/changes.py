"""Which walks need a new list: what has changed since theirs was made."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, text

from gotv.domain.priority import FETCHED
from gotv.store.outstanding import LISTED

# The newest list of each of these walks, if it has one.
_NEWEST = """
    SELECT w.walk_id, w.district, w.arrangement <> l.arrangement AS arranged, l.position, l.made_at,
           l.third_knocks_wait
      FROM walk w
      LEFT JOIN LATERAL (SELECT x.position, x.made_at, x.arrangement, x.third_knocks_wait
                           FROM knock_up_list x
                          WHERE x.contest_id = w.contest_id AND x.walk_id = w.walk_id
                          ORDER BY x.version DESC LIMIT 1) l ON true
     WHERE w.contest_id = :contest AND w.walk_id = ANY(:walks)
"""
# Numbers called, or taken back, since the oldest of those lists.
_CALLED = """
    SELECT m.position, coalesce(t.district, m.district) AS district,
           coalesce(t.number, m.number) AS number, coalesce(t.suffix, m.suffix) AS suffix
      FROM mark m
      LEFT JOIN mark t ON t.contest_id = m.contest_id AND t.id = m.withdraws AND m.kind = 'withdraw'
     WHERE m.contest_id = :contest AND m.position > (SELECT min(position) FROM newest)
"""
# The walks that these numbers, and what was found at doors, belong to; whoever a result names may have moved since.
_MOVED = """
    SELECT d.walk_id, max(c.position) AS position
      FROM called c
      JOIN elector e ON e.contest_id = :contest AND e.district = c.district AND e.number = c.number
                    AND e.suffix = c.suffix
      JOIN door d ON d.contest_id = :contest AND d.door_id = e.door_id
     GROUP BY d.walk_id
    UNION ALL
    SELECT d.walk_id, max(r.position)
      FROM door_result r
      LEFT JOIN door_result t ON t.contest_id = r.contest_id AND t.id = r.withdraws
      JOIN door d ON d.contest_id = r.contest_id AND d.door_id = coalesce(r.door_id, t.door_id)
     WHERE r.contest_id = :contest AND r.position > (SELECT min(position) FROM newest)
     GROUP BY d.walk_id
    UNION ALL
    SELECT d.walk_id, max(r.position)
      FROM door_result r
      LEFT JOIN door_result t ON t.contest_id = r.contest_id AND t.id = r.withdraws
     CROSS JOIN LATERAL jsonb_array_elements(coalesce(t.electors, r.electors)) AS n
      JOIN elector e ON e.contest_id = r.contest_id AND e.district = n->>0
                    AND e.number = (n->>1)::int AND e.suffix = (n->>2)::int
      JOIN door d ON d.contest_id = r.contest_id AND d.door_id = e.door_id
     WHERE r.contest_id = :contest AND r.position > (SELECT min(position) FROM newest)
     GROUP BY d.walk_id
"""
# Doors that wait for their first knock; `p` is their polling district.
_FIRST_KNOCKS = f"""
    FROM polling_district p
    JOIN elector e ON e.contest_id = p.contest_id AND e.district = p.district
    JOIN door d ON d.contest_id = e.contest_id AND d.door_id = e.door_id
    LEFT JOIN door_state s ON s.contest_id = d.contest_id AND s.door_id = d.door_id
   WHERE {LISTED} AND coalesce(s.knocks, 0) = 0 AND d.wish <> 'veto' AND d.walk_id IS NOT NULL
"""
# A time promised at a door, or that of a lift with the way there and back, which has come since the list was made.
_DUE = """
    SELECT FROM door d
      JOIN door_state s ON s.contest_id = d.contest_id AND s.door_id = d.door_id
     WHERE d.contest_id = :contest AND d.walk_id = n.walk_id
       AND CASE WHEN s.last_kind = 'lift' THEN coalesce(s.promised_at, s.last_at) + :fetched
                ELSE s.promised_at END BETWEEN n.made_at AND :now
"""


def changed(connection: Connection, contest_id: int, walk_ids: Collection[int], now: datetime) -> list[int]:
    """Which of these walks need a new list: they have none, or something of theirs has changed since it was made.

    That is: the register or the pledges; a mark of somebody who lives there, or one taken back; a door result; a time
    promised at a door that has come; the last first knock of the committee room, where third knocks wait for it; the
    walk itself, by an organiser's hand.
    """
    return list(
        connection.execute(
            text(f"""
                WITH newest AS ({_NEWEST}), called AS ({_CALLED}), moved AS MATERIALIZED ({_MOVED})
                SELECT n.walk_id FROM newest n
                 WHERE n.position IS NULL
                    OR n.position < (SELECT register_position FROM ledger_head WHERE contest_id = :contest)
                    OR n.arranged
                    OR (n.third_knocks_wait AND NOT EXISTS (
                        SELECT {_FIRST_KNOCKS} AND p.committee_room_id = (
                               SELECT mine.committee_room_id FROM polling_district mine
                                WHERE mine.contest_id = :contest AND mine.district = n.district)))
                    OR EXISTS (SELECT FROM moved m WHERE m.walk_id = n.walk_id AND m.position > n.position)
                    OR EXISTS ({_DUE})
                 ORDER BY n.walk_id
            """),
            {"contest": contest_id, "walks": list(walk_ids), "now": now, "fetched": FETCHED},
        ).scalars()
    )


def first_knock_left(connection: Connection, contest_id: int, room: int) -> bool:
    """Whether some door of this committee room still waits for its first knock."""
    return bool(
        connection.execute(
            text(f"SELECT EXISTS (SELECT {_FIRST_KNOCKS} AND p.committee_room_id = :room)"),
            {"contest": contest_id, "room": room},
        ).scalar_one()
    )
