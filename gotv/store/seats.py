"""Seats, their results and outlines, where postcodes are, and the organisation's word on them: the country's tables."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql import insert

from gotv.domain.battlegrounds import Result, Rules, Seat
from gotv.domain.postcodes import OUTCODE, SECTOR, PlaceRow
from gotv.domain.seats import Centre, ResultRow
from gotv.store import tables


def keep_results(connection: Connection, polling_day: date, kind: str, rows: Iterable[ResultRow]) -> None:
    """What was known of the same seats at the same poll is written over."""
    rows = list(rows)
    seats = [{"code": r.code, "name": r.name, "region": r.region, "country": r.country} for r in rows]
    statement = insert(tables.seat)
    # A correction by hand may not know the region.
    told = {name: text(f"coalesce(nullif(excluded.{name}, ''), seat.{name})") for name in ("name", "region", "country")}
    connection.execute(statement.on_conflict_do_update(index_elements=["code"], set_=told), seats)
    results = [
        {
            "code": r.code,
            "polling_day": polling_day,
            "kind": kind,
            "first": r.first,
            "second": r.second,
            "majority": r.majority,
            "valid_votes": r.valid_votes,
            "electorate": r.electorate,
        }
        for r in rows
    ]
    fresh = insert(tables.seat_result)
    columns = {name: fresh.excluded[name] for name in ("first", "second", "majority", "valid_votes", "electorate")}
    key = ["code", "polling_day", "kind"]
    connection.execute(fresh.on_conflict_do_update(index_elements=key, set_=columns), results)


def drop_result(connection: Connection, code: str, polling_day: date, kind: str) -> bool:
    sql = "DELETE FROM seat_result WHERE code = :code AND polling_day = :polling_day AND kind = :kind"
    done = connection.execute(text(sql), {"code": code, "polling_day": polling_day, "kind": kind})
    return bool(done.rowcount)


def keep_centres(connection: Connection, centres: Iterable[Centre]) -> None:
    fresh = insert(tables.seat)
    where = {"lat": fresh.excluded.lat, "lon": fresh.excluded.lon}
    rows = [{"code": one.code, "lat": one.lat, "lon": one.lon} for one in centres]
    connection.execute(fresh.on_conflict_do_update(index_elements=["code"], set_=where), rows)


def keep_outlines(connection: Connection, outlines: Mapping[str, tuple[Any, tuple[float, float]]]) -> None:
    """The outline, and the point inside where none was known."""
    fresh = insert(tables.seat)
    kept = {
        "outline": fresh.excluded.outline,
        "lat": text("coalesce(seat.lat, excluded.lat)"),
        "lon": text("coalesce(seat.lon, excluded.lon)"),
    }
    rows = [
        {"code": code, "outline": outline, "lat": lat, "lon": lon} for code, (outline, (lat, lon)) in outlines.items()
    ]
    connection.execute(fresh.on_conflict_do_update(index_elements=["code"], set_=kept), rows)


def find(connection: Connection, words: str) -> list[tuple[str, str]]:
    """The seats with this code, or whose name is this (in any case): (code, name)."""
    sql = "SELECT code, name FROM seat WHERE code = :words OR lower(name) = lower(:words) ORDER BY code"
    return [(row.code, row.name) for row in connection.execute(text(sql), {"words": words.strip()})]


def newest_general(connection: Connection) -> date | None:
    found: date | None = connection.execute(
        text("SELECT max(polling_day) FROM seat_result WHERE kind = 'general'")
    ).scalar()
    return found


def current(connection: Connection, *, placed: bool = True) -> list[Seat]:
    """The seats of the newest general election, each with its newest result; only those with a place, unless told."""
    rows = connection.execute(
        text("""
            SELECT DISTINCT ON (r.code) s.code, s.name, s.region, s.lat, s.lon,
                   r.polling_day, r.first, r.second, r.majority, r.valid_votes, r.kind
              FROM seat_result r JOIN seat s ON s.code = r.code
             WHERE EXISTS (SELECT FROM seat_result g
                            WHERE g.code = r.code AND g.kind = 'general'
                              AND g.polling_day = (SELECT max(polling_day) FROM seat_result WHERE kind = 'general'))
               AND (s.lat IS NOT NULL OR NOT :placed)
             ORDER BY r.code, r.polling_day DESC, r.kind = 'correction' DESC, r.kind
        """),
        {"placed": placed},
    )
    return [
        Seat(r.code, r.name, r.region, r.lat, r.lon,
             Result(r.polling_day, r.first, r.second, r.majority, r.valid_votes, r.kind))
        for r in rows
    ]  # fmt: skip


def outlines(connection: Connection) -> list[tuple[str, str, Any]]:
    """Of the seats of the newest general election: code, name, outline."""
    rows = connection.execute(
        text("""
            SELECT s.code, s.name, s.outline FROM seat s
             WHERE s.outline IS NOT NULL
               AND EXISTS (SELECT FROM seat_result r
                            WHERE r.code = s.code AND r.kind = 'general'
                              AND r.polling_day = (SELECT max(polling_day) FROM seat_result WHERE kind = 'general'))
             ORDER BY s.code
        """)
    )
    return [(row.code, row.name, row.outline) for row in rows]


def keep_places(connection: Connection, rows: Iterable[PlaceRow]) -> None:
    connection.execute(text("CREATE TEMP TABLE IF NOT EXISTS found_place (LIKE place_point) ON COMMIT DROP"))
    cursor = connection.connection.cursor()
    with cursor.copy("COPY found_place (place, kind, lat, lon) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.close()
    connection.execute(
        text("""
            INSERT INTO place_point (place, kind, lat, lon)
            SELECT DISTINCT ON (place) place, kind, lat, lon FROM found_place
            ON CONFLICT (place) DO UPDATE SET lat = excluded.lat, lon = excluded.lon
        """)
    )
    connection.execute(text("TRUNCATE found_place"))


def keep_parts(connection: Connection) -> None:
    """Sectors and outcodes that no file told: the middle of their postcodes."""
    for kind, cut in ((SECTOR, 2), (OUTCODE, 4)):
        connection.execute(
            text("""
                INSERT INTO place_point (place, kind, lat, lon)
                SELECT left(place, -CAST(:cut AS int)), :kind, avg(lat), avg(lon) FROM place_point
                 WHERE kind = 'unit' GROUP BY 1
                ON CONFLICT (place) DO NOTHING
            """),
            {"cut": cut, "kind": kind},
        )


def parts(connection: Connection) -> dict[str, tuple[float, float]]:
    """Every outcode and sector, (lat, lon)."""
    rows = connection.execute(text("SELECT place, lat, lon FROM place_point WHERE kind <> 'unit'"))
    return {row[0]: (row[1], row[2]) for row in rows}


def unit(connection: Connection, place: str) -> tuple[float, float] | None:
    row = connection.execute(text("SELECT lat, lon FROM place_point WHERE place = :place"), {"place": place}).first()
    return (row[0], row[1]) if row else None


def has_units(connection: Connection) -> bool:
    return bool(connection.execute(text("SELECT EXISTS (SELECT FROM place_point WHERE kind = 'unit')")).scalar())


def rules(connection: Connection) -> tuple[str, int, Rules]:
    """The organisation's name, the version of all this, and what counts as a battleground."""
    row = connection.execute(text("SELECT * FROM organisation")).one()
    named = connection.execute(text("SELECT code, word, why FROM named_seat")).all()
    words, why = {one.code: one.word for one in named}, {one.code: one.why for one in named if one.why}
    return row.name, row.version, Rules(row.party, row.within_pct, row.held, row.targets, words, why)


def version(connection: Connection) -> int:
    found: int = connection.execute(text("SELECT version FROM organisation")).scalar_one()
    return found


def change(connection: Connection, **columns: Any) -> None:
    """Change the organisation's settings; without any, only the version rises, for all to read anew."""
    table = tables.organisation
    connection.execute(table.update().values(version=table.c.version + 1, **columns))


def named(connection: Connection) -> list[dict[str, Any]]:
    """The seats named by hand: ``code``, ``name``, ``word``, ``why``."""
    rows = connection.execute(
        text("""SELECT n.code, s.name, n.word, n.why FROM named_seat n JOIN seat s ON s.code = n.code
                 ORDER BY s.name, n.code""")
    )
    return [dict(row._mapping) for row in rows]


def name_seat(connection: Connection, code: str, word: str, why: str) -> None:
    """Name a seat ``in`` or ``out``; with neither, by the rules again."""
    connection.execute(text("DELETE FROM named_seat WHERE code = :code"), {"code": code})
    if word:
        connection.execute(tables.named_seat.insert().values(code=code, word=word, why=why))
