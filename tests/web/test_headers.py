"""What every answer carries: a strict policy, nothing kept by browsers, no address told to others, nothing inline."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gotv.app import TEMPLATES
from gotv.house import House
from gotv.services import knocking_up
from tests.builders import Seatlet, marked
from tests.cast import Cast

INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|<[^>]*\s(?:on\w+|style)\s*=|javascript:", re.IGNORECASE)
PAGES = "board board.json board/hours unmatched walks walks/{walk} files people people/cards places/{place}".split()
ERRORS = {"nowhere": 404, "places/999999": 404, "board?room=999999": 404, "files/999999": 404}


@pytest.fixture
def asha(app: Flask, cast: Cast) -> FlaskClient:
    return cast.asha.signed_in(app.test_client())


def open_page(asha: FlaskClient, home: House, seatlet: Seatlet, cast: Cast, path: str) -> TestResponse:
    """A page with something on it."""
    home.telling.take(cast.tess.person, home.telling.post_of(cast.tess.person), [marked("1"), marked("77")])
    knocking_up.make_lists(home.database, seatlet.contest_id, seatlet.rooms["North"], None, home.clock.now())
    walk = knocking_up.walks(home.database, cast.kit.person)[0]["walk_id"]
    path = path.format(walk=walk, place=seatlet.places["St Mark's Hall"])
    return asha.get(f"/contests/{seatlet.contest_id}/{path}")


def assert_guarded(answer: TestResponse) -> None:
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in str(policy)
    assert "*" not in str(policy)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", PAGES)
def test_every_kind_of_page_is_guarded(asha: FlaskClient, home: House, seatlet: Seatlet, cast: Cast, path: str) -> None:
    answer = open_page(asha, home, seatlet, cast, path)
    assert answer.status_code == 200
    assert_guarded(answer)
    assert "no-store" in answer.headers["Cache-Control"]
    assert not INLINE.search(answer.text)


@pytest.mark.parametrize("path", ["/enter", "/telling", "/healthz", "/readyz", "/metrics", "/", "/nowhere"])
def test_what_everybody_may_open_is_guarded(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert_guarded(answer)
    assert "no-store" in answer.headers["Cache-Control"]
    assert not INLINE.search(answer.text)


@pytest.mark.parametrize(("path", "status"), ERRORS.items())
def test_errors_are_guarded_and_said_in_words(asha: FlaskClient, seatlet: Seatlet, path: str, status: int) -> None:
    answer = asha.get(f"/contests/{seatlet.contest_id}/{path}")
    assert answer.status_code == status
    assert_guarded(answer)
    assert "no-store" in answer.headers["Cache-Control"]
    assert not INLINE.search(answer.text)
    assert "<h1" in answer.text


def test_refusals_are_guarded(client: FlaskClient, seatlet: Seatlet, cast: Cast) -> None:
    cast.kit.signed_in(client)
    for answer, status in (
        (client.get(f"/contests/{seatlet.contest_id}/board"), 403),
        (client.post("/sign-out"), 400),
        (client.delete("/enter"), 405),
        (client.post("/enter", json={"token": "x"}), 401),
        (client.post("/telling/numbers", json=[]), 401),
    ):
        assert answer.status_code == status
        assert_guarded(answer)
        assert "no-store" in answer.headers["Cache-Control"]


def test_a_file_larger_than_we_take_is_refused_in_words(asha: FlaskClient, seatlet: Seatlet) -> None:
    content_length = {"CONTENT_LENGTH": str(10**9)}
    answer = asha.post(f"/contests/{seatlet.contest_id}/files", environ_overrides=content_length)
    assert answer.status_code == 413
    assert "too large" in answer.text
    assert_guarded(answer)


def test_scripts_and_styles_are_guarded_and_may_be_kept(client: FlaskClient) -> None:
    for path in ("js/enter.js", "css/gotv.css"):
        answer = client.get(f"/static/{path}")
        assert answer.status_code == 200
        assert_guarded(answer)
        assert "no-store" not in answer.headers["Cache-Control"]


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_templates_hold_no_inline_script_or_style(template: Path) -> None:
    assert not INLINE.search(template.read_text())


def test_pages_ask_nothing_of_other_sites(asha: FlaskClient, client: FlaskClient, seatlet: Seatlet) -> None:
    pages = [client.get("/enter"), client.get("/telling"), asha.get(f"/contests/{seatlet.contest_id}/board")]
    asked = [found for page in pages for found in re.findall(r'(?:src|href|action)="([^"]+)"', page.text)]
    assert len(asked) > 10
    assert all(address.startswith(("/", "#")) for address in asked)
