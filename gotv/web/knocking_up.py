"""Knock-up lists as pages: the walks, and one walk's list for reading and for printing."""

import redis
from flask import Blueprint, flash, g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gotv import queues
from gotv.access import clerk_only, organiser_only
from gotv.errors import NotYours
from gotv.extensions import house
from gotv.services import contests, knocking_up, walk_board
from gotv.services.switches import refuse_if_off

blueprint = Blueprint("knocking_up", __name__, url_prefix="/contests/<int:contest_id>/walks")


@blueprint.get("")
@clerk_only
def walks(contest_id: int) -> str:
    contest, now = contests.find_contest(house().database, contest_id), house().clock.now()
    return render_template(
        "knocking_up/walks.html",
        contest=contest,
        now=now,
        **walk_board.walks_and_rooms(house().database, contest, g.person, now),
    )


@blueprint.get("/out.json")
@clerk_only
def out(contest_id: int) -> Response:
    """Who is out with which walk: the open page asks every second or two."""
    contest = contests.find_contest(house().database, contest_id)
    return jsonify(walk_board.who_is_out(house().database, contest, g.person, house().clock.now()))


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
    """Ask for a new list of each walk of a room that has changed. Asking again while they are made changes nothing."""
    refuse_if_off(contests.find_contest(house().database, contest_id), "lists")
    room = request.form.get("committee_room_id", 0, type=int)
    if room not in {mine["committee_room_id"] for mine in knocking_up.rooms(house().database, g.person)}:
        raise NotYours("That is not a committee room of yours.")
    home = house()
    wanted = knocking_up.stale(home.database, contest_id, room, home.clock.now())
    try:
        asked = sum(queues.ask_for_list(home.settings.redis_url, contest_id, *one) for one in wanted)
    except redis.exceptions.RedisError:
        flash("Fresh lists cannot be made just now. The last good ones are below.", "error")
    else:
        flash(_asked_words(len(wanted), asked))
    return redirect(url_for("knocking_up.walks", contest_id=contest_id))


def _asked_words(wanted: int, asked: int) -> str:
    if not wanted:
        return "Every list is right as it is: nothing has changed since it was made."
    return f"{wanted} fresh lists are on their way." if asked else f"{wanted} fresh lists are being made already."
