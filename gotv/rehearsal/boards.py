"""Simulated boards: sockets as a committee room's page has them, which note how late each number is seen."""

import contextlib
import http.cookiejar
import json
import re
import selectors
import socket
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.client import HTTPException

import orjson

from gotv.rehearsal.address import Address, arrived
from gotv.rehearsal.phones import HELLO, framed, taken_frames

AGAIN_SECONDS = 1.0


@dataclass(eq=False)
class Board:
    """One board's socket. ``seen``: how many of the acknowledged numbers it has shown."""

    sock: socket.socket | None = None
    open: bool = False
    joined: bool = False
    inbound: bytearray = field(default_factory=bytearray)
    seen: int = 0
    ticket: str = ""
    again_at: float = 0.0


class Boards:
    """That many boards of one contest, signed in by one link. Call `step` again and again.

    ``acked``: (position, when) of each answer to a phone, in the order of positions; it grows while the boards run.
    ``late``: seconds from that answer to the frame that shows it, of every number on every board.
    """

    def __init__(
        self, address: Address, contest_id: int, link_token: str, many: int, acked: Sequence[tuple[int, float]]
    ) -> None:
        self.address, self.acked = address, acked
        self.page = f"/contests/{contest_id}/board"
        self.late: list[float] = []
        self.broken = 0
        self.selector = selectors.DefaultSelector()
        self.boards = [Board() for _ in range(many)]
        self._sign_in(link_token)

    def step(self) -> None:
        now = time.monotonic()
        for board in self.boards:
            if board.sock is None and now >= board.again_at:
                self._connect(board)
        for key, _ in self.selector.select(0):
            self._readable(key.data)

    def behind(self) -> int:
        """How many boards do not show all that was acknowledged."""
        return sum(not board.joined or board.seen < len(self.acked) for board in self.boards)

    def close(self) -> None:
        for board in self.boards:
            self._drop(board)
        self.selector.close()

    def _sign_in(self, link_token: str) -> None:
        self.cookies = http.cookiejar.CookieJar()
        opens: list[urllib.request.BaseHandler] = [urllib.request.HTTPCookieProcessor(self.cookies)]
        if self.address.trust:
            opens.append(urllib.request.HTTPSHandler(context=self.address.trust))
        self.browser = urllib.request.build_opener(*opens)
        self._ask("/enter", json.dumps({"token": link_token}), {"Content-Type": "application/json"})
        found = re.search(r'data-csrf="([^"]+)"', self._ask(self.page))
        self.csrf = found[1] if found else ""

    def _ask(self, path: str, body: str | None = None, headers: dict[str, str] | None = None) -> str:
        """As the page in a browser asks. Raises OSError."""
        content = None if body is None else body.encode()
        request = urllib.request.Request(self.address.origin + path, content, headers or {})  # noqa: S310 - our own
        with self.browser.open(request, timeout=10) as answer:
            return str(answer.read().decode())

    def _ticket(self) -> str:
        headers = {"X-CSRFToken": self.csrf, "Referer": self.address.origin + self.page}
        return str(json.loads(self._ask(f"{self.page}/ticket", "", headers))["ticket"])

    def _connect(self, board: Board) -> None:
        board.again_at = time.monotonic() + AGAIN_SECONDS
        cookie = "; ".join(f"{one.name}={one.value}" for one in self.cookies)
        hello = HELLO.format(host=self.address.authority)
        try:
            board.ticket = self._ticket()
            board.sock = self.address.connect()
            board.sock.sendall(hello.replace("\r\n\r\n", f"\r\nCookie: {cookie}\r\n\r\n").encode())
        except (OSError, ValueError, KeyError, HTTPException):
            # Away, or somebody else answers in its place: come again.
            self._drop(board)
            return
        board.inbound.clear()
        board.open = False
        self.selector.register(board.sock, selectors.EVENT_READ, board)

    def _send(self, board: Board, payload: bytes) -> None:
        try:
            board.sock.sendall(framed(payload))  # type: ignore[union-attr]
        except OSError:
            self._drop(board)

    def _readable(self, board: Board) -> None:
        got = arrived(board.sock)  # type: ignore[arg-type]
        if got is None:
            return
        if not got:
            self._drop(board)
            return
        board.inbound += got
        if not board.open:
            end = board.inbound.find(b"\r\n\r\n")
            if end < 0:
                return
            if not board.inbound.startswith(b"HTTP/1.1 101"):
                self._drop(board)
                return
            del board.inbound[: end + 4]
            board.open = True
        for payload in taken_frames(board.inbound):
            self._payload(board, payload)

    def _payload(self, board: Board, payload: bytes) -> None:
        if payload == b"2":
            self._send(board, b"3")
        elif payload.startswith(b"0"):
            self._send(board, b"40/board," + orjson.dumps({"ticket": board.ticket}))
        elif payload.startswith(b"40/board"):
            self._send(board, b'42/board,1["join",{"committee_room":null}]')
        elif payload.startswith((b"44/board", b"41/board", b"1")):
            self._drop(board)
        elif payload.startswith(b"42/board,"):
            name, content = orjson.loads(payload[len(b"42/board,") :])[:2]
            if name == "frame":
                board.joined = True
                self._shown(board, content["position"])

    def _shown(self, board: Board, position: int) -> None:
        now = time.monotonic()
        while board.seen < len(self.acked) and self.acked[board.seen][0] <= position:
            self.late.append(now - self.acked[board.seen][1])
            board.seen += 1

    def _drop(self, board: Board) -> None:
        if board.sock is not None:
            with contextlib.suppress(KeyError):
                self.selector.unregister(board.sock)
            board.sock.close()
            self.broken += board.open
        board.sock, board.open, board.joined = None, False, False
        # What was acknowledged meanwhile is late on it all the same: it is counted when the board shows it again.
