"""The public pages of events: what there is to come to, and a sign-up in under a minute."""

import contextlib
import uuid
from typing import Any

from flask import Blueprint, render_template, request, session
from werkzeug.wrappers import Response

from gotv.access import open_to_all
from gotv.domain.contests import Contest
from gotv.domain.work import ON_THE_DAY, WORDS
from gotv.errors import Conflict, NotThere
from gotv.extensions import house, limiter
from gotv.services import calendar, contests, events, signing_up

blueprint = Blueprint("coming", __name__, url_prefix="/come")

# A hall of people behind one address signs up in a quarter of an hour; a machine that fills every place does not.
FORMS, MOST_FORMS = "forms", 8
SIGN_UP_LIMIT = "60 per minute; 600 per hour"


@blueprint.get("/<int:contest_id>")
@open_to_all
def what(contest_id: int) -> str:
    """Every event of a contest that people can come to."""
    contest = _contest(contest_id)
    found = events.upcoming(house().database, contest_id, house().clock.now())
    return render_template("coming/what.html", place=contest.name, contest=_banner(contest), zone=contest, events=found)


@blueprint.get("/<int:contest_id>/<int:event_id>")
@open_to_all
def event(contest_id: int, event_id: int) -> str:
    return _page(contest_id, event_id)


@blueprint.post("/<int:contest_id>/<int:event_id>")
@open_to_all
@limiter.limit(SIGN_UP_LIMIT)
def sign_up(contest_id: int, event_id: int) -> str | tuple[str, int]:
    """A form that cannot be read comes back as it was filled in."""
    home = house()
    _contest(contest_id)
    try:
        told = signing_up.sign_up(
            home.database,
            home.key,
            contest_id,
            event_id,
            request.form,
            home.clock.now(),
            home.country.place_of,
            again=request.form.get("sign_up_id") in session.get(FORMS, []),
        )
    except Conflict as why:
        return _page(contest_id, event_id, filled=request.form, trouble=str(why)), why.status
    return _page(contest_id, event_id, told=told)


def _page(contest_id: int, event_id: int, **more: Any) -> str:
    contest, now = _contest(contest_id), house().clock.now()
    found = events.find_event(house().database, contest_id, event_id)
    words = {"filled": {}, "trouble": "", "told": None, "new_id": str(uuid.uuid4())} | more
    # Only the browser that was given a form may send it twice.
    session[FORMS] = [*session.get(FORMS, [])[1 - MOST_FORMS :], words["new_id"]]
    return render_template(
        "coming/event.html",
        contest=_banner(contest),
        zone=contest,
        event=found,
        over=now >= found["ends_at"],
        works=ON_THE_DAY,
        work_words=WORDS,
        **words,
    )


def _contest(contest_id: int) -> Contest:
    """A contest with events. To the public a number means nothing."""
    with contextlib.suppress(NotThere):
        contest = contests.find_contest(house().database, contest_id)
        if not contest.purged_at:
            return contest
    raise NotThere("There is no such event.")


def _banner(contest: Contest) -> Contest | None:
    """A rehearsal says on every page that it is one."""
    return contest if contest.rehearsal else None


@blueprint.get("/<int:contest_id>/<int:event_id>/event.ics")
@open_to_all
def ics(contest_id: int, event_id: int) -> Response:
    """For a calendar. The same for everybody: it holds nobody's name but the host's."""
    contest = _contest(contest_id)
    found = events.find_event(house().database, contest_id, event_id)
    content = calendar.of_event(found, contest, house().settings.public_url)
    return Response(
        content, mimetype="text/calendar", headers={"Content-Disposition": 'attachment; filename="event.ics"'}
    )
