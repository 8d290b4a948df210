"""Lifts to the poll: given a car, followed until everybody is home again; each step can be undone."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection

from gotv.domain.contests import Contest
from gotv.domain.lifts import (
    ABOARD,
    MAY_HAVE_A_CAR,
    ON_THE_ROAD,
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
from gotv.services.cars import find_car
from gotv.store import cars, contests, lifts
from gotv.store.database import Database

# A lift called off while a car was on its way stays in sight so long: somebody must tell the driver.
JUST_CANCELLED = timedelta(minutes=30)
NEWEST = 50


def lifts_and_cars(database: Database, contest: Contest, person: Person, now: datetime) -> dict[str, Any]:
    """In the person's scope: open ``lifts``, soonest first; the newest ``ended``; ``cars``, ``rooms``, ``places``."""
    with database.snapshot() as connection:
        found = lifts.of_room(connection, person.contest_id, person.committee_room_id, now - JUST_CANCELLED, NEWEST)
        driving = cars.of_room(connection, person.contest_id, person.committee_room_id)
        rooms = contests.rooms(connection, person.contest_id)
        places = contests.places(connection, person.contest_id)
    by_car: dict[int, list[Lift]] = {}
    for row in found:
        by_car.setdefault(row["car_id"] or 0, []).append(_lift(row))
    shown = [row | _shown(row, contest, now) for row in found]
    for row in shown:
        row["cars"] = _cars_for(row, driving, by_car, now) if row["may_have_a_car"] else []
    return {
        "lifts": [row for row in shown if row["open"]],
        "ended": sorted((row for row in shown if not row["open"]), key=itemgetter("changed_at"), reverse=True),
        "cars": driving,
        "rooms": [room for room in rooms if person.sees_room(room["committee_room_id"])],
        "places": [place for place in places if person.sees_room(place["committee_room_id"])],
    }


def _shown(row: dict[str, Any], contest: Contest, now: datetime) -> dict[str, Any]:
    """What the page says of one lift besides its row."""
    one = _lift(row)
    clock = f"{contest.local(row['wanted_at']):%H:%M}" if row["wanted_at"] else ""
    call_back = one.state is State.CANCELLED and row["driver"]
    return {
        "words": f"cancelled by {row['changed_by']}: tell {row['driver']}" if call_back else WORDS[one.state],
        "clock": clock,
        "late": is_late(one, now),
        "steps": {str(state): words for state, words in steps_from(one).items()},
        "text": driver_words(one, clock, row["address"], row["place"] or "", row["note"]),
        "may_have_a_car": one.state in MAY_HAVE_A_CAR,
    }


def _cars_for(
    row: dict[str, Any], driving: list[dict[str, Any]], by_car: dict[int, list[Lift]], now: datetime
) -> list[dict[str, Any]]:
    """The other cars of the room that still drive, each with its ``free`` seats then."""
    return [
        car | {"free": car["seats"] - taken_seats(by_car.get(car["car_id"], ()), _lift(row), now)}
        for car in driving
        if car["off_at"] is None
        and car["committee_room_id"] == row["committee_room_id"]
        and car["car_id"] != row["car_id"]
    ]


def _lift(row: Mapping[str, Any]) -> Lift:
    return Lift(
        lift_id=row["lift_id"],
        state=State(row["state"]),
        passengers=row["passengers"],
        asked_at=row["asked_at"],
        wanted_at=row["wanted_at"],
        both_ways=row["both_ways"],
    )


def give_car(database: Database, person: Person, lift_id: str, seen: int, car_id: int, now: datetime) -> dict[str, Any]:
    """Give a lift a car, or another one. Raises Conflict when somebody was quicker or it is full. Returns the car."""
    with database.transaction() as connection:
        lift = _find(connection, person, lift_id, seen)
        if State(lift["state"]) not in MAY_HAVE_A_CAR:
            raise Conflict(f"This lift: {WORDS[State(lift['state'])]}. It takes no other car.")
        car = find_car(connection, person, car_id)
        if trouble := _no_room(connection, car, _lift(lift), now):
            raise Conflict(trouble)
        # Who is at the polling place already, or on the way home, is so with another car too.
        on_the_way = State(lift["state"]) in (State.THERE, State.RETURNING)
        to = State(lift["state"]) if on_the_way else State.ASSIGNED
        lifts.change(connection, person.contest_id, lift, person.name, now, state=to, car_id=car_id)
    return car


def _no_room(connection: Connection, car: dict[str, Any], lift: Lift, now: datetime) -> str:
    """Why a car cannot take a lift; empty when it can."""
    if car["off_at"]:
        return f"{car['driver']} does not drive any more. Give another car."
    taken = taken_seats([_lift(row) for row in lifts.of_car(connection, car["contest_id"], car["car_id"])], lift, now)
    if taken + lift.passengers > car["seats"]:
        return f"{car['driver']} has {car['seats']} seats, {taken} of them taken at that time. Give another car."
    return ""


def step(database: Database, person: Person, lift_id: str, seen: int, state: str, now: datetime) -> dict[str, Any]:
    """Take a lift to its next state. Raises Conflict when it has moved meanwhile, saying who did what. Returns it."""
    with database.transaction() as connection:
        lift = _find(connection, person, lift_id, seen, wanted=state)
        if lift["step"] != seen:
            return lift | {"words": WORDS[State(state)]}
        if state not in steps_from(_lift(lift)):
            raise Conflict(f"This lift: {WORDS[State(lift['state'])]}. That does not come next.")
        to, car_id = State(state), lift["car_id"]
        if to in ON_THE_ROAD and car_id is not None:
            car = find_car(connection, person, car_id)
            if trouble := _no_room(connection, car | {"off_at": None}, replace(_lift(lift), state=to), now):
                raise Conflict(trouble)
        car_id = None if to is State.ASKED else car_id
        lifts.change(connection, person.contest_id, lift, person.name, now, state=to, car_id=car_id)
    return lift | {"words": WORDS[to]}


def undo(database: Database, person: Person, lift_id: str, seen: int, now: datetime) -> dict[str, Any]:
    """Back to what the lift was before its last change, if its car has room still; else it wants a car again.

    Raises Conflict when there is nothing to undo. Returns the lift with its ``words``.
    """
    with database.transaction() as connection:
        lift = _find(connection, person, lift_id, seen)
        last = lifts.last_step(connection, person.contest_id, lift_id, lift["step"])
        if last is None:
            raise Conflict("There is nothing to undo.")
        to, car_id, trouble = State(last["was"]), last["was_car_id"], ""
        if to in ABOARD and car_id is not None:
            car = find_car(connection, person, car_id)
            trouble = _no_room(connection, car, replace(_lift(lift), state=to), now)
        if trouble:
            to, car_id = State.ASKED, None
        lifts.change(connection, person.contest_id, lift, person.name, now, state=to, car_id=car_id)
    return lift | {"words": f"{WORDS[to]}. {trouble}" if trouble else WORDS[to]}


def _find(connection: Connection, person: Person, lift_id: str, seen: int, wanted: str = "") -> dict[str, Any]:
    """The lift as it was seen; or one that this person has taken there already, by a form that was sent twice."""
    lift = lifts.find(connection, person.contest_id, lift_id)
    if lift is None:
        raise NotThere("There is no such lift.")
    if not person.sees_room(lift["committee_room_id"]):
        raise NotYours("That lift belongs to another committee room.")
    mine = lift["step"] == seen + 1 and lift["changed_by"] == person.name and lift["state"] == wanted
    if lift["step"] != seen and not mine:
        car = f" (car: {lift['driver']})" if lift["driver"] else ""
        raise Conflict(f"{lift['changed_by']} was quicker. This lift: {WORDS[State(lift['state'])]}{car}.")
    return lift
