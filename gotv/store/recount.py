"""Plain reads for `gotv recount`: whole tables as they are, in one snapshot, nothing shared with the live path."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, text


def _rows(connection: Connection, sql: str, contest_id: int) -> list[Any]:
    return list(connection.execute(text(sql), {"contest": contest_id}))


def ledger(connection: Connection, contest_id: int) -> list[Any]:
    return _rows(
        connection,
        """SELECT position, id::text AS id, kind, district, number, suffix, place_id, withdraws::text AS withdraws,
                  received_at, doubt FROM mark WHERE contest_id = :contest ORDER BY position""",
        contest_id,
    )


def head(connection: Connection, contest_id: int) -> Any:
    return _rows(
        connection, "SELECT position, register_position FROM ledger_head WHERE contest_id = :contest", contest_id
    )[0]


def electors(connection: Connection, contest_id: int) -> list[Any]:
    return _rows(
        connection,
        """SELECT e.district, e.number, e.suffix, e.pledged, e.may_vote, e.objects, e.absent, e.door_id, d.walk_id
             FROM elector e LEFT JOIN door d ON d.contest_id = e.contest_id AND d.door_id = e.door_id
            WHERE e.contest_id = :contest AND e.registered""",
        contest_id,
    )


def register_blocks(connection: Connection, contest_id: int) -> list[Any]:
    sql = "SELECT district, block, letters FROM register_block WHERE contest_id = :contest"
    return _rows(connection, sql, contest_id)


def districts(connection: Connection, contest_id: int) -> list[str]:
    sql = "SELECT district FROM polling_district WHERE contest_id = :contest"
    return [row.district for row in _rows(connection, sql, contest_id)]


def places(connection: Connection, contest_id: int) -> list[int]:
    sql = "SELECT place_id FROM polling_place WHERE contest_id = :contest"
    return [row.place_id for row in _rows(connection, sql, contest_id)]


def door_results(connection: Connection, contest_id: int) -> list[Any]:
    return _rows(
        connection,
        """SELECT position, id::text AS id, kind, door_id, electors, withdraws::text AS withdraws FROM door_result
            WHERE contest_id = :contest""",
        contest_id,
    )


def lost_pledges(connection: Connection, contest_id: int) -> list[Any]:
    """Pledges whose door no walk of their polling district reaches: none, unless something went wrong."""
    return _rows(
        connection,
        """SELECT e.district, e.number, e.suffix
             FROM elector e JOIN door d ON d.contest_id = e.contest_id AND d.door_id = e.door_id
             LEFT JOIN walk w ON w.contest_id = d.contest_id AND w.walk_id = d.walk_id AND NOT w.retired
                             AND w.district = e.district
             LEFT JOIN walk_street s ON s.contest_id = w.contest_id AND s.walk_id = w.walk_id AND s.street = d.street
            WHERE e.contest_id = :contest AND e.registered AND e.pledged AND s.walk_id IS NULL""",
        contest_id,
    )


def settled(connection: Connection, contest_id: int) -> list[Any]:
    return _rows(
        connection, "SELECT district, number, suffix FROM settled_at_door WHERE contest_id = :contest", contest_id
    )


def shut(connection: Connection, contest_id: int) -> list[Any]:
    return _rows(connection, "SELECT door_id FROM door_state WHERE contest_id = :contest AND shut", contest_id)


def district_counts(connection: Connection, contest_id: int) -> list[Any]:
    return _rows(connection, "SELECT * FROM district_count WHERE contest_id = :contest", contest_id)


def place_counts(connection: Connection, contest_id: int) -> list[Any]:
    return _rows(connection, "SELECT * FROM place_count WHERE contest_id = :contest", contest_id)


def hour_counts(connection: Connection, contest_id: int) -> list[Any]:
    sql = "SELECT * FROM hour_count WHERE contest_id = :contest AND (marks <> 0 OR pledges <> 0)"
    return _rows(connection, sql, contest_id)


def standing(connection: Connection, contest_id: int) -> list[Any]:
    return _rows(
        connection,
        "SELECT id::text AS id, district, number, suffix FROM standing_mark WHERE contest_id = :contest",
        contest_id,
    )


def doubtful(connection: Connection, contest_id: int) -> list[Any]:
    return _rows(connection, "SELECT id::text AS id FROM doubtful_mark WHERE contest_id = :contest", contest_id)


def newest_lists(connection: Connection, contest_id: int) -> list[Any]:
    return _rows(
        connection,
        """SELECT l.walk_id, l.version, l.position, l.streets,
                  w.retired OR w.arrangement <> l.arrangement AS walk_changed
             FROM knock_up_list l JOIN walk w ON w.contest_id = l.contest_id AND w.walk_id = l.walk_id
            WHERE l.contest_id = :contest
              AND l.version = (SELECT max(version) FROM knock_up_list x
                                WHERE x.contest_id = l.contest_id AND x.walk_id = l.walk_id)""",
        contest_id,
    )


def entries_of(connection: Connection, contest_id: int, people: Collection[int]) -> list[str]:
    """The ids of what these people sent."""
    sql = """SELECT id::text FROM mark WHERE contest_id = :contest AND person_id = ANY(:people) ORDER BY position"""
    return list(connection.execute(text(sql), {"contest": contest_id, "people": list(people)}).scalars())
