"""Paper slips: the queue of those that came in, the grid they are keyed into, and what the grid's page sends."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gotv.access import agent_only, clerk_only
from gotv.domain.contests import Contest
from gotv.domain.entries import uuid_of
from gotv.domain.slips import BOXES, COLUMNS, MOST_BOXES
from gotv.extensions import house
from gotv.services import contests, keying, slip_checks, slip_queue
from gotv.services import slips as service
from gotv.services.places import places_and_rooms

blueprint = Blueprint("slips", __name__, url_prefix="/contests/<int:contest_id>/slips")


@blueprint.get("")
@clerk_only
def slips(contest_id: int) -> str:
    """The queue; with ``fragment``, only the tables, for the page that is open."""
    contest = contests.find_contest(house().database, contest_id)
    now = house().clock.now()
    every = service.of_contest(house().database, g.person, now)
    template = "slips/_tables.html" if request.args.get("fragment") else "slips/slips.html"
    return render_template(
        template,
        contest=contest,
        by_state={state: [each for each in every if each["state"] == state] for state in ("waiting", "open")},
        done=[each for each in every if each["state"] in ("closed", "void")],
        rate=slip_checks.rate(house().database, g.person),
        now=now,
        **_choices(contest),
    )


@blueprint.get("/grid")
@clerk_only
def grid(contest_id: int) -> str:
    """The grid itself; which slip is in it the page asks for with ``slip``, blind a second time with ``check``."""
    contest = contests.find_contest(house().database, contest_id)
    return render_template("slips/grid.html", contest=contest, columns=COLUMNS, most=MOST_BOXES, **_choices(contest))


def _choices(contest: Contest) -> dict[str, Any]:
    """What a heading may be made of."""
    places, _ = places_and_rooms(house().database, g.person)
    hours = [f"{contest.local(hour):%H:%M}" for hour in contest.hours()]
    return {"places": places, "hours": hours, "boxes": BOXES, "together": house().settings.largest_upload_mb}


@blueprint.post("/next")
@clerk_only
def claim_next(contest_id: int) -> Response:
    """Claim the slip that has waited longest; not the one that was on the desk (``but``)."""
    but = uuid_of(request.form.get("but"))
    slip_id = slip_queue.claim_next(house().database, g.person, house().clock.now(), but=but)
    if slip_id is None:
        flash("No slip is waiting: all are keyed, or somebody is at them.")
        return redirect(url_for("slips.slips", contest_id=contest_id))
    return redirect(url_for("slips.grid", contest_id=contest_id, slip=slip_id))


@blueprint.post("/sample")
@clerk_only
def sample(contest_id: int) -> Response:
    """Take a closed slip to be keyed again, blind."""
    slip_id = slip_checks.sample(house().database, g.person)
    if slip_id is None:
        flash("There is no closed slip that was not checked already.")
        return redirect(url_for("slips.slips", contest_id=contest_id))
    return redirect(url_for("slips.grid", contest_id=contest_id, check=slip_id))


@blueprint.post("/initials")
@agent_only
def initials(contest_id: int) -> Response:
    """The agent's permission to show initial and street beside a number."""
    shows = request.form.get("shows") == "yes"
    contests.show_initials(house().database, contest_id, shows)
    flash("Clerks now see initial and street." if shows else "Clerks now see numbers only.")
    return redirect(url_for("slips.slips", contest_id=contest_id))


@blueprint.get("/places/<int:place_id>.json")
@clerk_only
def place(contest_id: int, place_id: int) -> Response:
    contest = contests.find_contest(house().database, contest_id)
    return jsonify(service.what_a_grid_knows(house().database, g.person, contest, place_id))


@blueprint.get("/<uuid:slip_id>.json")
@clerk_only
def slip(contest_id: int, slip_id: UUID) -> Response:
    """One slip; with ``blind`` without what stands in it, for whoever keys it a second time."""
    found = service.find(house().database, g.person, str(slip_id))
    if request.args.get("blind"):
        found = {name: found[name] for name in service.ON_THE_PAPER}
    return jsonify(found | {"hour": f"{found['hour']:%H:%M}" if found["hour"] else ""})


@blueprint.post("/<uuid:slip_id>")
@clerk_only
def keep(contest_id: int, slip_id: UUID) -> Response:
    return jsonify(keying.keep(house().telling, g.person, str(slip_id), request.get_json(silent=True)))


@blueprint.post("/<uuid:slip_id>/close")
@clerk_only
def close(contest_id: int, slip_id: UUID) -> Response:
    sent = _object_sent()
    reason = str(sent.get("reason") or "")
    now = house().clock.now()
    return jsonify(keying.close(house().database, g.person, str(slip_id), sent.get("stated"), reason, now))


@blueprint.post("/<uuid:slip_id>/check")
@clerk_only
def check(contest_id: int, slip_id: UUID) -> Response:
    sent, now = _object_sent().get("boxes"), house().clock.now()
    found = slip_checks.check(house().database, g.person, str(slip_id), sent, now)
    return jsonify(found | {"rate": slip_checks.rate(house().database, g.person)})


@blueprint.post("/<uuid:slip_id>/move")
@clerk_only
def move(contest_id: int, slip_id: UUID) -> Response:
    moved = keying.move(house().telling, g.person, str(slip_id), _object_sent().get("heading"))
    return jsonify(ok=True, moved=moved["moved"])


@blueprint.post("/<uuid:slip_id>/claim")
@clerk_only
def claim(contest_id: int, slip_id: UUID) -> Response:
    slip_queue.claim(house().database, g.person, str(slip_id), house().clock.now())
    return jsonify(ok=True)


@blueprint.post("/<uuid:slip_id>/give-back")
@clerk_only
def give_back(contest_id: int, slip_id: UUID) -> Response:
    slip_queue.give_back(house().database, g.person, str(slip_id), house().clock.now())
    return redirect(url_for("slips.slips", contest_id=contest_id))


@blueprint.post("/<uuid:slip_id>/void")
@clerk_only
def void(contest_id: int, slip_id: UUID) -> Response:
    gone = keying.void(house().telling, g.person, str(slip_id), request.form.get("reason", ""))
    flash(f"Slip {gone['sheet']} of {gone['place']} is void: {gone['withdrawn']} numbers taken back.")
    return redirect(url_for("slips.slips", contest_id=contest_id))


def _object_sent() -> dict[str, Any]:
    sent = request.get_json(silent=True)
    return sent if isinstance(sent, dict) else {}
