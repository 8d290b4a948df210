"""A bare Socket.IO connection, for boards and for what no proper phone would send."""

import json
import socket
from typing import Any

from gotv.rehearsal.phones import HELLO, framed, taken_frames

PATIENCE_SECONDS = 8


class RawSocket:
    """One WebSocket to the house, past its greeting."""

    def __init__(self, port: int, headers: str = "", hello: str = HELLO) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)
        self.waiting: list[str] = []
        hello = hello.format(host=f"127.0.0.1:{port}")
        self.sock.sendall((hello[:-2] + headers + "\r\n").encode())
        self.inbound = bytearray()
        while b"\r\n\r\n" not in self.inbound:
            self.inbound += self.sock.recv(65_536)
        del self.inbound[: self.inbound.index(b"\r\n\r\n") + 4]
        self.greeting = json.loads(self.until("0")[1:])

    def send(self, text: str) -> None:
        self.sock.sendall(framed(text.encode()))

    def until(self, *starts: str) -> str:
        """The next message that starts so; pings on the way are answered. Fails if none comes."""
        while True:
            self.waiting += [payload.decode() for payload in taken_frames(self.inbound)]
            while self.waiting:
                text = self.waiting.pop(0)
                if text == "2":
                    self.send("3")
                elif text.startswith(starts):
                    return text
            got = self.sock.recv(65_536)
            assert got, f"the house hung up before anything came that starts with {starts}"
            self.inbound += got

    def close(self) -> None:
        self.sock.close()


def emit_raw(port: int, token: str, sent: object) -> dict[str, Any]:
    """Connect as this device, emit ``numbers`` with anything at all, return the answer."""
    raw = RawSocket(port)
    try:
        raw.send("40/telling," + json.dumps({"token": token}))
        raw.until("40/telling")
        raw.send("42/telling,7" + json.dumps(["numbers", sent]))
        answer: dict[str, Any] = json.loads(raw.until("43/telling,7")[len("43/telling,7") :])[0]
        return answer
    finally:
        raw.close()
