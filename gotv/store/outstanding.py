"""Who is still to be knocked up: the pledges that belong on a list now, and the walks whose list has changed."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from gotv.domain.elector_numbers import ElectorNumber
from gotv.domain.priority import FETCHED
from gotv.store.facts import WANTED
from gotv.store.numbers_called import given_again

# So many numbers given twice would mean something else than slips of the tongue.
MOST_AGAIN = 1_000

Number = tuple[str, int, int]

# Who belongs on a list: wanted, seen by no teller, settled at no door, and in no house that asked us to stay away.
LISTED = f"""
    e.contest_id = :contest AND e.registered AND {WANTED} AND NOT coalesce(s.shut, false)
    AND NOT EXISTS (SELECT FROM standing_mark m WHERE m.contest_id = e.contest_id
                     AND m.district = e.district AND m.number = e.number AND m.suffix = e.suffix)
    AND NOT EXISTS (SELECT FROM settled_at_door x WHERE x.contest_id = e.contest_id
                     AND x.district = e.district AND x.number = e.number AND x.suffix = e.suffix)
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
                WITH newest AS (
                    SELECT w.walk_id, w.district, w.arrangement <> l.arrangement AS arranged, l.position, l.made_at,
                           l.third_knocks_wait
                      FROM walk w
                      LEFT JOIN LATERAL (SELECT x.position, x.made_at, x.arrangement, x.third_knocks_wait
                                           FROM knock_up_list x
                                          WHERE x.contest_id = w.contest_id AND x.walk_id = w.walk_id
                                          ORDER BY x.version DESC LIMIT 1) l ON true
                     WHERE w.contest_id = :contest AND w.walk_id = ANY(:walks)
                ), called AS (
                    SELECT m.position, coalesce(t.district, m.district) AS district,
                           coalesce(t.number, m.number) AS number, coalesce(t.suffix, m.suffix) AS suffix
                      FROM mark m
                      LEFT JOIN mark t ON t.contest_id = m.contest_id AND t.id = m.withdraws AND m.kind = 'withdraw'
                     WHERE m.contest_id = :contest AND m.position > (SELECT min(position) FROM newest)
                ), moved AS MATERIALIZED (
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
                    -- Whoever a result names may live elsewhere by now.
                    SELECT d.walk_id, max(r.position)
                      FROM door_result r
                      LEFT JOIN door_result t ON t.contest_id = r.contest_id AND t.id = r.withdraws
                     CROSS JOIN LATERAL jsonb_array_elements(coalesce(t.electors, r.electors)) AS n
                      JOIN elector e ON e.contest_id = r.contest_id AND e.district = n->>0
                                    AND e.number = (n->>1)::int AND e.suffix = (n->>2)::int
                      JOIN door d ON d.contest_id = r.contest_id AND d.door_id = e.door_id
                     WHERE r.contest_id = :contest AND r.position > (SELECT min(position) FROM newest)
                     GROUP BY d.walk_id
                )
                SELECT n.walk_id FROM newest n
                 WHERE n.position IS NULL
                    OR n.position < (SELECT register_position FROM ledger_head WHERE contest_id = :contest)
                    OR n.arranged
                    OR (n.third_knocks_wait AND NOT EXISTS (
                        SELECT FROM polling_district mine
                          JOIN polling_district p ON p.contest_id = mine.contest_id
                                                 AND p.committee_room_id = mine.committee_room_id
                          JOIN elector e ON e.contest_id = p.contest_id AND e.district = p.district
                          JOIN door d ON d.contest_id = e.contest_id AND d.door_id = e.door_id
                          LEFT JOIN door_state s ON s.contest_id = d.contest_id AND s.door_id = d.door_id
                         WHERE mine.contest_id = :contest AND mine.district = n.district AND {LISTED}
                           AND coalesce(s.knocks, 0) = 0 AND d.wish <> 'veto' AND d.walk_id IS NOT NULL))
                    OR EXISTS (SELECT FROM moved m WHERE m.walk_id = n.walk_id AND m.position > n.position)
                    OR EXISTS (SELECT FROM door d JOIN door_state s ON s.contest_id = d.contest_id
                                                                    AND s.door_id = d.door_id
                                WHERE d.contest_id = :contest AND d.walk_id = n.walk_id
                                  AND CASE WHEN s.last_kind = 'lift' THEN coalesce(s.promised_at, s.last_at) + :fetched
                                           ELSE s.promised_at END BETWEEN n.made_at AND :now)
                 ORDER BY n.walk_id
            """),
            {"contest": contest_id, "walks": list(walk_ids), "now": now, "fetched": FETCHED},
        ).scalars()
    )


def outstanding(connection: Connection, contest_id: int, walk_ids: Collection[int]) -> Sequence[Any]:
    """Every pledge of these walks who is wanted, not marked and not settled at their door, in walking order.

    Rows are as `domain.knocking_up.Wanted`, column by column. Read it in a snapshot with the position.
    """
    return connection.execute(
        text(f"""
                SELECT d.walk_id, d.place_in_walk, d.door_id, d.street, d.door, d.postcode, e.district, e.number,
                       e.suffix, coalesce(c.strength, '') AS strength, coalesce(c.wants_lift, false) AS wants_lift,
                       d.wish, coalesce(s.knocks, 0) AS knocks, coalesce(s.last_kind, '') AS last_kind,
                       s.last_at, s.promised_at,
                       EXISTS (SELECT FROM doubtful_mark m WHERE m.contest_id = e.contest_id
                                AND m.district = e.district AND m.number = e.number AND m.suffix = e.suffix) AS doubtful
                  FROM elector e
                  JOIN door d ON d.contest_id = e.contest_id AND d.door_id = e.door_id
                  LEFT JOIN door_state s ON s.contest_id = d.contest_id AND s.door_id = d.door_id
                  LEFT JOIN canvass_return c ON c.contest_id = e.contest_id AND c.elector_id = e.elector_id
                 WHERE {LISTED} AND d.walk_id = ANY(:walks)
                 ORDER BY d.walk_id, d.place_in_walk, d.door_id, e.number, e.suffix
            """),
        {"contest": contest_id, "walks": list(walk_ids)},
    ).all()


def seen_at_stations(connection: Connection, contest_id: int, walk_ids: Collection[int]) -> dict[int, set[Number]]:
    """By walk: its pledges who are marked."""
    rows = connection.execute(
        text("""
            SELECT DISTINCT d.walk_id, e.district, e.number, e.suffix FROM elector e
              JOIN door d ON d.contest_id = e.contest_id AND d.door_id = e.door_id AND d.walk_id = ANY(:walks)
              JOIN standing_mark m ON m.contest_id = e.contest_id AND m.district = e.district
                                  AND m.number = e.number AND m.suffix = e.suffix
             WHERE e.contest_id = :contest AND e.registered AND e.pledged
        """),
        {"contest": contest_id, "walks": list(walk_ids)},
    )
    seen: dict[int, set[Number]] = {walk_id: set() for walk_id in walk_ids}
    for walk_id, *number in rows:
        seen[walk_id].add((number[0], number[1], number[2]))
    return seen


def arrangements(connection: Connection, contest_id: int, walk_ids: Collection[int]) -> dict[int, int]:
    """How each of these walks is arranged just now: read it in the snapshot in which its list is made."""
    rows = connection.execute(
        text("SELECT walk_id, arrangement FROM walk WHERE contest_id = :contest AND walk_id = ANY(:walks)"),
        {"contest": contest_id, "walks": list(walk_ids)},
    )
    return {row.walk_id: row.arrangement for row in rows}


def first_knock_left(connection: Connection, contest_id: int, room: int) -> bool:
    """Whether some door of this committee room still waits for its first knock."""
    return bool(
        connection.execute(
            text(f"""
                SELECT EXISTS (
                    SELECT FROM elector e
                      JOIN polling_district p ON p.contest_id = e.contest_id AND p.district = e.district
                      JOIN door d ON d.contest_id = e.contest_id AND d.door_id = e.door_id
                      LEFT JOIN door_state s ON s.contest_id = d.contest_id AND s.door_id = d.door_id
                     WHERE {LISTED} AND p.committee_room_id = :room AND coalesce(s.knocks, 0) = 0
                       AND d.wish <> 'veto' AND d.walk_id IS NOT NULL)
            """),
            {"contest": contest_id, "room": room},
        ).scalar_one()
    )


def wanted_now(connection: Connection, contest_id: int, walk_ids: Collection[int]) -> dict[int, set[Number]]:
    """By walk: the numbers who belong on its list now. Whoever else stands on one made before is struck."""
    rows = connection.execute(
        text(f"""
            SELECT d.walk_id, e.district, e.number, e.suffix FROM elector e
              JOIN door d ON d.contest_id = e.contest_id AND d.door_id = e.door_id AND d.walk_id = ANY(:walks)
              LEFT JOIN door_state s ON s.contest_id = d.contest_id AND s.door_id = d.door_id
             WHERE {LISTED}
        """),
        {"contest": contest_id, "walks": list(walk_ids)},
    )
    wanted: dict[int, set[Number]] = {walk_id: set() for walk_id in walk_ids}
    for walk_id, *number in rows:
        wanted[walk_id].add((number[0], number[1], number[2]))
    return wanted


def left_by_walk(connection: Connection, contest_id: int) -> dict[int, Any]:
    """By walk: doors and pledges still to be knocked up, and doors that wait for their first knock."""
    rows = connection.execute(
        text(f"""
            SELECT d.walk_id, count(DISTINCT d.door_id) AS doors, count(*) AS pledges,
                   count(DISTINCT d.door_id) FILTER (WHERE coalesce(s.knocks, 0) = 0) AS firsts
              FROM elector e
              JOIN door d ON d.contest_id = e.contest_id AND d.door_id = e.door_id
              LEFT JOIN door_state s ON s.contest_id = d.contest_id AND s.door_id = d.door_id
             WHERE {LISTED} AND d.walk_id IS NOT NULL GROUP BY d.walk_id
        """),
        {"contest": contest_id},
    )
    return {row.walk_id: row for row in rows}


def improbable(connection: Connection, contest_id: int) -> list[ElectorNumber]:
    """Good marks that no registered elector has, and those a teller gave twice: each may be meant for a neighbour."""
    rows = connection.execute(
        text("""
            SELECT s.district, s.number, s.suffix
              FROM standing_mark s
             WHERE s.contest_id = :contest
               AND NOT EXISTS (SELECT FROM elector e WHERE e.contest_id = s.contest_id AND e.registered
                               AND e.district = s.district AND e.number = s.number AND e.suffix = s.suffix)
        """),
        {"contest": contest_id},
    )
    again = given_again(connection, contest_id, None, limit=MOST_AGAIN)
    twice = [ElectorNumber(one["district"], one["number"], one["suffix"]) for one in again]
    return [ElectorNumber(*row) for row in rows] + twice
