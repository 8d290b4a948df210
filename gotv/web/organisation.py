"""The whole organisation: weekends across all areas, doors knocked on the day, what counts as a battleground.

Of other areas only figures are shown: how many, never who.
"""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gotv.access import agent_only, organiser_only
from gotv.errors import Conflict, NotThere
from gotv.extensions import house
from gotv.services import contests, organisation

blueprint = Blueprint("organisation", __name__, url_prefix="/contests/<int:contest_id>/organisation")


@blueprint.get("/weekends")
@organiser_only
def weekends(contest_id: int) -> str:
    home, now = house(), house().clock.now()
    contest = contests.find_contest(home.database, contest_id)
    plan = organisation.plan(home.database, now)
    return render_template(
        "organisation/weekends.html", contest=contest, weekends=plan, today=contest.local(now).date()
    )


@blueprint.get("/doors")
@organiser_only
def doors(contest_id: int) -> str:
    """The page; with ``?fragment`` only its figures, for the open page."""
    home = house()
    contest = contests.find_contest(home.database, contest_id)
    own = home.knocked.of_one(contest)
    page = "_doors" if request.args.get("fragment") else "doors"
    return render_template(
        f"organisation/{page}.html",
        contest=contest,
        own=own,
        counted=home.knocked.now(),
        hours=sorted({hour for _, hour in own.doors}),
        now=home.clock.now(),
        is_the_day=contest.local(home.clock.now()).date() == contest.polling_day,
    )


@blueprint.get("/settings")
@agent_only
def settings(contest_id: int) -> str:
    return _settings(contest_id)


@blueprint.post("/settings")
@agent_only
def keep(contest_id: int) -> Response | tuple[str, int]:
    try:
        organisation.keep_settings(house().database, request.form)
    except Conflict as why:
        return _settings(contest_id, filled=request.form, trouble=str(why)), why.status
    flash("Kept. The public page follows within seconds.")
    return redirect(url_for("organisation.settings", contest_id=contest_id))


@blueprint.post("/settings/seat")
@agent_only
def name_seat(contest_id: int) -> Response | tuple[str, int]:
    given = {name: request.form.get(name, "") for name in ("seat", "word", "why")}
    try:
        name = organisation.name_seat(house().database, given["seat"], given["word"], given["why"])
    except (Conflict, NotThere) as why:
        return _settings(contest_id, seat=given, seat_trouble=str(why)), why.status
    flash(f"{name}: kept.")
    return redirect(url_for("organisation.settings", contest_id=contest_id))


def _settings(contest_id: int, **more: Any) -> str:
    told = organisation.settings(house().database)
    rules = told["rules"]
    filled = {
        "name": told["name"],
        "party": rules.party,
        "within_pct": f"{rules.within_pct:g}",
        "held": rules.held,
        "targets": rules.targets,
    }
    words = {"filled": filled, "trouble": "", "seat": {}, "seat_trouble": ""} | more
    contest = contests.find_contest(house().database, contest_id)
    return render_template("organisation/settings.html", contest=contest, **told, **words)
