"""Asking for a lift for somebody who rings up: for whom, from where, when."""

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection

from gotv.domain.contests import Contest
from gotv.domain.elector_numbers import NotANumber, read_elector_number
from gotv.domain.people import Person
from gotv.errors import Conflict, NotYours
from gotv.services.cars import plain_words, seats
from gotv.store import contests, lifts
from gotv.store.database import Database


class SecondLift(Conflict):
    """A lift from there is open already; asked once more, knowingly, it is asked."""


def ask(
    database: Database, contest: Contest, person: Person, lift_id: str, told: Mapping[str, Any], now: datetime
) -> bool:
    """Ask for a lift for somebody who rang up. False if this form was sent before.

    ``told``: ``number`` (the elector's, if known), or ``address`` with ``place_id``; ``at`` as ``HH:MM`` or empty;
    ``passengers``, ``both_ways``, ``note``. Raises Conflict, naming what is missing.
    """
    if now >= contest.at(contest.closes):
        raise Conflict("The poll is closed: no lift would be in time.")
    with database.transaction() as connection:
        where = _where(connection, person, told)
        there = lifts.open_at(connection, person.contest_id, where["door"]) if where["door"] else None
        if there and there["lift_id"] != lift_id and not told.get("again"):
            raise SecondLift(
                f"A lift from {there['address']} is open already, asked by {there['asked_by']} at "
                f"{contest.local(there['asked_at']):%H:%M}. For another one tick the box and ask again."
            )
        return lifts.add(
            connection,
            person.contest_id,
            lift_id,
            **where,
            passengers=seats(told.get("passengers"), "People"),
            wanted_at=wanted_at(str(told.get("at") or ""), contest, now),
            both_ways=bool(told.get("both_ways")),
            note=plain_words(told.get("note")),
            by=person.name,
            now=now,
        )


def _where(connection: Connection, person: Person, told: Mapping[str, Any]) -> dict[str, Any]:
    """The door of the elector named, or else the address told with its committee room."""
    if number := str(told.get("number") or "").strip():
        try:
            found = read_elector_number(number, "", contests.districts(connection, person.contest_id))
        except NotANumber as why:
            raise Conflict(str(why)) from None
        if not found.district:
            raise Conflict(f"Which district? Write it before the number, as in AB-{number}.")
        home = lifts.door_of(connection, person.contest_id, found)
        if home is None or home["door_id"] is None:
            raise Conflict(f"No address is known for {found}. Write the address instead.")
        if not person.sees_room(home["committee_room_id"]):
            raise NotYours(f"{found} belongs to another committee room. Tell them.")
        return {
            "room": home["committee_room_id"],
            "door": home["door_id"],
            "address": "",
            "place": None,
            "district": found.district,
            "number": found.number,
            "suffix": found.suffix,
        }
    address = plain_words(told.get("address"))
    if not address:
        raise Conflict("Write the elector's number, or the address to fetch them from.")
    places = {place["place_id"]: place["committee_room_id"] for place in contests.places(connection, person.contest_id)}
    place = told.get("place_id")
    room = places.get(place) if place else person.committee_room_id
    if room is None:
        raise Conflict("Choose the polling place they vote at.")
    if not person.sees_room(room):
        raise NotYours("That polling place belongs to another committee room. Tell them.")
    nobody = {"district": None, "number": None, "suffix": None}
    return {"room": room, "door": None, "address": address, "place": place or None} | nobody


def wanted_at(text: str, contest: Contest, now: datetime) -> datetime | None:
    """A time of the poll, or None for as soon as can be. Raises Conflict for one that is no time, past or outside."""
    if not text.strip():
        return None
    match = re.fullmatch(r"(\d{1,2})[:.](\d{2})", text.strip())
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise Conflict(f"{text.strip()[:20]!r} is no time. Write it as 14:30, or leave it empty.")
    at = contest.at(time(int(match[1]), int(match[2])))
    if at < now - timedelta(minutes=5):
        raise Conflict(f"{text.strip()} is past. Leave the time empty for as soon as can be.")
    if not contest.is_open(at):
        raise Conflict(f"The poll is open from {contest.opens:%H:%M} to {contest.closes:%H:%M}: choose a time between.")
    return at
