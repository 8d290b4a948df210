"""People, the devices they entered with, and who was revoked."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, text

from gotv.domain.people import Person, Role
from gotv.store import tables

# The contest and the digest of the device's token.
Device = tuple[int, bytes]


def add(connection: Connection, **columns: Any) -> int:
    return int(
        connection.execute(tables.person.insert().values(**columns).returning(tables.person.c.person_id)).scalar_one()
    )


def set_code(connection: Connection, contest_id: int, person_id: int, code_hash: bytes) -> None:
    connection.execute(
        text("UPDATE person SET code_hash = :hash WHERE contest_id = :contest AND person_id = :person"),
        {"contest": contest_id, "person": person_id, "hash": code_hash},
    )


def set_password(connection: Connection, contest_id: int, person_id: int, password_hash: str) -> None:
    connection.execute(
        text("UPDATE person SET password_hash = :hash WHERE contest_id = :contest AND person_id = :person"),
        {"contest": contest_id, "person": person_id, "hash": password_hash},
    )


def find(connection: Connection, contest_id: int, person_id: int) -> tuple[Person, int] | None:
    """A person and the serial of their link."""
    row = connection.execute(
        text("SELECT * FROM person WHERE contest_id = :contest AND person_id = :person"),
        {"contest": contest_id, "person": person_id},
    ).one_or_none()
    return (_person(row), row.serial) if row else None


def lock(connection: Connection, contest_id: int, person_ids: Collection[int]) -> None:
    """Until the transaction ends nobody else sends these people anywhere."""
    connection.execute(
        text("""SELECT FROM person WHERE contest_id = :contest AND person_id = ANY(:people)
                 ORDER BY person_id FOR NO KEY UPDATE"""),
        {"contest": contest_id, "people": list(person_ids)},
    )


def by_code(connection: Connection, contest_id: int, code_hash: bytes) -> Person | None:
    row = connection.execute(
        text("SELECT * FROM person WHERE contest_id = :contest AND code_hash = :hash"),
        {"contest": contest_id, "hash": code_hash},
    ).one_or_none()
    return _person(row) if row else None


def with_password(connection: Connection, contest_id: int, name: str) -> list[tuple[Person, str]]:
    """People of that name who sign in with a password."""
    rows = connection.execute(
        text("""SELECT * FROM person WHERE contest_id = :contest AND lower(name) = lower(:name)
                   AND password_hash IS NOT NULL AND revoked_at IS NULL"""),
        {"contest": contest_id, "name": name},
    )
    return [(_person(row), row.password_hash) for row in rows]


def every(connection: Connection, contest_id: int) -> list[dict[str, Any]]:
    """Everyone invited, with their place, room, link serial and number of devices."""
    rows = connection.execute(
        text("""
            SELECT who.person_id, who.role, who.name, who.place_id, who.committee_room_id, who.valid_on,
                   who.serial, who.opened_at, who.armed_at, who.revoked_at, who.second_step_at,
                   p.name AS place, r.name AS committee_room,
                   p.committee_room_id AS place_room_id,
                   (SELECT count(*) FROM device d WHERE d.contest_id = who.contest_id
                       AND d.person_id = who.person_id AND NOT d.waiting) AS devices
              FROM person who
              LEFT JOIN polling_place p ON p.contest_id = who.contest_id AND p.place_id = who.place_id
              LEFT JOIN committee_room r ON r.contest_id = who.contest_id
                                        AND r.committee_room_id = who.committee_room_id
             WHERE who.contest_id = :contest ORDER BY who.role, p.name, who.name, who.person_id
        """),
        {"contest": contest_id},
    )
    return [dict(row._mapping) for row in rows]


def tellers_at(connection: Connection, contest_id: int, place_id: int) -> list[str]:
    """The names of the tellers who are invited to stand there."""
    rows = connection.execute(
        text("""SELECT DISTINCT name FROM person
                 WHERE contest_id = :contest AND place_id = :place AND role = 'teller' ORDER BY name"""),
        {"contest": contest_id, "place": place_id},
    )
    return list(rows.scalars())


def add_device(
    connection: Connection, contest_id: int, person_id: int, token_hash: bytes, *, waiting: bool = False
) -> None:
    """``waiting``: for its second step."""
    bind = {"contest": contest_id, "person": person_id, "hash": token_hash, "waiting": waiting}
    connection.execute(
        text("""INSERT INTO device (contest_id, token_hash, person_id, waiting)
                VALUES (:contest, :hash, :person, :waiting)"""),
        bind,
    )
    connection.execute(
        text("""UPDATE person SET opened_at = coalesce(opened_at, now())
                 WHERE contest_id = :contest AND person_id = :person AND NOT :waiting"""),
        bind,
    )


def remove_device(connection: Connection, contest_id: int, token_hash: bytes) -> None:
    connection.execute(
        text("DELETE FROM device WHERE contest_id = :contest AND token_hash = :hash"),
        {"contest": contest_id, "hash": token_hash},
    )


def arm(connection: Connection, contest_id: int, person_id: int, now: Any) -> None:
    """Note that the holder of a link has tried it before the day."""
    connection.execute(
        text("UPDATE person SET armed_at = :now WHERE contest_id = :contest AND person_id = :person"),
        {"contest": contest_id, "person": person_id, "now": now},
    )


def by_devices(connection: Connection, devices: Collection[Device]) -> dict[Device, Person]:
    """Who entered with each of these devices, of those who have not been revoked."""
    rows = connection.execute(
        text("""
            SELECT d.token_hash, who.*
              FROM unnest(CAST(:contests AS int[]), CAST(:hashes AS bytea[])) AS asked(contest_id, token_hash)
              JOIN device d ON d.contest_id = asked.contest_id AND d.token_hash = asked.token_hash
              JOIN person who ON who.contest_id = d.contest_id AND who.person_id = d.person_id
             WHERE who.revoked_at IS NULL AND NOT d.waiting
        """),
        {"contests": [contest for contest, _ in devices], "hashes": [token_hash for _, token_hash in devices]},
    )
    return {(row.contest_id, bytes(row.token_hash)): _person(row) for row in rows}


def revoke(connection: Connection, contest_id: int, person_id: int) -> bool:
    """Returns False when there was nobody to revoke."""
    changed = connection.execute(
        text("""UPDATE person SET revoked_at = clock_timestamp(), serial = serial + 1, code_hash = NULL
                 WHERE contest_id = :contest AND person_id = :person AND revoked_at IS NULL"""),
        {"contest": contest_id, "person": person_id},
    )
    return changed.rowcount == 1


def without_anybody(connection: Connection, contest_ids: Collection[int]) -> set[int]:
    """Those of the contests that have nobody yet, or no more."""
    found = text("""SELECT contest_id FROM unnest(CAST(:contests AS int[])) AS asked(contest_id)
                     WHERE NOT EXISTS (SELECT FROM person p WHERE p.contest_id = asked.contest_id)""")
    return set(connection.execute(found, {"contests": list(contest_ids)}).scalars())


def every_revoked(connection: Connection, contest_ids: Collection[int]) -> set[tuple[int, int]]:
    """Contest and person."""
    rows = text("SELECT contest_id, person_id FROM person WHERE contest_id = ANY(:contests) AND revoked_at IS NOT NULL")
    return {(row[0], row[1]) for row in connection.execute(rows, {"contests": list(contest_ids)})}


def revoked(connection: Connection, contest_id: int, person_ids: Collection[int]) -> set[int]:
    """Which of these people may no longer act: revoked, or erased with their contest."""
    return set(
        connection.execute(
            text("""SELECT unnest(CAST(:people AS int[])) EXCEPT
                    SELECT person_id FROM person WHERE contest_id = :contest AND person_id = ANY(:people)
                       AND revoked_at IS NULL"""),
            {"contest": contest_id, "people": list(person_ids)},
        ).scalars()
    )


def _person(row: Any) -> Person:
    return Person(
        contest_id=row.contest_id,
        person_id=row.person_id,
        role=Role(row.role),
        name=row.name,
        place_id=row.place_id,
        committee_room_id=row.committee_room_id,
        valid_on=row.valid_on,
        revoked_at=row.revoked_at,
        second_step=row.second_step_at is not None,
    )
