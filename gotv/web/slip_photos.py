"""Putting slips into the queue, with photos when there are any; and the photo of a slip, shown beside the grid."""

from uuid import UUID

import redis
from flask import Blueprint, flash, g, request, url_for
from flask import redirect as to
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from gotv import queues
from gotv.access import clerk_only
from gotv.errors import Conflict, HouseError
from gotv.extensions import house
from gotv.services import slip_photos, slip_queue

blueprint = Blueprint("slip_photos", __name__, url_prefix="/contests/<int:contest_id>/slips")

MOST_AT_ONCE = 20


@blueprint.post("")
@clerk_only
def put(contest_id: int) -> Response:
    """Put one slip into the queue, or one for each photo; their sheets are numbered on."""
    photos = [photo for photo in request.files.getlist("photos") if photo.filename]
    if len(photos) > MOST_AT_ONCE:
        raise Conflict(f"Send at most {MOST_AT_ONCE} photos at once.")
    taken = sum(_put(contest_id, n, photo) for n, photo in enumerate(photos or [None]))
    if taken:
        flash("One slip is waiting to be keyed." if taken == 1 else f"{taken} slips are waiting to be keyed.")
    return to(url_for("slips.slips", contest_id=contest_id))


def _put(contest_id: int, n: int, photo: FileStorage | None) -> bool:
    """Put one slip, unless its photo is none: then say so, by the file's name."""
    heading = request.form.to_dict()
    sheet = heading.get("sheet", "1")
    if sheet.isascii() and sheet.isdecimal() and len(sheet) < 10:
        heading["sheet"] = str(int(sheet) + n)
    content = photo.read() if photo else b""
    try:
        if photo:
            slip_photos.look_at(content)
        slip_id = slip_queue.put(house().database, g.person, heading, house().clock.now())
        if photo:
            _receive(contest_id, slip_id, content)
    except HouseError as why:
        flash(f"{photo.filename}: {why}" if photo else str(why), "error")
        return False
    return True


@blueprint.post("/<uuid:slip_id>/photo")
@clerk_only
def attach(contest_id: int, slip_id: UUID) -> Response:
    """A photo for a slip that has none, or a better one."""
    photo = request.files.get("photo")
    if photo is None or not photo.filename:
        raise Conflict("Choose a photo of the slip.")
    _receive(contest_id, str(slip_id), photo.read())
    return to(url_for("slips.grid", contest_id=contest_id, slip=slip_id))


@blueprint.get("/<uuid:slip_id>/photo")
@clerk_only
def photo(contest_id: int, slip_id: UUID) -> Response:
    picture = slip_photos.picture(house().database, g.person, str(slip_id))
    # Handwriting of a teller, and numbers: nothing for a cache to keep.
    return Response(picture, mimetype=slip_photos.MEDIA_TYPE, headers={"Cache-Control": "no-store"})


def _receive(contest_id: int, slip_id: str, content: bytes) -> None:
    slip_photos.receive(house().database, g.person, slip_id, content)
    try:
        queues.ask_to_draw(house().settings.redis_url, contest_id, slip_id)
    except redis.exceptions.RedisError:
        flash("The photo is kept. It can be seen as soon as the job queue answers again.")
