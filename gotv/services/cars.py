"""Cars that give lifts: who drives for which committee room, and with how many seats."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gotv.domain.lifts import MOST_SEATS, OPEN
from gotv.domain.people import Person
from gotv.errors import Conflict, NotThere, NotYours
from gotv.store import cars as store
from gotv.store import contests, lifts
from gotv.store.database import Database

LONGEST = 120


def seats(number: Any, what: str) -> int:
    """Raises Conflict, naming what was asked, for more than a car holds."""
    if not isinstance(number, int) or not 1 <= number <= MOST_SEATS:
        raise Conflict(f"{what}: write a number from 1 to {MOST_SEATS}.")
    return number


def plain_words(text: Any) -> str:
    """What somebody wrote, without anything that cannot be printed, and not too long."""
    return "".join(one for one in str(text or "") if one.isprintable()).strip()[:LONGEST]


def find_car(connection: Connection, person: Person, car_id: int) -> dict[str, Any]:
    """A car in the person's scope, its seats nobody else's to give just now. Raises NotThere or NotYours."""
    car = store.lock(connection, person.contest_id, car_id)
    if car is None:
        raise NotThere("There is no such car.")
    if not person.sees_room(car["committee_room_id"]):
        raise NotYours("That car belongs to another committee room.")
    return car


def add_car(database: Database, person: Person, room: int, driver: str, phone: str, places: int) -> None:
    """A car that gives lifts for a committee room. Raises Conflict, naming what is missing."""
    name = plain_words(driver)
    if not name:
        raise Conflict("Write who drives.")
    with database.transaction() as connection:
        there = {one["committee_room_id"] for one in contests.rooms(connection, person.contest_id)}
        if room not in there or not person.sees_room(room):
            raise NotYours("That is not a committee room of yours.")
        store.add(connection, person.contest_id, room, name, plain_words(phone), seats(places, "Seats for passengers"))


def drive(database: Database, person: Person, car_id: int, now: datetime, *, off: bool) -> dict[str, Any]:
    """A driver goes home, or is back. Raises Conflict while a lift of theirs is open. Returns the car."""
    with database.transaction() as connection:
        car = find_car(connection, person, car_id)
        busy = [row for row in lifts.of_car(connection, person.contest_id, car_id) if row["state"] in OPEN]
        if off and busy:
            raise Conflict(f"{car['driver']} still has {len(busy)} to drive. Give those to another car first.")
        store.set_off(connection, person.contest_id, car_id, now if off else None)
    return car
