"""The teller's pad, and the POST that takes numbers when a socket cannot be had. Same body, same answer."""

from typing import Any

from flask import Blueprint, g, jsonify, render_template, request
from werkzeug.wrappers import Response

from gotv.access import open_to_all, teller_only
from gotv.extensions import csrf, house, limiter
from gotv.services import control_totals
from gotv.services.posts import told_to_phone
from gotv.web.shell import address, this_person, worker_of

blueprint = Blueprint("telling", __name__)

# Everything the pad is made of: kept on the phone by its service worker.
MODULES = (
    *("teller_pad", "outbox", "sending", "socket", "phone", "pad_view", "pad_words", "number_check", "keypad"),
    *("stint", "control_total", "asking", "handover", "offer", "qr", "shell", "theme"),
)
PARTS = ("css/gotv.css", "icon.svg", "telling.webmanifest", *(f"js/{name}.js" for name in MODULES))


@blueprint.get("/telling")
@open_to_all
def pad() -> str:
    """The pad itself, the same for everyone: what it knows it asks for with the phone's own token."""
    return render_template("telling/pad.html", modules=[address(f"js/{name}.js") for name in MODULES])


@blueprint.get("/telling-worker.js")
@open_to_all
def worker() -> Response:
    return worker_of("/telling", pad(), PARTS)


@blueprint.get("/telling/post")
@teller_only
@limiter.exempt
def post() -> Response:
    """Who I am and where I stand: place, districts. No elector's name, address or pledge."""
    return jsonify(told_to_phone(house().database, house().telling.posts.now(g.person), g.person))


@blueprint.post("/telling/control-total")
@csrf.exempt  # a bearer token is no ambient credential
@teller_only
@limiter.limit("60 per minute", key_func=this_person)
def control_total() -> Response:
    """What the ledger holds of what this phone has sent."""
    sent: Any = request.get_json(silent=True)
    return jsonify(control_totals.compare(house().database, g.person, sent, house().clock.now()))


@blueprint.post("/telling/numbers")
@csrf.exempt  # a bearer token is no ambient credential
@teller_only
@limiter.limit("600 per minute", key_func=this_person)
def numbers() -> Response:
    sent: Any = request.get_json(silent=True)
    mine = house().telling.post_of(g.person)
    return jsonify(house().telling.take(g.person, mine, sent))
