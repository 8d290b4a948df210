"""What knocking up was worth: on the board, on a page of its own, and as a file."""

from flask import Blueprint, g, render_template, request
from werkzeug.wrappers import Response

from gotv.access import clerk_only
from gotv.extensions import house
from gotv.services import contests, worth
from gotv.services.switches import refuse_if_off

blueprint = Blueprint("worth", __name__, url_prefix="/contests/<int:contest_id>/worth")


def _shown(contest_id: int, template: str, room: int | None) -> str:
    contest = contests.find_contest(house().database, contest_id)
    figures = worth.of_walks(house().database, contest, g.person, house().clock.now(), room=room)
    return render_template(template, contest=contest, now=house().clock.now(), **figures)


@blueprint.get("")
@clerk_only
def page(contest_id: int) -> str:
    return _shown(contest_id, "committee_room/worth.html", None)


@blueprint.get("/board")
@clerk_only
def on_board(contest_id: int) -> str:
    """The few figures that the open board asks for every half minute."""
    return _shown(contest_id, "committee_room/_worth.html", request.args.get("room", type=int))


@blueprint.get("/knocking-up.csv")
@clerk_only
def export(contest_id: int) -> Response:
    contest = contests.find_contest(house().database, contest_id)
    refuse_if_off(contest, "exports")
    text = worth.as_csv(house().database, contest, g.person, house().clock.now())
    name = f"knocking-up-{contest_id}.csv"
    return Response(text, mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'})
