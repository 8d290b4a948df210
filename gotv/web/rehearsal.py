"""A rehearsal while it is played: how it stands, and fault cards to play."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from redis.exceptions import RedisError
from werkzeug.wrappers import Response

from gotv.access import organiser_only
from gotv.domain.contests import Contest
from gotv.domain.fault_cards import BY_HAND, CARDS
from gotv.errors import Conflict, NotThere
from gotv.extensions import house
from gotv.prompter import Prompter
from gotv.services import contests

blueprint = Blueprint("rehearsal", __name__, url_prefix="/contests/<int:contest_id>/rehearsal")
NOBODY_PLAYS = "No rehearsal is being played just now, so no card can be."
NOT_REACHED = "Valkey does not answer, so the rehearsal cannot be told. Try again when it is back."
OPENS_HOUR = 7


@blueprint.get("")
@organiser_only
def page(contest_id: int) -> str:
    """The page; with ``?fragment`` only how the rehearsal stands, for the open page."""
    contest = contests.find_contest(house().database, contest_id)
    part = "_state" if request.args.get("fragment") else "page"
    return render_template(
        f"rehearsal/{part}.html", contest=contest, cards=CARDS, by_hand=BY_HAND, time_of=_time_of, **_told(contest)
    )


@blueprint.post("/cards")
@organiser_only
def play(contest_id: int) -> Response:
    """Have a card played now."""
    contest = contests.find_contest(house().database, contest_id)
    card = CARDS.get(request.form.get("card", ""))
    if not contest.rehearsal:
        raise Conflict("This contest is real: nothing is played on it.")
    if not card:
        raise NotThere(f"There is no such card. There are: {', '.join(CARDS)}.")
    prompter = Prompter(house().settings.redis_url, contest_id)
    try:
        state = prompter.told()
        if not state or not state["playing"]:
            flash(NOBODY_PLAYS, "error")
        elif card.name in state["under_way"]:
            flash(f"{card.title} is still going on. Play it again when it is over.", "error")
        else:
            prompter.ask_for(card.name)
            flash(f"{card.title}: {card.what}. {card.see}")
    except RedisError:
        flash(NOT_REACHED, "error")
    return redirect(url_for("rehearsal.page", contest_id=contest_id))


def _told(contest: Contest) -> dict[str, Any]:
    """What the rehearsal said last; ``reached`` is false while nobody can say."""
    try:
        prompter = Prompter(house().settings.redis_url, contest.contest_id)
        return {"state": prompter.told() if contest.rehearsal else None, "reached": True}
    except RedisError:
        return {"state": None, "reached": False}


def _time_of(seconds: float) -> str:
    """The time of the day that is played, from the seconds of it that have passed."""
    minutes = OPENS_HOUR * 60 + int(seconds // 60)
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"
