"""The factory: settings, extensions, doors, error table. ``gotv.app:create_app()`` is what gunicorn runs."""

import gc
import mimetypes
import resource
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import flask
import gevent
import psycopg
import structlog
from flask import Flask, Response
from werkzeug.middleware.proxy_fix import ProxyFix

from gotv import realtime
from gotv.access import WHO, person_signed_in
from gotv.config import Settings, load_settings
from gotv.domain.events import in_words
from gotv.extensions import compress, csrf, limiter, socketio
from gotv.house import House, open_house
from gotv.logs import set_up_logs
from gotv.realtime import broadcast, telling
from gotv.realtime.driver import use_driver
from gotv.realtime.packing import FlaskPacking, Packing, TextPacket
from gotv.realtime.rooms import Rooms
from gotv.web import BLUEPRINTS
from gotv.web.audit import note_every_answer
from gotv.web.quick import Quick
from gotv.web.refusals import register_refusals

# In a checkout the templates stand at the top; in a wheel they come inside the package.
_BESIDE = Path(__file__).parent.parent / "templates"
TEMPLATES = _BESIDE if _BESIDE.is_dir() else Path(__file__).parent / "templates"

mimetypes.add_type("application/manifest+json", ".webmanifest")

# Longer than the poll, so that nobody has to sign in again at tea time (WCAG 2.2.1).
SESSION = timedelta(hours=24)
# A list of 200 entries is under 32 KB.
LARGEST_FRAME_BYTES = 32_768
# Beside the connections: database, Valkey, log, and requests of browsers.
SPARE_DESCRIPTORS = 1_500

log = structlog.get_logger()

POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ]
)


def create_app(settings: Settings | None = None) -> Flask:
    """Build the web process. Raises NotConfigured, or RuntimeError when a door has no access rule."""
    settings = settings or load_settings()
    set_up_logs(json=settings.json_logs)
    app = Flask("gotv", template_folder=str(TEMPLATES))
    app.json = FlaskPacking(app)
    home = open_house(settings)
    app.extensions["house"] = home
    app.config.update(
        SECRET_KEY=home.key,
        SESSION_COOKIE_NAME="__Host-gotv" if settings.secure else "gotv",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=SESSION,
        # What an open board asks for meanwhile must not put an older cookie in the place of a newer one: the words that
        # a page was to say would be lost. A day from signing in is long enough.
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=settings.largest_upload_mb * 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=int(SESSION.total_seconds()),
        # Our own files only: a page that holds a secret is not squeezed beside what a stranger sent.
        COMPRESS_MIMETYPES=["text/css", "text/javascript", "application/manifest+json", "image/svg+xml"],
        POLICY=POLICY,
        RATELIMIT_STORAGE_URI=settings.redis_url,
        RATELIMIT_STORAGE_OPTIONS={"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
    )
    csrf.init_app(app)
    limiter.init_app(app)
    compress.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    register_refusals(app)
    note_every_answer(app)
    app.after_request(_headers)
    app.context_processor(lambda: {"me": person_signed_in()})
    app.jinja_env.filters["clock"] = lambda moment, contest: f"{contest.local(moment):%H:%M}" if moment else ""
    app.jinja_env.filters["when"] = lambda event, contest: in_words(
        contest.local(event["starts_at"]), contest.local(event["ends_at"])
    )
    _open_sockets(app, home)
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    check_doors(app)
    app.wsgi_app = Quick(app.wsgi_app, lambda: home.country, _standing(app))  # type: ignore[method-assign]
    return app


def web_process() -> Flask:
    """`create_app` for gunicorn: also checks that gevent is in charge, and quiets the collector."""
    if getattr(psycopg.waiting.wait, "__name__", "") == "wait_c":
        raise RuntimeError("gevent has not patched this process: run it with gunicorn -c python:gotv.server")
    app = create_app()
    taking = app.extensions["house"].telling
    taking.spawn = gevent.spawn
    # A moment, not nothing: only then the event loop looks what has come from the database.
    taking.breathe = partial(gevent.sleep, 0.000_001)
    app.extensions["tail"] = broadcast.start(socketio, app.extensions["house"])
    # What was made at start lives for ever: without it in the collector's way, p99 falls from 100 ms to 3.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    return app


def descriptors_for(connections: int) -> int:
    """Each connection takes one: ask the system for them. Returns how many connections it has room for."""
    needed = connections + SPARE_DESCRIPTORS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY:
        needed = min(needed, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, needed), hard))
    if needed < connections + SPARE_DESCRIPTORS:
        log.warning("connections", wanted=connections, room_for=needed - SPARE_DESCRIPTORS)
    return min(connections, max(needed - SPARE_DESCRIPTORS, needed // 2))


def _open_sockets(app: Flask, home: House) -> None:
    socketio.init_app(
        app,
        async_mode="gevent",
        async_handlers=False,
        client_manager=Rooms(),
        manage_session=False,
        transports=["websocket"],
        json=Packing,
        serializer=TextPacket,
        ping_interval=10,
        ping_timeout=8,
        max_http_buffer_size=LARGEST_FRAME_BYTES,
        # Each line of ours watches itself.
        monitor_clients=False,
    )
    at_once = {(telling.NAMESPACE, "numbers"): telling.at_once(home)}
    use_driver(socketio.server, at_once, descriptors_for(home.settings.most_connections))
    realtime.register_events(socketio, home)


def check_doors(app: Flask) -> None:
    """No door without a stated rule. Raises RuntimeError naming the first that has none."""
    for endpoint, view in app.view_functions.items():
        if endpoint != "static" and not hasattr(view, WHO):
            raise RuntimeError(f"The page {endpoint} does not say who may enter: see gotv.access")
    for namespace, events in socketio.server.handlers.items():
        for event, handler in events.items():
            if not hasattr(_inner(handler), WHO):
                raise RuntimeError(f"The event {event} of {namespace} does not say who may enter")


def _inner(handler: Any) -> Any:
    """Flask-SocketIO wraps a handler; the rule is on what it wraps."""
    return getattr(handler, "__wrapped__", handler)


def _standing(app: Flask) -> dict[str, str]:
    """What every answer carries."""
    strict = {"Strict-Transport-Security": "max-age=31536000"} if app.config["SESSION_COOKIE_SECURE"] else {}
    return {
        "Content-Security-Policy": POLICY,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        **strict,
    }


def _headers(response: Response) -> Response:
    for name, value in _standing(flask.current_app).items():
        response.headers.setdefault(name, value)
    if flask.request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
