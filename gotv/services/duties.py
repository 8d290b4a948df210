"""A volunteer's own shifts: said yes or no to by one tap. With a yes comes the link, or the car, they work with."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gotv.domain.lifts import OPEN
from gotv.domain.messages import Kind as Message
from gotv.domain.people import Person, Role
from gotv.domain.work import TRUSTED, WORDS, Work
from gotv.errors import Conflict, NotThere
from gotv.services.inviting import Invitation, invite_within
from gotv.services.own_links import read_own_token, was_reached
from gotv.store import cars, contests, days_off, events, lifts, messages, people, rota
from gotv.store.database import Database

# A duty that takes somebody's time: they were asked, or said yes.
LIVE = ("offered", "confirmed")
# Of a car whose owner did not say.
SEATS = 3
ROLES = {Work.TELLER: Role.TELLER, Work.KNOCKER: Role.KNOCKER, Work.CLERK: Role.CLERK}


def alone(connection: Connection, contest_id: int) -> dict[str, Any]:
    """The polling-day event, once nobody else gives out or takes shifts of this contest. Raises NotThere."""
    event_id = days_off.polling_day(connection, contest_id)
    event = events.lock(connection, contest_id, event_id) if event_id is not None else None
    if event is None:
        raise NotThere("Polling day is not open for pledges.")
    return event


def not_called_off(event: dict[str, Any]) -> None:
    """Raises Conflict."""
    if event["cancelled_at"]:
        raise Conflict("Polling day has been called off here. Organisers can take that back on its page of events.")


def answer(database: Database, key: str, token: str, shift_id: int, now: datetime, *, does: bool) -> None:
    """Say yes or no to a shift one was asked for; a yes can be taken back. Raises NotThere or Conflict, in words."""
    contest_id, sign_up_id = read_own_token(key, token)
    with database.transaction() as connection:
        event = alone(connection, contest_id)
        mine = rota.duties(connection, contest_id, sign_up_id)
        duty = next((one for one in mine if one["shift_id"] == shift_id), None)
        if duty is None or duty["state"] not in LIVE:
            raise Conflict("You are not asked for this shift any more.")
        if duty["ends"] <= now:
            raise Conflict("This shift is over.")
        if not does:
            retire(connection, contest_id, [duty], mine, state="declined")
        elif duty["state"] != "confirmed":
            not_called_off(event)
            works_by_link = _confirm(connection, key, contest_id, duty, mine)
            if works_by_link and not was_reached(key, token, duty["contact"]):
                # The page they are on does not show the link: it goes where they are reached.
                messages.add(connection, contest_id, [sign_up_id], Message.CHANGED, now, None)


def _confirm(connection: Connection, key: str, contest_id: int, duty: dict[str, Any], mine: list[Any]) -> bool:
    """True when they work by a link, and not by car. Raises Conflict."""
    shift = rota.find_shift(connection, contest_id, duty["shift_id"])
    if shift is None or shift["confirmed"] >= shift["wanted"]:
        raise Conflict("Others were quicker: this shift is full. Thank you! We shall ask you for another.")
    sure = [one for one in mine if one["state"] == "confirmed"]
    if any(one["begins"] < duty["ends"] and duty["begins"] < one["ends"] for one in sure):
        raise Conflict("You have another shift at that time.")
    work, own = Work(duty["work"]), days_off.people(connection, contest_id, duty["sign_up_id"])
    if work in TRUSTED and not (own and own[0]["known"]):
        raise Conflict("Organisers have to know you for this work. Come and meet them, and you are asked again.")
    person_id = car_id = None
    if work is Work.DRIVER:
        car_id = _same(duty, mine, "car_id") or cars.add(
            connection, contest_id, duty["committee_room_id"], duty["name"], "", duty["seats_in_car"] or SEATS
        )
    else:
        person_id = _same(duty, mine, "person_id") or _invite(connection, key, contest_id, duty)
    rota.keep_duty(
        connection, contest_id, duty["shift_id"], duty["sign_up_id"], "confirmed", person_id=person_id, car_id=car_id
    )
    keep_cars(connection, contest_id, duty["sign_up_id"])
    return person_id is not None


def keep_cars(connection: Connection, contest_id: int, sign_up_id: str) -> None:
    """The cars of somebody who drives are called as they are, with the hours they drive."""
    contest = contests.find(connection, contest_id)
    hours: dict[int, tuple[dict[str, Any], list[str]]] = {}
    for duty in rota.duties(connection, contest_id, sign_up_id):
        if contest and duty["car_id"] and duty["state"] == "confirmed":
            when = f"{contest.local(duty['begins']):%H:%M} to {contest.local(duty['ends']):%H:%M}"
            hours.setdefault(duty["car_id"], (duty, []))[1].append(when)
    for car_id, (duty, driven) in hours.items():
        # Whoever gave an address of e-mail is rung by nobody.
        phone = "" if "@" in duty["contact"] else duty["contact"]
        name = f"{duty['name']}, {', '.join(driven)}"
        cars.change(connection, contest_id, car_id, driver=name, phone=phone, seats=duty["seats_in_car"] or SEATS)


def _same(duty: dict[str, Any], mine: list[Any], what: str) -> int | None:
    """The link or car they have for the same work at the same place already."""
    where = ("work", "place_id", "committee_room_id")
    alike = [one for one in mine if one["state"] == "confirmed" and all(one[k] == duty[k] for k in where)]
    # A link that was switched off is not handed on.
    return next((one[what] for one in alike if one["car_id"] or one["serial"]), None)


def _invite(connection: Connection, key: str, contest_id: int, duty: dict[str, Any]) -> int:
    contest = contests.find(connection, contest_id)
    if contest is None or contest.purged_at:
        raise NotThere("This sign-up is not kept any more.")
    role = ROLES[Work(duty["work"])]
    return invite_within(connection, key, contest, role, duty["name"], duty["place_id"], duty["committee_room_id"])


def retire(
    connection: Connection, contest_id: int, gone: Collection[Any], mine: Collection[Any], state: str = ""
) -> None:
    """Take duties from somebody (``state``: what they are from now on); what only these needed is switched off."""
    leaving = {one["shift_id"] for one in gone}
    stay = [one for one in mine if one["shift_id"] not in leaving]
    for duty in gone:
        if state:
            rota.keep_duty(connection, contest_id, duty["shift_id"], duty["sign_up_id"], state)
    if not state:
        rota.drop_duties(connection, contest_id, [(one["shift_id"], one["sign_up_id"]) for one in gone])
    for person_id in {one["person_id"] for one in gone} - {one["person_id"] for one in stay} - {None}:
        people.revoke(connection, contest_id, person_id)
    for car_id in {one["car_id"] for one in gone} - {one["car_id"] for one in stay} - {None}:
        cars.lock(connection, contest_id, car_id)
        if any(lift["state"] in OPEN for lift in lifts.of_car(connection, contest_id, car_id)):
            raise Conflict("There are still lifts for this car: the committee room gives them to another first.")
        cars.remove_unused(connection, contest_id, car_id)
    for sign_up_id in {one["sign_up_id"] for one in gone}:
        keep_cars(connection, contest_id, sign_up_id)


def retire_trusted(connection: Connection, contest_id: int, sign_up_id: str) -> bool:
    """Nobody knows them any more: the work that shows addresses is taken from them, and with it their links.

    True if they were asked for any of it.
    """
    mine = rota.duties(connection, contest_id, sign_up_id)
    gone = [one for one in mine if one["work"] in TRUSTED]
    retire(connection, contest_id, gone, mine)
    return any(one["state"] in LIVE for one in gone)


def works_elsewhere(connection: Connection, by: Person, sign_up_id: str) -> bool:
    """Whether they have, or are asked for, work that shows addresses in a room that this organiser does not see."""
    mine = rota.duties(connection, by.contest_id, sign_up_id)
    trusted = [one for one in mine if one["state"] in LIVE and one["work"] in TRUSTED]
    return not all(by.sees_room(one["committee_room_id"]) for one in trusted)


def retire_all(connection: Connection, contest_id: int, sign_up_id: str, now: datetime) -> None:
    """Somebody cannot come on the day after all, or no more."""
    mine = rota.duties(connection, contest_id, sign_up_id)
    retire(connection, contest_id, to_come(mine, now), mine)


def to_come(mine: Collection[Any], now: datetime) -> list[Any]:
    """Shifts that are not over. What was done stays done: its numbers may wait on a phone still, and need its link."""
    return [one for one in mine if one["ends"] > now]


def of_one(database: Database, key: str, token: str) -> list[dict[str, Any]]:
    """One's own shifts that one was asked for or has, each with its ``words`` and, if there is one, ``invitation``.

    The invitation only for who was reached by the contact they gave: whoever signed up with another's has none.
    """
    contest_id, sign_up_id = read_own_token(key, token)
    with database.snapshot() as connection:
        mine = told(connection, key, contest_id, sign_up_id)
    return [one if was_reached(key, token, one["contact"]) else one | {"invitation": None} for one in mine]


def told(connection: Connection, key: str, contest_id: int, sign_up_id: str) -> list[dict[str, Any]]:
    """As `of_one`, for whoever has read the token already."""
    contest = contests.find(connection, contest_id)
    found = []
    for duty in rota.duties(connection, contest_id, sign_up_id):
        if contest is None or duty["state"] not in LIVE:
            continue
        begins, ends = contest.local(duty["begins"]), contest.local(duty["ends"])
        duty["words"] = f"{begins:%H:%M} to {ends:%H:%M}, {WORDS[Work(duty['work'])]}, {duty['at']}"
        duty["invitation"] = _invitation(key, contest_id, duty) if duty["serial"] else None
        found.append(duty)
    return found


def _invitation(key: str, contest_id: int, duty: dict[str, Any]) -> Invitation:
    spoken_of = (contest_id, duty["person_id"], duty["serial"])
    return Invitation.of(key, *spoken_of, role=ROLES[Work(duty["work"])], name=duty["name"], where=duty["at"])
