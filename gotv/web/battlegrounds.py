"""The public page that tells people where they are needed: postcode, place or map to the nearest battlegrounds."""

import gzip
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    current_app,
    jsonify,
    make_response,
    render_template,
    request,
    send_from_directory,
)
from werkzeug.wrappers import Response
from xstatic.pkg import leaflet as leaflet_files

from gotv.access import open_to_all
from gotv.errors import Conflict, HouseError, NotThere
from gotv.extensions import csrf, house
from gotv.web.quick import found_at, with_pages

blueprint = Blueprint("battlegrounds", __name__, url_prefix="/nearest")

LEAFLET = ("leaflet.js", "leaflet.css")
A_DAY = 86_400


@blueprint.get("")
@open_to_all
def page() -> Response:
    return _page()


@blueprint.post("")
@csrf.exempt
@open_to_all
def find() -> Response:
    """The same for a browser without scripts: what was typed is answered on the page, and kept nowhere."""
    typed = request.form.get("postcode", "")
    try:
        return _page(typed, with_pages(house().country.nearest(*house().country.place_of(typed))))
    except HouseError as why:
        return _page(typed, trouble=str(why), status=why.status)


@blueprint.post("/nearest.json")
@csrf.exempt
@open_to_all
def nearest() -> Response:
    """``{"postcode"}`` or ``{"lat", "lon"}``. By POST, so that no log of addresses knows where anybody lives.

    What is plain is answered by `gotv.web.quick` already.
    """
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise Conflict("Send a postcode, or lat and lon.")
    try:
        return jsonify(found_at(house().country, sent))
    except TypeError:
        raise Conflict("Send a postcode, or lat and lon in degrees.") from None


@blueprint.get("/outlines.json")
@open_to_all
def outlines() -> Response:
    """The seats for the map. The same for everybody until the rules change: browsers ask again by its tag."""
    known = house().country.now()
    # Squeezed once for all, not for each.
    squeezed = request.accept_encodings.quality("gzip") > 0
    answer = make_response(known.outlines if squeezed else gzip.decompress(known.outlines))
    answer.mimetype = "application/json"
    if squeezed:
        answer.headers["Content-Encoding"] = "gzip"
    answer.vary.add("Accept-Encoding")
    answer.headers["Cache-Control"] = "public, no-cache"
    answer.set_etag(f"seats-{known.version}")
    return answer.make_conditional(request)


@blueprint.get("/leaflet/<name>")
@open_to_all
def leaflet(name: str) -> Response:
    if name not in LEAFLET:
        raise NotThere("There is no such file.")
    return send_from_directory(leaflet_files.BASE_DIR, name, max_age=A_DAY)


def _page(
    typed: str = "", found: list[dict[str, Any]] | None = None, *, trouble: str = "", status: int = 200
) -> Response:
    settings, known = house().settings, house().country.now()
    answer = make_response(
        render_template(
            "battlegrounds/nearest.html",
            organisation=known.name,
            none_yet=not known.grounds,
            typed=typed,
            found=found,
            trouble=trouble,
            tiles=settings.tiles_url,
            thanks=settings.tiles_thanks,
        ),
        status,
    )
    answer.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(self)"
    if settings.tiles_url:
        parts = urlsplit(settings.tiles_url)
        policy = str(current_app.config["POLICY"])
        host = parts.netloc.replace("{s}", "*")
        answer.headers["Content-Security-Policy"] = policy.replace(
            "img-src 'self'", f"img-src 'self' {parts.scheme}://{host}"
        )
    return answer
