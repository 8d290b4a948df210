"""One printed sheet: what to cross out of it, and keying what came back on it by row number."""

import uuid
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gotv.access import clerk_only
from gotv.domain.sheets import WORDS
from gotv.errors import Conflict
from gotv.extensions import house
from gotv.services import contests, sheets

blueprint = Blueprint("sheets", __name__, url_prefix="/contests/<int:contest_id>/sheets")


@blueprint.post("")
@clerk_only
def find(contest_id: int) -> Response:
    """By what is written on it, as ``K-17 3``."""
    try:
        walk_id, version = sheets.find_code(request.form.get("code", ""))
    except Conflict as why:
        flash(str(why), "error")
        return redirect(url_for("paper.bundles", contest_id=contest_id))
    return redirect(url_for("sheets.sheet", contest_id=contest_id, walk_id=walk_id, version=version))


@blueprint.get("/<int:walk_id>/<int:version>")
@clerk_only
def sheet(contest_id: int, walk_id: int, version: int) -> str:
    """The QR code on the sheet leads here."""
    return _shown(contest_id, walk_id, version, str(uuid.uuid4()))


@blueprint.post("/<int:walk_id>/<int:version>")
@clerk_only
def keep(contest_id: int, walk_id: int, version: int) -> Response | tuple[str, int]:
    """What cannot be read comes back as it was keyed; nothing of it is kept then."""
    home, form = house(), request.form
    contest = contests.find_contest(home.database, contest_id)
    try:
        form_id = str(UUID(form.get("form_id", "")))
    except ValueError:
        form_id = str(uuid.uuid4())
    keyed, at, now = form.get("keyed", ""), form.get("at", ""), home.clock.now()
    try:
        kept = sheets.keep(home.database, contest, g.person, walk_id, version, form_id, keyed, at, now)
    except Conflict as why:
        return _shown(contest_id, walk_id, version, form_id, keyed=keyed, at=at, trouble=str(why)), why.status
    for line in kept:
        flash(line, "error" if "Not kept" in line else "message")
    return redirect(url_for("sheets.sheet", contest_id=contest_id, walk_id=walk_id, version=version))


@blueprint.post("/<int:walk_id>/<int:version>/undo")
@clerk_only
def undo(contest_id: int, walk_id: int, version: int) -> Response:
    try:
        result = str(UUID(request.form.get("result_id", "")))
    except ValueError:
        raise Conflict("Say which result.") from None
    sheets.undo(house().database, g.person, result, house().clock.now())
    flash("Taken back. Who is still wanted there is on the next list again.")
    return redirect(url_for("sheets.sheet", contest_id=contest_id, walk_id=walk_id, version=version))


def _shown(contest_id: int, walk_id: int, version: int, form_id: str, *, keyed: str = "", at: str = "",
           trouble: str = "") -> str:  # fmt: skip
    found = sheets.find(house().database, g.person, walk_id, version)
    return render_template(
        "paper/sheet.html",
        contest=contests.find_contest(house().database, contest_id),
        sheet=found,
        words=WORDS,
        form_id=form_id,
        keyed=keyed,
        at=at,
        trouble=trouble,
        now=house().clock.now(),
    )
