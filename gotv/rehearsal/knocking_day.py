"""A polling day of knocking up, simulated: what an order of doors gains, on stated assumptions and a seed.

Everything assumed is on this page. Only the order differs between two days of one seed: the same electors, the same
tellers, the same teams on the same walks for the same time.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import inf

from gotv.domain.chances import HOURLY, not_voted, shares_by_now, told
from gotv.domain.contests import Contest
from gotv.domain.priority import NEXT_HOUSE, NEXT_STREET, Door, KnockingRules, Moment, order

WALKS, DISTRICTS = 30, 10
STREETS, DOORS = (5, 9), (4, 16)
# Of pledges: how many are strong; how many of the strong and of the weak would vote unasked (together two thirds, as
# `domain.chances`), and vote for us if they do.
STRONG = 0.45
UNASKED = {"5": 0.74, "4": 0.63}
OURS = {"5": 0.92, "4": 0.72}
SECOND_PLEDGE = 0.25
# What a talk at the door adds to the chance of somebody who would have stayed at home: eight in a hundred for the
# first, the upper half of what field experiments found, half as much for each talk after it.
TALK_ADDS = 0.08
# Tellers: districts that have none all day, hours in which nobody stands there, voters who give no number.
NEVER_TOLD, HOUR_UNTOLD, NO_NUMBER = 0.06, 0.12, 0.12
# Rounds, the share of walks that has a team in each, and when a team goes home: after so many doors, or minutes.
ROUNDS, TEAMS = (10.0, 13.5, 17.0, 19.25), 0.4
NOT_IN, TALK = 0.8, 2.2
SAYS_WHEN = 0.3
OPENS = 7


@dataclass(slots=True)
class Pledge:
    """One pledge: the hour at which they vote (None: not unless asked), and when a teller's number told us."""

    strength: str
    votes_at: float | None
    told_at: float | None
    talks: int = 0
    gained: float = 0.0

    def has_voted(self, now: float) -> bool:
        return self.votes_at is not None and self.votes_at <= now

    def is_struck(self, now: float) -> bool:
        return self.told_at is not None and self.told_at <= now


@dataclass(slots=True)
class House:
    """A door with its pledges, its street's place in the walk, and what has been found there."""

    door: Door
    street: int
    pledges: list[Pledge]
    settled: set[int] = field(default_factory=set)

    def wanted(self, now: float) -> list[Pledge]:
        return [p for n, p in enumerate(self.pledges) if n not in self.settled and not p.is_struck(now)]


@dataclass(frozen=True, slots=True)
class Gain:
    """What a day brought: doors knocked, minutes on the way and at doors, and how many votes we are better off.

    A vote that goes elsewhere counts against us. It is the expected number: the fate of each pledge is drawn, the
    effect of a talk is not.
    """

    doors: int
    minutes: float
    votes: float

    @property
    def per_thousand_doors(self) -> float:
        return 1000 * self.votes / self.doors


Order = Callable[[Sequence[House], Moment, random.Random], list[House]]


def by_worth(houses: Sequence[House], moment: Moment, chance: random.Random) -> list[House]:
    """Ours: as the knock-up lists are made."""
    by_id = {house.door.door_id: house for house in houses}
    return [by_id[door.door_id] for *_, door in order([house.door for house in houses], moment, chance.randrange(99))]


def by_street(houses: Sequence[House], _moment: Moment, _chance: random.Random) -> list[House]:
    """From the first house of the walk to the last, each time anew."""
    return sorted(houses, key=lambda house: house.door.at)


def at_random(houses: Sequence[House], _moment: Moment, chance: random.Random) -> list[House]:
    return chance.sample(list(houses), len(houses))


def play(seed: int, how: Order, *, doors: float = inf, minutes: float = inf, pace: float = 0) -> Gain:
    """One day with one order of doors. Each team goes home after so many ``doors``, or ``minutes``.

    ``pace``: minutes that every door takes, the way there included; 0 counts each way as it is.
    """
    chance = random.Random(seed)
    walks = [_walk(chance, n) for n in range(WALKS)]
    _tell(chance, walks)
    # Which walks have a team does not depend on the order either.
    teams = [[n for n in range(WALKS) if chance.random() < TEAMS] for _ in ROUNDS]
    contest = Contest(0, "", datetime(2026, 5, 7, tzinfo=UTC).date(), time_zone="UTC")
    knocked, walked = 0, 0.0
    for at, out in zip(ROUNDS, teams, strict=True):
        moment = _moment(contest, walks, at)
        for n in out:
            found = _walk_it(walks[n], how, moment, at, random.Random(seed * 1000 + n), doors, minutes, pace)
            knocked, walked = knocked + found[0], walked + found[1]
    votes = sum(p.gained * (2 * OURS[p.strength] - 1) for walk in walks for house in walk for p in house.pledges)
    return Gain(knocked, walked, votes)


def _walk(chance: random.Random, number: int) -> list[House]:
    houses: list[House] = []
    at = 0
    for street in range(chance.randint(*STREETS)):
        for _ in range(chance.randint(*DOORS)):
            at += chance.randint(1, 4)
            pledges = [_pledge(chance) for _ in range(1 + (chance.random() < SECOND_PLEDGE))]
            door = Door(number * 1000 + at, f"Street {street}", str(at), "", f"D{number % DISTRICTS}", at)
            houses.append(House(door, street, pledges))
    return houses


def _pledge(chance: random.Random) -> Pledge:
    strength = "5" if chance.random() < STRONG else "4"
    hour = chance.choices(range(len(HOURLY)), HOURLY)[0] + OPENS + chance.random()
    votes = chance.random() < UNASKED[strength]
    return Pledge(strength, hour if votes else None, None)


def _tell(chance: random.Random, walks: Sequence[Sequence[House]]) -> None:
    """Which votes tellers tell us of."""
    told_hours = {
        (f"D{n}", hour)
        for n in range(DISTRICTS)
        if chance.random() >= NEVER_TOLD
        for hour in range(OPENS, OPENS + len(HOURLY))
        if chance.random() >= HOUR_UNTOLD
    }
    for house in (house for walk in walks for house in walk):
        for pledge in house.pledges:
            gives = chance.random() >= NO_NUMBER
            if gives and pledge.votes_at and (house.door.district, int(pledge.votes_at)) in told_hours:
                pledge.told_at = pledge.votes_at


def _moment(contest: Contest, walks: Sequence[Sequence[House]], at: float) -> Moment:
    """What the lists know at that hour: how well each district has been told."""
    now = datetime(2026, 5, 7, tzinfo=UTC) + timedelta(hours=at)
    shares = shares_by_now(contest, now)
    chances = {}
    for district in {walk[0].door.district for walk in walks}:
        pledges = [p for walk in walks if walk[0].door.district == district for house in walk for p in house.pledges]
        marked = {hour: sum(_in_hour(p, hour) and p.is_struck(at) for p in pledges) for hour in contest.hours()}
        chances[district] = not_voted(shares, told(shares, marked, len(pledges)))
    firsts = any(not house.door.knocks and house.wanted(at) for walk in walks for house in walk)
    return Moment(now, KnockingRules(strongest=("5", "4")), chances, firsts)


def _in_hour(pledge: Pledge, hour: datetime) -> bool:
    return pledge.told_at is not None and int(pledge.told_at) == hour.hour


def _walk_it(walk: Sequence[House], how: Order, moment: Moment, at: float, chance: random.Random,
             most: float, minutes: float, pace: float) -> tuple[int, float]:  # fmt: skip
    """A team goes through the list made for it until its time is over. Returns doors knocked and minutes."""
    listed = [house for house in walk if house.wanted(at)]
    for house in listed:
        house.door.strengths = [p.strength for p in house.wanted(at)]
        house.door.electors = [["", 0, 0] for _ in house.door.strengths]
        house.door.maybe = False
    way = how(listed, moment, chance)
    spent, knocked = 0.0, 0
    for before, house in zip([way[0], *way] if way else [], way, strict=False):
        spent += 0.0 if pace else _steps(before, house)
        now = at + spent / 60
        if spent >= minutes or knocked >= most:
            break
        # Struck by a teller meanwhile: nobody knocks.
        if house.wanted(now):
            took = _knock(house, now, chance)
            spent += pace or took
            knocked += 1
    return knocked, min(spent, minutes)


def _steps(one: House, other: House) -> float:
    if one.street != other.street:
        return NEXT_STREET * abs(one.street - other.street)
    return NEXT_HOUSE * abs(one.door.at - other.door.at)


def _at_home(hour: float) -> float:
    return 0.35 if hour < 16 else 0.5 if hour < 18 else 0.6


def _knock(house: House, now: float, chance: random.Random) -> float:
    """What is found at a door. Returns the minutes it took."""
    door = house.door
    door.knocks += 1
    door.last_at = datetime(2026, 5, 7, tzinfo=UTC) + timedelta(hours=now)
    door.promised_at = None
    if chance.random() >= _at_home(now):
        door.last_kind = "not_in"
        return NOT_IN
    door.last_kind = "will_vote"
    for n, pledge in enumerate(house.pledges):
        if pledge.has_voted(now):
            house.settled.add(n)
        elif pledge.votes_at is None:
            pledge.talks += 1
            pledge.gained += TALK_ADDS / 2 ** (pledge.talks - 1)
        elif chance.random() < SAYS_WHEN:
            door.promised_at = datetime(2026, 5, 7, tzinfo=UTC) + timedelta(hours=pledge.votes_at + 0.25)
    return TALK


def days(seeds: Sequence[int], how: Order, **until: float) -> Iterator[Gain]:
    return (play(seed, how, **until) for seed in seeds)
