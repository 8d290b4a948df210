"""The WebSocket driver under Socket.IO: a connection costs one descriptor and, while nothing is said, no greenlet.

Engine.IO's own driver (simple-websocket) keeps three greenlets a phone and two descriptors, and takes frames apart in
Python. Here the event loop itself reads (`wire`), and Engine.IO gets each message in order in a greenlet that lives as
long as there is something to do. What a connection says and does stays the same: `tests/realtime` asks with the
official client and frame by frame.

An event that needs no waiting may be `AtOnce`: it is answered from the event loop, past Engine.IO and Socket.IO.
Works under gunicorn's gevent worker without TLS of its own: a proxy ends that.
"""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

import gevent
import orjson
from engineio import packet
from engineio.exceptions import SocketIsClosedError, UnknownPacketError

from gotv.metrics import LINES, REFUSED
from gotv.realtime.wire import Wire

# Takes the Socket.IO id, the argument, and what to call with the answer; False: it must be waited for after all.
AtOnce = Callable[[str, Any, Callable[[Any], None]], bool]

# So many messages of one connection may be under way; until one is answered no more are read.
MOST_OPEN = 32
# How long the quiet line of a teller's phone is left in peace (``?calm=1``). It says so itself: it has each list
# answered, and so notices a dead line without being asked. The others are told things, and could wait for ever. Proxies
# before the house give up a line on which nothing was said for a minute.
CALM_SECONDS = 45
FULL = "Too many phones and boards are connected here at once. This one tries again by itself."


class Line:
    """One connection. ``engine_socket`` is what Engine.IO knows it by."""

    __slots__ = (
        *("_calm", "_engine", "_express", "_open", "_peace", "_pinged", "_server", "_todo", "_wire", "_working"),
    )

    def __init__(self, engine_socket: Any, express: Mapping[tuple[str, str], AtOnce]) -> None:
        self._engine, self._server, self._express = engine_socket, engine_socket.server, express
        self._todo: deque[str | bytes | None] = deque()
        self._open = 0
        self._working = self._pinged = False

    def __call__(self, environ: dict[str, Any], _start_response: Callable[..., Any]) -> Any:
        """Take the connection over from gunicorn, which then closes an empty shell, and from Engine.IO's own loop."""
        descriptor = environ.pop("gunicorn.socket").detach()
        self._wire = Wire(descriptor, self._server.max_http_buffer_size, self._heard, self._ended)
        self._calm = "calm" in parse_qs(environ.get("QUERY_STRING", ""))
        # Whoever it is has no longer than the others to say who they are.
        self._peace = self._server.ping_interval
        engine = self._engine
        engine.connected = engine.upgraded = True
        engine.send, engine.close, engine.schedule_ping = self._send, self._close, _nothing
        self._wire.shake_hands(environ)
        while not engine.queue.empty():
            greeting = engine.queue.get()
            if greeting.packet_type == packet.OPEN:
                greeting.data["pingInterval"] = 1000 * (CALM_SECONDS if self._calm else self._peace)
            self._send(greeting)
        self._rest()
        raise StopIteration

    # What comes in. It runs in the event loop, but for the work of `_work`.

    def _heard(self, message: str | bytes) -> None:
        if message == "3":
            # One that was not asked for says nothing.
            if self._pinged:
                self._rest()
        elif self._working or not self._answered_at_once(message):
            self._later(message)

    def _answered_at_once(self, text: str | bytes) -> bool:
        """An event such as ``42/telling,7["numbers",[...]]`` with a way past all others."""
        if not isinstance(text, str) or not text.startswith("42/"):
            return False
        start = text.find("[")
        namespace, _, number = text[2:start].partition(",")
        sid = self._server.express_sid(self._engine.sid, namespace)
        if sid is None or not number.isdigit():
            return False
        try:
            name, argument = orjson.loads(text[start:])
            handler = self._express[namespace, name]
        except (ValueError, KeyError, TypeError):
            return False

        def answer(answer: Any) -> None:
            try:
                self._wire.push(f"43{namespace},{number}{orjson.dumps([answer]).decode()}")
            finally:
                self._done()

        self._begun()
        if handler(sid, argument, answer):
            return True
        self._done()
        return False

    def _later(self, message: str | bytes | None) -> None:
        """To Engine.IO, one after the other."""
        self._todo.append(message)
        self._begun()
        if not self._working:
            self._working = True
            gevent.spawn(self._work)

    def _work(self) -> None:
        while self._todo:
            message = self._todo.popleft()
            if message is None:
                self._engine.close(abort=True, reason=self._server.reason.TRANSPORT_CLOSE)
            elif not self._engine.closed:
                self._receive(message)
            self._done()
        self._working = False

    def _receive(self, message: str | bytes) -> None:
        try:
            self._engine.receive(packet.Packet(encoded_packet=message))
        except UnknownPacketError:
            pass
        except SocketIsClosedError:
            self._wire.hang_up()
        except Exception:
            self._server.logger.exception("Unknown receive error")
            self._wire.hang_up()

    def _begun(self) -> None:
        self._open += 1
        if self._open == MOST_OPEN:
            self._wire.pause()

    def _done(self) -> None:
        self._open -= 1
        if self._open == MOST_OPEN - 1:
            self._wire.resume()

    # What goes out, and being there or not.

    def _send(self, outgoing: packet.Packet) -> None:
        """In the place of Engine.IO's way to send."""
        self._wire.push(outgoing.encode())

    def _rest(self) -> None:
        """Ask again in a while whether the other end is there. It has just answered, or has come."""
        self._pinged = False
        if not self._wire.over:
            self._wire.after(self._peace, self._ping)

    def _ping(self) -> None:
        """Whoever has not answered by the next time is gone; and so is who has not said yet who they are."""
        if self._server.let_in(self._engine.sid):
            if self._calm:
                self._peace = CALM_SECONDS
            self._pinged = True
            self._wire.push("2")
            self._wire.after(self._server.ping_timeout, self._wire.hang_up)
        else:
            self._wire.hang_up()

    def _close(self, **given: Any) -> None:
        """In the place of Engine.IO's way to close. It tells the handlers as ever, but nobody is waited for."""
        type(self._engine).close(self._engine, **given | {"wait": False})
        self._server.sockets.pop(self._engine.sid, None)
        LINES.set(len(self._server.sockets))
        self._wire.hang_up()
        # Nothing refers in a circle any more, so that nothing waits for the collector.
        for name in ("send", "close", "schedule_ping"):
            self._engine.__dict__.pop(name, None)

    def _ended(self) -> None:
        """Behind what came before: whoever vanishes while they are let in has been let in first."""
        self._later(None)


def _nothing() -> None:
    """Engine.IO's own ping is not wanted: a line asks by itself."""


def use_driver(server: Any, express: Mapping[tuple[str, str], AtOnce], most_lines: int) -> None:
    """Put this driver under a python-socketio server. ``express``: by namespace and event.

    One connection more than ``most_lines`` is refused with words instead of making the others wait. Engine.IO has no
    setting for its driver, only a table, filled when ``async_mode`` was chosen.
    """
    engine = server.eio
    engine.express_sid = server.manager.sid_from_eio_sid
    engine.let_in = lambda sid: any(engine.express_sid(sid, one) for one in server.manager.get_namespaces())
    connected = engine.handlers["connect"]

    def connect(sid: str, environ: dict[str, Any]) -> Any:
        if not _asks_for_websocket(environ):
            # Engine.IO would keep it as a connection that nobody ever closes.
            return False
        # Its lines ask by themselves whether the other end is there: Engine.IO shall not begin with it.
        engine.sockets[sid].last_ping = None
        return connected(sid, environ)

    def line(handler: Callable[..., Any], _engine: Any) -> Callable[..., Any]:
        engine_socket = handler.__self__  # type: ignore[attr-defined]
        LINES.set(len(engine.sockets))
        if len(engine.sockets) <= most_lines:
            return Line(engine_socket, express)
        REFUSED.labels("connection").inc()
        return lambda _environ, start_response: _refuse(engine_socket, start_response)

    engine.handlers["connect"] = connect
    engine._async = engine._async | {"websocket": line}


def _asks_for_websocket(environ: dict[str, Any]) -> bool:
    words = {word.strip().lower() for word in environ.get("HTTP_CONNECTION", "").split(",")}
    return "upgrade" in words and environ.get("HTTP_UPGRADE", "").lower() == "websocket"


def _refuse(engine_socket: Any, start_response: Callable[..., Any]) -> list[bytes]:
    engine_socket.server.sockets.pop(engine_socket.sid)
    engine_socket.close(wait=False, abort=True)
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(FULL)))]
    start_response("503 Service Unavailable", [*headers, ("Retry-After", "5"), ("Connection", "close")])
    return [FULL.encode()]
