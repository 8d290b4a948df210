"""Pages that live on a phone without signal: their service worker, and how its version is known."""

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from flask import current_app, g, url_for
from werkzeug.wrappers import Response

WORKER = "js/shell_worker.js"


def worker_of(page_path: str, page: str, parts: tuple[str, ...]) -> Response:
    """The service worker of one page. Its text changes when any part does; then phones take the new version."""
    shell = [address(part) for part in parts]
    head = f"const PAGE = {page_path!r};\nconst VERSION = {_version(page, parts)!r};\nconst SHELL = {shell!r};\n"
    text = head + _static(WORKER).read_text()
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": page_path}
    return Response(text, mimetype="text/javascript", headers=headers)


@lru_cache(maxsize=8)
def _version(page: str, parts: Iterable[str]) -> str:
    """A name for exactly this page and these parts."""
    made_of = page.encode() + b"".join(_static(part).read_bytes() for part in (*parts, WORKER))
    return hashlib.sha256(made_of).hexdigest()[:12]


def _static(part: str) -> Path:
    return Path(current_app.static_folder or "") / part


def address(part: str) -> str:
    return url_for("static", filename=part)


def this_person() -> str:
    """What is counted against a limit: thousands of phones may share one address of a mobile network."""
    return f"{g.person.contest_id}.{g.person.person_id}"
