"""Coming to an event: a place or a turn in the line, by one's own link changed and taken back."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gotv.domain.contests import Contest
from gotv.domain.events import Kind as EventKind
from gotv.domain.events import NotUnderstood, SignUp, State, read_sign_up
from gotv.domain.messages import Kind
from gotv.errors import Conflict, NotThere
from gotv.services.days_off import PlaceOf, forget_if_unknown, from_where, of_one, pledge
from gotv.services.duties import keep_cars, retire, retire_all, to_come
from gotv.services.events import held
from gotv.services.messages import note
from gotv.services.own_links import as_id, own_token, read_own_token, was_reached
from gotv.store import contests, days_off, events, rota, training
from gotv.store.database import Database

CLOSED = "This event is over."
CALLED_OFF = "This event has been called off."


def sign_up(
    database: Database,
    key: str,
    contest_id: int,
    event_id: int,
    form: Mapping[str, str],
    now: datetime,
    place_of: PlaceOf | None = None,
    *,
    again: bool = True,
) -> dict[str, Any]:
    """Take a place, or a turn in the line when there is none. The same form sent again changes nothing.

    ``again``: whether this browser was given this form, and so may send it twice.

    Returns ``{"state", "ahead", "token"}``. An address that is on the list already is taken once more, and shown to
    organisers: nobody may find out by trying who comes, and least of all change it. Raises Conflict, in words.
    """
    sign_up_id = as_id(form.get("sign_up_id", "")) or str(uuid.uuid4())
    try:
        wanted = read_sign_up(form)
    except NotUnderstood as why:
        raise Conflict(str(why)) from None
    where = from_where(form.get("postcode", ""), place_of)
    with database.transaction() as connection:
        contest, event = _open(connection, contest_id, event_id, now)
        known = events.find_sign_up(connection, contest_id, sign_up_id)
        if known:
            # Its id proves nothing, nor does the contact: organisers' pages name both.
            if not again or (known["event_id"], known["contact"]) != (event_id, wanted.contact):
                raise Conflict("This form was sent before, with something else in it. Load the page again.")
            return _told(connection, key, known)
        full = events.coming(connection, contest_id, event_id) >= event["capacity"]
        columns = _columns(wanted) | {"state": State.WAITING if full else State.COMING}
        events.add_sign_up(connection, contest_id, {"sign_up_id": sign_up_id, "event_id": event_id, **columns})
        if event["kind"] == EventKind.POLLING_DAY:
            pledge(connection, contest, sign_up_id, form, where)
        note(connection, contest_id, [sign_up_id], Kind.CONFIRMATION, now)
        made = events.find_sign_up(connection, contest_id, sign_up_id)
        return _told(connection, key, made or {})


def _open(connection: Connection, contest_id: int, event_id: int, now: datetime) -> tuple[Contest, dict[str, Any]]:
    contest = contests.find(connection, contest_id)
    if contest is None or contest.purged_at:
        raise NotThere("There is no such event.")
    event = held(connection, contest_id, event_id)
    if event["cancelled_at"]:
        raise Conflict(CALLED_OFF)
    if now >= event["ends_at"]:
        raise Conflict(CLOSED)
    return contest, event


def _told(connection: Connection, key: str, found: dict[str, Any]) -> dict[str, Any]:
    contest_id, state = found["contest_id"], found["state"]
    waits = state == State.WAITING
    return {
        "state": str(state),
        "ahead": events.ahead(connection, contest_id, found["event_id"], found["turn"]) if waits else 0,
        "token": own_token(key, contest_id, str(found["sign_up_id"])),
    }


def mine(database: Database, key: str, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The event and the sign-up of somebody's own link. Raises NotLetIn or NotThere."""
    contest_id, sign_up_id = read_own_token(key, token)
    with database.snapshot() as connection:
        found = events.find_sign_up(connection, contest_id, sign_up_id)
        event = events.find(connection, contest_id, found["event_id"]) if found else None
        if found is None or event is None:
            raise NotThere("This sign-up is not kept any more.")
        return event, found | _told(connection, key, found)


def change_mine(database: Database, key: str, token: str, comes: bool, now: datetime) -> None:
    """Take one's place back, so that who has waited longest gets it; or come after all, at the end of the line."""
    contest_id, sign_up_id = read_own_token(key, token)
    with database.transaction() as connection:
        found = events.find_sign_up(connection, contest_id, sign_up_id)
        if found is None:
            raise NotThere("This sign-up is not kept any more.")
        _, event = _open(connection, contest_id, found["event_id"], now)
        # Read again: only now nobody else changes it.
        found = events.find_sign_up(connection, contest_id, sign_up_id) or found
        if comes == (found["state"] != State.CANCELLED):
            return
        free = event["capacity"] - events.coming(connection, contest_id, found["event_id"])
        if comes:
            state = State.COMING if free > 0 else State.WAITING
            events.change_sign_up(connection, contest_id, sign_up_id, state=state)
            events.to_the_end(connection, contest_id, sign_up_id)
            return
        events.change_sign_up(connection, contest_id, sign_up_id, state=State.CANCELLED)
        retire_all(connection, contest_id, sign_up_id, now)
        if found["state"] == State.COMING:
            moved = events.give_places(connection, contest_id, found["event_id"], free + 1)
            note(connection, contest_id, moved, Kind.PLACE, now)


def pledge_anew(
    database: Database, key: str, token: str, form: Mapping[str, str], now: datetime, place_of: PlaceOf | None = None
) -> None:
    """Other hours, work or place than pledged before. Shifts that do not fit any more are given back."""
    contest_id, sign_up_id = read_own_token(key, token)
    where = _where(of_one(database, contest_id, sign_up_id), form.get("postcode", ""), place_of)
    with database.transaction() as connection:
        found = events.find_sign_up(connection, contest_id, sign_up_id)
        if found is None:
            raise NotThere("This sign-up is not kept any more.")
        contest, event = _open(connection, contest_id, found["event_id"], now)
        if event["kind"] != EventKind.POLLING_DAY:
            raise Conflict("This is no pledge of polling day.")
        offered = pledge(connection, contest, sign_up_id, form, where)
        mine = rota.duties(connection, contest_id, sign_up_id)
        unfit = [one for one in to_come(mine, now) if one["work"] not in offered.works
                 or one["begins"] < offered.begins or one["ends"] > offered.ends]  # fmt: skip
        retire(connection, contest_id, unfit, mine)


def _where(kept: Mapping[str, Any] | None, postcode: str, place_of: PlaceOf | None) -> dict[str, Any]:
    """Where somebody comes from. The first half, as it stood in the form, is no news: where it is was known better."""
    if kept and kept["outcode"] and postcode.strip().upper() == kept["outcode"]:
        return {name: kept[name] for name in ("outcode", "lat", "lon")}
    return from_where(postcode, place_of)


def change_details(database: Database, key: str, token: str, form: Mapping[str, str], now: datetime) -> None:
    """Another name, contact, seats or reminders. Raises Conflict.

    Only who was reached by the old contact may give a new one, or anybody could have what lets people in sent to
    themselves. It is written to, and whoever was known by the old one has to be known anew.
    """
    contest_id, sign_up_id = read_own_token(key, token)
    try:
        wanted = read_sign_up(form)
    except NotUnderstood as why:
        raise Conflict(str(why)) from None
    with database.transaction() as connection:
        found = events.find_sign_up(connection, contest_id, sign_up_id)
        if found is None:
            raise NotThere("This sign-up is not kept any more.")
        _open(connection, contest_id, found["event_id"], now)
        moves = wanted.contact != found["contact"]
        if moves and not was_reached(key, token, found["contact"]):
            raise Conflict(f"To change where we reach you open this page from what we sent to {found['contact']}, "
                           "or say that you cannot come and sign up anew.")  # fmt: skip
        events.change_sign_up(connection, contest_id, sign_up_id, **_columns(wanted))
        if moves:
            days_off.vouch(connection, contest_id, sign_up_id, "")
            forget_if_unknown(connection, contest_id, sign_up_id)
            training.moved(connection, contest_id, found["contact"], wanted.contact)
            note(connection, contest_id, [sign_up_id], Kind.CHANGED, now)
        keep_cars(connection, contest_id, sign_up_id)


def _columns(wanted: SignUp) -> dict[str, Any]:
    return {
        "name": wanted.name,
        "contact": wanted.contact,
        "seats_in_car": wanted.seats_in_car,
        "needs_seat": wanted.needs_seat,
        "channels": list(wanted.channels),
    }
