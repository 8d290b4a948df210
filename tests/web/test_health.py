"""Alive, ready, the figures; and what people are told while the database is away."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client import REGISTRY

from gotv.embedded.household import Household
from gotv.house import open_house
from tests.builders import Seatlet, marked
from tests.cast import Cast


@pytest.fixture
def database_away(app: Flask, household: Household) -> Iterator[None]:
    """The same web process, while nothing answers where its database should be."""
    whole = app.extensions["house"]
    nowhere = household.settings.model_copy(update={"database_url": "postgresql://nobody@127.0.0.1:1/gone"})
    app.extensions["house"] = open_house(nowhere)
    yield
    app.extensions["house"].database.close()
    app.extensions["house"] = whole


def test_it_is_alive(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.get_json()) == (200, {"alive": True})


def test_it_is_ready_and_names_each_part(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    state = answer.get_json()
    assert answer.status_code == 200
    assert state["ready"] is True
    assert {"database", "valkey", "timekeeper"} <= set(state)
    assert (state["database"], state["valkey"]) == ("ok", "ok")


@pytest.mark.usefixtures("database_away")
def test_it_is_alive_but_not_ready_while_the_database_is_away(client: FlaskClient) -> None:
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["ready"] is False
    assert answer.get_json()["database"].startswith("not reached")


def test_the_figures_count_entries_and_name_nobody(client: FlaskClient, cast: Cast) -> None:
    client.post("/telling/numbers", json=[marked("1")], headers=cast.tess.bearer)
    answer = client.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "gotv_entries_total{" in answer.text
    assert "Tess" not in answer.text


def test_nobody_outside_sees_the_figures(client: FlaskClient) -> None:
    """How many have voted is nobody else's before the close of poll (RPA 1983 s.66A)."""
    for asked in ({"headers": {"X-Forwarded-For": "192.0.2.7"}}, {"environ_base": {"REMOTE_ADDR": "203.0.114.9"}}):
        answer = client.get("/metrics", **asked)  # type: ignore[arg-type]
        assert answer.status_code == 404
        assert "gotv_entries" not in answer.text
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "172.18.0.5"}).status_code == 200


def test_every_alarm_speaks_of_a_figure_that_there_is(client: FlaskClient) -> None:
    rules = yaml.safe_load((Path(__file__).parents[2] / "alerts.yml").read_text())["groups"][0]["rules"]
    there = client.get("/metrics").text
    for rule in rules:
        for name in re.findall(r"gotv_\w+", rule["expr"]):
            assert f"\n{name}" in there, rule["alert"]
        assert rule["annotations"]["summary"]


@pytest.mark.usefixtures("database_away")
def test_the_figures_say_that_the_database_is_away(client: FlaskClient) -> None:
    there = client.get("/metrics").text
    assert "\ngotv_database_up 0.0" in there
    assert "\ngotv_rooms_without_lists NaN" in there


def test_people_signed_in_are_told_that_the_database_is_away(
    app: Flask, seatlet: Seatlet, cast: Cast, request: pytest.FixtureRequest
) -> None:
    omar = cast.omar.signed_in(app.test_client())
    request.getfixturevalue("database_away")
    for path in ("/", "/enter", f"/contests/{seatlet.contest_id}/board"):
        answer = omar.get(path)
        assert answer.status_code == 503, path
        assert "does not answer" in answer.text
    assert "try again" in omar.get("/nowhere").text


@pytest.mark.usefixtures("database_away")
def test_the_pad_opens_while_the_database_is_away(client: FlaskClient) -> None:
    assert client.get("/telling").status_code == 200


def test_they_are_still_signed_in_when_it_is_back(
    app: Flask, household: Household, seatlet: Seatlet, cast: Cast, request: pytest.FixtureRequest
) -> None:
    omar = cast.omar.signed_in(app.test_client())
    whole = app.extensions["house"]
    request.getfixturevalue("database_away")
    assert omar.get("/").status_code == 503
    app.extensions["house"] = whole
    assert omar.get(f"/contests/{seatlet.contest_id}/board").status_code == 200


def test_a_phone_is_told_to_send_again(client: FlaskClient, cast: Cast, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("database_away")
    answer = client.post("/telling/numbers", json=[marked("1")], headers=cast.tess.bearer)
    assert answer.status_code == 503
    assert "does not answer" in answer.get_json()["reason"]


def test_what_was_over_a_limit_is_counted(app: Flask, client: FlaskClient, seatlet: Seatlet, cast: Cast) -> None:
    asha = cast.asha.signed_in(app.test_client())

    def refused(what: str) -> float:
        return REGISTRY.get_sample_value("gotv_refused_total", {"what": what}) or 0.0

    before = {what: refused(what) for what in ("list", "upload")}
    too_many = client.post("/telling/numbers", json=[{}] * 201, headers=cast.tess.bearer)
    too_large = asha.post(f"/contests/{seatlet.contest_id}/files", environ_overrides={"CONTENT_LENGTH": str(10**9)})
    assert (too_many.status_code, too_large.status_code) == (413, 413)
    assert refused("list") == before["list"] + 1
    assert refused("upload") == before["upload"] + 1
