"""Electors: staged from a file, compared with what is there, brought up to date."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, text

_STAGE = """
    CREATE TEMP TABLE incoming (
        file_row int, change text, district text, number int, suffix int, marker text, surname text, forename text,
        attains_on date, address text[], postcode text, street text, door text, door_order text,
        may_vote boolean, walk text
    ) ON COMMIT DROP
"""
_FIELDS = (
    "marker",
    "surname",
    "forename",
    "attains_on",
    "address",
    "postcode",
    "street",
    "door",
    "door_order",
    "may_vote",
)
_SAME_KEY = "e.district = i.district AND e.number = i.number AND e.suffix = i.suffix"
_SAME = " AND ".join(f"e.{name} IS NOT DISTINCT FROM i.{name}" for name in _FIELDS)


def stage(connection: Connection, rows: Iterable[Sequence[Any]]) -> None:
    """Put rows into a temporary table ``incoming`` that lives until the transaction ends."""
    connection.execute(text(_STAGE))
    cursor = connection.connection.cursor()
    with cursor.copy("COPY incoming FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.close()
    connection.execute(text("CREATE INDEX ON incoming (district, number, suffix)"))
    connection.execute(text("ANALYZE incoming"))


def compare(connection: Connection, contest_id: int, *, whole: bool) -> dict[str, int]:
    """How many electors the staged rows would add, change, leave and remove.

    A whole register removes those it does not list, in the districts it holds and nowhere else.
    """
    row = connection.execute(
        text(f"""
            SELECT count(*) FILTER (WHERE NOT gone AND NOT there) AS added,
                   count(*) FILTER (WHERE NOT gone AND there AND NOT same) AS changed,
                   count(*) FILTER (WHERE NOT gone AND there AND same) AS unchanged,
                   count(*) FILTER (WHERE gone AND there) AS removed
              FROM (SELECT i.change = 'delete' AS gone, e.elector_id IS NOT NULL AS there, {_SAME} AS same
                      FROM incoming i
                      LEFT JOIN elector e ON e.contest_id = :contest AND e.registered AND {_SAME_KEY}) x
        """),
        {"contest": contest_id},
    ).one()
    counts = dict(row._mapping)
    if whole:
        counts["removed"] += connection.execute(
            text(f"SELECT count(*) FROM elector e WHERE {_UNLISTED}"), {"contest": contest_id}
        ).scalar_one()
    return counts


_UNLISTED = f"""
    e.contest_id = :contest AND e.registered
    AND e.district IN (SELECT DISTINCT district FROM incoming)
    AND NOT EXISTS (SELECT FROM incoming i WHERE {_SAME_KEY})
"""


def not_known(connection: Connection, contest_id: int) -> list[Any]:
    """Staged deletions and amendments of electors who are not there: file row and number."""
    return list(
        connection.execute(
            text(f"""
                SELECT i.file_row, i.district, i.number, i.suffix, i.change FROM incoming i
                 WHERE i.change IN ('delete', 'amend')
                   AND NOT EXISTS (SELECT FROM elector e WHERE e.contest_id = :contest AND e.registered AND {_SAME_KEY})
            """),
            {"contest": contest_id},
        )
    )


def keep_districts(connection: Connection, contest_id: int, room: int) -> None:
    """Every staged polling district is there; a new one belongs to this committee room."""
    connection.execute(
        text("""
            INSERT INTO polling_district (contest_id, district, committee_room_id)
            SELECT DISTINCT :contest, district, :room FROM incoming WHERE change <> 'delete'
            ON CONFLICT DO NOTHING
        """),
        {"contest": contest_id, "room": room},
    )


def apply(connection: Connection, contest_id: int, *, whole: bool) -> None:
    """Bring the electors up to date with the staged rows. Nobody is deleted: they leave the register.

    Their doors and polling districts must be there.
    """
    bind = {"contest": contest_id}
    names = ", ".join(_FIELDS)
    connection.execute(
        text(f"""
            INSERT INTO elector AS e (contest_id, district, number, suffix, registered, door_id, {names})
            SELECT :contest, i.district, i.number, i.suffix, true, d.door_id, {", ".join(f"i.{n}" for n in _FIELDS)}
              FROM incoming i
              LEFT JOIN door d ON d.contest_id = :contest AND d.district = i.district AND d.street = i.street
                              AND d.door = i.door AND d.postcode = i.postcode AND i.street <> ''
             WHERE i.change <> 'delete'
            ON CONFLICT (contest_id, district, number, suffix) DO UPDATE
               SET registered = true, door_id = excluded.door_id,
                   {", ".join(f"{name} = excluded.{name}" for name in _FIELDS)}
             WHERE NOT e.registered OR ({", ".join(f"e.{name}" for name in _FIELDS)})
                   IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in _FIELDS)})
        """),
        bind,
    )
    connection.execute(
        text(f"""UPDATE elector e SET registered = false FROM incoming i
                  WHERE e.contest_id = :contest AND e.registered AND i.change = 'delete' AND {_SAME_KEY}"""),
        bind,
    )
    if whole:
        connection.execute(text(f"UPDATE elector e SET registered = false WHERE {_UNLISTED}"), bind)


def refresh_statistics(connection: Connection) -> None:
    """Tell the planner at once what a large import has changed: it would choose its ways by an empty table else."""
    connection.execute(text("ANALYZE elector, canvass_return, door, polling_district"))


# Absent voters and canvass returns are staged as well, keyed by number.


def stage_numbers(connection: Connection, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    """A temporary table ``called`` of (district, number, suffix) and the columns given (``name type, ...``)."""
    connection.execute(
        text(f"CREATE TEMP TABLE called (district text, number int, suffix int, {columns}) ON COMMIT DROP")
    )
    cursor = connection.connection.cursor()
    with cursor.copy("COPY called FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.close()


_CALLED = "e.district = i.district AND e.number = i.number AND e.suffix = i.suffix AND e.registered"


def called_but_unknown(connection: Connection, contest_id: int) -> set[tuple[str, int, int]]:
    """Staged numbers that no registered elector has."""
    rows = connection.execute(
        text(f"""SELECT i.district, i.number, i.suffix FROM called i
                  WHERE NOT EXISTS (SELECT FROM elector e WHERE e.contest_id = :contest AND {_CALLED})"""),
        {"contest": contest_id},
    )
    return {tuple(row) for row in rows}


_NO_LONGER_ABSENT = f"""
    e.contest_id = :contest AND e.absent <> '' AND e.district IN (SELECT DISTINCT district FROM called)
    AND NOT EXISTS (SELECT FROM called i WHERE {_CALLED})
"""


def compare_absent(connection: Connection, contest_id: int, *, whole: bool) -> dict[str, int]:
    counts = dict(
        connection.execute(
            text(f"""
                SELECT count(*) FILTER (WHERE e.absent = '') AS added,
                       count(*) FILTER (WHERE e.absent <> '' AND e.absent <> i.absent) AS changed,
                       count(*) FILTER (WHERE e.absent = i.absent) AS unchanged, 0 AS removed
                  FROM called i JOIN elector e ON e.contest_id = :contest AND {_CALLED}
            """),
            {"contest": contest_id},
        )
        .one()
        ._mapping
    )
    if whole:
        counts["removed"] = connection.execute(
            text(f"SELECT count(*) FROM elector e WHERE {_NO_LONGER_ABSENT}"), {"contest": contest_id}
        ).scalar_one()
    return counts


def apply_absent(connection: Connection, contest_id: int, *, whole: bool) -> None:
    bind = {"contest": contest_id}
    if whole:
        connection.execute(text(f"UPDATE elector e SET absent = '' WHERE {_NO_LONGER_ABSENT}"), bind)
    connection.execute(
        text(f"""UPDATE elector e SET absent = i.absent FROM called i
                  WHERE e.contest_id = :contest AND {_CALLED} AND e.absent <> i.absent"""),
        bind,
    )


_RETURN_FIELDS = ("contacted_at", "intention", "strength", "wants_lift")
_SAME_RETURN = " AND ".join(f"c.{name} IS NOT DISTINCT FROM i.{name}" for name in _RETURN_FIELDS)


def _is_newer(new: str) -> str:
    """An objection alone ('') is no answer, and an answer from an older file gives way to the one we have."""
    return f"""({new}.intention <> '' AND (c.intention = '' OR c.contacted_at IS NULL
                OR coalesce({new}.contacted_at >= c.contacted_at, false)))"""


_CHANGED = f"({_is_newer('i')} AND NOT ({_SAME_RETURN}) OR i.objects AND NOT e.objects)"


def compare_returns(connection: Connection, contest_id: int) -> dict[str, int]:
    return dict(
        connection.execute(
            text(f"""
                SELECT count(*) FILTER (WHERE c.elector_id IS NULL) AS added,
                       count(*) FILTER (WHERE c.elector_id IS NOT NULL AND {_CHANGED}) AS changed,
                       count(*) FILTER (WHERE c.elector_id IS NOT NULL AND NOT {_CHANGED}) AS unchanged, 0 AS removed
                  FROM called i JOIN elector e ON e.contest_id = :contest AND {_CALLED}
                  LEFT JOIN canvass_return c ON c.contest_id = e.contest_id AND c.elector_id = e.elector_id
            """),
            {"contest": contest_id},
        )
        .one()
        ._mapping
    )


def apply_returns(connection: Connection, contest_id: int) -> None:
    """Keep the latest answers; an objection, once there, is never taken back by a file."""
    bind = {"contest": contest_id}
    names = ", ".join(_RETURN_FIELDS)
    connection.execute(
        text(f"""
            INSERT INTO canvass_return AS c (contest_id, elector_id, {names})
            SELECT :contest, e.elector_id, {", ".join(f"i.{name}" for name in _RETURN_FIELDS)}
              FROM called i JOIN elector e ON e.contest_id = :contest AND {_CALLED}
            ON CONFLICT (contest_id, elector_id) DO UPDATE
               SET {", ".join(f"{name} = excluded.{name}" for name in _RETURN_FIELDS)}
             WHERE {_is_newer("excluded")}
        """),
        bind,
    )
    connection.execute(
        text(f"""UPDATE elector e SET objects = true FROM called i
                  WHERE e.contest_id = :contest AND {_CALLED} AND i.objects AND NOT e.objects"""),
        bind,
    )


def apply_pledge_rule(
    connection: Connection, contest_id: int, codes: Sequence[str], strengths: Sequence[str], *, unrated: bool
) -> int:
    """Set who is a pledge by the contest's rule. Returns how many electors changed."""
    return connection.execute(
        text("""
            UPDATE elector e SET pledged = r.pledged
              FROM (SELECT c.elector_id, lower(c.intention) = ANY(:codes)
                           AND CASE WHEN c.strength = '' THEN :unrated
                                    ELSE cardinality(CAST(:strengths AS text[])) = 0 OR c.strength = ANY(:strengths)
                               END AS pledged
                      FROM canvass_return c WHERE c.contest_id = :contest) r
             WHERE e.contest_id = :contest AND e.elector_id = r.elector_id AND e.pledged <> r.pledged
        """),
        {"contest": contest_id, "codes": list(codes), "strengths": list(strengths), "unrated": unrated},
    ).rowcount
