"""Where postcodes are."""

from collections.abc import Iterable

from sqlalchemy import Connection, text

from gotv.domain.points import PointRow


def stage(connection: Connection, rows: Iterable[PointRow]) -> None:
    """Put points into a temporary table ``located`` that lives until the transaction ends."""
    connection.execute(text("CREATE TEMP TABLE located (postcode text, east int, north int) ON COMMIT DROP"))
    cursor = connection.connection.cursor()
    with cursor.copy("COPY located FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.close()


def compare(connection: Connection, contest_id: int) -> dict[str, int]:
    """How many of the staged postcodes are new, moved or as they were. Those not staged stay."""
    row = connection.execute(
        text("""
            SELECT count(*) FILTER (WHERE p.postcode IS NULL) AS added,
                   count(*) FILTER (WHERE (p.east, p.north) <> (l.east, l.north)) AS changed,
                   count(*) FILTER (WHERE (p.east, p.north) = (l.east, l.north)) AS unchanged, 0 AS removed
              FROM located l
              LEFT JOIN postcode_point p ON p.contest_id = :contest AND p.postcode = l.postcode
        """),
        {"contest": contest_id},
    ).one()
    return dict(row._mapping)


def apply(connection: Connection, contest_id: int) -> None:
    connection.execute(
        text("""
            INSERT INTO postcode_point (contest_id, postcode, east, north)
            SELECT :contest, postcode, east, north FROM located
            ON CONFLICT (contest_id, postcode) DO UPDATE SET east = excluded.east, north = excluded.north
        """),
        {"contest": contest_id},
    )


def every(connection: Connection, contest_id: int) -> dict[str, tuple[int, int]]:
    rows = connection.execute(
        text("SELECT postcode, east, north FROM postcode_point WHERE contest_id = :contest"), {"contest": contest_id}
    )
    return {row.postcode: (row.east, row.north) for row in rows}
