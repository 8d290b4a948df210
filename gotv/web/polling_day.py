"""Polling day for organisers: who pledged it, the rota with its gaps, who is asked to do what, and how far they are."""

import contextlib
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, jsonify, redirect, render_template, request, url_for
from redis.exceptions import RedisError
from werkzeug.wrappers import Response

from gotv import queues
from gotv.access import organiser_only
from gotv.domain.events import TEXTS
from gotv.domain.rota import Wants
from gotv.domain.work import MANY, ON_THE_DAY, WORDS
from gotv.errors import Conflict, NotThere
from gotv.extensions import house
from gotv.services import contests, days_off, events, offering, rota, suggesting

blueprint = Blueprint("polling_day", __name__, url_prefix="/contests/<int:contest_id>/polling-day")

WORST = 8


@blueprint.get("")
@organiser_only
def page(contest_id: int) -> str:
    return _page(contest_id)


def _page(contest_id: int, **more: Any) -> str:
    home, now = house(), house().clock.now()
    contest = contests.find_contest(home.database, contest_id)
    try:
        event_id = days_off.polling_day(home.database, contest_id)
    except NotThere:
        words = {"filled": {}, "trouble": ""} | more
        return render_template("polling_day/closed.html", contest=contest, texts=TEXTS, **words)
    told = rota.whole(home.database, contest, g.person, now)
    worst = sorted((one for one in told["shifts"] if one["missing"]), key=lambda one: -one["cost"])
    public = f"{home.settings.public_url}{url_for('coming.event', contest_id=contest_id, event_id=event_id)}"
    words = {"wants": Wants(), "trouble": ""} | more
    return render_template(
        "polling_day/rota.html",
        contest=contest,
        event=events.find_event(home.database, contest_id, event_id),
        public=public,
        worst=worst[:WORST],
        missing=sum(one["missing"] for one in worst),
        suggested=len({one["sign_up_id"] for shift in told["shifts"] for one in shift["duties"]
                       if one["state"] == "suggested"}),
        works=[work for work in ON_THE_DAY if any(one["work"] == work for one in told["shifts"])],
        stages=rota.STAGES,
        many=MANY,
        words=WORDS,
        now=now,
        **told,
        **words,
    )  # fmt: skip


@blueprint.post("/open")
@organiser_only
def open_day(contest_id: int) -> Response | tuple[str, int]:
    home = house()
    contest = contests.find_contest(home.database, contest_id)
    try:
        days_off.open_polling_day(home.database, contest, request.form, home.clock.now())
    except Conflict as why:
        return _page(contest_id, filled=request.form, trouble=str(why)), why.status
    flash("People can pledge the day now: pass the link on.")
    return _back(contest_id)


@blueprint.post("/shifts")
@organiser_only
def make(contest_id: int) -> Response | tuple[str, int]:
    home = house()
    try:
        made = rota.make(home.database, contests.find_contest(home.database, contest_id), g.person, request.form)
    except Conflict as why:
        return _page(contest_id, wants=request.form, trouble=str(why)), why.status
    flash(f"{made} shifts were made." if made else "Every one of these shifts was there already.")
    return _back(contest_id)


@blueprint.post("/shifts/clear")
@organiser_only
def clear(contest_id: int) -> Response:
    gone = rota.clear(house().database, g.person)
    flash(f"{gone} shifts that nobody had were taken away.")
    return _back(contest_id)


@blueprint.post("/suggestion")
@organiser_only
def suggest(contest_id: int) -> Response:
    """A worker thinks about it; the page looks until it is done."""
    suggesting.ask(house().database, contest_id, house().clock.now())
    # It is noted: while Valkey is away the timekeeper asks later.
    with contextlib.suppress(RedisError):
        queues.ask_to_suggest(house().settings.redis_url, contest_id)
    return _back(contest_id)


@blueprint.get("/suggestion.json")
@organiser_only
def suggestion(contest_id: int) -> Response:
    return jsonify(made=suggesting.is_made(house().database, contest_id))


@blueprint.post("/offer")
@organiser_only
def offer_suggested(contest_id: int) -> Response:
    asked = offering.offer_suggested(house().database, g.person, house().clock.now())
    people = "1 person is" if asked == 1 else f"{asked} people are"
    flash(f"{people} asked. Whoever gave no e-mail is on the list to tell by hand." if asked
          else "Nothing is suggested that still fits. Have it thought out anew.")  # fmt: skip
    return _back(contest_id)


@blueprint.post("/people/<uuid:sign_up_id>/known")
@organiser_only
def known(contest_id: int, sign_up_id: UUID) -> Response:
    days_off.vouch(
        house().database, g.person, str(sign_up_id), house().clock.now(), known=request.form.get("known") != "0"
    )
    return redirect(f"{url_for('polling_day.page', contest_id=contest_id)}#people")


@blueprint.get("/shifts/<int:shift_id>")
@organiser_only
def shift(contest_id: int, shift_id: int) -> str:
    home, now = house(), house().clock.now()
    contest = contests.find_contest(home.database, contest_id)
    found = rota.one_shift(home.database, contest, g.person, shift_id, now)
    return render_template("polling_day/shift.html", contest=contest, shift=found, words=WORDS, now=now)


@blueprint.post("/shifts/<int:shift_id>/wanted")
@organiser_only
def want(contest_id: int, shift_id: int) -> Response:
    rota.want(house().database, g.person, shift_id, request.form.get("wanted", ""))
    return _to_shift(contest_id, shift_id)


@blueprint.post("/shifts/<int:shift_id>/people/<uuid:sign_up_id>/offer")
@organiser_only
def offer(contest_id: int, shift_id: int, sign_up_id: UUID) -> Response:
    name = offering.offer(house().database, g.person, shift_id, str(sign_up_id), house().clock.now())
    flash(f"{name} is asked.")
    return _to_shift(contest_id, shift_id)


@blueprint.post("/shifts/<int:shift_id>/people/<uuid:sign_up_id>/off")
@organiser_only
def take_off(contest_id: int, shift_id: int, sign_up_id: UUID) -> Response:
    name = offering.take_off(house().database, g.person, shift_id, str(sign_up_id), house().clock.now())
    flash(f"{name} is off this shift.")
    return _to_shift(contest_id, shift_id)


def _to_shift(contest_id: int, shift_id: int) -> Response:
    return redirect(url_for("polling_day.shift", contest_id=contest_id, shift_id=shift_id))


def _back(contest_id: int) -> Response:
    return redirect(url_for("polling_day.page", contest_id=contest_id))
