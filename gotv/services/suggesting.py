"""Who could go where on polling day: suggested by a worker, each round of it the best there is, and never binding."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection

from gotv.domain.battlegrounds import on_sphere
from gotv.domain.contests import Contest
from gotv.domain.postcodes import parts
from gotv.domain.rota import Comer, Opening, Stint, gain
from gotv.domain.work import Work
from gotv.services.duties import alone, not_called_off
from gotv.services.offering import hindrance_of
from gotv.services.rota import comer_of, gap, grouped, outstanding
from gotv.store import contests, days_off, rota, seats, to_do
from gotv.store.database import Database

# So many shifts for one person at most: each round gives everybody one.
ROUNDS = 3
# Of more shifts than this with gaps only the most costly are looked at.
MOST_OPENINGS = 1_500


def ask(database: Database, contest_id: int, now: datetime) -> None:
    """Raises Conflict when polling day is called off."""
    with database.transaction() as connection:
        not_called_off(alone(connection, contest_id))
        rota.ask_for_suggestion(connection, contest_id, now)


def waiting(database: Database) -> list[int]:
    """The contests whose suggestion was asked for and is not made."""
    with database.snapshot() as connection:
        return to_do.suggestions(connection)


def is_made(database: Database, contest_id: int) -> bool:
    """Whether what was asked for is there."""
    with database.snapshot() as connection:
        asked = rota.suggestion(connection, contest_id)
    return asked is None or asked["made_at"] is not None


def suggest(database: Database, contest_id: int, now: datetime) -> str:
    """Fill the gaps of the rota with those who have time, as suggestions. What was suggested before is thought anew.

    It is thought out on a snapshot, while everybody goes on; what has changed meanwhile is not written over. Returns
    what came of it, in words.
    """
    with database.snapshot() as connection:
        contest, asked = contests.find(connection, contest_id), rota.suggestion(connection, contest_id)
        if contest is None or contest.purged_at or asked is None:
            return "There is nothing to suggest."
        openings, comers = _openings(connection, contest, now), _comers(connection, contest_id)
    chosen = assign(comers, openings)
    with database.transaction() as connection:
        alone(connection, contest_id)
        rota.drop_suggested(connection, contest_id)
        people = {one["sign_up_id"]: one for one in days_off.people(connection, contest_id)}
        kept = [
            (sign_up_id, opening)
            for sign_up_id, opening in chosen
            if sign_up_id in people
            and not hindrance_of(connection, contest_id, people[sign_up_id], opening.shift_id, now)
            and rota.suggest_duty(connection, contest_id, opening.shift_id, sign_up_id)
        ]
        words = _words(len(kept), len({one for one, _ in kept}), sum(one.places for one in openings), len(comers))
        rota.keep_suggestion(connection, contest_id, asked["asked_at"], now, words)
    return words


def _words(filled: int, people: int, open_: int, comers: int) -> str:
    if not comers:
        return "Nobody has pledged the day yet: pass the link on."
    if not open_:
        return "Nothing is missing: every shift has its people, or they are asked."
    if not filled:
        return "Whoever has time did not offer what is missing, or organisers do not know them yet."
    return f"{filled} of {open_} places in shifts for {people} of {comers} people."


def assign(comers: Sequence[Comer], openings: Sequence[Opening]) -> list[tuple[str, Opening]]:
    """Pairs of sign-up and opening. Each round gives everybody one shift at most, so that the sum is the largest."""
    # Heavy, and only this job needs them.
    import numpy
    from scipy.optimize import linear_sum_assignment

    here, left = list(comers), list(openings)
    found: list[tuple[str, Opening]] = []
    for _ in range(ROUNDS):
        if not (here and left):
            break
        # A column for each place in a shift, worth the same as its neighbour.
        which = [n for n, opening in enumerate(left) for _ in range(opening.places)]
        worth = numpy.array([[gain(comer, opening) for opening in left] for comer in here])[:, which]
        pairs = [(int(n), int(m)) for n, m in zip(*linear_sum_assignment(worth, maximize=True), strict=True)]
        pairs = [(n, which[m]) for n, m in pairs if worth[n, m] > 0]
        if not pairs:
            break
        for n, m in pairs:
            found.append((here[n].sign_up_id, left[m]))
            here[n] = replace(here[n], busy=(*here[n].busy, Stint(left[m].begins, left[m].ends)))
            left[m] = replace(left[m], places=left[m].places - 1)
        left = [opening for opening in left if opening.places]
    return found


def _openings(connection: Connection, contest: Contest, now: datetime) -> list[Opening]:
    """The shifts with places that nobody has and nobody is asked for, the most costly first."""
    left = outstanding(connection, contest.contest_id)
    shifts = rota.shifts(connection, contest.contest_id)
    where = _where(connection, shifts)
    found = []
    for shift in shifts:
        spoken_for = shift["confirmed"] + shift["offered"]
        missing, cost = gap(contest, shift | {"confirmed": spoken_for}, left, now)
        if missing:
            at = where.get(("place", shift["place_id"])) or where.get(("room", shift["committee_room_id"]))
            when = (shift["begins"], shift["ends"])
            found.append(Opening(shift["shift_id"], Work(shift["work"]), *when, cost / missing, missing, at))
    found.sort(key=lambda one: -one.cost)
    return found[:MOST_OPENINGS]


def _where(connection: Connection, shifts: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int], Any]:
    """Where polling places are, by their postcodes; a committee room is in the middle of its places."""
    known = seats.parts(connection)
    found: dict[tuple[str, int], Any] = {}
    of_room: dict[int, list[tuple[float, float]]] = {}
    for shift in shifts:
        if not shift["place_id"] or ("place", shift["place_id"]) in found:
            continue
        tried = (seats.unit(connection, place) or known.get(place) for _, place in parts(shift["postcode"] or ""))
        if at := next(filter(None, tried), None):
            found["place", shift["place_id"]] = on_sphere(*at)
            of_room.setdefault(shift["committee_room_id"], []).append(at)
    for room, points in of_room.items():
        middle = [sum(each) / len(points) for each in zip(*points, strict=True)]
        found["room", room] = on_sphere(*middle)
    return found


def _comers(connection: Connection, contest_id: int) -> list[Comer]:
    """Whoever pledged twice is one person: what they said last counts, and they are busy with all they were asked."""
    mine = grouped(rota.duties(connection, contest_id), "contact")
    people = sorted(days_off.people(connection, contest_id), key=itemgetter("turn"))
    newest = {one["contact"]: one for one in people}
    return [comer_of(one, mine.get(contact, [])) for contact, one in newest.items()]
