"""Where people are needed: which seats are battlegrounds, why, and which of them is nearest to a place."""

import heapq
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

EARTH_KM, MILE_KM = 6371.0088, 1.609344
# So much farther than the nearest is still near enough to be asked to where more people are needed.
NEAR_KM = 15.0
NAMED, LEFT_OUT = "in", "out"


class Result(NamedTuple):
    """How a seat was won last. ``majority`` in votes."""

    polling_day: date
    first: str
    second: str
    majority: int
    valid_votes: int
    kind: str = "general"

    @property
    def majority_pct(self) -> float:
        return 100 * self.majority / self.valid_votes


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat with its newest result; ``lat`` and ``lon`` in degrees, of a point inside."""

    code: str
    name: str
    region: str
    lat: float
    lon: float
    result: Result


@dataclass(frozen=True, slots=True)
class Rules:
    """What counts as a battleground: a setting of the organisation.

    ``within_pct``: the largest majority, of the valid votes. ``words``: of seats named by hand, ``in`` or ``out``.
    """

    party: str = ""
    within_pct: float = 10.0
    held: bool = True
    targets: bool = True
    words: dict[str, str] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Battleground:
    """A seat where people are needed, and the reason in words."""

    seat: Seat
    why: str
    # On the unit sphere: the nearest is the one with the largest product.
    at: tuple[float, float, float]


def battlegrounds(seats: Sequence[Seat], rules: Rules) -> list[Battleground]:
    """The seats that count by these rules, closest result first."""
    counted = [(seat, why) for seat in seats if (why := _why(seat, rules))]
    counted.sort(key=lambda one: (one[0].result.majority_pct, one[0].name))
    return [Battleground(seat, why, on_sphere(seat.lat, seat.lon)) for seat, why in counted]


def _why(seat: Seat, rules: Rules) -> str:
    """In words; empty when it is none."""
    word, won = rules.words.get(seat.code), seat.result
    if word == LEFT_OUT:
        return ""
    if word == NAMED and rules.why.get(seat.code):
        return rules.why[seat.code]
    close = won.majority_pct <= rules.within_pct
    party = rules.party.casefold()
    if close and rules.held and party and won.first.casefold() == party:
        return f"{_won(won)}: it can be lost."
    if close and rules.targets and party and won.second.casefold() == party:
        return f"{won.second} was {_votes(won.majority)} behind {won.first}: it can be won."
    if close and not party:
        return f"{_won(won)}."
    if word == NAMED:
        return "The organisation asks people to come here."
    return ""


def _won(won: Result) -> str:
    ahead = f", ahead of {won.second}" if won.second else ""
    return f"{won.first} won by {_votes(won.majority)}{ahead}"


def _votes(many: int) -> str:
    return f"{many:,} vote{'' if many == 1 else 's'}"


def on_sphere(lat: float, lon: float) -> tuple[float, float, float]:
    north, east = math.radians(lat), math.radians(lon)
    return math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)


def kilometres(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """Along the great circle, between two points of the unit sphere."""
    # By the chord: near to each other the product alone has not the digits.
    return EARTH_KM * 2 * math.asin(min(1.0, math.dist(one, other) / 2))


def nearest(
    at: tuple[float, float, float], grounds: Sequence[Battleground], most: int, full: Collection[str] = ()
) -> list[tuple[Battleground, float]]:
    """The nearest battlegrounds to a point of the sphere, with kilometres.

    ``full``: codes of seats with as many people as they want. Such a seat gives way to one that lacks people, when
    that is not more than NEAR_KM farther than the nearest of all.
    """
    x, y, z = at
    # The most alike direction is the nearest; distances only for the few that are told.
    likeness = [x * a + y * b + z * c for a, b, c in (one.at for one in grounds)]
    wanted = most if not full else most + len(full)
    chosen = heapq.nlargest(wanted, range(len(grounds)), key=likeness.__getitem__)
    found = [(grounds[n], kilometres(at, grounds[n].at)) for n in chosen]
    if full and found:
        limit = found[0][1] + NEAR_KM
        found.sort(key=lambda one: (one[1] > limit, one[0].seat.code in full and one[1] <= limit, one[1]))
    return found[:most]


def in_miles(kilometres: float) -> str:
    """As people say it: ``less than a mile``, ``4 miles``."""
    miles = round(kilometres / MILE_KM)
    return "less than a mile" if kilometres < MILE_KM else f"{miles} mile{'' if miles == 1 else 's'}"
