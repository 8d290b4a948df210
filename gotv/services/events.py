"""Events: made, changed and called off by organisers; who comes is told to them, and ticked at the door."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from gotv.domain.contests import Contest
from gotv.domain.events import TEXTS, NotUnderstood, State, read_event, read_texts
from gotv.domain.events import Kind as EventKind
from gotv.domain.messages import Kind
from gotv.errors import Conflict, NotThere
from gotv.services.messages import note
from gotv.store import contests, events, seats
from gotv.store.database import Database

# What was lately is still shown to organisers.
LATELY = timedelta(days=30)
# What people have to know when it changes.
MADE_OF = (*TEXTS, "kind", "capacity", "starts_at", "ends_at", "trains_for")
TOLD = ("starts_at", "ends_at", "meeting_point")


def add(database: Database, contest: Contest, form: Mapping[str, str]) -> int:
    """Make an event. Returns its id. Raises Conflict, naming the field."""
    columns = _read(form, contest)
    with database.transaction() as connection:
        return events.add(connection, contest.contest_id, columns)


def change(database: Database, contest: Contest, event_id: int, form: Mapping[str, str], now: datetime) -> None:
    """Change all of an event. Who waits moves up when there is more room; for fewer than come there is none.

    Everybody on the list is told when its time or meeting point is another.
    """
    with database.transaction() as connection:
        was = held(connection, contest.contest_id, event_id)
        columns = was | _read(form, contest, was["kind"])
        coming = events.coming(connection, contest.contest_id, event_id)
        if columns["capacity"] < min(coming, was["capacity"]):
            raise Conflict(f"Places: {coming} people are coming already, so it cannot be fewer.")
        events.change(connection, contest.contest_id, event_id, {name: columns[name] for name in MADE_OF})
        if any(columns[name] != was[name] for name in TOLD) and not was["cancelled_at"]:
            note(connection, contest.contest_id, _listed(connection, contest, event_id), Kind.CHANGED, now)
        moved = events.give_places(connection, contest.contest_id, event_id, columns["capacity"] - coming)
        note(connection, contest.contest_id, moved, Kind.PLACE, now)


def _read(form: Mapping[str, str], contest: Contest, kind: str = "") -> dict[str, Any]:
    """Of polling day only the words can be changed: when it is, the contest says."""
    try:
        return dict(read_texts(form)) if kind == EventKind.POLLING_DAY else read_event(form, contest.time_zone)
    except NotUnderstood as why:
        raise Conflict(str(why)) from None


def call_off(database: Database, contest: Contest, event_id: int, now: datetime, *, after_all: bool = False) -> None:
    """Call an event off, or (``after_all``) take that back. Everybody on the list is told, once for each time."""
    with database.transaction() as connection:
        event = held(connection, contest.contest_id, event_id)
        if bool(event["cancelled_at"]) == (not after_all):
            return
        if now >= event["ends_at"]:
            raise Conflict("This event is over.")
        events.change(connection, contest.contest_id, event_id, {"cancelled_at": None if after_all else now})
        kind = Kind.CHANGED if after_all else Kind.CALLED_OFF
        note(connection, contest.contest_id, _listed(connection, contest, event_id), kind, now)


def _listed(connection: Connection, contest: Contest, event_id: int) -> list[str]:
    people = events.sign_ups(connection, contest.contest_id, event_id)
    return [str(one["sign_up_id"]) for one in people if one["state"] != State.CANCELLED]


def held(connection: Connection, contest_id: int, event_id: int) -> dict[str, Any]:
    """The event, its places nobody else's to give. Raises NotThere."""
    event = events.lock(connection, contest_id, event_id)
    if event is None:
        raise NotThere("There is no such event.")
    return event


def every_event(database: Database, contest_id: int, now: datetime) -> list[dict[str, Any]]:
    """Those to come and those of lately."""
    with database.snapshot() as connection:
        return events.every(connection, contest_id, now - LATELY)


def upcoming(database: Database, contest_id: int, now: datetime) -> list[dict[str, Any]]:
    """Those that people can still come to."""
    with database.snapshot() as connection:
        return [one for one in events.every(connection, contest_id, now) if not one["cancelled_at"]]


def find_event(database: Database, contest_id: int, event_id: int) -> dict[str, Any]:
    """Raises NotThere."""
    with database.snapshot() as connection:
        found = events.find(connection, contest_id, event_id)
    if found is None:
        raise NotThere("There is no such event.")
    return found


def who_comes(database: Database, contest_id: int, event_id: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The event and everybody on its list."""
    event = find_event(database, contest_id, event_id)
    with database.snapshot() as connection:
        return event, events.sign_ups(connection, contest_id, event_id)


def tick(database: Database, contest_id: int, event_id: int, sign_up_id: str, now: datetime, *, there: bool) -> str:
    """Somebody is there, or is not after all. Returns their name. Whoever stands there is welcome, place or not."""
    with database.transaction() as connection:
        held(connection, contest_id, event_id)
        found = events.find_sign_up(connection, contest_id, sign_up_id)
        if found is None or found["event_id"] != event_id:
            raise NotThere("Nobody of that name is on the list of this event.")
        events.change_sign_up(connection, contest_id, sign_up_id, attended_at=now if there else None)
    return str(found["name"])


def set_seat(database: Database, contest: Contest, code: str) -> None:
    """Say in which seat a contest is: its events are then shown with that battleground."""
    with database.transaction() as connection:
        contests.change(connection, contest.contest_id, seat_code=code)
        seats.change(connection)
