"""The board of a committee room, the ledger of a place, and the numbers that matched nobody."""

from uuid import UUID

from flask import Blueprint, flash, g, jsonify, redirect, render_template, request, url_for
from itsdangerous import URLSafeTimedSerializer
from werkzeug.wrappers import Response

from gotv.access import clerk_only, organiser_only
from gotv.domain.doubts import WORDS
from gotv.domain.elector_numbers import NotANumber
from gotv.errors import NotYours
from gotv.extensions import house
from gotv.services import committee_room, contests, control_totals, corrections, slips
from gotv.services.switches import refuse_if_off

blueprint = Blueprint("committee_room", __name__, url_prefix="/contests/<int:contest_id>")

TICKET_SECONDS = 60


def _room() -> int | None:
    """The committee room asked for, within the person's scope."""
    asked = request.args.get("room", type=int)
    if asked is not None and not g.person.sees_room(asked):
        raise NotYours("That is another committee room.")
    return asked if asked is not None else g.person.committee_room_id


def tickets() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(house().key, salt="board-ticket")


@blueprint.get("/board")
@clerk_only
def board(contest_id: int) -> str:
    contest = contests.find_contest(house().database, contest_id)
    room = _room()
    now = house().clock.now()
    snapshot = committee_room.board(house().database, contest, now, room=room)
    return render_template(
        "committee_room/board.html",
        contest=contest,
        board=snapshot,
        room=room,
        now=contest.local(now),
        kiosk="kiosk" in request.args,
    )


@blueprint.get("/board.json")
@clerk_only
def board_json(contest_id: int) -> Response:
    contest = contests.find_contest(house().database, contest_id)
    refuse_if_off(contest, "boards")
    return jsonify(committee_room.board(house().database, contest, house().clock.now(), room=_room()))


@blueprint.get("/board/hours")
@clerk_only
def hours(contest_id: int) -> str:
    """The chart by hour, as the page shows it."""
    contest = contests.find_contest(house().database, contest_id)
    refuse_if_off(contest, "boards")
    snapshot = committee_room.board(house().database, contest, house().clock.now(), room=_room())
    return render_template("committee_room/_hours.html", board=snapshot)


@blueprint.post("/board/ticket")
@clerk_only
def ticket(contest_id: int) -> Response:
    """A ticket for the board's socket, good for a minute and for whoever this session is."""
    return jsonify(ticket=tickets().dumps([contest_id, g.person.person_id]))


@blueprint.get("/places/<int:place_id>")
@organiser_only
def place(contest_id: int, place_id: int) -> str:
    contest = contests.find_contest(house().database, contest_id)
    found = committee_room.place_ledger(house().database, g.person, place_id)
    return render_template("committee_room/place.html", contest=contest, **found)


@blueprint.get("/unmatched")
@organiser_only
def unmatched(contest_id: int) -> str:
    contest = contests.find_contest(house().database, contest_id)
    numbers = committee_room.numbers_to_check(house().database, g.person)
    return render_template("committee_room/unmatched.html", contest=contest, reasons=WORDS, **numbers)


@blueprint.get("/control-totals")
@organiser_only
def totals(contest_id: int) -> str:
    """What each phone says it has sent and each paper slip says is on it, beside what the ledger holds of them."""
    contest, now = contests.find_contest(house().database, contest_id), house().clock.now()
    keyed = slips.of_contest(house().database, g.person, now, done=1_000)
    return render_template(
        "committee_room/control_totals.html",
        contest=contest,
        stints=control_totals.of_contest(house().database, g.person, now),
        slips=[each for each in keyed if each["state"] in ("open", "closed")],
    )


@blueprint.post("/entries/<uuid:entry_id>/withdraw")
@organiser_only
def withdraw(contest_id: int, entry_id: UUID) -> Response:
    entry = corrections.withdraw(house().telling, g.person, str(entry_id))
    flash(f"Withdrawn: {entry['typed'] or 'no number'}. The ledger keeps the trace.")
    return _back(contest_id)


@blueprint.post("/entries/<uuid:entry_id>/resolve")
@organiser_only
def resolve(contest_id: int, entry_id: UUID) -> Response:
    try:
        resolved = corrections.resolve(house().telling, g.person, str(entry_id), request.form.get("number", ""))
    except NotANumber as why:
        flash(str(why), "error")
    else:
        flash(f"Now counted as {resolved['number']}.")
    return _back(contest_id)


@blueprint.post("/entries/<uuid:entry_id>/confirm")
@organiser_only
def confirm(contest_id: int, entry_id: UUID) -> Response:
    confirmed = corrections.confirm(house().telling, g.person, str(entry_id))
    flash(f"{confirmed['number']} counts now, on your word.")
    return _back(contest_id)


def _back(contest_id: int) -> Response:
    place_id = request.form.get("place_id", type=int)
    if place_id is not None:
        return redirect(url_for("committee_room.place", contest_id=contest_id, place_id=place_id))
    return redirect(url_for("committee_room.unmatched", contest_id=contest_id))
