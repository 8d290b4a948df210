"""The door: a link, a typed code or a password in; a device token or a session out."""

from typing import Any

from flask import Blueprint, g, jsonify, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from gotv.access import DEVICE, WAITING, agent_only, open_to_all, person_signed_in
from gotv.domain.people import Person, Role
from gotv.errors import BeforeTheDay, NotLetIn
from gotv.extensions import csrf, house, limiter
from gotv.services import contests, second_step, signing_in
from gotv.services.posts import told_to_phone

blueprint = Blueprint("signing_in", __name__)

# Generous for a hall of volunteers behind one address, hopeless for guessing 50 bits. Only wrong proofs count.
ENTER_LIMIT = "120 per minute; 1200 per hour"
SIGN_IN_LIMIT = "10 per minute; 60 per hour"


def _was_wrong(response: Any) -> bool:
    return bool(response.status_code >= 400)


@blueprint.get("/")
@open_to_all
def home() -> Response:
    person = person_signed_in()
    return redirect(first_page(person) if person else url_for("signing_in.enter"))


def first_page(person: Person) -> str:
    """Where somebody of this role starts."""
    if person.role is Role.TELLER:
        return url_for("telling.pad")
    if person.role is Role.KNOCKER:
        return url_for("knocking.page")
    return url_for("committee_room.board", contest_id=person.contest_id)


@blueprint.get("/enter")
@open_to_all
def enter() -> str:
    """The page a link or card opens. It does nothing until somebody taps: a preview must not enter for them."""
    home_, token = house(), session.get(WAITING)
    waits = second_step.who_waits(home_.database, home_.key, token) if token else None
    return render_template("signing_in/enter.html", contests=contests.open_contests(home_.database), waits=waits)


@blueprint.post("/enter")
@open_to_all
@csrf.exempt  # the token in the body is the proof; there is no session yet to be ridden on
@limiter.limit(ENTER_LIMIT, deduct_when=_was_wrong)
def exchange() -> Response:
    """Exchange a link token or a typed code for a device token (JSON in, JSON out)."""
    body: Any = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise NotLetIn("Send the link's token or the typed code.")
    home_, now = house(), house().clock.now()
    try:
        if body.get("token"):
            person, device = signing_in.enter_by_link(home_.database, home_.key, str(body["token"]), now)
        else:
            person, device = signing_in.enter_by_code(home_.database, home_.key, str(body.get("code", "")), now)
    except BeforeTheDay as before:
        return jsonify(trial=before.trial)
    if person.second_step:
        begin_session(device, WAITING)
        return jsonify(next=url_for("signing_in.enter"))
    g.person = person  # for the audit trail
    answer = {"role": person.role, "name": person.name, "next": first_page(person)}
    if person.role is Role.TELLER:
        # A teller's phone keeps its own token: it must be able to send without a session.
        # It knows where it stands before the first number, whatever becomes of the signal.
        post = told_to_phone(home_.database, home_.telling.posts.now(person), person)
        return jsonify(answer | {"device_token": device, "post": post})
    begin_session(device)
    if person.role is Role.KNOCKER:
        # So does a knocker-up's; the session only leads them back to their page.
        return jsonify(answer | {"device_token": device})
    return jsonify(answer)


@blueprint.post("/enter/trial")
@open_to_all
@csrf.exempt  # as above: the token in the body is the proof
@limiter.limit(ENTER_LIMIT, deduct_when=_was_wrong)
def trial() -> Response:
    """One number on trial, before the day: the link is *armed* when it has arrived."""
    body: Any = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise NotLetIn("Send the link's token or the typed code, and a number.")
    token, code, number = (str(body.get(name) or "") for name in ("token", "code", "number"))
    return jsonify(signing_in.send_on_trial(house().database, house().key, token, code, number, house().clock.now()))


@blueprint.post("/sign-in")
@open_to_all
@limiter.limit(SIGN_IN_LIMIT, deduct_when=_was_wrong)
def sign_in() -> Response:
    """An agent's name and password."""
    home_ = house()
    person, device = signing_in.enter_by_password(
        home_.database,
        home_.key,
        request.form.get("contest_id", 0, type=int),
        request.form.get("name", ""),
        request.form.get("password", ""),
        home_.clock.now(),
    )
    begin_session(device, WAITING if person.second_step else DEVICE)
    return redirect(url_for("signing_in.enter") if person.second_step else first_page(person))


@blueprint.post("/sign-out")
@open_to_all
def sign_out() -> Response:
    if token := session.pop(DEVICE, None):
        signing_in.leave(house().database, house().key, token)
    session.clear()
    return redirect(url_for("signing_in.enter"))


@blueprint.post("/password")
@agent_only
def password() -> Response:
    """The others have their links and cards only."""
    signing_in.set_password(house().database, g.person, request.form.get("password", ""))
    return redirect(url_for("people.people", contest_id=g.person.contest_id))


def begin_session(device: str, name: str = DEVICE) -> None:
    """``name``: WAITING for a device that has not taken its second step."""
    session.clear()
    session[name] = device
    session.permanent = True
