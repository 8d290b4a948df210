"""Contests, their committee rooms, places, districts and stations."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql import insert

from gotv.domain.contests import Contest
from gotv.store import tables


def create(connection: Connection, **columns: Any) -> int:
    """Add a contest with its ledger at position 0. Returns its id."""
    contest_id = connection.execute(
        tables.contest.insert().values(**columns).returning(tables.contest.c.contest_id)
    ).scalar_one()
    connection.execute(tables.ledger_head.insert().values(contest_id=contest_id))
    return int(contest_id)


def every(connection: Connection) -> list[Contest]:
    rows = connection.execute(tables.contest.select().order_by(tables.contest.c.contest_id))
    return [_contest(row) for row in rows]


def find(connection: Connection, contest_id: int) -> Contest | None:
    row = connection.execute(tables.contest.select().where(tables.contest.c.contest_id == contest_id)).one_or_none()
    return _contest(row) if row else None


def living(connection: Connection, contest_id: int) -> bool:
    """Whether a contest is there and not purged; and it is not until this transaction ends."""
    found = connection.execute(
        text("SELECT purged_at IS NULL FROM contest WHERE contest_id = :contest FOR SHARE"), {"contest": contest_id}
    )
    return bool(found.scalar_one_or_none())


def find_to_change(connection: Connection, contest_id: int) -> Contest | None:
    """As `find`, and nobody else changes it until the transaction ends."""
    statement = tables.contest.select().where(tables.contest.c.contest_id == contest_id).with_for_update()
    row = connection.execute(statement).one_or_none()
    return _contest(row) if row else None


def _contest(row: Any) -> Contest:
    return Contest(
        contest_id=row.contest_id,
        name=row.name,
        polling_day=row.polling_day,
        opens=row.opens,
        closes=row.closes,
        time_zone=row.time_zone,
        voting_age=row.voting_age,
        retention_date=row.retention_date,
        pledge_rule=row.pledge_rule,
        barred_markers=row.barred_markers,
        shows_initials=row.shows_initials,
        knocking_rules=row.knocking_rules,
        rehearsal=row.rehearsal,
        purged_at=row.purged_at,
        seat_code=row.seat_code,
        switched_off=tuple(row.switched_off),
    )


def change(connection: Connection, contest_id: int, **columns: Any) -> None:
    """Change settings of the contest."""
    where = tables.contest.c.contest_id == contest_id
    connection.execute(tables.contest.update().where(where).values(**columns))


def strengths(connection: Connection, contest_id: int) -> list[str]:
    """The strengths that canvass returns name."""
    sql = "SELECT DISTINCT strength FROM canvass_return WHERE contest_id = :contest AND strength <> '' ORDER BY 1 DESC"
    return list(connection.execute(text(sql), {"contest": contest_id}).scalars())


def keep_room(connection: Connection, contest_id: int, name: str) -> int:
    """The committee room of that name, made if there is none."""
    return _keep(connection, tables.committee_room, "committee_room_id", contest_id=contest_id, name=name)


def keep_place(connection: Connection, contest_id: int, room: int, name: str, address: str, postcode: str) -> int:
    """The polling place of that name and postcode, its address and room brought up to date."""
    statement = insert(tables.polling_place).values(
        contest_id=contest_id, name=name, address=address, postcode=postcode, committee_room_id=room
    )
    return int(
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["contest_id", "name", "postcode"],
                set_={"address": address, "committee_room_id": room},
            ).returning(tables.polling_place.c.place_id)
        ).scalar_one()
    )


def keep_district(connection: Connection, contest_id: int, district: str, **columns: Any) -> None:
    """Add a polling district, or change the columns given."""
    statement = insert(tables.polling_district).values(contest_id=contest_id, district=district, **columns)
    connection.execute(statement.on_conflict_do_update(index_elements=["contest_id", "district"], set_=columns))


def keep_station(connection: Connection, contest_id: int, **columns: Any) -> None:
    changed = {k: columns[k] for k in ("first_number", "last_number", "streets")}
    statement = insert(tables.polling_station).values(contest_id=contest_id, **columns)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["contest_id", "place_id", "label", "district"], set_=changed)
    )


def rooms(connection: Connection, contest_id: int) -> list[dict[str, Any]]:
    return _dicts(
        connection.execute(
            text("""SELECT committee_room_id, name FROM committee_room
                     WHERE contest_id = :contest ORDER BY committee_room_id"""),
            {"contest": contest_id},
        )
    )


def places(connection: Connection, contest_id: int) -> list[dict[str, Any]]:
    """Each polling place with the districts that vote there (by its stations, or as their main place)."""
    return _dicts(
        connection.execute(
            text("""
                SELECT p.place_id, p.name, p.address, p.postcode, p.committee_room_id,
                       coalesce(array_agg(DISTINCT v.district) FILTER (WHERE v.district IS NOT NULL), '{}') AS districts
                  FROM polling_place p
                  LEFT JOIN (SELECT contest_id, place_id, district FROM polling_station
                              UNION SELECT contest_id, place_id, district FROM polling_district) v
                         ON v.contest_id = p.contest_id AND v.place_id = p.place_id
                 WHERE p.contest_id = :contest
                 GROUP BY p.contest_id, p.place_id ORDER BY p.name
            """),
            {"contest": contest_id},
        )
    )


def stations(connection: Connection, contest_id: int) -> list[dict[str, Any]]:
    return _dicts(
        connection.execute(
            text("""
                SELECT s.label, s.district, s.first_number, s.last_number, s.streets, p.name, p.address, p.postcode,
                       r.name AS committee_room
                  FROM polling_station s
                  JOIN polling_place p ON p.contest_id = s.contest_id AND p.place_id = s.place_id
                  JOIN committee_room r ON r.contest_id = p.contest_id AND r.committee_room_id = p.committee_room_id
                 WHERE s.contest_id = :contest
            """),
            {"contest": contest_id},
        )
    )


def number_ranges(connection: Connection, contest_id: int, districts: Collection[str]) -> dict[str, dict[str, Any]]:
    """For each of these districts the first and last number on the register, and the numbers that have suffixes."""
    rows = connection.execute(
        text("""
            SELECT district, min(number) AS first, max(number) AS last,
                   coalesce(array_agg(DISTINCT number ORDER BY number) FILTER (WHERE suffix > 0), '{}') AS suffixed
              FROM elector
             WHERE contest_id = :contest AND district = ANY(:districts) AND registered
             GROUP BY district
        """),
        {"contest": contest_id, "districts": list(districts)},
    )
    return {row.district: {"first": row.first, "last": row.last, "suffixed": row.suffixed} for row in rows}


def stations_of(connection: Connection, contest_id: int, place_id: int) -> list[dict[str, Any]]:
    """The stations of one place, with the range of numbers where a district is split."""
    return _dicts(
        connection.execute(
            text("""
                SELECT label, district, first_number AS first, last_number AS last FROM polling_station
                 WHERE contest_id = :contest AND place_id = :place ORDER BY label, district
            """),
            {"contest": contest_id, "place": place_id},
        )
    )


def numbered_stations(connection: Connection, contest_id: int) -> list[tuple[int, str, int, int]]:
    """Place, district, first and last number of each station that has a range."""
    rows = connection.execute(
        text("""
            SELECT place_id, district, first_number, last_number FROM polling_station
             WHERE contest_id = :contest AND first_number IS NOT NULL AND last_number IS NOT NULL
             ORDER BY district, first_number
        """),
        {"contest": contest_id},
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def registered_districts(connection: Connection, contest_id: int) -> frozenset[str]:
    """The districts that have electors."""
    rows = connection.execute(
        text("SELECT district FROM district_count WHERE contest_id = :contest AND electors > 0"),
        {"contest": contest_id},
    )
    return frozenset(rows.scalars())


def districts(connection: Connection, contest_id: int) -> list[str]:
    """The districts of the contest, in their own spelling."""
    return list(
        connection.execute(
            text("SELECT district FROM polling_district WHERE contest_id = :contest ORDER BY district"),
            {"contest": contest_id},
        ).scalars()
    )


def _keep(connection: Connection, table: Any, key: str, **columns: Any) -> int:
    connection.execute(insert(table).values(**columns).on_conflict_do_nothing())
    where = [table.c[name] == value for name, value in columns.items()]
    return int(connection.execute(table.select().where(*where).with_only_columns(table.c[key])).scalar_one())


def _dicts(rows: Any) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in rows]


def place_name(connection: Connection, contest_id: int, place_id: int | None) -> str:
    """The name of a polling place, or '' if there is none."""
    sql = "SELECT name FROM polling_place WHERE contest_id = :contest AND place_id = :place"
    return connection.execute(text(sql), {"contest": contest_id, "place": place_id}).scalar_one_or_none() or ""
