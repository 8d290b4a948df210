"""Paper: slips and a guide for tellers, and the files of sheets and pads that a worker draws."""

import redis
from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gotv import queues
from gotv.access import clerk_only
from gotv.errors import Conflict
from gotv.extensions import house
from gotv.services import contests, knocking_up, sheets
from gotv.services import paper as service
from gotv.services.places import places_and_rooms
from gotv.services.switches import refuse_if_off

blueprint = Blueprint("paper", __name__, url_prefix="/contests/<int:contest_id>/paper")

# The pad of eleven lines by four that parties print; a place may use another.
BOXES, COLUMNS, COPIES = 44, 4, 4
MOST_BOXES, MOST_COPIES = 100, 50


@blueprint.get("/slips")
@clerk_only
def slips(contest_id: int) -> str:
    """Slips of one polling place, as many as asked; of all places in scope, one each, when none is named."""
    boxes = _asked("boxes", BOXES, MOST_BOXES)
    places, _ = places_and_rooms(house().database, g.person)
    wanted = request.args.get("place", type=int)
    chosen = [place for place in places if wanted in (None, place["place_id"])]
    return render_template(
        "paper/slips.html",
        contest=contests.find_contest(house().database, contest_id),
        places=places,
        chosen=chosen,
        wanted=wanted,
        boxes=boxes,
        columns=COLUMNS,
        copies=_asked("copies", COPIES, MOST_COPIES) if wanted else 1,
    )


@blueprint.get("/guide")
@clerk_only
def guide(contest_id: int) -> str:
    return render_template("paper/guide.html", contest=contests.find_contest(house().database, contest_id))


@blueprint.get("")
@clerk_only
def bundles(contest_id: int) -> str:
    return render_template(
        "paper/bundles.html",
        contest=contests.find_contest(house().database, contest_id),
        kinds=service.KINDS,
        rooms=knocking_up.rooms(house().database, g.person),
        bundles=service.of_contest(house().database, g.person),
        most=service.MOST_COPIES,
    )


@blueprint.get("/drawn")
@clerk_only
def drawn(contest_id: int) -> str:
    """How far each is: the open page asks again and again."""
    contest = contests.find_contest(house().database, contest_id)
    return render_template(
        "paper/_bundles.html", contest=contest, bundles=service.of_contest(house().database, g.person)
    )


@blueprint.post("")
@clerk_only
def ask(contest_id: int) -> Response:
    """Ask for a bundle. While one of that kind is drawn for the room, asking again changes nothing."""
    room = request.form.get("committee_room_id", type=int)
    copies = request.form.get("copies", 0, type=int)
    home = house()
    refuse_if_off(contests.find_contest(home.database, contest_id), "exports")
    try:
        bundle_id = service.ask(home.database, g.person, request.form.get("kind", ""), room, copies, home.clock.now())
    except Conflict as why:
        flash(str(why), "error")
        return redirect(url_for("paper.bundles", contest_id=contest_id))
    try:
        queues.ask_to_print(home.settings.redis_url, contest_id, bundle_id)
        flash("It is being drawn on fresh lists. You may close this page; it will be here.")
    except redis.exceptions.RedisError:
        flash("It is noted, and drawn as soon as the workers answer again.")
    return redirect(url_for("paper.bundles", contest_id=contest_id))


@blueprint.get("/<int:bundle_id>.pdf")
@clerk_only
def pdf(contest_id: int, bundle_id: int) -> Response:
    name, content = service.content(house().database, g.person, bundle_id)
    headers = {"Content-Disposition": f'inline; filename="contest-{contest_id}-{name}"', "Cache-Control": "no-store"}
    return Response(content, mimetype="application/pdf", headers=headers)


@blueprint.get("/strike-offs")
@clerk_only
def strike_offs(contest_id: int) -> str:
    """What is to be crossed out of each sheet that is on paper."""
    contest = contests.find_contest(house().database, contest_id)
    out = sheets.strike_offs(house().database, g.person)
    now = house().clock.now()
    return render_template("paper/strike_offs.html", contest=contest, sheets=out, now=now)


def _asked(name: str, usual: int, most: int) -> int:
    """A number from the address. Raises Conflict when it is none, or too many for paper."""
    text = request.args.get(name, str(usual))
    if not text.isdecimal() or len(text) > 3 or not 1 <= int(text) <= most:
        raise Conflict(f"Ask for 1 to {most} {name}.")
    return int(text)
