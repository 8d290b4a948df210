"""Sending teams out with walks, calling them back, opening rounds; and arranging the walks themselves."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gotv.access import organiser_only
from gotv.domain.priority import Wish
from gotv.errors import Conflict
from gotv.extensions import house
from gotv.services import contests, inviting, outings, rounds, walks
from gotv.web.people import qr_of

blueprint = Blueprint("outings", __name__, url_prefix="/contests/<int:contest_id>")

MOST_IN_A_TEAM = 8


def _team() -> tuple[list[int], list[str]]:
    """The knockers-up chosen and the new names written, of the form. Raises Conflict for a crowd."""
    chosen = [int(one) for one in request.form.getlist("person_id") if one.isdecimal() and len(one) < 10]
    names = [name.strip()[:60] for name in request.form.get("names", "").split(",") if name.strip()]
    if len(chosen) + len(names) > MOST_IN_A_TEAM:
        raise Conflict(f"A team has {MOST_IN_A_TEAM} people at most. Split the walk for more.")
    return chosen, names


@blueprint.post("/walks/<int:walk_id>/give")
@organiser_only
def give(contest_id: int, walk_id: int) -> Response:
    chosen, names = _team()
    home = house()
    outing_id = outings.give(home.database, home.key, g.person, walk_id, chosen, names, home.clock.now())
    return redirect(url_for("outings.outing", contest_id=contest_id, outing_id=outing_id))


@blueprint.get("/outings/<int:outing_id>")
@organiser_only
def outing(contest_id: int, outing_id: int) -> str:
    """The team's QR codes: one scan opens the walk on a phone."""
    home = house()
    found = outings.find(home.database, g.person, outing_id)
    cards = [
        (invitation, qr_of(invitation.link(home.settings.public_url)))
        for invitation, row in inviting.invitations(home.database, home.key, g.person)
        if row["person_id"] in found["people"] and row["revoked_at"] is None
    ]
    return render_template(
        "knocking_up/outing.html",
        contest=contests.find_contest(home.database, contest_id),
        outing=found,
        cards=cards,
        knockers=outings.who_could_go(home.database, g.person, found["committee_room_id"], home.clock.now()),
    )


@blueprint.post("/outings/<int:outing_id>/back")
@organiser_only
def back(contest_id: int, outing_id: int) -> Response:
    home = house()
    found = outings.come_back(home.database, g.person, outing_id, request.form.get("ending", ""), home.clock.now())
    flash(f"{found['walk']} is back. Undo it under Lately, below.")
    return _walks(contest_id)


@blueprint.post("/outings/<int:outing_id>/undo-back")
@organiser_only
def undo_back(contest_id: int, outing_id: int) -> Response:
    found = outings.undo_come_back(house().database, g.person, outing_id, house().clock.now())
    flash(f"{found['walk']} is out with {found['team']} again.")
    return _walks(contest_id)


@blueprint.post("/outings/<int:outing_id>/move")
@organiser_only
def move(contest_id: int, outing_id: int) -> Response:
    chosen, names = _team()
    home = house()
    new = outings.move(home.database, home.key, g.person, outing_id, names, home.clock.now(), chosen)
    return redirect(url_for("outings.outing", contest_id=contest_id, outing_id=new))


@blueprint.post("/rounds")
@organiser_only
def open_round(contest_id: int) -> Response:
    """The round after the one the page shows."""
    room = request.form.get("committee_room_id", 0, type=int)
    seen = request.form.get("seen", 0, type=int)
    number = rounds.open_round(house().database, g.person, room, seen, house().clock.now())
    flash(f"Round {number} is open.")
    return _walks(contest_id)


@blueprint.get("/walks/<int:walk_id>/arrange")
@organiser_only
def arrange(contest_id: int, walk_id: int) -> str:
    found = walks.streets_and_doors(house().database, g.person, walk_id)
    return render_template(
        "knocking_up/arrange.html", contest=contests.find_contest(house().database, contest_id), **found
    )


@blueprint.post("/walks/<int:walk_id>/sort")
@organiser_only
def sort(contest_id: int, walk_id: int) -> Response:
    """Streets with the place written beside each; of equal places the first shown comes first."""
    streets = request.form.getlist("street")
    places = [request.form.get(f"place-{n}", 0.0, type=float) for n in range(len(streets))]
    order = [street for _, _, street in sorted(zip(places, range(len(streets)), streets, strict=True))]
    walks.sort(house().database, g.person, walk_id, order, request.form.getlist("backwards"))
    flash("The walk has its new order. Its next list follows it.")
    return _arrange(contest_id, walk_id)


@blueprint.post("/walks/<int:walk_id>/split")
@organiser_only
def split(contest_id: int, walk_id: int) -> Response:
    door = request.form.get("door_id", 0, type=int)
    _, name = walks.split(house().database, g.person, walk_id, door)
    flash(f"The new walk is {name}.")
    return _arrange(contest_id, walk_id)


@blueprint.post("/walks/<int:walk_id>/join")
@organiser_only
def join(contest_id: int, walk_id: int) -> Response:
    other = request.form.get("other_id", 0, type=int)
    walks.join(house().database, g.person, walk_id, other)
    flash("The walks are one now.")
    return _arrange(contest_id, walk_id)


@blueprint.post("/walks/<int:walk_id>/wish")
@organiser_only
def wish(contest_id: int, walk_id: int) -> Response:
    """Pin a door, set it aside, or neither."""
    try:
        wanted = Wish(request.form.get("wish", ""))
    except ValueError:
        raise Conflict("A door is pinned, set aside, or neither.") from None
    door = request.form.get("door_id", 0, type=int)
    walks.wish(house().database, g.person, walk_id, door, wanted)
    flash("Kept. The next list of this walk follows it.")
    return _arrange(contest_id, walk_id)


def _walks(contest_id: int) -> Response:
    return redirect(url_for("knocking_up.walks", contest_id=contest_id))


def _arrange(contest_id: int, walk_id: int) -> Response:
    return redirect(url_for("outings.arrange", contest_id=contest_id, walk_id=walk_id))
