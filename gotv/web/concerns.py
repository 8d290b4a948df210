"""What people at doors care about: noted on a phone, counted by theme for organisers."""

from typing import Any

from flask import Blueprint, g, jsonify, render_template, request
from werkzeug.wrappers import Response

from gotv.access import knocker_or_organiser_only, organiser_only
from gotv.errors import Conflict
from gotv.extensions import house, limiter
from gotv.services import concerns, contests
from gotv.web.shell import this_person

blueprint = Blueprint("concerns", __name__, url_prefix="/contests/<int:contest_id>/concerns")


@blueprint.get("")
@organiser_only
def page(contest_id: int) -> str:
    found = concerns.by_theme(house().database, g.person)
    contest = contests.find_contest(house().database, contest_id)
    return render_template("training/concerns.html", contest=contest, themes=found)


@blueprint.post("")
@knocker_or_organiser_only
@limiter.limit("60 per minute", key_func=this_person)
def note(contest_id: int) -> Response:
    sent: Any = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise Conflict("Send an object.")
    contest = contests.find_contest(house().database, contest_id)
    concerns.note(house().database, contest, g.person, sent, house().clock.now())
    return jsonify(kept=True)
