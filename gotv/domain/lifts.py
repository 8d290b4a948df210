"""Lifts to the poll: the states one goes through, who may be aboard together, and the words for a driver.

A lift is free: paying for taking electors to or from the poll is an illegal practice (RPA 1983 s.101), giving them a
lift is not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

FREE = "A lift is free of charge: nobody pays for it, and nobody is asked how they vote."
MOST_SEATS = 8
# Lifts of one car that are wanted within this time of one another share the journey.
ONE_JOURNEY = timedelta(minutes=30)


class State(StrEnum):
    """How far a lift has come."""

    ASKED = "asked"
    ASSIGNED = "assigned"
    UNDER_WAY = "under_way"
    THERE = "there"
    RETURNING = "returning"
    DONE = "done"
    CANCELLED = "cancelled"


WORDS = {
    State.ASKED: "wanted, no car yet",
    State.ASSIGNED: "has a car",
    State.UNDER_WAY: "under way",
    State.THERE: "at the polling place",
    State.RETURNING: "going home",
    State.DONE: "done",
    State.CANCELLED: "cancelled",
}
# What may come next, with the word on the button. Giving a car is a form of its own.
NEXT = {
    State.ASKED: {State.CANCELLED: "Cancel"},
    State.ASSIGNED: {State.UNDER_WAY: "Set off", State.ASKED: "Take the car off", State.CANCELLED: "Cancel"},
    State.UNDER_WAY: {State.THERE: "Arrived", State.ASKED: "Take the car off", State.CANCELLED: "Cancel"},
    State.THERE: {State.RETURNING: "Going home", State.DONE: "Done"},
    State.RETURNING: {State.DONE: "Done"},
}
# Another car may also take somebody home.
MAY_HAVE_A_CAR = {State.ASKED, State.ASSIGNED, State.UNDER_WAY, State.THERE, State.RETURNING}
ABOARD = {State.ASSIGNED, State.UNDER_WAY, State.RETURNING}
ON_THE_ROAD = {State.UNDER_WAY, State.RETURNING}
OPEN = set(NEXT)


@dataclass(frozen=True, slots=True)
class Lift:
    """A lift as the rules need it. ``wanted_at`` None: as soon as can be, which is from ``asked_at`` on."""

    lift_id: str
    state: State
    passengers: int
    asked_at: datetime
    wanted_at: datetime | None = None
    both_ways: bool = True

    @property
    def when(self) -> datetime:
        return self.wanted_at or self.asked_at

    def starts(self, now: datetime) -> datetime:
        """When its journey begins, as far as one can say now."""
        return now if self.state in ON_THE_ROAD else max(self.when, now)


def steps_from(lift: Lift) -> dict[State, str]:
    """The states that may come next, with their buttons. Who goes one way only is done when there."""
    steps = dict(NEXT.get(lift.state, {}))
    if not lift.both_ways:
        steps.pop(State.RETURNING, None)
    return steps


def taken_seats(others: Iterable[Lift], lift: Lift, now: datetime) -> int:
    """The most seats of a car that its other lifts take at any moment of this one's journey.

    A journey lasts half an hour from when it is wanted; one that is on the road, or overdue, is made just now.
    """
    start = lift.starts(now)
    taken = [
        (other.starts(now), other.passengers)
        for other in others
        if other.lift_id != lift.lift_id and other.state in ABOARD and abs(other.starts(now) - start) <= ONE_JOURNEY
    ]
    # The seats are fullest when some journey begins.
    moments = [start, *(begun for begun, _ in taken if begun >= start)]
    return max(sum(many for begun, many in taken if begun <= at <= begun + ONE_JOURNEY) for at in moments)


def is_late(lift: Lift, now: datetime) -> bool:
    """Whether somebody waits who should have been fetched by now."""
    return lift.state in (State.ASKED, State.ASSIGNED) and lift.when + timedelta(minutes=5) < now


def driver_words(lift: Lift, clock: str, address: str, place: str, note: str) -> str:
    """A short text to read out or send to the driver. ``clock``: when, or empty for as soon as can be."""
    people = "1 person" if lift.passengers == 1 else f"{lift.passengers} people"
    way = "and home again" if lift.both_ways else "one way"
    words = f"{clock or 'As soon as can be'}: fetch {people} at {address}, to {place or 'their polling place'}, {way}."
    return f"{words}{f' Note: {note}.' if note else ''} Free of charge."
