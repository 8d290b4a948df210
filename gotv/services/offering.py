"""Asking people to do shifts, and taking them off again."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gotv.domain.messages import Kind
from gotv.domain.people import Person
from gotv.domain.rota import Stint, hindrance
from gotv.domain.work import Work
from gotv.errors import Conflict, NotThere
from gotv.services.duties import LIVE, alone, not_called_off, retire
from gotv.services.messages import note
from gotv.services.rota import comer_of, find
from gotv.store import days_off, rota
from gotv.store.database import Database


def offer(database: Database, by: Person, shift_id: int, sign_up_id: str, now: datetime) -> str:
    """Ask somebody to do a shift: they are written to, and say yes by one tap. Returns their name. Raises Conflict."""
    with database.transaction() as connection:
        not_called_off(alone(connection, by.contest_id))
        find(connection, by, shift_id)
        person = _pledged(connection, by.contest_id, sign_up_id)
        if why := hindrance_of(connection, by.contest_id, person, shift_id, now):
            raise Conflict(f"{person['name']} {why}.")
        _ask(connection, by.contest_id, shift_id, sign_up_id, now)
    return str(person["name"])


def offer_suggested(database: Database, by: Person, now: datetime) -> int:
    """Ask everybody for whom something is suggested in the organiser's scope, and who still may. Returns how many.

    An idea that does not fit any more is one no more.
    """
    with database.transaction() as connection:
        not_called_off(alone(connection, by.contest_id))
        people = {one["sign_up_id"]: one for one in days_off.people(connection, by.contest_id)}
        pairs = [
            (one["shift_id"], one["sign_up_id"])
            for one in rota.duties(connection, by.contest_id)
            if one["state"] == "suggested" and by.sees_room(one["committee_room_id"]) and one["sign_up_id"] in people
        ]
        asked = set()
        for shift_id, sign_up_id in pairs:
            if hindrance_of(connection, by.contest_id, people[sign_up_id], shift_id, now):
                rota.drop_duties(connection, by.contest_id, [(shift_id, sign_up_id)])
                continue
            _ask(connection, by.contest_id, shift_id, sign_up_id, now)
            asked.add(sign_up_id)
    return len(asked)


def hindrance_of(connection: Connection, contest_id: int, person: dict[str, Any], shift_id: int, now: datetime) -> str:
    """Why somebody is not to be asked for a shift, in words. What is only an idea binds nobody."""
    shift = rota.find_shift(connection, contest_id, shift_id)
    if shift is None or shift["ends"] <= now:
        return "cannot do this: the shift is over"
    mine = rota.duties(connection, contest_id, person["sign_up_id"])
    others = [one for one in mine if one["shift_id"] != shift_id or one["state"] == "declined"]
    when = Stint(shift["begins"], shift["ends"])
    return hindrance(comer_of(person, others), Work(shift["work"]), when, shift_id)


def _ask(connection: Connection, contest_id: int, shift_id: int, sign_up_id: str, now: datetime) -> None:
    """Whoever was asked already, or has said yes, is not asked again."""
    if rota.state_of(connection, contest_id, shift_id, sign_up_id) not in LIVE:
        rota.keep_duty(connection, contest_id, shift_id, sign_up_id, "offered")
        note(connection, contest_id, [sign_up_id], Kind.OFFER, now)


def take_off(database: Database, by: Person, shift_id: int, sign_up_id: str, now: datetime) -> str:
    """Take somebody off a shift. Whoever was asked is told, and a link that only this shift needed dies.

    Returns their name.
    """
    with database.transaction() as connection:
        alone(connection, by.contest_id)
        find(connection, by, shift_id)
        duties = rota.duties(connection, by.contest_id, sign_up_id)
        gone = [one for one in duties if one["shift_id"] == shift_id]
        if not gone:
            raise NotThere("They are not on this shift any more.")
        retire(connection, by.contest_id, gone, duties)
        if gone[0]["state"] in LIVE:
            note(connection, by.contest_id, [sign_up_id], Kind.STOOD_DOWN, now)
    return str(gone[0]["name"])


def _pledged(connection: Connection, contest_id: int, sign_up_id: str) -> dict[str, Any]:
    found = days_off.people(connection, contest_id, sign_up_id)
    if not found or found[0]["state"] == "cancelled":
        raise NotThere("Nobody of that name has pledged the day any more.")
    return found[0]
