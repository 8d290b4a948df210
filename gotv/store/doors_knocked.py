"""How many doors were knocked at."""

from datetime import datetime

from sqlalchemy import Connection, text

from gotv.store.planning import each_part_once


def by_room_and_hour(
    connection: Connection, contest_id: int, begins: datetime, ends: datetime
) -> dict[tuple[str, datetime], int]:
    """By committee room and hour: doors where something was found and stands. One person's results at a door count once
    in an hour, however many live there.
    """
    with each_part_once(connection):
        rows = connection.execute(
            text("""
                SELECT room, hour, count(*) AS doors FROM (
                       SELECT DISTINCT m.name AS room, date_trunc('hour', r.at) AS hour, r.door_id, r.person_id
                         FROM door_result r
                         JOIN door d ON d.contest_id = r.contest_id AND d.door_id = r.door_id
                         JOIN polling_district p ON p.contest_id = d.contest_id AND p.district = d.district
                         JOIN committee_room m ON m.contest_id = p.contest_id
                                              AND m.committee_room_id = p.committee_room_id
                        WHERE r.contest_id = :contest AND r.kind <> 'withdraw' AND r.at >= :begins AND r.at < :ends
                          AND NOT EXISTS (SELECT FROM door_result w
                                           WHERE w.contest_id = r.contest_id AND w.withdraws = r.id
                                          OFFSET 0)) AS knocked
                 GROUP BY room, hour ORDER BY room, hour"""),
            {"contest": contest_id, "begins": begins, "ends": ends},
        )
    return {(row.room, row.hour): row.doors for row in rows}
