"""Simulated tellers' phones: many Socket.IO clients in one thread, each with an outbox, as the real pad has.

The load generator of the demo, the benchmarks and the fault tests. Frames are masked with a zero key: allowed,
and cheap. A phone forgets an entry only when the server has answered it by its id; after a lost connection it
connects again and sends everything unanswered once more.
"""

import contextlib
import selectors
import socket
import ssl
import struct
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

from gotv.domain.entries import new_id
from gotv.rehearsal.address import Address, arrived

ACK_WAIT_SECONDS, RECONNECT_SECONDS = 8.0, 0.3
HELLO = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
CALM_HELLO = HELLO.replace(" HTTP", "&calm=1 HTTP", 1)  # as a teller's phone: see `realtime.driver`


@dataclass(slots=True)
class Phone:
    """One simulated phone. ``answers`` collects each entry's first outcome when ``keep_answers`` is set."""

    token: str
    outbox: deque[dict[str, Any]] = field(default_factory=deque)
    most_per_message: int = 200
    state: str = "closed"
    sock: socket.socket | None = None
    inbound: bytearray = field(default_factory=bytearray)
    ack: int = 0
    in_flight: int = 0
    sent_at: float = 0.0
    again_at: float = 0.0
    refused: str = ""
    # The ledger's position in the last answer.
    position: int = 0

    def key(self, number: str, district: str = "") -> str:
        """Put a number into the outbox. Returns its id."""
        entry_id = new_id(time.time())
        self.outbox.append({"id": entry_id, "kind": "mark", "number": number, "district": district})
        return entry_id

    def withdraw(self, entry_id: str) -> str:
        own = new_id(time.time())
        self.outbox.append({"id": own, "kind": "withdraw", "withdraws": entry_id})
        return own

    def no_number(self) -> str:
        own = new_id(time.time())
        self.outbox.append({"id": own, "kind": "no_number"})
        return own


class Phones:
    """Drives phones against one address. Call `step` again and again; it never waits longer than asked."""

    def __init__(
        self,
        host: str,
        port: int,
        phones: list[Phone],
        on_answer: Callable[[Phone, list[dict[str, Any]], float], None] | None = None,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self.address = Address(host, port, trust)
        self.phones = phones
        self.on_answer = on_answer
        self.selector = selectors.DefaultSelector()
        self.answered = 0
        # No phone has signal: they go on keying, and wait.
        self.away = False

    def step(self, wait: float = 0.0) -> None:
        """Connect those that are due, send what waits, and take in what has arrived."""
        now = time.monotonic()
        for phone in self.phones:
            if self.away:
                self._drop(phone)
            elif phone.state == "closed" and now >= phone.again_at and not phone.refused:
                self._connect(phone)
            elif phone.in_flight and now - phone.sent_at > ACK_WAIT_SECONDS:
                self._lost(phone)
            elif phone.state == "open" and phone.outbox and not phone.in_flight:
                self._send(phone)
        self.receive(wait)

    def receive(self, wait: float) -> None:
        for key, _ in self.selector.select(wait):
            self._readable(key.data)

    def waiting(self) -> int:
        """How many entries wait. What a phone whose link was switched off still holds goes nowhere any more."""
        return sum(len(phone.outbox) for phone in self.phones if not phone.refused)

    def drain(self, seconds: float) -> int:
        """Step until every outbox is empty or the time is up. Returns how many entries still wait."""
        end = time.monotonic() + seconds
        while self.waiting() and time.monotonic() < end:
            self.step(0.02)
        return self.waiting()

    def connect_all(self, seconds: float = 30) -> None:
        """Raises TimeoutError if some phone is not let in by then."""
        end = time.monotonic() + seconds
        while any(phone.state != "open" for phone in self.phones):
            if time.monotonic() > end:
                raise TimeoutError("Not all phones could connect")
            self.step(0.02)

    def close(self) -> None:
        for phone in self.phones:
            self._drop(phone)
        self.selector.close()

    def _connect(self, phone: Phone) -> None:
        phone.again_at = time.monotonic() + RECONNECT_SECONDS
        try:
            sock = self.address.connect()
        except OSError:
            return
        phone.sock, phone.state, phone.in_flight = sock, "handshake", 0
        phone.inbound.clear()
        try:
            sock.sendall(CALM_HELLO.format(host=self.address.authority).encode())
        except OSError:
            self._lost(phone)
            return
        self.selector.register(sock, selectors.EVENT_READ, phone)

    def _lost(self, phone: Phone) -> None:
        """Unknown what became of the entries in flight: they stay in the outbox."""
        self._drop(phone)
        phone.again_at = time.monotonic() + RECONNECT_SECONDS

    def _drop(self, phone: Phone) -> None:
        if phone.sock is not None:
            with contextlib.suppress(KeyError):
                self.selector.unregister(phone.sock)
            phone.sock.close()
        phone.sock, phone.state, phone.in_flight = None, "closed", 0

    def _send(self, phone: Phone) -> None:
        batch = [phone.outbox[n] for n in range(min(len(phone.outbox), phone.most_per_message))]
        phone.ack += 1
        phone.in_flight, phone.sent_at = len(batch), time.monotonic()
        self._frame(phone, b"42/telling,%d" % phone.ack + orjson.dumps(["numbers", batch]))

    def _frame(self, phone: Phone, payload: bytes) -> None:
        try:
            phone.sock.sendall(framed(payload))  # type: ignore[union-attr]
        except OSError:
            self._lost(phone)

    def _readable(self, phone: Phone) -> None:
        got = arrived(phone.sock)  # type: ignore[arg-type]
        if got is None:
            return
        if not got:
            self._lost(phone)
            return
        phone.inbound += got
        if phone.state == "handshake":
            end = phone.inbound.find(b"\r\n\r\n")
            if end < 0:
                return
            if not phone.inbound.startswith(b"HTTP/1.1 101"):
                self._lost(phone)
                return
            del phone.inbound[: end + 4]
            phone.state = "greeting"
        for payload in taken_frames(phone.inbound):
            self._payload(phone, payload)

    def _payload(self, phone: Phone, payload: bytes) -> None:
        if payload.startswith(b"43/telling,"):
            self._answered(phone, payload[payload.index(b"[") :])
        elif payload == b"2":
            self._frame(phone, b"3")
        elif payload.startswith(b"0"):
            self._frame(phone, b"40/telling," + orjson.dumps({"token": phone.token}))
        elif payload.startswith(b"40/telling"):
            phone.state = "open"
        elif payload.startswith(b"44/telling"):
            # Refused for good only when the house says so of the link; else it is away, and we come again.
            phone.refused = payload.decode() if b'"signed_in":false' in payload else ""
            self._lost(phone)
        elif payload.startswith((b"41/telling", b"1")):
            self._lost(phone)

    def _answered(self, phone: Phone, content: bytes) -> None:
        answer = orjson.loads(content)[0]
        took = time.monotonic() - phone.sent_at
        phone.in_flight = 0
        if not answer.get("ok"):
            # Not stored, and the server says so: wait a little, then send again.
            phone.in_flight, phone.sent_at = 1, time.monotonic() - ACK_WAIT_SECONDS + RECONNECT_SECONDS
            return
        answers = answer["answers"]
        done = {one["id"] for one in answers}
        while phone.outbox and phone.outbox[0]["id"] in done:
            phone.outbox.popleft()
        self.answered += len(answers)
        phone.position = answer["position"]
        if self.on_answer:
            self.on_answer(phone, answers, took)
        if phone.outbox and phone.state == "open":
            self._send(phone)


def framed(payload: bytes) -> bytes:
    """A text frame as a client sends it: masked, with a key of zeros."""
    size = len(payload)
    if size < 126:
        return bytes([0x81, 0x80 | size]) + b"\0\0\0\0" + payload
    if size < 65_536:
        return b"\x81\xfe" + struct.pack("!H", size) + b"\0\0\0\0" + payload
    return b"\x81\xff" + struct.pack("!Q", size) + b"\0\0\0\0" + payload


def taken_frames(inbound: bytearray) -> list[bytes]:
    """Take whole frames off the front of what has arrived. Only their payloads matter here."""
    found = []
    while len(inbound) >= 2:
        size, start = inbound[1] & 127, 2
        if size == 126:
            if len(inbound) < 4:
                break
            size, start = struct.unpack_from("!H", inbound, 2)[0], 4
        elif size == 127:
            if len(inbound) < 10:
                break
            size, start = struct.unpack_from("!Q", inbound, 2)[0], 10
        if len(inbound) < start + size:
            break
        found.append(b"1" if inbound[0] & 15 == 8 else bytes(inbound[start : start + size]))
        del inbound[: start + size]
    return found
