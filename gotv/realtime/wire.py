"""A WebSocket in the event loop: one descriptor, no greenlet. `websockets` knows the protocol; here it is carried.

Nothing is ever waited for. What the other end does not take yet stays here, up to a limit, and the loop tells when it
takes more. Every method may be called from the loop itself.
"""

import contextlib
import logging
import socket
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import gevent
from gevent.monkey import get_original
from websockets.datastructures import Headers
from websockets.exceptions import InvalidState, PayloadTooBig
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import Protocol, Side, State
from websockets.server import ServerProtocol

from gotv.metrics import REFUSED
from gotv.realtime.plain_frames import NotPlain, read_plain, write_plain

RECEIVE_BYTES = 16_384
# Whoever does not read while so much waits for them is let go; they come back and ask anew.
MOST_UNSENT_BYTES = 1_000_000
# In one message. Empty ones weigh nothing, and could come without end.
MOST_FRAMES = 64
LINGER_SECONDS = 2.0
SHAKEN = {
    name: "HTTP_" + name.upper().replace("-", "_")
    for name in ("Connection", "Upgrade", "Sec-WebSocket-Key", "Sec-WebSocket-Version")
}
_READ, _WRITE = 1, 2
_DATA = (Opcode.TEXT, Opcode.BINARY, Opcode.CONT)
# It would tell of every connection.
_QUIET = logging.getLogger("gotv.websocket")
_QUIET.setLevel(logging.ERROR)
_raw_socket = get_original("socket", "socket")
# Knows which request may become a WebSocket; it is never anybody's connection.
_judge = ServerProtocol(logger=_QUIET)
# In the place of the protocol of a connection that is over.
_gone = Protocol(Side.SERVER, state=State.CLOSED, logger=_QUIET)


def _nobody(*_: Any) -> None:
    """Whom a connection that is over still talks to."""


class Wire:
    """``heard`` is called with each message, ``ended`` once when the connection is over, whoever ended it."""

    __slots__ = (
        *("_ended", "_heard", "_longest", "_parts", "_plain", "_protocol", "_sock", "_timer", "_unread", "_unsent"),
        *("_watch_read", "_watch_write"),
        "over",
    )

    def __init__(
        self, descriptor: int, longest_message: int, heard: Callable[[str | bytes], None], ended: Callable[[], None]
    ) -> None:
        self._heard, self._ended, self._longest = heard, ended, longest_message
        self._sock = _raw_socket(fileno=descriptor)
        self._sock.setblocking(False)
        self._protocol = Protocol(Side.SERVER, max_size=longest_message, logger=_QUIET)
        self._parts: list[Frame] = []
        # Until another kind of frame comes: from there on all is left to the protocol.
        self._plain, self._unread = True, b""
        self._unsent = bytearray()
        loop = gevent.get_hub().loop
        self._watch_read, self._watch_write = loop.io(descriptor, _READ), loop.io(descriptor, _WRITE)
        self._timer = loop.timer(LINGER_SECONDS)
        self.over = False

    def shake_hands(self, environ: dict[str, Any]) -> None:
        """Answer the request that asks for a WebSocket; if it is none, say why and hang up."""
        asked = [(name, environ[key]) for name, key in SHAKEN.items() if key in environ]
        response = _judge.accept(Request("/", Headers(asked)))
        self._unsent += response.serialize()
        self._watch_read.start(self._readable)
        if response.status_code == HTTPStatus.SWITCHING_PROTOCOLS:
            self._flush()
        else:
            self._protocol.state = State.CLOSED
            self._protocol.send_eof()
            self.hang_up()

    def push(self, message: str | bytes) -> None:
        """Send it, now or when the other end takes more. To one who has gone nothing is said."""
        if self._protocol.state is not State.OPEN:
            return
        if isinstance(message, str):
            self._unsent += write_plain(message.encode())
        else:
            self._protocol.send_binary(message)
        self._flush()

    def pause(self) -> None:
        """Read no more for now: the other end feels it."""
        if not self.over:
            self._watch_read.stop()

    def resume(self) -> None:
        if not self.over:
            self._watch_read.start(self._readable)

    def after(self, seconds: float, call: Callable[..., None]) -> None:
        """The one thing that this connection waits for; what it waited for before is forgotten."""
        if self._sock.fileno() >= 0:
            self._timer.stop()
            self._timer = gevent.get_hub().loop.timer(seconds)
            self._timer.start(call)

    def hang_up(self) -> None:
        """Say goodbye, and give it time to arrive: to close over what was not read would tear it off the wire."""
        if self.over:
            return
        self.over = True
        # Flushing may find that it is over altogether.
        ended, self._ended = self._ended, _nobody
        with contextlib.suppress(InvalidState):
            self._protocol.send_close(CloseCode.NORMAL_CLOSURE)
        self._flush()
        self.after(LINGER_SECONDS, self._close)
        if self._sock.fileno() >= 0:
            self._watch_read.start(self._readable)
        ended()

    def _readable(self) -> None:
        try:
            received = self._sock.recv(RECEIVE_BYTES)
        except BlockingIOError:
            return
        except OSError:
            received = b""
        others = self._take_plain(received) if self._plain and received else received
        if self._sock.fileno() < 0:
            # What was just heard has been its end.
            return
        if others or not received:
            self._take_others(others)
        if self._protocol.writes:
            self._flush()
        if not received:
            self._close()
        elif self._protocol.state is not State.OPEN and not self.over:
            if isinstance(self._protocol.parser_exc, PayloadTooBig):
                REFUSED.labels("message").inc()
            self.hang_up()

    def _take_plain(self, received: bytes) -> bytes:
        """Take the whole texts with which it begins. Returns what the protocol is to read."""
        data = self._unread + received
        try:
            while data and (found := read_plain(data, self._longest)):
                text, end = found
                data = data[end:]
                self._take_text(text)
                if self._protocol.state is not State.OPEN:
                    raise NotPlain
        except NotPlain:
            self._plain, self._unread = False, b""
            return data
        self._unread = data
        return b""

    def _take_others(self, received: bytes) -> None:
        """Nothing is the end of it."""
        if received:
            self._protocol.receive_data(received)
        else:
            self._protocol.receive_eof()
        for frame in self._protocol.events_received():
            if frame.opcode in _DATA:  # type: ignore[union-attr]
                self._take(frame)  # type: ignore[arg-type]

    def _take(self, frame: Frame) -> None:
        """A message may come in several frames; the protocol has seen to their order and size."""
        self._parts.append(frame)
        if not frame.fin:
            if len(self._parts) > MOST_FRAMES:
                self._parts = []
                self._protocol.fail(CloseCode.MESSAGE_TOO_BIG)
            return
        parts, self._parts = self._parts, []
        message = b"".join(part.data for part in parts) if len(parts) > 1 else bytes(frame.data)
        if parts[0].opcode is Opcode.BINARY:
            self._heard(message)
        else:
            self._take_text(message)

    def _take_text(self, message: bytes) -> None:
        try:
            text = message.decode()
        except UnicodeDecodeError:
            self._protocol.fail(CloseCode.INVALID_DATA)
        else:
            self._heard(text)

    def _flush(self) -> None:
        if self._protocol.writes:
            self._unsent += b"".join(self._protocol.data_to_send())
        try:
            while self._unsent:
                del self._unsent[: self._sock.send(self._unsent)]
            if self._watch_write.active:
                self._watch_write.stop()
            if self._protocol.eof_sent:
                self._sock.shutdown(socket.SHUT_WR)
        except BlockingIOError:
            if len(self._unsent) > MOST_UNSENT_BYTES:
                self._close()
            elif not self._watch_write.active:
                self._watch_write.start(self._flush)
        except OSError:
            self._close()

    def _close(self) -> None:
        """Nothing more is read or written."""
        if self._sock.fileno() < 0:
            return
        for watcher in (self._watch_read, self._watch_write, self._timer):
            watcher.stop()
            watcher.close()
        self._sock.close()
        self._parts, self._unread, self._unsent = [], b"", bytearray()
        # It and its parser hold each other; the collector is rarely called here.
        self._protocol.parser.close()
        self._protocol = _gone
        if not self.over:
            self.over = True
            self._ended()
        self._heard = self._ended = _nobody
