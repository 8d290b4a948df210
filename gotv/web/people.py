"""Inviting people, printing their cards, and switching a link off."""

from io import BytesIO

import segno
from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from gotv.access import organiser_only
from gotv.domain.people import Role
from gotv.errors import Conflict
from gotv.extensions import house
from gotv.services import contests, inviting, training
from gotv.services.places import places_and_rooms

blueprint = Blueprint("people", __name__, url_prefix="/contests/<int:contest_id>/people")

MOST_AT_ONCE = 50


@blueprint.get("")
@organiser_only
def people(contest_id: int) -> str:
    places, rooms = places_and_rooms(house().database, g.person)
    return render_template(
        "people/people.html",
        contest=contests.find_contest(house().database, contest_id),
        trained=training.by_person(house().database, contest_id),
        invited=inviting.invitations(house().database, house().key, g.person),
        places=places,
        rooms=rooms,
        roles=[role for role in Role if g.person.role is Role.AGENT or role is not Role.AGENT],
        public_url=house().settings.public_url,
    )


@blueprint.post("")
@organiser_only
def invite(contest_id: int) -> Response:
    """Invite one person for each line of names."""
    names = [line.strip() for line in request.form.get("names", "").splitlines() if line.strip()]
    if not names or len(names) > MOST_AT_ONCE:
        raise Conflict(f"Write one name on each line, {MOST_AT_ONCE} at most.")
    try:
        role = Role(request.form.get("role", ""))
    except ValueError:
        raise Conflict("Choose what they will do.") from None
    for name in names:
        inviting.invite(
            house().database,
            house().key,
            contest_id,
            role,
            name,
            place_id=request.form.get("place_id", type=int),
            committee_room_id=request.form.get("committee_room_id", type=int),
            by=g.person,
        )
    flash(f"{len(names)} invited. Print their cards, or copy their links.")
    return redirect(url_for("people.people", contest_id=contest_id))


@blueprint.get("/cards")
@organiser_only
def cards(contest_id: int) -> str:
    """A printable page of cards, for everyone whose link still works."""
    role = request.args.get("role")
    invited = [
        invitation
        for invitation, row in inviting.invitations(house().database, house().key, g.person)
        if row["revoked_at"] is None and role in (None, "", row["role"])
    ]
    public_url = house().settings.public_url
    return render_template(
        "people/cards.html",
        contest=contests.find_contest(house().database, contest_id),
        cards=[(invitation, qr_of(invitation.link(public_url))) for invitation in invited],
        public_url=public_url,
    )


@blueprint.post("/<int:person_id>/revoke")
@organiser_only
def revoke(contest_id: int, person_id: int) -> Response:
    name = inviting.revoke(house().database, g.person, person_id)
    flash(f"{name}'s link no longer works.")
    return redirect(url_for("people.people", contest_id=contest_id))


def qr_of(link: str) -> Markup:
    """The link as an inline SVG; error correction M survives a wet card."""
    drawn = BytesIO()
    segno.make(link, error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2, svgclass="qr", lineclass=None
    )
    return Markup(drawn.getvalue().decode())  # noqa: S704 - drawn by segno from our own link
