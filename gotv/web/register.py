"""Loading files: the register, absent voters, stations and canvass returns; the check, the yes, the progress."""

import redis
from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gotv import queues
from gotv.access import agent_only
from gotv.errors import Conflict, NotThere
from gotv.extensions import house
from gotv.services import contests, refused_rows
from gotv.services import uploads as service
from gotv.services.setting_up import set_up_state
from gotv.services.switches import refuse_if_off

blueprint = Blueprint("register", __name__, url_prefix="/contests/<int:contest_id>/files")


@blueprint.get("")
@agent_only
def uploads(contest_id: int) -> str:
    return render_template(
        "register/uploads.html",
        contest=contests.find_contest(house().database, contest_id),
        uploads=service.every_upload(house().database, contest_id),
        kinds=service.KINDS,
        state=set_up_state(house().database, contest_id),
    )


@blueprint.post("")
@agent_only
def receive(contest_id: int) -> Response:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Conflict("Choose a file first.")
    upload_id = service.receive(
        house().database,
        contest_id,
        request.form.get("kind", ""),
        file.filename,
        file.read(),
        g.person.name,
        whole=request.form.get("whole") != "no",
    )
    _ask(queues.ask_to_check, contest_id, upload_id)
    return redirect(url_for("register.upload", contest_id=contest_id, upload_id=upload_id))


@blueprint.get("/<int:upload_id>")
@agent_only
def upload(contest_id: int, upload_id: int) -> str:
    found = service.find_upload(house().database, contest_id, upload_id)
    fragment = request.args.get("fragment")
    template = "register/_upload.html" if fragment else "register/upload.html"
    return render_template(
        template,
        contest=contests.find_contest(house().database, contest_id),
        upload=found,
        kinds=service.KINDS,
    )


@blueprint.post("/<int:upload_id>/confirm")
@agent_only
def confirm(contest_id: int, upload_id: int) -> Response:
    service.confirm(house().database, contest_id, upload_id)
    _ask(queues.ask_to_apply, contest_id, upload_id)
    return redirect(url_for("register.upload", contest_id=contest_id, upload_id=upload_id))


@blueprint.get("/<int:upload_id>/refused.csv")
@agent_only
def refused(contest_id: int, upload_id: int) -> Response:
    refuse_if_off(contests.find_contest(house().database, contest_id), "exports")
    if not service.find_upload(house().database, contest_id, upload_id)["refused_rows"]:
        raise NotThere("No row of this file was refused.")
    rows = refused_rows.as_csv(house().database, contest_id, upload_id)
    # A byte order mark: without it Excel reads names with accents wrongly.
    return Response(
        "\ufeff" + rows,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename=refused-{upload_id}.csv"},
    )


def _ask(ask: object, contest_id: int, upload_id: int) -> None:
    """The file is safe in the database: if nobody can be asked now, the timekeeper asks within 15 seconds."""
    try:
        ask(house().settings.redis_url, contest_id, upload_id)  # type: ignore[operator]
    except redis.exceptions.RedisError:
        flash("The file is kept. Checking it starts as soon as the job queue answers again.")
