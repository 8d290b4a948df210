"""The GO / NO-GO sheet, on a page and on paper."""

from flask import Blueprint, render_template

from gotv.access import organiser_only
from gotv.extensions import house
from gotv.services import contests, readiness

blueprint = Blueprint("readiness", __name__, url_prefix="/contests/<int:contest_id>/ready")


@blueprint.get("")
@organiser_only
def page(contest_id: int) -> str:
    home = house()
    contest, now = contests.find_contest(home.database, contest_id), home.clock.now()
    lines = readiness.sheet(home.database, contest, home.surroundings, now)
    return render_template(
        "readiness/sheet.html", contest=contest, lines=lines, verdict=readiness.verdict(lines), now=contest.local(now)
    )
