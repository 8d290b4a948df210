"""Who is still to be knocked up: the pledges that belong on a list now, and the walks whose list has changed."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, text

from gotv.domain.elector_numbers import ElectorNumber
from gotv.store.numbers_called import given_again
from gotv.store.register_blocks import WANTED

# So many numbers given twice would mean something else than slips of the tongue.
MOST_AGAIN = 1_000

Number = tuple[str, int, int]

# Who belongs on a list: wanted, seen by no teller, settled at no door, and in no house that asked us to stay away.
# Each is looked up by the whole key (OFFSET 0), however few marks the planner believes in: see `changes`.
LISTED = f"""
    e.contest_id = :contest AND e.registered AND {WANTED} AND NOT coalesce(s.shut, false)
    AND NOT EXISTS (SELECT FROM standing_mark m WHERE m.contest_id = e.contest_id
                     AND m.district = e.district AND m.number = e.number AND m.suffix = e.suffix OFFSET 0)
    AND NOT EXISTS (SELECT FROM settled_at_door x WHERE x.contest_id = e.contest_id
                     AND x.district = e.district AND x.number = e.number AND x.suffix = e.suffix OFFSET 0)
"""
# Everybody pledged behind each door ``d``, and what was found there.
AT_DOOR = """
    CROSS JOIN LATERAL (SELECT x.* FROM elector x
                         WHERE x.contest_id = d.contest_id AND x.door_id = d.door_id AND x.pledged OFFSET 0) e
     LEFT JOIN LATERAL (SELECT x.* FROM door_state x
                         WHERE x.contest_id = d.contest_id AND x.door_id = d.door_id OFFSET 0) s ON true
"""


def outstanding(connection: Connection, contest_id: int, walk_ids: Collection[int]) -> Sequence[Any]:
    """Every pledge of these walks who is wanted, not marked and not settled at their door, in walking order.

    Rows are as `domain.knocking_up.Wanted`, column by column, and bare tuples as the driver gives them: a seat has
    fourteen thousand, and a row that knows its columns by name costs as much again. Read it in a snapshot with the
    position.
    """
    found: Any = connection.execute(
        text(f"""
                SELECT d.walk_id, d.place_in_walk, d.door_id, d.street, d.door, d.postcode, e.district, e.number,
                       e.suffix, coalesce(c.strength, '') AS strength, coalesce(c.wants_lift, false) AS wants_lift,
                       d.wish, coalesce(s.knocks, 0) AS knocks, coalesce(s.last_kind, '') AS last_kind,
                       s.last_at, s.promised_at,
                       EXISTS (SELECT FROM doubtful_mark m WHERE m.contest_id = e.contest_id
                                AND m.district = e.district AND m.number = e.number AND m.suffix = e.suffix) AS doubtful
                  FROM door d
                  {AT_DOOR}
                  LEFT JOIN LATERAL (SELECT x.strength, x.wants_lift FROM canvass_return x
                                      WHERE x.contest_id = e.contest_id AND x.elector_id = e.elector_id
                                     OFFSET 0) c ON true
                 WHERE d.contest_id = :contest AND d.walk_id = ANY(:walks) AND {LISTED}
                 ORDER BY d.walk_id, d.place_in_walk, d.door_id, e.number, e.suffix
            """),
        {"contest": contest_id, "walks": list(walk_ids)},
    )
    rows: list[tuple[Any, ...]] = found.cursor.fetchall()
    found.close()
    return rows


def seen_at_stations(connection: Connection, contest_id: int, walk_ids: Collection[int]) -> dict[int, set[Number]]:
    """By walk: its pledges who are marked."""
    rows = connection.execute(
        text(f"""
            SELECT DISTINCT d.walk_id, e.district, e.number, e.suffix
              FROM door d
              {AT_DOOR}
             WHERE d.contest_id = :contest AND d.walk_id = ANY(:walks) AND e.registered
               AND EXISTS (SELECT FROM standing_mark m WHERE m.contest_id = e.contest_id AND m.district = e.district
                            AND m.number = e.number AND m.suffix = e.suffix OFFSET 0)
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


def wanted_now(connection: Connection, contest_id: int, walk_ids: Collection[int]) -> dict[int, set[Number]]:
    """By walk: the numbers who belong on its list now. Whoever else stands on one made before is struck."""
    rows = connection.execute(
        text(f"""
            SELECT d.walk_id, e.district, e.number, e.suffix
              FROM door d
              {AT_DOOR}
             WHERE d.contest_id = :contest AND d.walk_id = ANY(:walks) AND {LISTED}
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
              FROM door d
              {AT_DOOR}
             WHERE d.contest_id = :contest AND d.walk_id IS NOT NULL AND {LISTED} GROUP BY d.walk_id
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
                               AND e.district = s.district AND e.number = s.number AND e.suffix = s.suffix OFFSET 0)
        """),
        {"contest": contest_id},
    )
    again = given_again(connection, contest_id, None, limit=MOST_AGAIN)
    twice = [ElectorNumber(one["district"], one["number"], one["suffix"]) for one in again]
    return [ElectorNumber(*row) for row in rows] + twice
