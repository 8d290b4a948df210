"""The doors of a register and the walks they are laid out in for the first time, or once more."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, text


def new_doors(connection: Connection, contest_id: int) -> list[Any]:
    """Addresses of the staged register (``incoming``) that are no doors yet.

    Rows: district, street, door_order, door, postcode, and the walk that the file gives it.
    """
    return list(
        connection.execute(
            text("""
                SELECT i.district, i.street, min(i.door_order) AS door_order, i.door, i.postcode, max(i.walk) AS walk
                  FROM incoming i
                 WHERE i.change <> 'delete' AND i.street <> ''
                   AND NOT EXISTS (SELECT FROM door d WHERE d.contest_id = :contest AND d.district = i.district
                                    AND d.street = i.street AND d.door = i.door AND d.postcode = i.postcode)
                 GROUP BY i.district, i.street, i.door, i.postcode
            """),
            {"contest": contest_id},
        )
    )


def walked_doors(connection: Connection, contest_id: int) -> list[Any]:
    """Doors that have a walk. Rows: district, street, door_order, walk_id."""
    return list(
        connection.execute(
            text("""SELECT district, street, door_order, walk_id FROM door
                     WHERE contest_id = :contest AND walk_id IS NOT NULL"""),
            {"contest": contest_id},
        )
    )


def add_doors(connection: Connection, contest_id: int, rows: Iterable[tuple[Any, ...]]) -> None:
    """Rows: district, street, door_order, door, postcode, walk_id, place_in_walk.

    A door is never removed: what was said there is to be found again when somebody lives there once more.
    """
    cursor = connection.connection.cursor()
    columns = "contest_id, district, street, door_order, door, postcode, walk_id, place_in_walk"
    with cursor.copy(f"COPY door ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row((contest_id, *row))
    cursor.close()


_THEIRS = """contest_id = :contest
              AND walk_id IN (SELECT walk_id FROM walk WHERE contest_id = :contest AND district = ANY(:districts))"""


def take_apart(connection: Connection, contest_id: int) -> list[Any]:
    """Undo the walks of every district whose walks nobody has touched, printed or walked yet.

    Returns their doors as `new_doors` does, with the door's id at the end and no walk of a file's.
    """
    bind: dict[str, Any] = {"contest": contest_id}
    districts = list(
        connection.execute(
            text("""
                SELECT w.district FROM walk w
                 WHERE w.contest_id = :contest
                 GROUP BY w.district
                HAVING bool_and(w.arrangement = 0 AND NOT w.given AND NOT w.retired
                       AND NOT EXISTS (SELECT FROM knock_up_list l WHERE l.contest_id = :contest
                                        AND l.walk_id = w.walk_id)
                       AND NOT EXISTS (SELECT FROM outing o WHERE o.contest_id = :contest AND o.walk_id = w.walk_id))
            """),
            bind,
        ).scalars()
    )
    bind["districts"] = districts
    doors = connection.execute(
        text(f"""
            SELECT district, street, door_order, door, postcode, '' AS walk, door_id FROM door
             WHERE {_THEIRS} ORDER BY district, street, door_order, door, postcode
        """),
        bind,
    ).all()
    for sql in (
        f"UPDATE door SET walk_id = NULL WHERE {_THEIRS}",
        f"DELETE FROM walk_street WHERE {_THEIRS}",
        "DELETE FROM walk WHERE contest_id = :contest AND district = ANY(:districts)",
    ):
        connection.execute(text(sql), bind)
    return list(doors)


def place_doors(connection: Connection, contest_id: int, placed: Collection[tuple[int, int, int]]) -> None:
    """Give doors that are there a walk and a place in it: (door, walk, place)."""
    connection.execute(
        text("""
            UPDATE door d SET walk_id = p.walk_id, place_in_walk = p.place
              FROM unnest(CAST(:doors AS bigint[]), CAST(:walks AS int[]), CAST(:places AS int[]))
                   AS p(door_id, walk_id, place)
             WHERE d.contest_id = :contest AND d.door_id = p.door_id
        """),
        {
            "contest": contest_id,
            "doors": [door for door, _, _ in placed],
            "walks": [walk for _, walk, _ in placed],
            "places": [place for _, _, place in placed],
        },
    )
