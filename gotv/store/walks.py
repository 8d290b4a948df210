"""Walks and their doors: which door belongs to which walk, and in what order it is walked."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, text


def named(connection: Connection, contest_id: int, district: str, name: str) -> int | None:
    """The walk of that name in a district, if it is walked."""
    return connection.execute(
        text("""SELECT walk_id FROM walk WHERE contest_id = :contest AND district = :district AND name = :name
                   AND NOT retired"""),
        {"contest": contest_id, "district": district, "name": name},
    ).scalar_one_or_none()


def number_in_district(connection: Connection, contest_id: int, district: str) -> int:
    return int(
        connection.execute(
            text("SELECT count(*) FROM walk WHERE contest_id = :contest AND district = :district"),
            {"contest": contest_id, "district": district},
        ).scalar_one()
    )


def add(connection: Connection, contest_id: int, district: str, name: str, *, given: bool = False) -> int:
    return int(
        connection.execute(
            text("""INSERT INTO walk (contest_id, district, name, given)
                    VALUES (:contest, :district, :name, :given)
                    RETURNING walk_id"""),
            {"contest": contest_id, "district": district, "name": name, "given": given},
        ).scalar_one()
    )


def find(connection: Connection, contest_id: int, walk_id: int, *, retired: bool = False) -> dict[str, Any] | None:
    """A walk with its committee room and polling place: one that is walked, or (``retired``) was."""
    row = connection.execute(
        text("""
            SELECT w.walk_id, w.name, w.district, d.committee_room_id, r.name AS committee_room, p.name AS place
              FROM walk w
              JOIN polling_district d ON d.contest_id = w.contest_id AND d.district = w.district
              JOIN committee_room r ON r.contest_id = d.contest_id AND r.committee_room_id = d.committee_room_id
              LEFT JOIN polling_place p ON p.contest_id = d.contest_id AND p.place_id = d.place_id
             WHERE w.contest_id = :contest AND w.walk_id = :walk AND (:retired OR NOT w.retired)
        """),
        {"contest": contest_id, "walk": walk_id, "retired": retired},
    ).one_or_none()
    return dict(row._mapping) if row else None


def of_district(connection: Connection, contest_id: int, district: str) -> list[dict[str, Any]]:
    rows = connection.execute(
        text("""SELECT walk_id, name FROM walk WHERE contest_id = :contest AND district = :district AND NOT retired
                 ORDER BY walk_id"""),
        {"contest": contest_id, "district": district},
    )
    return [dict(row._mapping) for row in rows]


def streets(connection: Connection, contest_id: int, walk_id: int) -> list[dict[str, Any]]:
    """The streets of a walk in the order walked, with how many doors and electors."""
    rows = connection.execute(
        text("""
            SELECT s.street, s.place, s.backwards, count(DISTINCT d.door_id) AS doors, count(e.elector_id) AS electors
              FROM walk_street s
              LEFT JOIN door d ON d.contest_id = s.contest_id AND d.walk_id = s.walk_id AND d.street = s.street
              LEFT JOIN elector e ON e.contest_id = d.contest_id AND e.door_id = d.door_id AND e.registered
             WHERE s.contest_id = :contest AND s.walk_id = :walk
             GROUP BY s.street, s.place, s.backwards ORDER BY s.place, s.street
        """),
        {"contest": contest_id, "walk": walk_id},
    )
    return [dict(row._mapping) for row in rows]


def doors(connection: Connection, contest_id: int, walk_id: int) -> list[dict[str, Any]]:
    """The doors of a walk in the order walked."""
    rows = connection.execute(
        text("""SELECT door_id, street, door, postcode, place_in_walk, wish FROM door
                 WHERE contest_id = :contest AND walk_id = :walk ORDER BY place_in_walk, door_id"""),
        {"contest": contest_id, "walk": walk_id},
    )
    return [dict(row._mapping) for row in rows]


def give_doors(connection: Connection, contest_id: int, walk_id: int, door_ids: Collection[int]) -> None:
    connection.execute(
        text("UPDATE door SET walk_id = :walk WHERE contest_id = :contest AND door_id = ANY(:doors)"),
        {"contest": contest_id, "walk": walk_id, "doors": list(door_ids)},
    )


def set_streets(
    connection: Connection, contest_id: int, walk_id: int, order: Sequence[str], backwards: Collection[str] = ()
) -> None:
    """The streets of a walk, in the order to walk them."""
    bind = {"contest": contest_id, "walk": walk_id}
    connection.execute(text("DELETE FROM walk_street WHERE contest_id = :contest AND walk_id = :walk"), bind)
    connection.execute(
        text("""INSERT INTO walk_street (contest_id, walk_id, street, place, backwards)
                SELECT :contest, :walk, s, n, s = ANY(CAST(:backwards AS text[]))
                  FROM unnest(CAST(:streets AS text[])) WITH ORDINALITY AS o(s, n)"""),
        {**bind, "streets": list(order), "backwards": list(backwards)},
    )


def number_doors(connection: Connection, contest_id: int, walk_ids: Collection[int]) -> None:
    """Give each door its place in its walk: by street as the walk has them, by house within."""
    connection.execute(
        text("""
            UPDATE door d SET place_in_walk = n.place
              FROM (SELECT door_id, row_number() OVER (PARTITION BY walk_id ORDER BY street_place, street,
                           CASE WHEN backwards THEN -in_street ELSE in_street END) AS place
                      FROM (SELECT d.door_id, d.walk_id, d.street, s.place AS street_place, s.backwards,
                                   row_number() OVER (PARTITION BY d.walk_id, d.street
                                       ORDER BY d.door_order COLLATE "C", d.door COLLATE "C", d.postcode) AS in_street
                              FROM door d
                              LEFT JOIN walk_street s ON s.contest_id = d.contest_id AND s.walk_id = d.walk_id
                                                     AND s.street = d.street
                             WHERE d.contest_id = :contest AND d.walk_id = ANY(:walks)) x) n
             WHERE d.contest_id = :contest AND d.door_id = n.door_id AND d.place_in_walk <> n.place
        """),
        {"contest": contest_id, "walks": list(walk_ids)},
    )


def retire(connection: Connection, contest_id: int, walk_id: int) -> None:
    connection.execute(
        text("UPDATE walk SET retired = true WHERE contest_id = :contest AND walk_id = :walk"),
        {"contest": contest_id, "walk": walk_id},
    )


def touch(connection: Connection, contest_id: int, walk_ids: Collection[int]) -> None:
    """Their lists are to be made anew, also one that is being made just now."""
    connection.execute(
        text("UPDATE walk SET arrangement = arrangement + 1 WHERE contest_id = :contest AND walk_id = ANY(:walks)"),
        {"contest": contest_id, "walks": list(walk_ids)},
    )


def lock(connection: Connection, contest_id: int, district: str | None) -> None:
    """Whoever arranges walks of a polling district (None: of any) does so alone; makers of lists wait, too."""
    connection.execute(
        text("""SELECT FROM walk WHERE contest_id = :contest
                   AND (CAST(:district AS text) IS NULL OR district = :district)
                 ORDER BY walk_id FOR NO KEY UPDATE"""),
        {"contest": contest_id, "district": district},
    )


def set_wish(connection: Connection, contest_id: int, walk_id: int, door_id: int, wish: str) -> bool:
    return (
        connection.execute(
            text("""UPDATE door SET wish = :wish
                     WHERE contest_id = :contest AND walk_id = :walk AND door_id = :door"""),
            {"contest": contest_id, "walk": walk_id, "door": door_id, "wish": wish},
        ).rowcount
        == 1
    )
