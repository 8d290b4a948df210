"""Polling day on the pages: opened, pledged, made into shifts, offered, said yes to, and ticked at the door."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gotv.app import create_app
from gotv.embedded.household import Household
from gotv.house import House
from gotv.services import suggesting
from tests.builders import Seatlet, csv_of, load_ok
from tests.cast import Cast
from tests.services.test_rota import offer
from tests.web.test_events import token_in
from tests.web.test_people import form


@pytest.fixture
def asha(app: Flask, cast: Cast) -> FlaskClient:
    return cast.asha.signed_in(app.test_client())


@pytest.fixture
def rota(seatlet: Seatlet) -> str:
    return f"/contests/{seatlet.contest_id}/polling-day"


def open_day(asha: FlaskClient, rota: str) -> str:
    """Returns the public page."""
    asha.post(f"{rota}/open", data=form(asha, meeting_point="1 High Street"))
    found = re.search(r'href="https?://[^/]+(/come/[^"]+)"', asha.get(rota).text)
    assert found
    return found[1]


def pledged(client: FlaskClient, page: str, **who: str) -> str:
    """Returns their token."""
    return token_in(client.post(page, data=form(client, **who)).text)


def mine(client: FlaskClient, token: str) -> str:
    return str(client.post("/come/mine.json", json={"token": token}).get_json()["html"])


def test_the_day_is_opened_pledged_and_shown(asha: FlaskClient, client: FlaskClient, rota: str) -> None:
    assert "Nobody can pledge the day yet." in asha.get(rota).text
    wrong = asha.post(f"{rota}/open", data=form(asha, bring="A hat"))
    assert (wrong.status_code, "Meeting point: write it" in wrong.text) == (409, True)
    assert 'value="A hat"' in wrong.text, "what was filled in stays"
    page = open_day(asha, rota)
    assert "I take the day off" in client.get(page).text
    empty = client.post(page, data=form(client, **comer_without_work()))
    assert (empty.status_code, "What you can do: tick at least one." in empty.text) == (409, True)
    assert 'value="Ann"' in empty.text, "what was filled in stays"
    token = pledged(client, page, **offer("Ann"))
    assert "Ann, you have pledged the day. Thank you!" in mine(client, token)
    shown = asha.get(rota).text
    assert "ann@example.org" in shown
    assert "<dt>pledged</dt><dd>1</dd>" in shown


def comer_without_work() -> dict[str, str]:
    return {name: value for name, value in offer("Ann").items() if not name.startswith("work-")}


def test_from_shifts_to_a_yes(asha: FlaskClient, client: FlaskClient, rota: str, home: House, seatlet: Seatlet) -> None:
    page = open_day(asha, rota)
    wrong = asha.post(f"{rota}/shifts", data=form(asha, hours="0"))
    assert (wrong.status_code, "write a number from 1 to 8" in wrong.text) == (409, True)
    made = asha.post(f"{rota}/shifts", data=form(asha, hours="8", knockers="0"), follow_redirects=True).text
    assert "shifts were made." in made
    assert "Where a gap costs most" in made
    token = pledged(client, page, **offer("Ann"))
    asha.post(f"{rota}/suggestion", data=form(asha))
    assert asha.get(f"{rota}/suggestion.json").get_json() == {"made": False}
    suggesting.suggest(home.database, seatlet.contest_id, home.clock.now())
    assert asha.get(f"{rota}/suggestion.json").get_json() == {"made": True}
    assert "Ann (idea)" in asha.get(rota).text
    assert "1 person is asked." in asha.post(f"{rota}/offer", data=form(asha), follow_redirects=True).text
    found = re.search(r'data-shift="(\d+)" data-does="true"', mine(client, token))
    assert found
    yes = {"token": token, "shift_id": int(found[1]), "does": True}
    said = client.post("/come/mine/shift.json", json=yes).get_json()
    assert "you said yes" in said["html"]
    assert "/enter#" not in said["html"], "what lets her in is only in what is sent to her"
    assert "comes in a message to what you gave: ann@example.org" in said["html"]
    words = asha.get(f"/contests/{seatlet.contest_id}/events/{page.rsplit('/', 1)[1]}").text
    sent = re.search(r"/come/mine#([\w.-]+)", words)
    assert sent
    assert "/enter#" in mine(client, sent[1])
    assert "<dt>confirmed</dt><dd>1</dd>" in asha.get(rota).text


@pytest.mark.parametrize(
    "sent",
    [{"shift_id": "1", "does": True}, {"shift_id": 0, "does": True}, {"shift_id": 10**12, "does": True}, {"does": True},
     {"shift_id": 1}],
)  # fmt: skip
def test_what_is_no_answer_is_refused(asha: FlaskClient, client: FlaskClient, rota: str, sent: dict[str, Any]) -> None:
    token = pledged(client, open_day(asha, rota), **offer("Ann"))
    answer = client.post("/come/mine/shift.json", json={"token": token, **sent})
    assert (answer.status_code, answer.get_json()["reason"]) == (409, "Say which shift, and whether you do it.")


def test_hours_are_changed_by_ones_own_link(asha: FlaskClient, client: FlaskClient, rota: str) -> None:
    token = pledged(client, open_day(asha, rota), **offer("Ann"))
    changed = {"token": token, "work-driver": "1", "from": "09:00", "until": "12:00"}
    said = client.post("/come/mine/day.json", json=changed).get_json()
    assert 'value="09:00"' in said["html"]
    assert "09:00 to 12:00, driving" in " ".join(asha.get(rota).text.split())
    wrong = client.post("/come/mine/day.json", json=changed | {"until": "09:10"}).get_json()
    assert wrong["trouble"].startswith("From and until: an hour at least")


def test_whoever_shows_their_code_is_ticked_by_one_tap(
    asha: FlaskClient, client: FlaskClient, rota: str, seatlet: Seatlet
) -> None:
    who = offer("Ann")
    token = pledged(client, page := open_day(asha, rota), **who)
    assert 'class="qr"' in mine(client, token)
    event_id = page.rsplit("/", 1)[1]
    arrival = f"/contests/{seatlet.contest_id}/events/{event_id}/people/{who['sign_up_id']}"
    assert "Is there" in asha.get(arrival).text
    there = asha.post(f"{arrival}/there", data=form(asha, at_the_door="1", there="1"), follow_redirects=True).text
    assert "There since" in there
    assert "Give a walk" in there
    assert "<dt>arrived</dt><dd>1</dd>" in asha.get(rota).text
    stranger = client.get(arrival)
    assert "Ann" not in stranger.text


def test_the_words_of_the_day_can_be_changed_but_not_its_hours(
    asha: FlaskClient, client: FlaskClient, rota: str, seatlet: Seatlet
) -> None:
    page = open_day(asha, rota)
    event = f"/contests/{seatlet.contest_id}/events/{page.rsplit('/', 1)[1]}"
    assert 'name="capacity"' not in asha.get(event).text
    sent = {"title": "Polling day", "meeting_point": "2 Low Street", "begins": "01:00", "kind": "other"}
    asha.post(event, data=form(asha, **sent))
    shown = client.get(page).text
    assert "2 Low Street" in shown
    assert "00:00 to 23:59" in shown
    assert "I take the day off" in shown


def test_without_valkey_a_suggestion_is_noted_for_later(
    household: Household, home: House, cast: Cast, rota: str
) -> None:
    away = create_app(household.settings.model_copy(update={"redis_url": "redis://127.0.0.1:9/0"}))
    asha = cast.asha.signed_in(away.test_client())
    open_day(asha, rota)
    assert asha.post(f"{rota}/suggestion", data=form(asha)).status_code == 302
    assert not suggesting.is_made(home.database, cast.asha.person.contest_id)


def test_two_places_of_one_name_are_two_rows(asha: FlaskClient, rota: str, seatlet: Seatlet) -> None:
    headings = ["Polling district", "Polling place name", "Postcode", "Committee room"]
    rows = [("AB", "Church Hall", "N1 4QD", "North"), ("AC", "Church hall", "N1 4QE", "North")]
    load_ok(seatlet, "stations", csv_of(headings, [*rows, ("BA", "Library", "N2 1AA", "South")]))
    open_day(asha, rota)
    asha.post(f"{rota}/shifts", data=form(asha, hours="8", tellers="1", knockers="0", drivers="0", clerks="0"))
    assert len(re.findall(r'scope="row">Church hall<', asha.get(rota).text, re.IGNORECASE)) == 2
