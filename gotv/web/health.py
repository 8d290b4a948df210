"""Is it alive, is it ready, and the figures for whoever is on call."""

import os
from ipaddress import ip_address

from flask import Blueprint, current_app, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from werkzeug.exceptions import NotFound
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
    """For whoever is on call, from inside the house only: how many have voted is nobody else's before the close."""
    if _from_outside():
        raise NotFound
    home = house()
    health.gauge(home.database, home.surroundings, lambda name: queues.waiting(home.settings.redis_url, name),
                 queues.EVERY_QUEUE, home.clock.now())  # fmt: skip
    return Response(generate_latest(_of_every_process()), content_type=CONTENT_TYPE_LATEST)


def _of_every_process() -> CollectorRegistry:
    """The figures of this process, or of all that share its port."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    every = CollectorRegistry()
    MultiProcessCollector(every)  # type: ignore[no-untyped-call]
    return every


def _from_outside() -> bool:
    """Whether the question came through a proxy, or straight from an address that is not of a private network."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return True
    return request.remote_addr is None or not ip_address(request.remote_addr).is_private
