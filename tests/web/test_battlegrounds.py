"""The public page of battlegrounds: by postcode or place, for browsers with and without scripts, and small."""

import gzip
import re
from collections.abc import Iterator

import orjson
import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient

from gotv.app import create_app
from gotv.config import NotConfigured, load_settings
from gotv.embedded.household import Household
from gotv.house import House
from gotv.web.quick import Quick
from tests.country import empty, loaded, look_again
from tests.web.test_headers import INLINE, assert_guarded


@pytest.fixture
def visitor(app: Flask, home: House) -> Iterator[FlaskClient]:
    """Somebody whom nobody knows, in the small country."""
    with loaded(home):
        look_again(app.extensions["house"])
        yield app.test_client()
    look_again(app.extensions["house"])


def test_a_postcode_is_answered_by_the_nearest(visitor: FlaskClient) -> None:
    told = visitor.post("/nearest/nearest.json", json={"postcode": "za1"}).get_json()
    assert [one["name"] for one in told["found"]] == ["Alder", "Birch", "Elder & Ffynnon"]
    assert told["at"] == [51.55, -0.45]
    assert told["found"][0].keys() >= {"distance", "majority", "majority_pct", "why", "km", "lat", "lon"}


def test_so_is_a_place(visitor: FlaskClient) -> None:
    told = visitor.post("/nearest/nearest.json", json={"lat": 51.55, "lon": -0.05}).get_json()
    assert told["found"][0]["name"] == "Elder & Ffynnon"


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ({"postcode": "nowhere"}, 409, "This is no postcode. Type it like N1 4QD"),
        ({"postcode": "BT1"}, 404, "We do not know where this postcode is."),
        ({"postcode": ["ZA1"]}, 409, "This is no postcode."),
        ({"lat": 48.8, "lon": 2.3}, 409, "not in the United Kingdom"),
        ({"lat": "51", "lon": True}, 409, "lat and lon in degrees"),
        ({}, 409, "lat and lon in degrees"),
        ([], 409, "Send a postcode"),
        ("ZA1", 409, "Send a postcode"),
    ],
)
def test_what_cannot_be_answered_is_said(visitor: FlaskClient, sent: object, status: int, said: str) -> None:
    answer = visitor.post("/nearest/nearest.json", json=sent)
    assert answer.status_code == status
    assert said in answer.get_json()["reason"]


@pytest.mark.parametrize(
    "sent", [{"postcode": "ze1 4qd"}, {"lat": 51.5, "lon": -0.25}, {"lat": 51, "lon": 0}, {"postcode": "x"}, {}, 7]
)
def test_the_quick_way_and_the_long_one_give_the_same(visitor: FlaskClient, sent: object) -> None:
    inside = visitor.application.wsgi_app
    assert isinstance(inside, Quick)
    quick = visitor.post("/nearest/nearest.json", json=sent)
    # A body that is longer than any of a page goes the long way.
    padded = orjson.dumps(sent) + b" " * 1_000
    long = visitor.post("/nearest/nearest.json", data=padded, content_type="application/json")
    assert (quick.status_code, quick.get_json()) == (long.status_code, long.get_json())
    mattering = {name: value for name, value in long.headers.items() if name not in ("Vary", "Content-Length")}
    assert {name: quick.headers[name] for name in mattering} == mattering


def test_the_page_works_without_scripts(visitor: FlaskClient) -> None:
    page = visitor.get("/nearest").text
    assert "Sampleton Forward" in page
    assert_guarded(visitor.get("/nearest"))
    assert not INLINE.search(page)
    answer = visitor.post("/nearest", data={"postcode": "ZE1 1AA"})
    assert re.findall(r"<li><b>([^<]+)</b>", answer.text) == ["Elder &amp; Ffynnon", "Birch", "Alder"]
    assert 'value="ZE1 1AA"' in answer.text
    wrong = visitor.post("/nearest", data={"postcode": '"><script>'})
    assert wrong.status_code == 409
    assert "This is no postcode." in wrong.text
    assert "<script>" not in wrong.text


def test_without_battlegrounds_the_page_says_so(app: Flask, home: House) -> None:
    empty(home)
    look_again(app.extensions["house"])
    page = app.test_client().get("/nearest")
    assert (page.status_code, "No battlegrounds are named yet" in page.text) == (200, True)


def test_the_map_is_kept_by_browsers_until_the_rules_change(visitor: FlaskClient) -> None:
    first = visitor.get("/nearest/outlines.json", headers={"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    plain = visitor.get("/nearest/outlines.json", headers={"Accept-Encoding": ""})
    assert gzip.decompress(first.data) == plain.data
    drawn = {one["name"]: one["in"] for one in plain.get_json()}
    assert drawn == {"Alder": True, "Birch": True, "Cedar": False, "Dogwood": False, "Elder & Ffynnon": True}
    again = visitor.get("/nearest/outlines.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_page_may_ask_for_the_place_and_no_other_page_may(visitor: FlaskClient) -> None:
    assert "geolocation=(self)" in visitor.get("/nearest").headers["Permissions-Policy"]
    assert "geolocation=()" in visitor.get("/enter").headers["Permissions-Policy"]


def test_nobody_is_asked_for_tiles_unless_the_house_is_told(household: Household, visitor: FlaskClient) -> None:
    assert "data-tiles" not in visitor.get("/nearest").text
    settings = household.settings.model_copy(
        update={"tiles_url": "https://{s}.tiles.example/{z}/{x}/{y}.png", "tiles_thanks": "© Example"}
    )
    page = create_app(settings).test_client().get("/nearest")
    assert 'data-tiles="https://{s}.tiles.example/{z}/{x}/{y}.png" data-thanks="© Example"' in page.text
    assert "img-src 'self' https://*.tiles.example data:" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("url", ["tiles", "https://tiles.example/all.png", "https://a.example; script-src *//{z}"])
def test_a_silly_address_of_tiles_stops_the_start_by_name(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOTV_TILES_URL", url)
    with pytest.raises(NotConfigured, match=r"GOTV_TILES_URL: .*must look like"):
        load_settings()


def test_where_somebody_lives_is_in_no_log(visitor: FlaskClient, capfd: pytest.CaptureFixture[str]) -> None:
    with structlog.testing.capture_logs() as logged:
        for typed in ("ZA1 9XY", "nowhere 9XY", "BT9 9XY"):
            visitor.post("/nearest/nearest.json", json={"postcode": typed})
            visitor.post("/nearest", data={"postcode": typed})
    written = str(logged) + "".join(capfd.readouterr())
    assert "9XY" not in written
    assert not [
        rule for rule in visitor.application.url_map.iter_rules("battlegrounds.nearest") if "GET" in rule.methods
    ]


def test_only_the_two_files_of_the_map_are_given_out(visitor: FlaskClient) -> None:
    assert "Leaflet 1." in visitor.get("/nearest/leaflet/leaflet.js").text
    for name in ("leaflet-src.js", "..%2F__init__.py", "images"):
        assert visitor.get(f"/nearest/leaflet/{name}").status_code == 404


def test_all_of_the_page_is_under_a_hundred_and_fifty_kilobytes(visitor: FlaskClient) -> None:
    """Squeezed, without the outlines, which the real country has 44 KB of: see the test with the public files."""
    page = visitor.get("/nearest", headers={"Accept-Encoding": "gzip"})
    paths = set(re.findall(r'(?:href|src)="(/[^"]+\.(?:css|js|svg))"', page.text)) | {"/static/js/map.js"}
    assert len(paths) >= 6
    size = len(gzip.compress(page.data))
    for path in paths:
        size += len(visitor.get(path, headers={"Accept-Encoding": "gzip, deflate"}).data)
    assert size < 100_000
