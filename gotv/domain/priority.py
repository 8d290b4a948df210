"""Which door first: a score for each door of a walk, an order made from it, and the reason in words.

The worth of a door is the sum over its pledges of

    strength of the pledge × chance not voted yet × what this knock still adds

and a list is ordered by worth for each minute, walking included: street by street, for that is how a team walks, the
houses of a street in their order. Before the streets come the doors that are due now (a promised time that has
passed, a wish of the organiser); after them those that can wait, each with its reason. Nobody is left out.

First contact before repeat: an election-day visit works on those who were not reached yet, and repeat visits showed
no clear further gain (field experiments summarised in the literature on canvassing). So a second knock is worth half
a first and a third a quarter, and no door is knocked a third time while a first knock of the committee room is undone.
"""

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

# What a knock adds, by the knocks already made.
ADDS = (1.0, 0.5, 0.25)
LIFT, LATER = 1.3, 0.2
# Minutes: at a door, from a house to the next, and from a street to the next but n.
AT_DOOR, NEXT_HOUSE, NEXT_STREET = 1.5, 0.12, 1.5
THIRD_KNOCK = 2
LEAST = 0.4
# So long after the time of a lift its door is left in peace: whoever is fetched goes to vote and comes home.
FETCHED = timedelta(minutes=45)


class Section(StrEnum):
    """Where on its list a door stands."""

    NOW = "now"
    WALK = "walk"
    LAST = "last"


class Wish(StrEnum):
    """What an organiser wants of a door, whatever its score."""

    NONE = ""
    PIN = "pin"
    VETO = "veto"


@dataclass(frozen=True, slots=True)
class KnockingRules:
    """The contest's settings for its lists. ``strongest``: strengths of a pledge, the strongest first; none: all alike.

    ``order``: by priority, or plain street order. ``rounds``: when the clock opens the next round, as ``HH:MM``.
    """

    order: str = "priority"
    strongest: tuple[str, ...] = ()
    rounds: tuple[str, ...] = ("09:30", "13:00", "17:00", "19:30")
    names_on_phones: bool = True
    shift_minutes: int = 180
    quiet_minutes: int = 45

    def __post_init__(self) -> None:
        """Raises ValueError, naming the setting that makes no sense."""
        if self.order not in ("priority", "street"):
            raise ValueError(f"The order {self.order!r} is neither priority nor street.")
        for at in self.rounds:
            if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", at):
                raise ValueError(f"The time of a round, {at!r}, must be written as 09:30.")
        if len(set(self.rounds)) < len(self.rounds):
            raise ValueError("Two rounds open at the same time: name each time once.")
        if not 1 <= min(self.shift_minutes, self.quiet_minutes) <= max(self.shift_minutes, self.quiet_minutes) <= 900:
            raise ValueError("A shift and the time of silence last from 1 to 900 minutes.")

    def weight(self, strength: str) -> float:
        """1 for the strongest, a fifth less for each step, never under two fifths: what an unranked one weighs.

        1 for all where strengths are not ranked.
        """
        if not self.strongest:
            return 1.0
        if strength not in self.strongest:
            return LEAST
        return max(LEAST, 1.0 - 0.2 * self.strongest.index(strength))

    def as_kept(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def knocking_rules(kept: Mapping[str, Any]) -> KnockingRules:
    known = {name: kept[name] for name in KnockingRules.__slots__ if name in kept}
    for name in ("strongest", "rounds"):
        if name in known:
            known[name] = tuple(known[name])
    return KnockingRules(**known)


@dataclass(slots=True)
class Door:
    """One door with a wanted pledge. ``strengths``: of each pledge; ``at``: its place in the whole walk."""

    door_id: int
    street: str
    door: str
    postcode: str
    district: str
    at: int
    electors: list[list[Any]] = field(default_factory=list)
    strengths: list[str] = field(default_factory=list)
    maybe: bool = True
    lift: bool = False
    wish: str = Wish.NONE
    knocks: int = 0
    last_kind: str = ""
    last_at: datetime | None = None
    promised_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """What ordering needs to know besides the doors: the time, in the contest's own zone, and how the day goes.

    ``chances``: of not having voted, by polling district. ``firsts_left``: whether a first knock is undone in the
    committee room.
    """

    now: datetime
    rules: KnockingRules
    chances: Mapping[str, float]
    firsts_left: bool


def worth(door: Door, moment: Moment) -> float:
    """The score of one knock at this door now, in pledges."""
    rules = moment.rules
    value = sum(map(rules.weight, door.strengths)) if rules.strongest else float(len(door.strengths))
    value *= moment.chances.get(door.district, 1.0)
    if door.knocks:
        value *= ADDS[min(door.knocks, len(ADDS) - 1)]
    if door.lift:
        value *= LIFT
    if door.promised_at and door.promised_at > moment.now:
        value *= LATER
    return value


def section_and_reason(door: Door, moment: Moment) -> tuple[Section, str]:
    """Where a door belongs, and why, in words for a volunteer."""
    if not (door.wish or door.promised_at or door.maybe or door.knocks):
        return Section.WALK, _plain_reason(door, moment)
    if door.wish == Wish.VETO:
        return Section.LAST, "not now: set aside by the committee room"
    if door.last_kind == "lift" and (when := door.promised_at or door.last_at):
        if when + FETCHED > moment.now:
            return Section.LAST, f"a lift was asked for, for {_clock(when, moment)}: leave them in peace"
        return Section.NOW, f"asked for a lift for {_clock(when, moment)}, not seen yet"
    if door.promised_at and door.promised_at <= moment.now:
        return Section.NOW, f"said they would vote by {_clock(door.promised_at, moment)}, not seen yet"
    if door.wish == Wish.PIN:
        return Section.NOW, "the committee room asks for this door"
    if door.promised_at:
        return Section.LAST, f"will vote at {_clock(door.promised_at, moment)}: comes back by itself then"
    if door.maybe:
        return Section.LAST, "maybe voted already: go last"
    if door.knocks >= THIRD_KNOCK and moment.firsts_left:
        return Section.LAST, f"knocked {door.knocks} times: after every first knock"
    return Section.WALK, _plain_reason(door, moment)


# What was last found at a door that is to be knocked again.
LAST = {
    "not_in": "not in",
    "voted": "one voted,",
    "gone": "one has moved,",
    "will_vote": "spoke to us",
}


def _plain_reason(door: Door, moment: Moment) -> str:
    # Most doors hold one pledge and wait for their first knock: no more is done for them than is needed.
    if not (door.knocks or door.lift or len(door.electors) > 1 or moment.rules.strongest):
        return "first knock"
    words = (
        [f"{LAST.get(door.last_kind, 'seen')} at {_clock(door.last_at, moment)}"] if door.knocks else ["first knock"]
    )
    if door.lift:
        words.append("wants a lift")
    if moment.rules.strongest and moment.rules.strongest[0] in door.strengths:
        words.append("strong pledge")
    if len(door.electors) > 1:
        words.append(f"{len(door.electors)} pledges")
    return ", ".join(words)


def _clock(at: datetime | None, moment: Moment) -> str:
    return f"{at.astimezone(moment.now.tzinfo):%H:%M}" if at else "an hour unknown"


Placed = tuple[Section, str, Door]


def order(doors: Iterable[Door], moment: Moment, seed: int) -> list[Placed]:
    """The doors of one walk in the order to knock, each with its section and reason. ``doors`` come as they stand.

    Streets of equal worth are put in an order drawn from ``seed``.
    """
    placed = [(*section_and_reason(door, moment), door) for door in doors]
    in_walk = [one for one in placed if one[0] is Section.WALK]
    if moment.rules.order == "priority":
        in_walk = _best_street_first(in_walk, moment, seed)
    due = sorted((one for one in placed if one[0] is Section.NOW), key=_due)
    return due + in_walk + [one for one in placed if one[0] is Section.LAST]


def _due(one: Placed) -> tuple[float, int]:
    door = one[2]
    return (door.promised_at.timestamp() if door.promised_at else 0.0), door.at


def _best_street_first(placed: Sequence[Placed], moment: Moment, seed: int) -> list[Placed]:
    """From street to street, each time to the one that gives most for each minute, the way to it included."""
    streets: dict[str, list[Placed]] = {}
    for one in placed:
        streets.setdefault(one[2].street, []).append(one)
    if len(streets) < 2:
        return list(placed)
    names = list(streets)
    draw = random.Random(seed)  # noqa: S311 - a fair and repeatable draw, no secret
    stops = [
        (n, draw.random(), sum(worth(door, moment) for *_, door in streets[name]), _minutes(streets[name]), name)
        for n, name in enumerate(names)
    ]
    ordered: list[Placed] = []
    here = 0
    while stops:
        best = max(stops, key=lambda stop: (stop[2] / (stop[3] + NEXT_STREET * abs(stop[0] - here)), stop[1]))
        stops.remove(best)
        here = best[0]
        ordered += streets[best[4]]
    return ordered


def _minutes(placed: Sequence[Placed]) -> float:
    return len(placed) * AT_DOOR + (placed[-1][2].at - placed[0][2].at) * NEXT_HOUSE
