"""The teller's pad, and the POST that takes numbers when a socket cannot be had. Same body, same answer."""

from typing import Any

from flask import Blueprint, g, jsonify, render_template, request
from werkzeug.wrappers import Response

from gotv.access import open_to_all, teller_only
from gotv.extensions import csrf, house, limiter

blueprint = Blueprint("telling", __name__)


def _this_teller() -> str:
    """What is counted against the limit: thousands of phones may share one address of a mobile network."""
    return f"{g.person.contest_id}.{g.person.person_id}"


@blueprint.get("/telling")
@open_to_all
def pad() -> str:
    """The pad itself, the same for everyone: what it knows it asks for with the phone's own token."""
    return render_template("telling/pad.html")


@blueprint.get("/telling/post")
@teller_only
@limiter.exempt
def post() -> Response:
    """Who I am and where I stand: place, districts. No elector's name, address or pledge."""
    mine = house().telling.posts.now(g.person)
    return jsonify(
        contest=mine.contest.name,
        teller=g.person.name,
        place=mine.place,
        districts=list(mine.own_districts),
        opens=f"{mine.contest.opens:%H:%M}",
        closes=f"{mine.contest.closes:%H:%M}",
    )


@blueprint.post("/telling/numbers")
@csrf.exempt  # a bearer token is no ambient credential
@teller_only
@limiter.limit("600 per minute", key_func=_this_teller)
def numbers() -> Response:
    sent: Any = request.get_json(silent=True)
    mine = house().telling.post_of(g.person)
    return jsonify(house().telling.take(g.person, mine, sent))
