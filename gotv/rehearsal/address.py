"""Where the house is reached: plain, or over TLS as real phones do."""

import json
import socket
import ssl
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

CONNECTS_WITHIN_SECONDS = 5.0


@dataclass(frozen=True)
class Address:
    """One address of the house. ``trust`` is there when it is reached over TLS."""

    host: str
    port: int
    trust: ssl.SSLContext | None = None

    @property
    def authority(self) -> str:
        """Host and port as a browser says them: not the port that goes without saying."""
        return self.host if self.port == (443 if self.trust else 80) else f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{'https' if self.trust else 'http'}://{self.authority}"

    def connect(self) -> socket.socket:
        """A connected socket that does not block. Raises OSError."""
        plain = socket.create_connection((self.host, self.port), CONNECTS_WITHIN_SECONDS)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        found = self.trust.wrap_socket(plain, server_hostname=self.host) if self.trust else plain
        found.setblocking(False)
        return found

    def post(self, path: str, body: Any, token: str = "") -> Any:
        """POST JSON, as a phone does; ``token`` is its device's. Raises OSError (HTTPError is one)."""
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        return self._ask(urllib.request.Request(self.origin + path, json.dumps(body).encode(), headers))  # noqa: S310

    def get(self, path: str, token: str) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        return self._ask(urllib.request.Request(self.origin + path, headers=headers))  # noqa: S310

    def _ask(self, request: urllib.request.Request) -> Any:
        with urllib.request.urlopen(request, timeout=15, context=self.trust) as answer:  # noqa: S310
            return json.load(answer)


def address_of(url: str, ca_file: str | None = None) -> Address:
    """The address in a URL. ``ca_file``: whom to trust instead of the system's own list. Raises ValueError, OSError."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url} is no address: write it as https://gotv.example.org")
    safe = parts.scheme == "https"
    trust = ssl.create_default_context(cafile=ca_file) if safe else None
    return Address(parts.hostname or "127.0.0.1", parts.port or (443 if safe else 80), trust)


def arrived(sock: socket.socket, most: int = 65_536) -> bytes | None:
    """What a socket has for us: None if nothing yet, b'' if it is closed or broken."""
    got = b""
    try:
        got = sock.recv(most)
        # Over TLS more may have been read off the line than was asked for; nobody would call us for that.
        while got and isinstance(sock, ssl.SSLSocket) and sock.pending():
            got += sock.recv(most)
    except (BlockingIOError, ssl.SSLWantReadError):
        return got or None
    except OSError:
        return b""
    return got
