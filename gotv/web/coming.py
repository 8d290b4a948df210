"""The public pages of events: what there is to come to, a sign-up in under a minute, one's own link to change it."""

import uuid
from typing import Any

from flask import Blueprint, jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from gotv.access import open_to_all
from gotv.domain.contests import Contest
from gotv.domain.events import Kind, State
from gotv.domain.work import ON_THE_DAY, WORDS
from gotv.errors import Conflict, HouseError, NotLetIn, NotThere
from gotv.extensions import csrf, house, limiter
from gotv.services import calendar, contests, days_off, duties, events, signing_up
from gotv.web.people import qr_of

blueprint = Blueprint("coming", __name__, url_prefix="/come")

# A hall of people behind one address signs up in a quarter of an hour; a machine that fills every place does not.
SIGN_UP_LIMIT = "60 per minute; 600 per hour"
OWN_LINK_LIMIT = "120 per minute"


@blueprint.get("/<int:contest_id>")
@open_to_all
def what(contest_id: int) -> str:
    """Every event of a contest that people can come to."""
    contest = _contest(contest_id)
    found = events.upcoming(house().database, contest_id, house().clock.now())
    return render_template("coming/what.html", place=contest.name, contest=_banner(contest), zone=contest, events=found)


@blueprint.get("/<int:contest_id>/<int:event_id>")
@open_to_all
def event(contest_id: int, event_id: int) -> str:
    return _page(contest_id, event_id)


@blueprint.post("/<int:contest_id>/<int:event_id>")
@open_to_all
@limiter.limit(SIGN_UP_LIMIT)
def sign_up(contest_id: int, event_id: int) -> str | tuple[str, int]:
    """A form that cannot be read comes back as it was filled in."""
    home = house()
    _contest(contest_id)
    try:
        told = signing_up.sign_up(
            home.database, home.key, contest_id, event_id, request.form, home.clock.now(), home.country.place_of
        )
    except Conflict as why:
        return _page(contest_id, event_id, filled=request.form, trouble=str(why)), why.status
    return _page(contest_id, event_id, told=told)


def _page(contest_id: int, event_id: int, **more: Any) -> str:
    contest, now = _contest(contest_id), house().clock.now()
    found = events.find_event(house().database, contest_id, event_id)
    words = {"filled": {}, "trouble": "", "told": None, "new_id": str(uuid.uuid4())} | more
    return render_template(
        "coming/event.html",
        contest=_banner(contest),
        zone=contest,
        event=found,
        over=now >= found["ends_at"],
        works=ON_THE_DAY,
        work_words=WORDS,
        **words,
    )


def _contest(contest_id: int) -> Contest:
    contest = contests.find_contest(house().database, contest_id)
    if contest.purged_at:
        raise NotThere("There is no such event.")
    return contest


def _banner(contest: Contest) -> Contest | None:
    """A rehearsal says on every page that it is one."""
    return contest if contest.rehearsal else None


@blueprint.get("/<int:contest_id>/<int:event_id>/event.ics")
@open_to_all
def ics(contest_id: int, event_id: int) -> Response:
    """For a calendar. The same for everybody: it holds nobody's name but the host's."""
    contest = _contest(contest_id)
    found = events.find_event(house().database, contest_id, event_id)
    content = calendar.of_event(found, contest, house().settings.public_url)
    return Response(
        content, mimetype="text/calendar", headers={"Content-Disposition": 'attachment; filename="event.ics"'}
    )


@blueprint.get("/mine")
@open_to_all
def mine() -> str:
    """What one's own link opens: the link's secret stays in the fragment, and the page asks with it."""
    return render_template("coming/mine.html")


@blueprint.post("/mine.json")
@csrf.exempt  # the token in the body is the proof
@open_to_all
@limiter.limit(OWN_LINK_LIMIT)
def mine_told() -> Response:
    return jsonify(_mine(_token()))


@blueprint.post("/mine/change.json")
@csrf.exempt  # the token in the body is the proof
@open_to_all
@limiter.limit(OWN_LINK_LIMIT)
def change_mine() -> Response:
    home, token = house(), _token()
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict) or not isinstance(sent.get("comes"), bool):
        raise Conflict("Say whether you come.")
    try:
        signing_up.change_mine(home.database, home.key, token, sent["comes"], home.clock.now())
    except HouseError as why:
        return jsonify(_mine(token) | {"trouble": str(why)})
    return jsonify(_mine(token))


@blueprint.post("/mine/shift.json")
@csrf.exempt  # the token in the body is the proof
@open_to_all
@limiter.limit(OWN_LINK_LIMIT)
def answer_shift() -> Response:
    """Yes or no to a shift."""
    home, token = house(), _token()
    sent: Any = request.get_json(silent=True)
    shift_id, does = sent.get("shift_id"), sent.get("does")
    if not isinstance(does, bool) or not isinstance(shift_id, int) or not 0 < shift_id < 2**31:
        raise Conflict("Say which shift, and whether you do it.")
    try:
        duties.answer(home.database, home.key, token, shift_id, home.clock.now(), does=does)
    except HouseError as why:
        return jsonify(_mine(token) | {"trouble": str(why)})
    return jsonify(_mine(token))


@blueprint.post("/mine/day.json")
@csrf.exempt  # the token in the body is the proof
@open_to_all
@limiter.limit(OWN_LINK_LIMIT)
def pledge_anew() -> Response:
    """Other hours or work on polling day."""
    home, token = house(), _token()
    sent: Any = request.get_json(silent=True)
    form = {str(name): value for name, value in sent.items() if isinstance(value, str)}
    try:
        signing_up.pledge_anew(home.database, home.key, token, form, home.clock.now(), home.country.place_of)
    except HouseError as why:
        return jsonify(_mine(token) | {"trouble": str(why)})
    return jsonify(_mine(token))


def _token() -> str:
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict) or not isinstance(sent.get("token"), str):
        raise NotLetIn("This link is not complete. Open it again from where it was sent to you.")
    return str(sent["token"])


def _mine(token: str) -> dict[str, Any]:
    found, own = signing_up.mine(house().database, house().key, token)
    zone = contests.find_contest(house().database, found["contest_id"])
    home, day_off, duties_ = house(), None, []
    if found["kind"] == Kind.POLLING_DAY:
        day_off, duties_ = (
            days_off.of_one(home.database, zone.contest_id, own["sign_up_id"]),
            duties.of_one(home.database, home.key, own["token"]),
        )
    fragment = render_template(
        "coming/_mine.html",
        event=found,
        own=own,
        zone=zone,
        now=home.clock.now(),
        qr=qr_of(_arrival(found, own)) if own["state"] != State.CANCELLED else "",
        day_off=day_off,
        duties=duties_,
        public_url=home.settings.public_url,
        works=ON_THE_DAY,
        work_words=WORDS,
    )
    return {"state": own["state"], "html": fragment}


def _arrival(event: dict[str, Any], own: dict[str, Any]) -> str:
    """What the one who stands at the door scans: their own page, on which this person is ticked."""
    path = url_for("events.arrival", contest_id=event["contest_id"], event_id=event["event_id"],
                   sign_up_id=own["sign_up_id"])  # fmt: skip
    return f"{house().settings.public_url}{path}"
