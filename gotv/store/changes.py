"""Which walks need a new list: what has changed since theirs was made."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, text

from gotv.domain.priority import FETCHED
from gotv.store.outstanding import AT_DOOR, LISTED

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
#
# Here and below each thing is looked up by its whole key, one after the other, whatever the planner believes about
# sizes (the laterals with OFFSET 0): of a contest that its statistics do not know yet it believes that there is one row
# of everything, and then reads every door for every elector for every mark. Lists of a seat that was loaded a minute
# before came after two minutes, if at all.
_CALLED = """
    SELECT m.position, coalesce(t.district, m.district) AS district,
           coalesce(t.number, m.number) AS number, coalesce(t.suffix, m.suffix) AS suffix
      FROM mark m
      LEFT JOIN LATERAL (SELECT x.district, x.number, x.suffix FROM mark x
                          WHERE x.contest_id = m.contest_id AND x.id = m.withdraws AND m.kind = 'withdraw'
                         OFFSET 0) t ON true
     WHERE m.contest_id = :contest AND m.position > (SELECT min(position) FROM newest)
"""
# What was found at doors since then, or taken back.
_FOUND = """
    SELECT r.contest_id, r.position, coalesce(r.door_id, t.door_id) AS door_id,
           coalesce(t.electors, r.electors) AS electors
      FROM door_result r
      LEFT JOIN LATERAL (SELECT x.door_id, x.electors FROM door_result x
                          WHERE x.contest_id = r.contest_id AND x.id = r.withdraws OFFSET 0) t ON true
     WHERE r.contest_id = :contest AND r.position > (SELECT min(position) FROM newest)
"""
_DOOR_OF = """
     CROSS JOIN LATERAL (SELECT e.door_id FROM elector e
                          WHERE e.contest_id = :contest AND e.district = {district} AND e.number = {number}
                            AND e.suffix = {suffix} OFFSET 0) e
"""
_WALK_OF = """
     CROSS JOIN LATERAL (SELECT x.walk_id FROM door x
                          WHERE x.contest_id = :contest AND x.door_id = {door} OFFSET 0) d
"""
# The walks that these numbers, and what was found at doors, belong to; whoever a result names may have moved since.
_MOVED = f"""
    SELECT d.walk_id, max(c.position) AS position
      FROM called c
      {_DOOR_OF.format(district="c.district", number="c.number", suffix="c.suffix")}
      {_WALK_OF.format(door="e.door_id")}
     GROUP BY d.walk_id
    UNION ALL
    SELECT d.walk_id, max(f.position)
      FROM found f
      {_WALK_OF.format(door="f.door_id")}
     GROUP BY d.walk_id
    UNION ALL
    SELECT d.walk_id, max(f.position)
      FROM found f
     CROSS JOIN LATERAL jsonb_array_elements(f.electors) AS n
      {_DOOR_OF.format(district="n->>0", number="(n->>1)::int", suffix="(n->>2)::int")}
      {_WALK_OF.format(door="e.door_id")}
     GROUP BY d.walk_id
"""
# Doors that wait for their first knock; `p` is their polling district.
_FIRST_KNOCKS = f"""
    FROM polling_district p
   CROSS JOIN LATERAL (SELECT x.* FROM door x
                        WHERE x.contest_id = p.contest_id AND x.district = p.district OFFSET 0) d
    {AT_DOOR}
   WHERE p.contest_id = :contest AND d.walk_id IS NOT NULL AND d.wish <> 'veto' AND coalesce(s.knocks, 0) = 0
     AND {LISTED}
"""
# Of the rooms whose third knocks wait: those that still have a first one. Each is asked once, not for each walk.
_KNOCKING = f"""
    SELECT r.committee_room_id
      FROM (SELECT DISTINCT mine.committee_room_id FROM newest n
              JOIN polling_district mine ON mine.contest_id = :contest AND mine.district = n.district
             WHERE n.third_knocks_wait) r
     WHERE EXISTS (SELECT {_FIRST_KNOCKS} AND p.committee_room_id = r.committee_room_id)
"""
# A time promised at a door, or that of a lift with the way there and back, which has come since the list was made.
_DUE = """
    SELECT FROM door d
     CROSS JOIN LATERAL (SELECT x.last_kind, x.promised_at, x.last_at FROM door_state x
                          WHERE x.contest_id = d.contest_id AND x.door_id = d.door_id OFFSET 0) s
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
                WITH newest AS ({_NEWEST}), called AS ({_CALLED}), found AS ({_FOUND}),
                     moved AS MATERIALIZED ({_MOVED}), knocking AS MATERIALIZED ({_KNOCKING})
                SELECT n.walk_id FROM newest n
                 WHERE n.position IS NULL
                    OR n.position < (SELECT register_position FROM ledger_head WHERE contest_id = :contest)
                    OR n.arranged
                    OR (n.third_knocks_wait AND NOT EXISTS (
                        SELECT FROM knocking k WHERE k.committee_room_id = (
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
