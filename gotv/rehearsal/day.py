"""How an invented polling day goes: who comes at what hour, who is told, and what goes wrong in between."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from gotv.domain.chances import HOURLY, PLEDGE_TURNOUT
from gotv.rehearsal.seat import Invented, Seat

TURNOUT = 0.55
NO_NUMBER, TYPING_SLIP, NOTICED, GIVEN_TWICE = 0.12, 0.012, 0.6, 0.01
UNTOLD_HOURS, UNTOLD_PLACES = 0.12, 0.06


@dataclass(frozen=True, slots=True)
class Called:
    """Something a teller does. ``at`` is seconds after the opening; ``kind`` is mark, slip, again or no_number."""

    at: float
    place: str
    kind: str
    district: str
    number: str


def play(seat: Seat, *, hours: tuple[int, ...] = HOURLY) -> list[Called]:
    """Everything that tellers do on this day, in order of time. The same for the same seat."""
    chance = random.Random(seat.seed + 2)
    place_of = {district: place for district, place, _, _ in seat.stations}
    told = _told_hours(chance, sorted(set(place_of.values())), len(hours))
    called = [
        one
        for elector in seat.electors
        if _votes_in_person(chance, elector)
        for one in _voter(chance, elector, place_of[elector.district], told, hours)
    ]
    return sorted(called, key=lambda one: one.at)


def _votes_in_person(chance: random.Random, elector: Invented) -> bool:
    if elector.absent == "Postal":
        return chance.random() < 0.01  # some hand the pack in at the station
    return chance.random() < (PLEDGE_TURNOUT if elector.pledged else TURNOUT)


def _told_hours(chance: random.Random, places: list[str], hours: int) -> set[tuple[str, int]]:
    """The hours in which somebody tells at a place; a few places have nobody all day."""
    return {
        (place, hour)
        for place in places
        if chance.random() >= UNTOLD_PLACES
        for hour in range(hours)
        if chance.random() >= UNTOLD_HOURS
    }


def _voter(
    chance: random.Random, elector: Invented, place: str, told: set[tuple[str, int]], hours: tuple[int, ...]
) -> Iterator[Called]:
    hour = chance.choices(range(len(hours)), hours)[0]
    at = (hour + chance.random()) * 3600
    if (place, hour) not in told:
        return
    if chance.random() < NO_NUMBER:
        yield Called(at, place, "no_number", elector.district, "")
    elif chance.random() < TYPING_SLIP:
        yield Called(at, place, "slip", elector.district, _slip(chance, elector.written))
        if chance.random() < NOTICED:
            yield Called(at + 20, place, "again", elector.district, elector.written)
    else:
        yield Called(at, place, "mark", elector.district, elector.written)
        if chance.random() < GIVEN_TWICE:
            yield Called(at + 400, place, "mark", elector.district, elector.written)


def _slip(chance: random.Random, number: str) -> str:
    """One digit wrong, or two swapped, or one too many."""
    digits = list(number)
    n = chance.randrange(len(digits))
    if digits[n] == "/":
        return number.replace("/", "")
    way = chance.random()
    if way < 0.5:
        digits[n] = chance.choice("123456789")
    elif way < 0.8 and n + 1 < len(digits) and digits[n + 1] != "/" and digits[n + 1] != "0":
        digits[n], digits[n + 1] = digits[n + 1], digits[n]
    else:
        digits.insert(n, chance.choice("123456789"))
    return "".join(digits)
