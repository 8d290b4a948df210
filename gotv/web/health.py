"""Is it alive, is it ready, and the figures for whoever is on call."""

from flask import Blueprint, current_app, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from werkzeug.wrappers import Response

from gotv import queues
from gotv.access import open_to_all
from gotv.extensions import house, limiter
from gotv.services import health

blueprint = Blueprint("health", __name__)
limiter.exempt(blueprint)


@blueprint.get("/healthz")
@open_to_all
def alive() -> Response:
    return jsonify(alive=True)


@blueprint.get("/readyz")
@open_to_all
def ready() -> tuple[Response, int]:
    """200 while numbers are taken and seen: database and ledger tail. Valkey and timekeeper are told, not required."""
    home, tail = house(), current_app.extensions.get("tail")
    state = health.state_of(
        home.database,
        lambda: queues.last_tick(home.settings.redis_url),
        tail.seconds_behind if tail else None,
    )
    return jsonify(state), 200 if state["ready"] else 503


@blueprint.get("/metrics")
@open_to_all
def metrics() -> Response:
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
