"""The rota of polling day as organisers see and fill it: shifts, gaps by what they cost, who is asked to do what."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gotv.domain.battlegrounds import on_sphere
from gotv.domain.contests import Contest
from gotv.domain.people import Person
from gotv.domain.priority import knocking_rules
from gotv.domain.rota import MOST_EACH, Comer, NoRota, Stint, cost_of_gap, hindrance, read_wants, rounds, stints
from gotv.domain.work import Work
from gotv.errors import Conflict, NotThere, NotYours
from gotv.services.duties import LIVE, alone
from gotv.store import contests, counts, days_off, rota
from gotv.store.database import Database


def make(database: Database, contest: Contest, by: Person, form: Mapping[str, str]) -> int:
    """Make the shifts that are not there yet, for the organiser's own scope. Returns how many. Raises Conflict."""
    try:
        wants = read_wants(dict(form))
    except NoRota as why:
        raise Conflict(str(why)) from None
    opened_at = knocking_rules(contest.knocking_rules).rounds
    with database.transaction() as connection:
        alone(connection, contest.contest_id)
        places = [one for one in contests.places(connection, contest.contest_id) if one["districts"]]
        rooms = sorted({one["committee_room_id"] for one in places})
        rows = [
            _shift(Work.TELLER, when, place["committee_room_id"], wants.tellers, place["place_id"])
            for place in places
            if by.sees_room(place["committee_room_id"])
            for when in stints(contest, wants.hours)
        ]
        for id_ in filter(by.sees_room, rooms):
            for when in rounds(contest, opened_at):
                rows.append(_shift(Work.KNOCKER, when, id_, wants.knockers))
                rows.append(_shift(Work.DRIVER, when, id_, wants.drivers))
            rows += [_shift(Work.CLERK, when, id_, wants.clerks) for when in stints(contest, wants.hours)]
        if not rows:
            raise Conflict("There are no polling places yet. Load the file of stations first.")
        there = rota.shifts(connection, contest.contest_id)
        wanted = [row for row in rows if row["wanted"] and not any(_meets(row, other) for other in there)]
        return rota.add_shifts(connection, contest.contest_id, wanted)


def _shift(work: Work, when: Stint, room: int, wanted: int, place: int | None = None) -> dict[str, Any]:
    return {"work": work, "committee_room_id": room, "place_id": place, "wanted": wanted, **when._asdict()}


def _meets(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two shifts are for the same work at the same place at the same time, if only in part."""
    where = "place_id" if one["work"] == Work.TELLER else "committee_room_id"
    alike = one["work"] == other["work"] and one[where] == other[where]
    return bool(alike and one["begins"] < other["ends"] and other["begins"] < one["ends"])


def clear(database: Database, by: Person) -> int:
    """Take away the shifts nobody has, so that the rota can be made anew. Returns how many."""
    with database.transaction() as connection:
        alone(connection, by.contest_id)
        return rota.drop_unused_shifts(connection, by.contest_id, by.committee_room_id)


def whole(database: Database, contest: Contest, by: Person, now: datetime) -> dict[str, Any]:
    """The rota in the organiser's scope.

    ``shifts`` each with ``cost`` of its gap in pledge-hours, ``missing`` people and its ``duties``; ``people`` who
    pledged the day, each with their ``duties`` and how far they are (``stage``); ``suggestion`` or None.
    """
    contest_id = contest.contest_id
    with database.snapshot() as connection:
        shifts = [one for one in rota.shifts(connection, contest_id) if by.sees_room(one["committee_room_id"])]
        duties = rota.duties(connection, contest_id)
        people = days_off.people(connection, contest_id)
        left = outstanding(connection, contest_id)
        suggestion = rota.suggestion(connection, contest_id)
    on_shift, of_person = grouped(duties, "shift_id"), grouped(duties, "sign_up_id")
    for shift in shifts:
        shift["duties"] = on_shift.get(shift["shift_id"], [])
        shift["missing"], shift["cost"] = gap(contest, shift, left, now)
        # By name; two places may have the same one.
        shift["row"] = (shift["at"].casefold(), shift["place_id"] or 0, shift["committee_room_id"] or 0)
    for person in people:
        person["duties"] = of_person.get(person["sign_up_id"], [])
        person["stage"] = stage(person)
    return {"shifts": shifts, "people": people, "suggestion": suggestion}


def grouped(rows: Iterable[dict[str, Any]], name: str) -> dict[Any, list[dict[str, Any]]]:
    found: dict[Any, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row[name], []).append(row)
    return found


# How far somebody is, in this order.
STAGES = ("pledged", "confirmed", "armed", "arrived")


def stage(person: Mapping[str, Any]) -> str:
    """The furthest of ``STAGES``."""
    if person["arrived"]:
        return "arrived"
    if any(one["state"] == "confirmed" for one in person["duties"]):
        return "armed" if person["armed"] else "confirmed"
    return "pledged"


def outstanding(connection: Connection, contest_id: int) -> dict[tuple[str, int], int]:
    """Pledges not seen yet, by ``("place", id)`` and by ``("room", id)``."""
    found: dict[tuple[str, int], int] = {}
    for row in counts.districts(connection, contest_id):
        for key in (("place", row["place_id"]), ("room", row["committee_room_id"])):
            found[key] = found.get(key, 0) + row["outstanding"]
    return found


def gap(
    contest: Contest, shift: Mapping[str, Any], left: Mapping[tuple[str, int], int], now: datetime
) -> tuple[int, float]:
    """How many people are missing in a shift, and what that costs in pledge-hours. Who was only asked is missing."""
    key = ("place", shift["place_id"]) if shift["place_id"] else ("room", shift["committee_room_id"])
    wanted, there = shift["wanted"], shift["confirmed"]
    when = Stint(shift["begins"], shift["ends"])
    cost = cost_of_gap(contest, Work(shift["work"]), left.get(key, 0), now, when, wanted=wanted, there=there)
    return max(0, wanted - there) if when.ends > now else 0, cost


def comer_of(person: Mapping[str, Any], duties: Collection[Mapping[str, Any]]) -> Comer:
    """Somebody who pledged the day, as the rota knows them. ``duties``: theirs."""
    return Comer(
        person["sign_up_id"],
        frozenset(Work(work) for work in person["works"]),
        person["begins"],
        person["ends"],
        person["known"],
        frozenset(Work(work) for work in person["trained"]),
        on_sphere(person["lat"], person["lon"]) if person["lat"] is not None else None,
        tuple(Stint(one["begins"], one["ends"]) for one in duties if one["state"] in LIVE),
        frozenset(one["shift_id"] for one in duties if one["state"] == "declined"),
    )


def one_shift(database: Database, contest: Contest, by: Person, shift_id: int, now: datetime) -> dict[str, Any]:
    """A shift with its ``duties``, and the ``people`` who could do it too. Raises NotThere or NotYours."""
    with database.snapshot() as connection:
        find(connection, by, shift_id)
    told = whole(database, contest, by, now)
    shift = next((one for one in told["shifts"] if one["shift_id"] == shift_id), None)
    if shift is None:  # taken out between the two looks
        raise NotThere("There is no such shift.")
    on_it = {one["sign_up_id"] for one in shift["duties"]}
    when, work = Stint(shift["begins"], shift["ends"]), Work(shift["work"])
    could = [
        one for one in told["people"]
        if one["sign_up_id"] not in on_it and not hindrance(comer_of(one, one["duties"]), work, when, shift_id)
    ]  # fmt: skip
    return {**shift, "people": could}


def find(connection: Connection, by: Person, shift_id: int) -> dict[str, Any]:
    shift = rota.find_shift(connection, by.contest_id, shift_id)
    if shift is None:
        raise NotThere("There is no such shift.")
    if not by.sees_room(shift["committee_room_id"]):
        raise NotYours("That shift belongs to another committee room.")
    return shift


def want(database: Database, by: Person, shift_id: int, wanted: str) -> None:
    """Say how many people a shift wants. Raises Conflict."""
    if not (wanted.isascii() and wanted.isdecimal() and len(wanted) < 4 and int(wanted) <= MOST_EACH):
        raise Conflict(f"People wanted: write a number from 0 to {MOST_EACH}.")
    with database.transaction() as connection:
        alone(connection, by.contest_id)
        find(connection, by, shift_id)
        rota.want(connection, by.contest_id, shift_id, int(wanted))
