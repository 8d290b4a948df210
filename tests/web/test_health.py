"""Alive, ready, the figures; and what people are told while the database is away."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

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
