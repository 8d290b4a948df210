"""The knocker-up's phone: its page and service worker, the walk it holds, and the results it sends."""

from typing import Any

from flask import Blueprint, g, jsonify, render_template, request
from werkzeug.wrappers import Response

from gotv.access import knocker_phone_only, open_to_all
from gotv.errors import Conflict
from gotv.extensions import csrf, house, limiter
from gotv.services import doors, outings, walk_on_phone
from gotv.web.shell import address, this_person, worker_of

blueprint = Blueprint("knocking", __name__, url_prefix="/knocking")

# Everything the page is made of: kept on the phone by its service worker.
MODULES = (
    *(
        "knocking",
        "walk_view",
        "walk_door",
        "walk_words",
        "walk_keeping",
        "walk_state",
        "walk_around",
        "outbox",
        "sending",
        "knocking_line",
    ),
    *("socket", "phone", "asking", "shell", "theme"),
)
PARTS = ("css/gotv.css", "css/knocking.css", "icon.svg", "knocking.webmanifest", *(f"js/{m}.js" for m in MODULES))


@blueprint.get("")
@open_to_all
def page() -> str:
    """The same for everyone: what it knows it asks for with the phone's own token."""
    return render_template("knocking_up/phone.html", modules=[address(f"js/{name}.js") for name in MODULES])


@blueprint.get("/worker.js")
@open_to_all
def worker() -> Response:
    return worker_of("/knocking", page(), PARTS)


@blueprint.get("/walk")
@knocker_phone_only
@limiter.exempt
def walk() -> Response:
    return jsonify(walk_on_phone.on_phone(house().database, g.person, house().clock.now()))


@blueprint.post("/take")
@csrf.exempt  # a bearer token is no ambient credential
@knocker_phone_only
@limiter.limit("60 per minute", key_func=this_person)
def take() -> Response:
    outings.take(house().database, g.person, _number("walk_id"), house().clock.now())
    return jsonify(walk_on_phone.on_phone(house().database, g.person, house().clock.now()))


@blueprint.post("/back")
@csrf.exempt  # a bearer token is no ambient credential
@knocker_phone_only
@limiter.limit("60 per minute", key_func=this_person)
def back() -> Response:
    """The walk is finished, or only brought back."""
    ending = str(_body().get("ending"))
    outings.come_back(house().database, g.person, _number("outing_id"), ending, house().clock.now())
    return jsonify(walk_on_phone.on_phone(house().database, g.person, house().clock.now()))


@blueprint.post("/results")
@csrf.exempt  # a bearer token is no ambient credential
@knocker_phone_only
@limiter.limit("600 per minute", key_func=this_person)
def results() -> Response:
    sent: Any = request.get_json(silent=True)
    return jsonify(doors.take(house().database, g.person, sent, house().clock.now()))


def _body() -> dict[str, Any]:
    body: Any = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Conflict("Send an object.")
    return body


def _number(name: str) -> int:
    number = _body().get(name)
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 2**31:
        raise Conflict(f"{name} must be a number.")
    return number
