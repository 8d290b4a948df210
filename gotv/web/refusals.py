"""The one table that turns what went wrong into a page or JSON, in words a volunteer understands."""

import structlog
from flask import Flask, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, TimeoutError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from gotv.access import ask_for_nobody
from gotv.errors import HouseError, NotLetIn, TooMuch
from gotv.metrics import REFUSED

log = structlog.get_logger()

WORDS = {
    404: "There is no page here. Check the address, or go back to the start.",
    405: "That cannot be done at this address.",
    413: "That file is too large.",
    429: "Too many tries from here in a short time. Wait a minute, then try again.",
    500: "Something went wrong on our side. Nothing you sent was lost unless this page says so; please try again.",
    503: "The database does not answer just now. Keep writing on paper; this page will work again shortly.",
}

# Over which limit, as the figures name it.
OVER = {413: "upload", 429: "rate"}

Answer = tuple[Response | str, int] | AnyResponse


def register_refusals(app: Flask) -> None:
    app.register_error_handler(HouseError, _ours)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DataError, _unreadable)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(TimeoutError, _database)
    app.register_error_handler(Exception, _surprise)


def _ours(error: HouseError) -> Answer:
    if isinstance(error, TooMuch):
        REFUSED.labels("list").inc()
    if isinstance(error, NotLetIn) and request.method == "GET" and not _wants_json():
        flash(str(error), "error")
        return redirect(url_for("signing_in.enter"))
    return _answer(str(error), error.status)


def _stale_form(_error: CSRFError) -> Answer:
    return _answer("This page was open for too long. Go back, reload it and send again.", 400)


def _http(error: HTTPException) -> Answer:
    if error.code in OVER:
        REFUSED.labels(OVER[error.code]).inc()
    return _answer(WORDS.get(error.code or 500, error.description or ""), error.code or 500)


def _unreadable(error: DataError) -> Answer:
    """The database is well: what was asked of it, or what it holds, has no place in its types."""
    log.warning("unreadable", error=type(error.orig).__name__, where=request.endpoint)
    return _answer("That cannot be read: a number is too large, or there is something in it that is not text.", 400)


def _database(error: Exception) -> Answer:
    log.error("database", error=type(error).__name__, where=request.endpoint)
    return _answer(WORDS[503], 503)


def _surprise(error: Exception) -> Answer:
    # The traceback goes to the log without local values, so no name or address gets there.
    log.exception("surprise", error=type(error).__name__, where=request.endpoint)
    return _answer(WORDS[500], 500)


def _answer(words: str, status: int) -> Answer:
    if _wants_json():
        return jsonify(ok=False, reason=words), status
    if status >= 500:
        ask_for_nobody()
    return render_template("error.html", words=words, status=status), status


def _wants_json() -> bool:
    return request.is_json or "Authorization" in request.headers or request.path.endswith(".json")
