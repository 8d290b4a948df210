"""The WebSocket driver under Socket.IO: a connection costs one descriptor and, while nothing is said, no greenlet.

Engine.IO's own driver (simple-websocket) keeps three greenlets a phone and two descriptors, and takes frames apart in
Python. Here the event loop itself reads, `websockets` knows the protocol, and Engine.IO gets each message in order in
a greenlet that lives as long as there is something to do. What a connection says and does stays the same:
`tests/realtime` asks with the official client and frame by frame.

Nothing is ever waited for while writing: what the other end does not take yet stays here, up to a limit.

An event that needs no waiting may be `AtOnce`: it is answered from the event loop, past Engine.IO and Socket.IO.
"""

import contextlib
import logging
import socket
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

import gevent
import orjson
from engineio import packet
from engineio.exceptions import SocketIsClosedError, UnknownPacketError
from gevent.monkey import get_original
from websockets.datastructures import Headers
from websockets.exceptions import InvalidState
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

# Takes the Socket.IO id, the argument, and what to call with the answer; False: it must be waited for after all.
AtOnce = Callable[[str, Any, Callable[[Any], None]], bool]

RECEIVE_BYTES = 16_384
# Whoever does not read while so much waits for them is let go; they come back and ask anew.
MOST_UNSENT_BYTES = 1_000_000
# So many messages of one connection may be under way; until one is answered no more are read.
MOST_OPEN = 32
LINGER_SECONDS = 2.0
SHAKEN = ("Connection", "Upgrade", "Sec-WebSocket-Key", "Sec-WebSocket-Version")
_READ, _WRITE = 1, 2
_DATA = (Opcode.TEXT, Opcode.BINARY, Opcode.CONT)
# It would tell of every connection.
_QUIET = logging.getLogger("gotv.websocket")
_QUIET.setLevel(logging.ERROR)
_raw_socket = get_original("socket", "socket")


class Line:
    """One connection. ``handler`` is the bound method of Engine.IO's socket that would serve it."""

    __slots__ = (
        *("_engine", "_express", "_open", "_over", "_parts", "_paused", "_pinged", "_protocol", "_server", "_sock"),
        *("_timer", "_todo", "_unsent", "_watch_read", "_watch_write", "_working"),
    )

    def __init__(self, handler: Callable[..., Any], server: Any, express: Mapping[tuple[str, str], AtOnce]) -> None:
        self._server, self._express = server, express
        self._engine: Any = handler.__self__  # type: ignore[attr-defined]
        self._protocol = ServerProtocol(max_size=server.max_http_buffer_size, logger=_QUIET)
        self._todo: deque[str | bytes | None] = deque()
        self._parts: list[Frame] = []
        self._unsent = bytearray()
        self._open = 0
        self._working = self._paused = self._pinged = self._over = False

    def __call__(self, environ: dict[str, Any], _start_response: Callable[..., Any]) -> Any:
        # Ours from here on; gunicorn closes an empty shell.
        self._sock = _raw_socket(fileno=environ.pop("gunicorn.socket").detach())
        self._sock.setblocking(False)
        loop = gevent.get_hub().loop
        self._watch_read, self._watch_write = loop.io(self._sock.fileno(), _READ), loop.io(self._sock.fileno(), _WRITE)
        self._timer = loop.timer(self._server.ping_interval)
        self._take_over()
        self._shake_hands(environ)
        self._watch_read.start(self._readable)
        raise StopIteration

    def _shake_hands(self, environ: dict[str, Any]) -> None:
        """Answer the request that asks for a WebSocket, or say why it is none."""
        asked = {name: environ.get("HTTP_" + name.upper().replace("-", "_")) for name in SHAKEN}
        request = Request("/", Headers({name: value for name, value in asked.items() if value}))
        self._protocol.receive_data(request.serialize())
        self._protocol.events_received()
        self._protocol.send_response(self._protocol.accept(request))
        self._flush()
        if self._protocol.state is not State.OPEN:
            self._hang_up(self._server.reason.TRANSPORT_ERROR)
        while not self._engine.queue.empty():
            self._send(self._engine.queue.get())

    def _take_over(self) -> None:
        """In the place of Engine.IO's own loop over messages, and of its queue for what goes out."""
        engine = self._engine
        engine.connected = engine.upgraded = True
        engine.send, engine.close, engine.schedule_ping = self._send, self._close, self._rest
        self._rest()

    # What comes in. All of this runs in the event loop and waits for nothing.

    def _readable(self) -> None:
        try:
            received = self._sock.recv(RECEIVE_BYTES)
        except BlockingIOError:
            return
        except OSError:
            received = b""
        if received:
            self._protocol.receive_data(received)
        else:
            self._protocol.receive_eof()
        for frame in self._protocol.events_received():
            if frame.opcode in _DATA:  # type: ignore[union-attr]
                self._take(frame)  # type: ignore[arg-type]
        if self._protocol.writes:
            self._flush()
        if not received:
            self._hang_up(self._server.reason.TRANSPORT_CLOSE)
            self._end()
        elif self._protocol.state is not State.OPEN:
            self._hang_up(self._server.reason.TRANSPORT_CLOSE)

    def _take(self, frame: Frame) -> None:
        """A message may come in several frames; the protocol has seen to their order and size."""
        self._parts.append(frame)
        if not frame.fin:
            return
        parts, self._parts = self._parts, []
        message = b"".join(part.data for part in parts) if len(parts) > 1 else bytes(frame.data)
        if parts[0].opcode is Opcode.BINARY:
            self._later(message)
            return
        try:
            text = message.decode()
        except UnicodeDecodeError:
            self._protocol.fail(CloseCode.INVALID_DATA)
            return
        if text == "3" and self._pinged:
            self._rest()
        elif self._working or not self._answered_at_once(text):
            self._later(text)

    def _answered_at_once(self, text: str) -> bool:
        """An event such as ``42/telling,7["numbers",[...]]`` with a way past all others."""
        start = text.find("[")
        namespace, comma, number = text[2:start].partition(",") if text.startswith("42/") else ("", "", "")
        if not number.isdigit():
            return False
        try:
            name, *rest = orjson.loads(text[start:])
            handler = self._express[namespace, name]
        except (ValueError, KeyError, TypeError):
            return False
        sid = self._server.express_sid(self._engine.sid, namespace)
        if sid is None or len(rest) != 1:
            return False

        def answer(answer: Any) -> None:
            self._push("43" + namespace + comma + number + orjson.dumps([answer]).decode())
            self._done()

        if not handler(sid, rest[0], answer):
            return False
        self._begun()
        return True

    def _later(self, message: str | bytes) -> None:
        """To Engine.IO, one after the other."""
        self._todo.append(message)
        self._begun()
        if not self._working:
            self._working = True
            gevent.spawn(self._work)

    def _work(self) -> None:
        while self._todo:
            message = self._todo.popleft()
            if not self._engine.closed:
                self._receive(message)
            self._done()
        self._working = False

    def _receive(self, message: Any) -> None:
        try:
            self._engine.receive(packet.Packet(encoded_packet=message))
        except UnknownPacketError:
            pass
        except SocketIsClosedError:
            self._hang_up(self._server.reason.TRANSPORT_CLOSE)
        except Exception:
            self._server.logger.exception("Unknown receive error")
            self._hang_up(self._server.reason.TRANSPORT_ERROR)

    def _begun(self) -> None:
        self._open += 1
        if self._open >= MOST_OPEN and not self._paused and not self._over:
            self._paused = True
            self._watch_read.stop()

    def _done(self) -> None:
        self._open -= 1
        if self._paused and self._open < MOST_OPEN and not self._over:
            self._paused = False
            self._watch_read.start(self._readable)

    # What goes out.

    def _send(self, outgoing: packet.Packet) -> None:
        """In the place of Engine.IO's way to send."""
        self._push(outgoing.encode())

    def _push(self, message: str | bytes) -> None:
        with contextlib.suppress(InvalidState):
            if isinstance(message, str):
                self._protocol.send_text(message.encode())
            else:
                self._protocol.send_binary(message)
            self._flush()

    def _flush(self) -> None:
        """Write what the other end takes; the event loop tells when it takes more."""
        for part in self._protocol.data_to_send():
            self._unsent += part
        try:
            while self._unsent:
                del self._unsent[: self._sock.send(self._unsent)]
            self._watch_write.stop()
            if self._protocol.eof_sent:
                self._sock.shutdown(socket.SHUT_WR)
        except BlockingIOError:
            if len(self._unsent) > MOST_UNSENT_BYTES:
                self._end()
            elif not self._watch_write.active:
                self._watch_write.start(self._flush)
        except OSError:
            self._end()

    # Being there, and not.

    def _rest(self, *_: Any) -> None:
        """Ask again in a while whether the other end is there. It has just answered, or has come."""
        self._pinged = False
        if not self._over:
            self._after(self._server.ping_interval, self._ping)

    def _ping(self) -> None:
        self._pinged = True
        self._push("2")
        self._after(self._server.ping_timeout, self._hang_up, self._server.reason.PING_TIMEOUT)

    def _after(self, seconds: float, call: Callable[..., None], *given: Any) -> None:
        """The one thing that this line waits for."""
        self._timer.stop()
        self._timer = gevent.get_hub().loop.timer(seconds)
        self._timer.start(call, *given)

    def _close(self, **given: Any) -> None:
        """In the place of Engine.IO's way to close. It tells the handlers as ever, but nobody is waited for."""
        type(self._engine).close(self._engine, **given | {"wait": False})
        self._server.sockets.pop(self._engine.sid, None)
        self._hang_up(None)

    def _hang_up(self, reason: str | None) -> None:
        """Say goodbye once, tell Engine.IO why (None: it knows), and give the last word time to arrive."""
        if self._over:
            return
        self._over = True
        with contextlib.suppress(InvalidState):
            self._protocol.send_close(CloseCode.NORMAL_CLOSURE)
        self._flush()
        if self._sock.fileno() >= 0:
            self._after(LINGER_SECONDS, self._end)
            self._watch_read.start(self._readable)
        if reason:
            gevent.spawn(self._engine.close, wait=False, abort=True, reason=reason)

    def _end(self) -> None:
        """Nothing more is read or written."""
        if self._sock.fileno() < 0:
            return
        for watcher in (self._watch_read, self._watch_write, self._timer):
            watcher.stop()
            watcher.close()
        self._sock.close()
        if not self._over:
            self._over = True
            gevent.spawn(self._engine.close, wait=False, abort=True, reason=self._server.reason.TRANSPORT_ERROR)


def use_driver(server: Any, express: Mapping[tuple[str, str], AtOnce] | None = None) -> None:
    """Put this driver under a python-socketio server. ``express``: by namespace and event.

    Engine.IO has no setting for its driver, only this table, filled when ``async_mode`` was chosen.
    """
    engine = server.eio
    engine.express_sid = server.manager.sid_from_eio_sid
    engine._async = engine._async | {"websocket": lambda handler, eio: Line(handler, eio, express or {})}
