"""Events for organisers: the plan, one event with everybody on its list, and the ticks at the door."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gotv.access import organiser_only
from gotv.domain.events import SESSIONS, TEXTS
from gotv.domain.work import MANY, TAUGHT
from gotv.errors import Conflict, NotThere
from gotv.extensions import house
from gotv.services import contests, events, messages

blueprint = Blueprint("events", __name__, url_prefix="/contests/<int:contest_id>/events")


@blueprint.get("")
@organiser_only
def page(contest_id: int) -> str:
    return _plan(contest_id)


@blueprint.post("")
@organiser_only
def add(contest_id: int) -> Response | tuple[str, int]:
    contest = contests.find_contest(house().database, contest_id)
    try:
        event_id = events.add(house().database, contest, request.form)
    except Conflict as why:
        return _plan(contest_id, filled=request.form, trouble=str(why)), why.status
    flash("The event is open. Its page has a link to pass on.")
    return redirect(url_for("events.event", contest_id=contest_id, event_id=event_id))


def _plan(contest_id: int, **more: Any) -> str:
    now = house().clock.now()
    words = {"filled": {}, "trouble": ""} | more
    return render_template(
        "events/events.html",
        contest=contests.find_contest(house().database, contest_id),
        events=events.every_event(house().database, contest_id, now),
        texts=TEXTS,
        kinds=SESSIONS,
        taught=TAUGHT,
        many=MANY,
        now=now,
        **words,
    )


@blueprint.get("/<int:event_id>")
@organiser_only
def event(contest_id: int, event_id: int) -> str:
    return _one(contest_id, event_id)


@blueprint.post("/<int:event_id>")
@organiser_only
def change(contest_id: int, event_id: int) -> Response | tuple[str, int]:
    contest = contests.find_contest(house().database, contest_id)
    try:
        events.change(house().database, contest, event_id, request.form, house().clock.now())
    except Conflict as why:
        kind = events.find_event(house().database, contest_id, event_id)["kind"]
        filled = {"kind": kind, **request.form}
        return _one(contest_id, event_id, filled=filled, trouble=str(why)), why.status
    flash("Changed.")
    return _back(contest_id, event_id)


@blueprint.post("/<int:event_id>/off")
@organiser_only
def call_off(contest_id: int, event_id: int) -> Response:
    contest, after_all = contests.find_contest(house().database, contest_id), request.form.get("after_all") == "1"
    events.call_off(house().database, contest, event_id, house().clock.now(), after_all=after_all)
    flash("It takes place after all." if after_all else "It is called off. Tell those on the list below.")
    return _back(contest_id, event_id)


@blueprint.post("/<int:event_id>/people/<uuid:sign_up_id>/there")
@organiser_only
def tick(contest_id: int, event_id: int, sign_up_id: UUID) -> Response:
    there, now = request.form.get("there") != "0", house().clock.now()
    name = events.tick(house().database, contest_id, event_id, str(sign_up_id), now, there=there)
    flash(f"{name} is {'there' if there else 'not there'}.")
    if request.form.get("at_the_door"):
        return redirect(url_for("events.arrival", contest_id=contest_id, event_id=event_id, sign_up_id=str(sign_up_id)))
    return _back(contest_id, event_id)


@blueprint.get("/<int:event_id>/people/<uuid:sign_up_id>")
@organiser_only
def arrival(contest_id: int, event_id: int, sign_up_id: UUID) -> str:
    """What a QR code leads to that somebody shows at the door: one tap says they are there."""
    found, people = events.who_comes(house().database, contest_id, event_id)
    own = next((one for one in people if str(one["sign_up_id"]) == str(sign_up_id)), None)
    if own is None:
        raise NotThere("Nobody of that name is on the list of this event.")
    contest = contests.find_contest(house().database, contest_id)
    return render_template("events/arrival.html", contest=contest, event=found, own=own)


@blueprint.post("/<int:event_id>/told/<int:message_id>")
@organiser_only
def told(contest_id: int, event_id: int, message_id: int) -> Response:
    messages.was_told(house().database, g.person, event_id, message_id, house().clock.now())
    return _back(contest_id, event_id)


def _one(contest_id: int, event_id: int, **more: Any) -> str:
    found, people = events.who_comes(house().database, contest_id, event_id)
    contest = contests.find_contest(house().database, contest_id)
    public = f"{house().settings.public_url}{url_for('coming.event', contest_id=contest_id, event_id=event_id)}"
    starts, ends = contest.local(found["starts_at"]), contest.local(found["ends_at"])
    kept = {name: found[name] for name in (*TEXTS, "kind", "capacity", "trains_for")}
    kept |= {"day": f"{starts:%Y-%m-%d}", "begins": f"{starts:%H:%M}", "ends": f"{ends:%H:%M}"}
    home = house()
    to_tell = messages.by_hand(
        home.database,
        home.key,
        home.settings.public_url,
        contest,
        found,
        g.person,
        home.clock.now(),
        all_of_them=home.post_office is None,
    )
    words = {"filled": kept, "trouble": "", "to_tell": to_tell} | more
    return render_template(
        "events/event.html",
        contest=contest,
        event=found,
        people=people,
        public=public,
        texts=TEXTS,
        kinds=SESSIONS,
        taught=TAUGHT,
        many=MANY,
        **words,
    )


def _back(contest_id: int, event_id: int) -> Response:
    return redirect(url_for("events.event", contest_id=contest_id, event_id=event_id))
