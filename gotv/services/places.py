"""The polling places and committee rooms a person may choose from."""

from typing import Any

from gotv.domain.people import Person
from gotv.store import contests
from gotv.store.database import Database


def every_place(database: Database, contest_id: int) -> list[dict[str, Any]]:
    with database.snapshot() as connection:
        return contests.places(connection, contest_id)


def every_room(database: Database, contest_id: int) -> list[dict[str, Any]]:
    with database.snapshot() as connection:
        return contests.rooms(connection, contest_id)


def places_and_rooms(database: Database, person: Person) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    with database.snapshot() as connection:
        places = contests.places(connection, person.contest_id)
        rooms = contests.rooms(connection, person.contest_id)
    return (
        [place for place in places if person.sees_room(place["committee_room_id"])],
        [room for room in rooms if person.sees_room(room["committee_room_id"])],
    )
