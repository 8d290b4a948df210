"""The end of a contest: its agent orders the purge; the certificate can be read by whoever has its address."""

import contextlib

from flask import Blueprint, g, redirect, render_template, request, url_for
from redis.exceptions import RedisError
from werkzeug.wrappers import Response

from gotv import queues
from gotv.access import agent_only, open_to_all
from gotv.errors import Conflict
from gotv.extensions import house
from gotv.services import backups, contests, purging

blueprint = Blueprint("purge", __name__)


@blueprint.get("/contests/<int:contest_id>/purge")
@agent_only
def page(contest_id: int) -> str:
    return _shown(contest_id)


@blueprint.post("/contests/<int:contest_id>/purge")
@agent_only
def order(contest_id: int) -> Response | tuple[str, int]:
    """Once the contest's name is typed. Everybody is signed out, the agent too: the certificate has its own page."""
    home = house()
    contest = contests.find_contest(home.database, contest_id)
    try:
        if request.form.get("name", "").strip() != contest.name:
            raise Conflict(f"Type the contest's name, {contest.name}, exactly as it stands here.")
        certificate_id = purging.ask(home.database, contest, g.person.name, home.clock.now())
    except Conflict as why:
        return _shown(contest_id, str(why)), why.status
    # Without Valkey, or while a poll is open elsewhere, the timekeeper asks later.
    with contextlib.suppress(RedisError):
        for one in purging.waiting(home.database, home.clock.now()):
            queues.ask_to_purge(home.settings.redis_url, *one)
    return redirect(url_for("purge.certificate", certificate_id=certificate_id))


def _shown(contest_id: int, trouble: str = "") -> str:
    home = house()
    contest = contests.find_contest(home.database, contest_id)
    return render_template(
        "purge/purge.html",
        contest=contest,
        over=contest.rehearsal or contest.is_over(home.clock.now()),
        backups=len(backups.every_backup(home.backups.folder)),
        trouble=trouble,
    )


@blueprint.get("/certificates/<certificate_id>")
@open_to_all
def certificate(certificate_id: str) -> str:
    """It names nobody but who ordered it."""
    found = purging.certificate(house().database, certificate_id)
    template = "purge/_certificate.html" if request.args.get("fragment") else "purge/certificate.html"
    return render_template(template, found=found, erased=purging.erased_in_words(found["erased"]))
