"""What one's own link opens: what one said, changed and taken back; and on polling day one's shifts.

The link's secret stays in the fragment: the page asks with it, and no log sees it.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from gotv.access import open_to_all
from gotv.domain.events import Kind, State
from gotv.domain.work import ON_THE_DAY, WORDS
from gotv.errors import Conflict, HouseError, NotLetIn
from gotv.extensions import csrf, house, limiter
from gotv.services import contests, days_off, duties, signing_up
from gotv.web.people import qr_of

blueprint = Blueprint("own_link", __name__, url_prefix="/come")

OWN_LINK_LIMIT = "120 per minute"


@blueprint.get("/mine")
@open_to_all
def page() -> str:
    return render_template("coming/mine.html")


@blueprint.post("/mine.json")
@csrf.exempt  # the token in the body is the proof
@open_to_all
@limiter.limit(OWN_LINK_LIMIT)
def told() -> Response:
    return jsonify(_mine(_token()))


@blueprint.post("/mine/change.json")
@csrf.exempt  # the token in the body is the proof
@open_to_all
@limiter.limit(OWN_LINK_LIMIT)
def change() -> Response:
    """I cannot come; or I can after all."""
    home, token, comes = house(), _token(), _sent().get("comes")
    if not isinstance(comes, bool):
        raise Conflict("Say whether you come.")
    return _answer(lambda: signing_up.change_mine(home.database, home.key, token, comes, home.clock.now()))


@blueprint.post("/mine/details.json")
@csrf.exempt  # the token in the body is the proof
@open_to_all
@limiter.limit(OWN_LINK_LIMIT)
def details() -> Response:
    """Another name, contact, seats in the car, reminders."""
    home, token, form = house(), _token(), _form()
    return _answer(lambda: signing_up.change_details(home.database, home.key, token, form, home.clock.now()))


@blueprint.post("/mine/day.json")
@csrf.exempt  # the token in the body is the proof
@open_to_all
@limiter.limit(OWN_LINK_LIMIT)
def day() -> Response:
    """Other hours or work on polling day."""
    home, token, form = house(), _token(), _form()
    return _answer(
        lambda: signing_up.pledge_anew(home.database, home.key, token, form, home.clock.now(), home.country.place_of)
    )


@blueprint.post("/mine/shift.json")
@csrf.exempt  # the token in the body is the proof
@open_to_all
@limiter.limit(OWN_LINK_LIMIT)
def shift() -> Response:
    """Yes or no to a shift."""
    home, token = house(), _token()
    shift_id, does = _sent().get("shift_id"), _sent().get("does")
    if not isinstance(does, bool) or not isinstance(shift_id, int) or not 0 < shift_id < 2**31:
        raise Conflict("Say which shift, and whether you do it.")
    return _answer(lambda: duties.answer(home.database, home.key, token, shift_id, home.clock.now(), does=does))


def _answer(act: Callable[[], None]) -> Response:
    """Do it, and tell how things are now; with why it was not done, if it was not."""
    try:
        act()
    except HouseError as why:
        return jsonify(_mine(_token()) | {"trouble": str(why)})
    return jsonify(_mine(_token()))


def _sent() -> dict[str, Any]:
    sent: Any = request.get_json(silent=True)
    return sent if isinstance(sent, dict) else {}


def _form() -> dict[str, str]:
    """A form that came as JSON."""
    return {str(name): value for name, value in _sent().items() if isinstance(value, str)}


def _token() -> str:
    token = _sent().get("token")
    if not isinstance(token, str):
        raise NotLetIn("This link is not complete. Open it again from where it was sent to you.")
    return token


def _mine(token: str) -> dict[str, Any]:
    home = house()
    event, own = signing_up.mine(home.database, home.key, token)
    zone = contests.find_contest(home.database, event["contest_id"])
    on_the_day = event["kind"] == Kind.POLLING_DAY
    fragment = render_template(
        "coming/_mine.html",
        event=event,
        own=own,
        zone=zone,
        now=home.clock.now(),
        qr=qr_of(_arrival(event, own)) if own["state"] != State.CANCELLED else "",
        day_off=days_off.of_one(home.database, zone.contest_id, own["sign_up_id"]) if on_the_day else None,
        duties=duties.of_one(home.database, home.key, token) if on_the_day else [],
        public_url=home.settings.public_url,
        works=ON_THE_DAY,
        work_words=WORDS,
    )
    return {"state": own["state"], "html": fragment}


def _arrival(event: dict[str, Any], own: dict[str, Any]) -> str:
    """What the one who stands at the door scans: their own page, on which this person is ticked."""
    ids = {name: event[name] for name in ("contest_id", "event_id")}
    path = url_for("events.arrival", sign_up_id=own["sign_up_id"], **ids)
    return f"{house().settings.public_url}{path}"
