"""Knock-up lists as pages: the walks, and one walk's list for reading and for printing."""

import redis
from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gotv import queues
from gotv.access import clerk_only, organiser_only
from gotv.errors import NotYours
from gotv.extensions import house
from gotv.services import contests, knocking_up

blueprint = Blueprint("knocking_up", __name__, url_prefix="/contests/<int:contest_id>/walks")


@blueprint.get("")
@clerk_only
def walks(contest_id: int) -> str:
    contest = contests.find_contest(house().database, contest_id)
    return render_template(
        "knocking_up/walks.html",
        contest=contest,
        walks=knocking_up.walks(house().database, g.person),
        rooms=knocking_up.rooms(house().database, g.person),
        now=house().clock.now(),
    )


@blueprint.get("/<int:walk_id>")
@clerk_only
def walk(contest_id: int, walk_id: int) -> str:
    contest = contests.find_contest(house().database, contest_id)
    version = request.args.get("version", type=int)
    found = knocking_up.walk_list(house().database, contest, g.person, walk_id, version)
    return render_template("knocking_up/walk.html", contest=contest, list=found, now=house().clock.now())


@blueprint.post("/fresh")
@organiser_only
def fresh(contest_id: int) -> Response:
    """Ask for a committee room's lists as of now. Asking again while they are being made changes nothing."""
    room = request.form.get("committee_room_id", 0, type=int)
    if room not in {mine["committee_room_id"] for mine in knocking_up.rooms(house().database, g.person)}:
        raise NotYours("That is not a committee room of yours.")
    try:
        asked = queues.ask_for_lists(house().settings.redis_url, contest_id, room, None)
    except redis.exceptions.RedisError:
        flash("Fresh lists cannot be made just now. The last good ones are below.", "error")
    else:
        flash("Fresh lists are on their way." if asked else "Fresh lists are being made already.")
    return redirect(url_for("knocking_up.walks", contest_id=contest_id))
