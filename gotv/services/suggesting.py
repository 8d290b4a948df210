"""Who could go where on polling day: suggested by a worker, each round of it the best there is, and never binding."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gotv.domain.battlegrounds import on_sphere
from gotv.domain.contests import Contest
from gotv.domain.postcodes import parts
from gotv.domain.rota import Comer, Opening, Stint, gain
from gotv.domain.work import Work
from gotv.services.rota import comer_of, gap, grouped, outstanding
from gotv.store import contests, days_off, rota, seats
from gotv.store.database import Database

# So many shifts for one person at most: each round gives everybody one.
ROUNDS = 3
# More places in shifts than this are looked at the most costly first.
MOST_OPENINGS = 3_000


def ask(database: Database, contest_id: int, now: datetime) -> None:
    with database.transaction() as connection:
        rota.ask_for_suggestion(connection, contest_id, now)


def waiting(database: Database) -> list[int]:
    """The contests whose suggestion was asked for and is not made."""
    with database.snapshot() as connection:
        living = [one.contest_id for one in contests.every(connection) if one.purged_at is None]
        found = [(one, rota.suggestion(connection, one)) for one in living]
    return [contest_id for contest_id, asked in found if asked and asked["made_at"] is None]


def is_made(database: Database, contest_id: int) -> bool:
    """Whether what was asked for is there."""
    with database.snapshot() as connection:
        asked = rota.suggestion(connection, contest_id)
    return asked is None or asked["made_at"] is not None


def suggest(database: Database, contest_id: int, now: datetime) -> str:
    """Fill the gaps of the rota with those who have time, as suggestions. What was suggested before is thought anew.

    Returns what came of it, in words.
    """
    with database.transaction() as connection:
        contest = contests.find(connection, contest_id)
        asked = rota.suggestion(connection, contest_id)
        if contest is None or contest.purged_at or asked is None:
            return "There is nothing to suggest."
        rota.drop_suggested(connection, contest_id)
        openings, comers = _openings(connection, contest, now), _comers(connection, contest_id)
        chosen = assign(comers, openings)
        for sign_up_id, opening in chosen:
            rota.keep_duty(connection, contest_id, opening.shift_id, sign_up_id, "suggested")
        words = _words(len(chosen), len({one for one, _ in chosen}), len(openings), len(comers))
        rota.keep_suggestion(connection, contest_id, now, words)
    return words


def _words(filled: int, people: int, open_: int, comers: int) -> str:
    if not comers:
        return "Nobody has pledged the day yet: pass the link on."
    if not open_:
        return "Nothing is missing: every shift has its people."
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
        worth = numpy.array([[gain(comer, opening) for opening in left] for comer in here])
        pairs = [(int(n), int(m)) for n, m in zip(*linear_sum_assignment(worth, maximize=True), strict=True)]
        pairs = [(n, m) for n, m in pairs if worth[n, m] > 0]
        if not pairs:
            break
        for n, m in pairs:
            found.append((here[n].sign_up_id, left[m]))
            here[n] = replace(here[n], busy=(*here[n].busy, Stint(left[m].begins, left[m].ends)))
        taken = {m for _, m in pairs}
        left = [opening for m, opening in enumerate(left) if m not in taken]
    return found


def _openings(connection: Connection, contest: Contest, now: datetime) -> list[Opening]:
    """The places in shifts that nobody has and nobody is asked for, the most costly first."""
    left = outstanding(connection, contest.contest_id)
    shifts = rota.shifts(connection, contest.contest_id)
    where = _where(connection, shifts)
    found = []
    for shift in shifts:
        spoken_for = shift["confirmed"] + shift["offered"]
        missing, cost = gap(contest, shift | {"confirmed": spoken_for}, left, now)
        at = where.get(("place", shift["place_id"])) or where.get(("room", shift["committee_room_id"]))
        one = Opening(
            shift["shift_id"], Work(shift["work"]), shift["begins"], shift["ends"], cost / max(1, missing), at
        )
        found += [one] * missing
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
    mine = grouped(rota.duties(connection, contest_id), "sign_up_id")
    return [comer_of(one, mine.get(one["sign_up_id"], [])) for one in days_off.people(connection, contest_id)]
