"""Lifts to the poll: asked for, given a car, followed until everybody is home again; each step can be undone."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection

from gotv.domain.contests import Contest
from gotv.domain.elector_numbers import NotANumber, read_elector_number
from gotv.domain.lifts import (
    MAY_HAVE_A_CAR,
    OPEN,
    WORDS,
    Lift,
    State,
    driver_words,
    is_late,
    steps_from,
    taken_seats,
)
from gotv.domain.people import Person
from gotv.errors import Conflict, NotThere, NotYours
from gotv.services.cars import find_car, plain_words, seats
from gotv.store import contests, lifts
from gotv.store.database import Database


def lifts_and_cars(database: Database, contest: Contest, person: Person, now: datetime) -> dict[str, Any]:
    """In the person's scope: ``lifts`` still open, soonest first; ``ended`` ones; ``cars``, ``rooms``, ``places``."""
    scope = person.contest_id, person.committee_room_id
    with database.snapshot() as connection:
        found = lifts.of_room(connection, *scope)
        cars = lifts.cars(connection, *scope)
        waiting = [row["door_id"] for row in found if row["door_id"]]
        wanted = lifts.still_wanted(connection, person.contest_id, waiting)
        rooms = contests.rooms(connection, person.contest_id)
        places = contests.places(connection, person.contest_id)
    shown = [row | _shown(row, found, cars, contest, now, wanted) for row in found]
    return {
        "lifts": [row for row in shown if row["state"] in OPEN],
        "ended": sorted(
            (row for row in shown if row["state"] not in OPEN), key=lambda r: r["changed_at"], reverse=True
        ),
        "cars": cars,
        "rooms": [room for room in rooms if person.sees_room(room["committee_room_id"])],
        "places": [place for place in places if person.sees_room(place["committee_room_id"])],
    }


def _shown(
    row: dict[str, Any],
    every: list[dict[str, Any]],
    cars: list[dict[str, Any]],
    contest: Contest,
    now: datetime,
    wanted: set[int],
) -> dict[str, Any]:
    """What the page says of one lift besides its row."""
    one = _lift(row)
    clock = f"{contest.local(row['wanted_at']):%H:%M}" if row["wanted_at"] else ""
    return {
        "words": WORDS[one.state],
        "clock": clock,
        "late": is_late(one, now),
        "steps": {str(state): words for state, words in steps_from(one).items()},
        "marked": row["door_id"] is not None and row["door_id"] not in wanted,
        "text": driver_words(one, clock, row["address"], row["place"] or "", row["note"]),
        "may_have_a_car": one.state in MAY_HAVE_A_CAR,
        "cars": [
            car | {"free": car["seats"] - taken_seats(_lifts_of(car["car_id"], every), one)}
            for car in cars
            if car["off_at"] is None
            and car["committee_room_id"] == row["committee_room_id"]
            and car["car_id"] != row["car_id"]
        ],
    }


def _lifts_of(car_id: int, rows: list[dict[str, Any]]) -> list[Lift]:
    return [_lift(row) for row in rows if row["car_id"] == car_id]


def _lift(row: Mapping[str, Any]) -> Lift:
    return Lift(
        lift_id=row["lift_id"],
        state=State(row["state"]),
        passengers=row["passengers"],
        asked_at=row["asked_at"],
        wanted_at=row["wanted_at"],
        both_ways=row["both_ways"],
    )


def ask(
    database: Database, contest: Contest, person: Person, lift_id: str, told: Mapping[str, Any], now: datetime
) -> bool:
    """Ask for a lift for somebody who rang up. False if this form was sent before.

    ``told``: ``number`` (the elector's, if known), or ``address`` with ``place_id``; ``at`` as ``HH:MM`` or empty;
    ``passengers``, ``both_ways``, ``note``. Raises Conflict, naming what is missing.
    """
    with database.transaction() as connection:
        where = _where(connection, person, told)
        return lifts.add(
            connection,
            person.contest_id,
            lift_id,
            **where,
            passengers=seats(told.get("passengers"), "People"),
            wanted_at=wanted_at(str(told.get("at") or ""), contest, now),
            both_ways=bool(told.get("both_ways")),
            note=plain_words(told.get("note")),
            by=person.name,
            now=now,
        )


def _where(connection: Connection, person: Person, told: Mapping[str, Any]) -> dict[str, Any]:
    """The door of the elector named, or else the address told with its committee room."""
    if number := str(told.get("number") or "").strip():
        try:
            found = read_elector_number(number, "", contests.districts(connection, person.contest_id))
        except NotANumber as why:
            raise Conflict(str(why)) from None
        home = lifts.door_of(connection, person.contest_id, found)
        if home is None or home["door_id"] is None:
            raise Conflict(f"No address is known for {found}. Write the address instead.")
        if not person.sees_room(home["committee_room_id"]):
            raise NotYours(f"{found} belongs to another committee room. Tell them.")
        return {"room": home["committee_room_id"], "door": home["door_id"], "address": "", "place": None}
    address = plain_words(told.get("address"))
    if not address:
        raise Conflict("Write the elector's number, or the address to fetch them from.")
    places = {place["place_id"]: place["committee_room_id"] for place in contests.places(connection, person.contest_id)}
    place = told.get("place_id")
    room = places.get(place) if place else person.committee_room_id
    if room is None:
        raise Conflict("Choose the polling place they vote at.")
    if not person.sees_room(room):
        raise NotYours("That polling place belongs to another committee room. Tell them.")
    return {"room": room, "door": None, "address": address, "place": place or None}


def wanted_at(text: str, contest: Contest, now: datetime) -> datetime | None:
    """A time of polling day, or None for as soon as can be. Raises Conflict for one that is no time, or past."""
    if not text.strip():
        return None
    try:
        clock = time.fromisoformat(text.strip().zfill(5)).replace(tzinfo=None)
    except ValueError:
        raise Conflict(f"{text.strip()[:20]!r} is no time. Write it as 14:30, or leave it empty.") from None
    at = contest.at(clock)
    if at < now - timedelta(minutes=5):
        raise Conflict(f"{text.strip()} is past. Leave the time empty for as soon as can be.")
    if at >= contest.at(contest.closes):
        raise Conflict(f"The poll closes at {contest.closes:%H:%M}: choose an earlier time.")
    return at


def give_car(database: Database, person: Person, lift_id: str, seen: int, car_id: int, now: datetime) -> dict[str, Any]:
    """Give a lift a car, or another one. Raises Conflict when somebody was quicker or it is full. Returns the car."""
    with database.transaction() as connection:
        lift = _find(connection, person, lift_id, seen)
        if State(lift["state"]) not in MAY_HAVE_A_CAR:
            raise Conflict(f"This lift: {WORDS[State(lift['state'])]}. It takes no other car.")
        car = find_car(connection, person, car_id)
        if car["off_at"]:
            raise Conflict(f"{car['driver']} does not drive any more. Give another car.")
        others = [_lift(row) for row in lifts.of_car(connection, person.contest_id, car_id)]
        taken = taken_seats(others, _lift(lift))
        if taken + lift["passengers"] > car["seats"]:
            raise Conflict(
                f"{car['driver']} has {car['seats']} seats, {taken} of them taken at that time. Give another car."
            )
        lifts.change(connection, person.contest_id, lift, person.name, now, state=State.ASSIGNED, car_id=car_id)
    return car


def step(database: Database, person: Person, lift_id: str, seen: int, state: str, now: datetime) -> dict[str, Any]:
    """Take a lift to its next state. Raises Conflict when it has moved meanwhile, saying who did what. Returns it."""
    with database.transaction() as connection:
        lift = _find(connection, person, lift_id, seen)
        if state not in steps_from(_lift(lift)):
            raise Conflict(f"This lift: {WORDS[State(lift['state'])]}. That does not come next.")
        lifts.change(connection, person.contest_id, lift, person.name, now, state=State(state), car_id=lift["car_id"])
    return lift | {"words": WORDS[State(state)]}


def undo(database: Database, person: Person, lift_id: str, seen: int, now: datetime) -> dict[str, Any]:
    """Back to what the lift was before its last change. Raises Conflict when there was none. Returns it."""
    with database.transaction() as connection:
        lift = _find(connection, person, lift_id, seen)
        last = lifts.last_step(connection, person.contest_id, lift_id, lift["step"])
        if last is None:
            raise Conflict("There is nothing to undo.")
        lifts.change(
            connection, person.contest_id, lift, person.name, now, state=State(last["was"]), car_id=last["was_car_id"]
        )
    return lift | {"words": WORDS[State(last["was"])]}


def _find(connection: Connection, person: Person, lift_id: str, seen: int) -> dict[str, Any]:
    lift = lifts.find(connection, person.contest_id, lift_id)
    if lift is None:
        raise NotThere("There is no such lift.")
    if not person.sees_room(lift["committee_room_id"]):
        raise NotYours("That lift belongs to another committee room.")
    if lift["step"] != seen:
        car = f" (car: {lift['driver']})" if lift["driver"] else ""
        raise Conflict(f"{lift['changed_by']} was quicker. This lift: {WORDS[State(lift['state'])]}{car}.")
    return lift
