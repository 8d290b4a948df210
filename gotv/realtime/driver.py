"""The WebSocket driver under Socket.IO, with one short cut: who reads a phone's message also writes the answer.

Engine.IO queues all it sends for a second greenlet, which waits with a timeout around each packet. For news from
elsewhere that is right: a slow board must never hold up the one who tells all boards. An answer needs no such
protection, and one hand-over less makes an eighth more answers a second (tests/benchmarks).
"""

import contextlib
from collections.abc import Callable
from typing import Any

import gevent
from engineio import packet
from engineio.async_drivers.gevent import WebSocketWSGI


class AnsweringAtOnce(WebSocketWSGI):  # type: ignore[misc]
    """One connection. ``handler`` is the bound method of Engine.IO's socket that serves it."""

    def __init__(self, handler: Callable[..., Any], server: Any) -> None:
        super().__init__(handler, server)
        self._socket: Any = handler.__self__  # type: ignore[attr-defined]

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        self._reader = gevent.getcurrent()
        self._put_in_queue = self._socket.send
        self._socket.send = self._send
        return super().__call__(environ, start_response)

    def _send(self, outgoing: packet.Packet) -> None:
        if gevent.getcurrent() is self._reader and outgoing.packet_type == packet.MESSAGE:
            # The phone may have gone: its reader finds out by itself, and it will ask again.
            with contextlib.suppress(OSError):
                self.send(outgoing.encode())
        else:
            self._put_in_queue(outgoing)


def use_driver(server: Any) -> None:
    """Engine.IO has no setting for its driver, only this table, filled when ``async_mode`` was chosen."""
    server.eio._async = server.eio._async | {"websocket": AnsweringAtOnce}
