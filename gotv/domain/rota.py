"""The rota of polling day: which shifts there are, what a gap in it costs, and who would fill it best.

What a gap costs is counted in pledge-hours: the pledges who have not voted yet, times the hours in which nobody tells
(or knocks) there, times the share of the people who are missing.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from gotv.domain.battlegrounds import kilometres
from gotv.domain.contests import Contest
from gotv.domain.work import TRUSTED, Work

# Share of the in-person vote by the hour in which it begins, of 100: derived from a station's hourly count in 2010 and
# organisers' reports; an assumption. What is outside these hours counts as nothing.
PROFILE = {7: 7, 8: 7, 9: 6, 10: 5, 11: 5, 12: 5, 13: 4, 14: 4, 15: 5, 16: 7, 17: 10, 18: 13, 19: 12, 20: 7, 21: 3}
# So many pledges of a hundred vote without being knocked for (ALDC, 2014: two thirds of a target list turn out).
UNASKED = 0.66
# So many of the outstanding want a lift.
LIFTS = 0.05
# Nobody is asked for more hours than this by a suggestion; organisers may.
MOST_HOURS = 6.0
# So far away, a shift is worth half.
HALF_KM = 4.0
UNKNOWN_KM = 6.0
TRAINED = 1.25
HOUR = timedelta(hours=1)
MOST_EACH = 50


class NoRota(ValueError):
    """It cannot be so. The message names the field."""


class Stint(NamedTuple):
    """From when to when a shift goes."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Wants:
    """How many people each shift wants. ``hours``: how long a teller stands, or a clerk keys."""

    hours: int = 2
    tellers: int = 1
    knockers: int = 6
    drivers: int = 1
    clerks: int = 1


def read_wants(form: dict[str, str]) -> Wants:
    """As an organiser filled it in; what is not there is as usual. Raises NoRota."""
    usual, read = Wants(), {}
    limits = {"hours": (1, 8, "Hours of a teller's shift")} | {
        name: (0, MOST_EACH, words)
        for name, words in (
            ("tellers", "Tellers for each place"),
            ("knockers", "Knockers-up for each room and round"),
            ("drivers", "Drivers for each room and round"),
            ("clerks", "Clerks for each room"),
        )
    }
    for name, (least, most, words) in limits.items():
        typed = str(form.get(name) or getattr(usual, name)).strip()
        if not (typed.isascii() and typed.isdecimal() and len(typed) < 4 and least <= int(typed) <= most):
            raise NoRota(f"{words}: write a number from {least} to {most}.")
        read[name] = int(typed)
    return Wants(**read)


def stints(contest: Contest, hours: int) -> list[Stint]:
    """The poll cut into shifts of so many hours; a rest of half a shift or less joins the last."""
    at, closes, length = contest.at(contest.opens), contest.at(contest.closes), timedelta(hours=hours)
    found = []
    while at < closes:
        ends = at + length if closes - at - length > length / 2 else closes
        found.append(Stint(at, ends))
        at = ends
    return found


def rounds(contest: Contest, opened_at: Sequence[str]) -> list[Stint]:
    """The rounds of knocking up, the first from the opening of the poll. ``opened_at``: as ``HH:MM``."""
    opens, closes = contest.at(contest.opens), contest.at(contest.closes)
    clocks = (datetime.strptime(at, "%H:%M").time() for at in sorted(opened_at))  # noqa: DTZ007
    between = [moment for moment in map(contest.at, clocks) if opens < moment < closes]
    edges = [opens, *between, closes]
    return [Stint(*pair) for pair in pairwise(edges)]


def voted_by(contest: Contest, moment: datetime) -> float:
    """The share of the day's in-person vote that has been cast by then, from 0 to 1."""
    local = contest.local(moment)
    if local.date() != contest.polling_day:
        return float(local.date() > contest.polling_day)
    clock = local.hour + local.minute / 60 + local.second / 3600
    cast = sum(share * min(1.0, max(0.0, clock - hour)) for hour, share in PROFILE.items())
    return cast / sum(PROFILE.values())


def outstanding_at(contest: Contest, outstanding: int, now: datetime, moment: datetime) -> float:
    """How many of the pledges who are outstanding now will be at a later moment, if nobody knocks."""
    so_far, by_then = voted_by(contest, now), voted_by(contest, max(moment, now))
    return outstanding * (1 - UNASKED * by_then) / (1 - UNASKED * so_far)


def cost_of_gap(
    contest: Contest, work: Work, outstanding: int, now: datetime, when: Stint, *, wanted: int, there: int
) -> float:
    """Pledge-hours that are lost by who is missing, from now on. 0 for a shift that is full or over."""
    if there >= wanted or when.ends <= now:
        return 0.0
    at, lost = max(when.begins, now), 0.0
    while at < when.ends:
        until = min(at + HOUR, when.ends)
        lost += outstanding_at(contest, outstanding, now, at) * ((until - at) / HOUR)
        at = until
    share = {Work.DRIVER: LIFTS, Work.CLERK: LIFTS}.get(work, 1.0)
    return lost * share * (wanted - there) / wanted


@dataclass(frozen=True, slots=True)
class Opening:
    """Places in a shift that nobody has. ``cost`` of one of them; ``at``: on the unit sphere, None if unknown."""

    shift_id: int
    work: Work
    begins: datetime
    ends: datetime
    cost: float
    places: int = 1
    at: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Comer:
    """Somebody who pledged the day. ``busy``: the shifts they have; ``declined``: those they cannot do."""

    sign_up_id: str
    works: frozenset[Work]
    begins: datetime
    ends: datetime
    known: bool
    trained: frozenset[Work] = frozenset()
    at: tuple[float, float, float] | None = None
    busy: tuple[Stint, ...] = ()
    declined: frozenset[int] = frozenset()


def hindrance(comer: Comer, work: Work, when: Stint, shift_id: int = 0, *, most_hours: float | None = None) -> str:
    """Why somebody is not to be given this shift, in words that follow their name; empty if they may."""
    if work not in comer.works:
        return "did not offer this work"
    if work in TRUSTED and not comer.known:
        return "is not known to an organiser yet, and this work shows addresses"
    if shift_id in comer.declined:
        return "said no to this shift: take them off it first, if they can after all"
    if when.begins < comer.begins or when.ends > comer.ends:
        return "did not offer these hours"
    if any(when.begins < other.ends and other.begins < when.ends for other in comer.busy):
        return "has another shift at that time"
    had = sum(((other.ends - other.begins) / HOUR for other in comer.busy), 0.0)
    if most_hours and comer.busy and had + (when.ends - when.begins) / HOUR > most_hours:
        return "has hours enough"
    return ""


def gain(comer: Comer, opening: Opening) -> float:
    """What this person in this place is worth: what the gap costs, less for a long way, more for the trained."""
    when = Stint(opening.begins, opening.ends)
    if hindrance(comer, opening.work, when, opening.shift_id, most_hours=MOST_HOURS):
        return 0.0
    km = kilometres(comer.at, opening.at) if comer.at and opening.at else UNKNOWN_KM
    return (opening.cost + 1) * math.pow(0.5, km / HALF_KM) * (TRAINED if opening.work in comer.trained else 1.0)
