"""The second step when signing in: to set it up, to give its code, and to forget a lost phone's."""

import secrets

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from gotv.access import DEVICE, WAITING, agent_only, open_to_all, organiser_only
from gotv.errors import NotLetIn
from gotv.extensions import house, limiter
from gotv.services import contests, second_step, signing_in
from gotv.web.people import qr_of
from gotv.web.signing_in import SIGN_IN_LIMIT, begin_session, first_page

# What an offered secret is made of: the same while this browser is signed in, another's elsewhere.
NONCE = "second_step"

blueprint = Blueprint("second_step", __name__)


@blueprint.get("/contests/<int:contest_id>/second-step")
@organiser_only
def page(contest_id: int) -> str:
    contest = contests.find_contest(house().database, contest_id)
    nonce = session.setdefault(NONCE, secrets.token_hex(8))
    offer = second_step.offer(house().database, house().key, g.person, contest.name, nonce)
    return render_template(
        "signing_in/second_step.html",
        contest=contest,
        offer=offer,
        qr=qr_of(str(offer["link"])) if offer["link"] else "",
    )


@blueprint.post("/contests/<int:contest_id>/second-step")
@organiser_only
@limiter.limit(SIGN_IN_LIMIT)
def switch(contest_id: int) -> Response:
    """On with a first code, off with one more."""
    home, code = house(), request.form.get("code", "")
    if request.form.get("off"):
        second_step.switch_off(home.database, home.key, g.person, code, home.clock.now())
        flash("The second step is off.")
    else:
        nonce, device = session.get(NONCE, ""), session[DEVICE]
        second_step.switch_on(home.database, home.key, g.person, nonce, code, home.clock.now(), device)
        session.pop(NONCE, None)
        flash("From the next time on you give a code from your app when you sign in.")
    return redirect(url_for("second_step.page", contest_id=contest_id))


@blueprint.post("/enter/second-step")
@open_to_all
@limiter.limit(SIGN_IN_LIMIT)
def give() -> Response:
    """The code of a device that has come in by link, card or password."""
    home, device = house(), session.get(WAITING, "")
    try:
        person = second_step.take(home.database, home.key, device, request.form.get("code", ""), home.clock.now())
    except NotLetIn as why:
        try:
            # A double tap: the first has opened.
            person = signing_in.who_is(home.database, home.key, device)
        except NotLetIn:
            flash(str(why), "error")
            return redirect(url_for("signing_in.enter"))
    begin_session(device)
    return redirect(first_page(person))


@blueprint.post("/contests/<int:contest_id>/people/<int:person_id>/forget-second-step")
@agent_only
def forget(contest_id: int, person_id: int) -> Response:
    name = second_step.forget(house().database, g.person, person_id)
    flash(f"{name} signs in without a code now, and can set up a new phone.")
    return redirect(url_for("people.people", contest_id=contest_id))
