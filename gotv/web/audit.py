"""The audit trail: noted after every answer to a person who was let in, and shown to the agent."""

import structlog
from flask import Blueprint, Flask, Response, g, render_template, request
from sqlalchemy.exc import DBAPIError, TimeoutError

from gotv.access import agent_only
from gotv.extensions import house
from gotv.services import audit as service
from gotv.services import contests, inviting

blueprint = Blueprint("audit", __name__, url_prefix="/contests/<int:contest_id>/audit")
log = structlog.get_logger()


def note_every_answer(app: Flask) -> None:
    app.after_request(_note)


def _note(response: Response) -> Response:
    """Whatever happens here, the answer goes out: a note that could not be made is in the log."""
    person = g.get("person")
    if person is None or request.endpoint is None:
        return response
    home = house()
    try:
        about, status = request.view_args or {}, response.status_code
        service.note(home.database, person, request.method, request.endpoint, about, status, home.clock.now())
    except (DBAPIError, TimeoutError) as error:
        log.warning("audit", door=request.endpoint, error=type(error).__name__)
    return response


@blueprint.get("")
@agent_only
def page(contest_id: int) -> str:
    person_id = request.args.get("person", type=int)
    home = house()
    return render_template(
        "audit/audit.html",
        contest=contests.find_contest(home.database, contest_id),
        entries=service.newest(home.database, contest_id, person_id),
        people=[row for _, row in inviting.invitations(home.database, home.key, g.person)],
        person_id=person_id,
        most=service.MOST_SHOWN,
    )
