"""Lifts to the poll: who wants one, which car goes, and how far each has come."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gotv.access import clerk_only
from gotv.domain.lifts import FREE, MOST_SEATS
from gotv.errors import Conflict, NotYours
from gotv.extensions import house
from gotv.services import cars, contests, lift_requests, lifts

blueprint = Blueprint("lifts", __name__, url_prefix="/contests/<int:contest_id>/lifts")


@blueprint.get("")
@clerk_only
def page(contest_id: int) -> str:
    return _shown(contest_id, "lifts/lifts.html")


@blueprint.get("/rows")
@clerk_only
def rows(contest_id: int) -> str:
    """The open page asks for this every few seconds."""
    return _shown(contest_id, "lifts/_lifts.html")


def _shown(contest_id: int, template: str, **more: Any) -> str:
    contest, now = contests.find_contest(house().database, contest_id), house().clock.now()
    found = lifts.lifts_and_cars(house().database, contest, g.person, now)
    words = {"free": FREE, "most": MOST_SEATS, "new_id": str(uuid.uuid4()), "told": {}, "car": {}} | more
    return render_template(template, contest=contest, now=now, **words, **found)


@blueprint.post("")
@clerk_only
def ask(contest_id: int) -> Response | tuple[str, int]:
    """A form that cannot be read comes back as it was filled in."""
    home, form = house(), request.form
    contest = contests.find_contest(home.database, contest_id)
    told: dict[str, Any] = {name: form.get(name) for name in ("number", "address", "at", "note")}
    told |= {"place_id": _number("place_id"), "passengers": _number("passengers"), "both_ways": "both_ways" in form}
    told["again"] = "again" in form
    lift_id = str(_uuid(form.get("lift_id", "")))
    try:
        lift_requests.ask(home.database, contest, g.person, lift_id, told, home.clock.now())
    except (Conflict, NotYours) as why:
        again = isinstance(why, lift_requests.SecondLift)
        page = _shown(contest_id, "lifts/lifts.html", told=told, trouble=str(why), new_id=lift_id, again=again)
        return page, why.status
    flash("The lift is on the board.")
    return _back(contest_id)


@blueprint.post("/<uuid:lift_id>/car")
@clerk_only
def give_car(contest_id: int, lift_id: UUID) -> Response:
    def give() -> str:
        if not _number("car_id"):
            raise Conflict("Choose a car first. Is every car full then? Ask for the time to be changed, or add a car.")
        car = lifts.give_car(house().database, g.person, str(lift_id), _number("seen"), _number("car_id"), _now())
        return f"{car['driver']} drives. Read them the text beside the lift."

    return _done(contest_id, give)


@blueprint.post("/<uuid:lift_id>/step")
@clerk_only
def step(contest_id: int, lift_id: UUID) -> Response:
    def go() -> str:
        state = request.form.get("state", "")
        lift = lifts.step(house().database, g.person, str(lift_id), _number("seen"), state, _now())
        return f"{lift['address']}: {lift['words']}."

    return _done(contest_id, go)


@blueprint.post("/<uuid:lift_id>/undo")
@clerk_only
def undo(contest_id: int, lift_id: UUID) -> Response:
    def back() -> str:
        lift = lifts.undo(house().database, g.person, str(lift_id), _number("seen"), _now())
        return f"Undone. {lift['address']}: {lift['words']}."

    return _done(contest_id, back)


@blueprint.post("/cars")
@clerk_only
def add_car(contest_id: int) -> Response | tuple[str, int]:
    form, room = request.form, _number("committee_room_id")
    driver, phone, places = form.get("driver", ""), form.get("phone", ""), _number("seats")
    try:
        cars.add_car(house().database, g.person, room, driver, phone, places)
    except Conflict as why:
        car = {"driver": driver, "phone": phone, "seats": places, "room": room}
        return _shown(contest_id, "lifts/lifts.html", car=car, car_trouble=str(why)), why.status
    flash("The car is there for the next lift.")
    return _back(contest_id)


@blueprint.post("/cars/<int:car_id>/drive")
@clerk_only
def drive(contest_id: int, car_id: int) -> Response:
    """Goes home (``off`` is 1), or is back."""

    def change() -> str:
        off = request.form.get("off") == "1"
        car = cars.drive(house().database, g.person, car_id, _now(), off=off)
        return f"{car['driver']} {'does not drive any more' if off else 'drives again'}."

    return _done(contest_id, change)


def _done(contest_id: int, act: Callable[[], str]) -> Response:
    """Do it and say so; who comes second reads why beside what stands now."""
    try:
        flash(act())
    except Conflict as why:
        flash(str(why), "error")
    return _back(contest_id)


def _now() -> datetime:
    return house().clock.now()


def _number(name: str) -> int:
    """A whole number of the form; 0 when it is none, which nothing has for an id."""
    text = request.form.get(name, "").strip()
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else 0


def _uuid(text: str) -> UUID:
    """The form's own id; a new one when it came without."""
    try:
        return UUID(text)
    except ValueError:
        return uuid.uuid4()


def _back(contest_id: int) -> Response:
    return redirect(url_for("lifts.page", contest_id=contest_id))
