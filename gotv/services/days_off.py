"""Polling day as people pledge it: opened by an organiser, taken off by volunteers, each of them known or not yet."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from gotv.domain.contests import Contest
from gotv.domain.day_off import DayOff, read_day_off
from gotv.domain.events import Kind, NotUnderstood, read_texts
from gotv.domain.messages import Kind as Message
from gotv.domain.people import Person
from gotv.domain.postcodes import parts
from gotv.errors import Conflict, NotThere, NotYours
from gotv.services.duties import alone, retire_trusted, works_elsewhere
from gotv.services.messages import note
from gotv.store import days_off, events
from gotv.store.database import Database

# Where a postcode is, in degrees. Raises Conflict for what is none, NotThere for one that is not known.
PlaceOf = Callable[[str], tuple[float, float]]
# As many as come are welcome: a place in a shift is what is given out.
CAPACITY = 100_000
# A kilometre or so: enough to find the nearest place, not a street.
DIGITS = 2


def open_polling_day(database: Database, contest: Contest, form: Mapping[str, str], now: datetime) -> int:
    """Let people pledge the day. Returns its event, made now or there already. Raises Conflict."""
    if contest.is_over(now):
        raise Conflict("Polling day is over.")
    columns: dict[str, Any] = _texts(form) | {
        "kind": Kind.POLLING_DAY,
        "starts_at": contest.at(contest.opens),
        "ends_at": contest.at(contest.closes),
        "capacity": CAPACITY,
    }
    try:
        with database.transaction() as connection:
            return days_off.polling_day(connection, contest.contest_id) or events.add(
                connection, contest.contest_id, columns
            )
    except IntegrityError:
        # Two organisers clicked at once.
        return polling_day(database, contest.contest_id)


def _texts(form: Mapping[str, str]) -> dict[str, str]:
    try:
        return read_texts({"title": "Polling day", **form})
    except NotUnderstood as why:
        raise Conflict(str(why)) from None


def polling_day(database: Database, contest_id: int) -> int:
    """The event by which people pledge the day. Raises NotThere while there is none."""
    with database.snapshot() as connection:
        found = days_off.polling_day(connection, contest_id)
    if found is None:
        raise NotThere("Nobody can pledge polling day yet: an organiser opens it first, under Polling day.")
    return found


def pledge(
    connection: Connection, contest: Contest, sign_up_id: str, form: Mapping[str, str], where: Mapping[str, Any]
) -> DayOff:
    """Write down what somebody offers, within the transaction of their sign-up. Raises Conflict, naming the field.

    ``where``: what `from_where` found, before the transaction began.
    """
    try:
        offered = read_day_off(form, contest)
    except NotUnderstood as why:
        raise Conflict(str(why)) from None
    days_off.keep_day_off(
        connection,
        contest.contest_id,
        sign_up_id,
        begins=offered.begins,
        ends=offered.ends,
        works=list(offered.works),
        **where,
    )
    return offered


def from_where(postcode: str, place_of: PlaceOf | None) -> dict[str, Any]:
    """The first half, and its place to a kilometre. What was typed is kept nowhere.

    To be asked before a transaction: it may take a connection of its own, and everybody waits for who holds the day.
    """
    if not postcode.strip() or place_of is None:
        return {"outcode": "", "lat": None, "lon": None}
    known = parts(postcode[:20])
    if not known:
        raise Conflict("From where: this is no postcode. Type it like N1 4QD, or only N1, or leave it empty.")
    try:
        lat, lon = place_of(postcode)
    except NotThere:
        raise Conflict("From where: we do not know this postcode. Try one nearby, or leave it empty.") from None
    return {"outcode": known[-1][1], "lat": round(lat, DIGITS), "lon": round(lon, DIGITS)}


def vouch(database: Database, by: Person, sign_up_id: str, now: datetime, *, known: bool) -> None:
    """An organiser knows somebody, or (``known`` false) takes that back, and with it the work that shows addresses.

    Raises NotThere; and NotYours while there is such work in a committee room that the organiser does not see.
    """
    with database.transaction() as connection:
        alone(connection, by.contest_id)
        if not known and works_elsewhere(connection, by, sign_up_id):
            raise NotYours(
                "They work in another committee room too. Its organisers, or those of all rooms, take it back."
            )
        if not days_off.vouch(connection, by.contest_id, sign_up_id, by.name if known else ""):
            raise NotThere("Nobody of that name has pledged the day.")
        if forget_if_unknown(connection, by.contest_id, sign_up_id):
            note(connection, by.contest_id, [sign_up_id], Message.STOOD_DOWN, now)


def forget_if_unknown(connection: Connection, contest_id: int, sign_up_id: str) -> bool:
    """Whoever nobody knows any more loses the work that shows addresses. True if there was some they were asked for."""
    found = days_off.people(connection, contest_id, sign_up_id)
    return bool(found) and not found[0]["known"] and retire_trusted(connection, contest_id, sign_up_id)


def of_one(database: Database, contest_id: int, sign_up_id: str) -> dict[str, Any] | None:
    """What somebody pledged, or None."""
    with database.snapshot() as connection:
        return next(iter(days_off.people(connection, contest_id, sign_up_id)), None)
