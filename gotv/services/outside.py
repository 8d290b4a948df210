"""The house as it is seen from outside: over TLS, from a plain http address, and at its second address."""

import json
import ssl
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

WAIT_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What came back. ``status`` 0: nothing, and ``trouble`` says why. ``days``: how long the certificate is good."""

    status: int
    location: str = ""
    body: str = ""
    trouble: str = ""
    days: int | None = None


def look(url: str, ca_file: str | None = None) -> Seen:
    """GET one address, and do not follow where it leads. Never raises. ``ca_file``: whom to trust besides."""
    try:
        parts = urlsplit(url)
        host, path = parts.hostname or "", parts.path or "/"
        if parts.scheme == "https":
            trust = ssl.create_default_context(cafile=ca_file)
            line: HTTPConnection = HTTPSConnection(host, parts.port, timeout=WAIT_SECONDS, context=trust)
        else:
            line = HTTPConnection(host, parts.port, timeout=WAIT_SECONDS)
        try:
            line.request("GET", path)
            days = _days_left(line.sock)
            answer = line.getresponse()
            body = answer.read(100_000).decode("utf-8", "replace")
            return Seen(answer.status, answer.getheader("Location", "") or "", body, days=days)
        finally:
            line.close()
    except (OSError, ValueError, HTTPException) as why:
        return Seen(0, trouble=str(why) or type(why).__name__)


def _days_left(sock: object) -> int | None:
    if not isinstance(sock, ssl.SSLSocket):
        return None
    until = ssl.cert_time_to_seconds(str((sock.getpeercert() or {})["notAfter"]))
    return int((until - time.time()) // 86_400)


def ready(url: str) -> tuple[Seen, bool, str]:
    """What the house at this address says of itself: as seen, whether it takes numbers, and in words."""
    seen = look(f"{url.rstrip('/')}/readyz")
    try:
        state = json.loads(seen.body)
        well = bool(state["ready"])
    except (ValueError, KeyError, TypeError):
        return seen, False, seen.trouble or f"answered {seen.status}, and is not our house"
    amiss = [f"{name}: {words}" for name, words in state.items() if isinstance(words, str) and words[:2] != "ok"]
    return seen, well, ", ".join(amiss) or "all well"
