"""What tellers carry when there is no phone: slips to write numbers on, and a page that says how it is done."""

from flask import Blueprint, g, render_template, request

from gotv.access import clerk_only
from gotv.errors import Conflict
from gotv.extensions import house
from gotv.services import contests
from gotv.services.places import places_and_rooms

blueprint = Blueprint("paper", __name__, url_prefix="/contests/<int:contest_id>/paper")

# The pad of eleven lines by four that parties print; a place may use another.
BOXES, COLUMNS, COPIES = 44, 4, 4
MOST_BOXES, MOST_COPIES = 100, 50


@blueprint.get("/slips")
@clerk_only
def slips(contest_id: int) -> str:
    """Slips of one polling place, as many as asked; of all places in scope, one each, when none is named."""
    boxes = _asked("boxes", BOXES, MOST_BOXES)
    places, _ = places_and_rooms(house().database, g.person)
    wanted = request.args.get("place", type=int)
    chosen = [place for place in places if wanted in (None, place["place_id"])]
    return render_template(
        "paper/slips.html",
        contest=contests.find_contest(house().database, contest_id),
        places=places,
        chosen=chosen,
        wanted=wanted,
        boxes=boxes,
        columns=COLUMNS,
        copies=_asked("copies", COPIES, MOST_COPIES) if wanted else 1,
    )


@blueprint.get("/guide")
@clerk_only
def guide(contest_id: int) -> str:
    return render_template("paper/guide.html", contest=contests.find_contest(house().database, contest_id))


def _asked(name: str, usual: int, most: int) -> int:
    """A number from the address. Raises Conflict when it is none, or too many for paper."""
    text = request.args.get(name, str(usual))
    if not text.isdecimal() or len(text) > 3 or not 1 <= int(text) <= most:
        raise Conflict(f"Ask for 1 to {most} {name}.")
    return int(text)
