"""Learning how: courses anybody may read, the guide to the conversation, and a seat to practise on."""

from typing import Any

from flask import Blueprint, jsonify, render_template, request
from werkzeug.wrappers import Response

from gotv.access import open_to_all, person_signed_in
from gotv.domain.concerns import THEMES
from gotv.domain.people import Role
from gotv.domain.work import MANY, TAUGHT, Work
from gotv.extensions import csrf, house, limiter
from gotv.services import training

blueprint = Blueprint("training", __name__, url_prefix="/learn")

# A hall of volunteers behind one address.
READ_LIMIT = "120 per minute"
PRACTISE_LIMIT = "60 per minute; 300 per hour"
TITLE = {
    Work.CANVASSER: "Canvassing: a conversation, not a form",
    Work.TELLER: "Telling: a number at a time",
    Work.CLERK: "Keying slips: from paper to struck doors",
    Work.KNOCKER: "Knocking up: remind, help, go on",
}
ABOUT = {
    Work.CANVASSER: "Talk with people at their doors before the day, and listen.",
    Work.TELLER: "Stand outside a polling place and ask for numbers. Your phone shows no names.",
    Work.CLERK: "Key the paper slips of tellers in a committee room.",
    Work.KNOCKER: "On the day, remind those who said they support us and have not voted yet.",
}


@blueprint.get("")
@open_to_all
def courses() -> str:
    return render_template("training/courses.html", taught=TAUGHT, many=MANY, about=ABOUT)


@blueprint.get("/<work>")
@open_to_all
def course(work: str) -> str:
    practice = training.practice_seat(house().database) is not None
    taught = training.taught(work)
    return render_template("training/course.html", work=taught, many=MANY, title=TITLE, practice=practice)


@blueprint.get("/conversation")
@open_to_all
def conversation() -> str:
    """The guide; whoever is let in and knocks at doors can also note what people care about."""
    person = person_signed_in()
    may_note = person is not None and person.role in (Role.KNOCKER, Role.ORGANISER, Role.AGENT)
    return render_template("training/conversation.html", may_note=may_note, themes=THEMES)


@blueprint.post("/<work>/read.json")
@csrf.exempt  # the token in the body is the proof; of whoever is signed in nothing but this is noted
@open_to_all
@limiter.limit(READ_LIMIT)
def read(work: str) -> Response:
    home = house()
    training.has_read(home.database, home.key, training.taught(work), _token(), person_signed_in(), home.clock.now())
    return jsonify(words="Noted. Thank you: your organiser sees that you know how.")


@blueprint.post("/<work>/practise.json")
@csrf.exempt  # as above
@open_to_all
@limiter.limit(PRACTISE_LIMIT)
def practise(work: str) -> Response:
    home = house()
    invitation = training.practise(
        home.database, home.key, training.taught(work), _token(), person_signed_in(), home.clock.now()
    )
    return jsonify(next=invitation.link(""))


def _token() -> str:
    sent: Any = request.get_json(silent=True)
    return str(sent.get("token") or "") if isinstance(sent, dict) else ""
