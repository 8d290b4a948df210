"""Where the nearest battlegrounds are, answered before Flask is asked: the page that a country opens at once.

Flask's own way through a request takes three times as long as the answer. Whatever is not plain goes that way: what
cannot be read, an unknown place, a database that is away. Both give the same (tests/web/test_battlegrounds.py).
"""

import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson

from gotv.services.country import Country

PATH = "/nearest/nearest.json"
MOST_BYTES = 1_000
Environ = dict[str, Any]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Quick:
    """WSGI around the whole app. ``headers``: what every answer of the house carries."""

    def __init__(self, inside: Wsgi, country: Callable[[], Country], headers: Mapping[str, str]) -> None:
        self.inside, self.country = inside, country
        self.headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store"), *headers.items()]

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != PATH or environ.get("REQUEST_METHOD") != "POST":
            return self.inside(environ, start_response)
        size = environ.get("CONTENT_LENGTH") or ""
        if not (size.isascii() and size.isdecimal() and int(size) <= MOST_BYTES):
            return self.inside(environ, start_response)
        sent = environ["wsgi.input"].read(int(size))
        answer = self._answer(sent)
        if answer is None:
            environ["wsgi.input"] = io.BytesIO(sent)
            return self.inside(environ, start_response)
        start_response("200 OK", [*self.headers, ("Content-Length", str(len(answer)))])
        return [answer]

    def _answer(self, sent: bytes) -> bytes | None:
        """None when Flask is to answer, and to say what is wrong."""
        try:
            asked = orjson.loads(sent)
            return orjson.dumps(found_at(self.country(), asked))
        except Exception:
            return None


def found_at(country: Country, asked: dict[str, Any]) -> dict[str, Any]:
    """The answer to ``{"postcode"}`` or to ``{"lat", "lon"}``. Raises as `Country` does, and TypeError for neither."""
    if "postcode" in asked:
        at = country.place_of(str(asked["postcode"]))
    else:
        at = _degrees(asked.get("lat")), _degrees(asked.get("lon"))
    return {"at": at, "found": with_pages(country.nearest(*at))}


def _degrees(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("lat and lon must be numbers")
    return float(value)


def with_pages(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each event with the address of its page."""
    for one in found:
        one["events"] = [
            event | {"page": f"/come/{event['contest_id']}/{event['event_id']}"} for event in one["events"]
        ]
    return found
