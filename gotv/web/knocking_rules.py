"""How this contest knocks up: the order of its lists, its rounds, its shifts, and what a phone may show."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gotv.access import agent_only
from gotv.domain.priority import KnockingRules, knocking_rules
from gotv.errors import Conflict
from gotv.extensions import house
from gotv.services import contests
from gotv.services import knocking_rules as service

blueprint = Blueprint("knocking_rules", __name__, url_prefix="/contests/<int:contest_id>/rules")


@blueprint.get("")
@agent_only
def page(contest_id: int) -> str:
    contest = contests.find_contest(house().database, contest_id)
    return _shown(contest_id, knocking_rules(contest.knocking_rules).as_kept())


@blueprint.post("")
@agent_only
def keep(contest_id: int) -> Response | tuple[str, int]:
    """What makes no sense comes back as it was filled in, with the reason."""
    form = request.form
    asked: dict[str, Any] = {
        "order": form.get("order", ""),
        "strongest": _parts(form.get("strongest", "")),
        "rounds": _parts(form.get("rounds", "")),
        "names_on_phones": "names_on_phones" in form,
        "shift_minutes": form.get("shift_minutes", 0, type=int),
        "quiet_minutes": form.get("quiet_minutes", 0, type=int),
    }
    try:
        rules = KnockingRules(**asked)
    except ValueError as why:
        return _shown(contest_id, asked, str(why)), 400
    try:
        service.keep(house().database, contest_id, rules, form.get("seen", ""))
    except Conflict as why:
        return _shown(contest_id, asked, str(why)), why.status
    flash("Kept. The next lists follow it.")
    if unknown := set(rules.strongest) - set(service.strengths(house().database, contest_id)):
        flash(f"No canvass return has the strength {', '.join(sorted(unknown))} so far.")
    return redirect(url_for("knocking_rules.page", contest_id=contest_id))


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _shown(contest_id: int, rules: dict[str, Any], trouble: str = "") -> str:
    contest = contests.find_contest(house().database, contest_id)
    return render_template(
        "knocking_up/rules.html",
        contest=contest,
        seen=service.seen(contest.knocking_rules),
        rules=rules,
        trouble=trouble,
        strengths=service.strengths(house().database, contest_id),
    )
