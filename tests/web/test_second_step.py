"""A second step for agents and organisers: a link, card or password alone opens nothing any more."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from gotv.domain.people import Person
from gotv.errors import Conflict, NotLetIn, NotYours
from gotv.house import House
from gotv.services import second_step, signing_in
from tests.builders import Seatlet
from tests.cast import Cast, Member
from tests.web.test_people import form

NOW = datetime(2026, 5, 7, 9, 0, 10, tzinfo=UTC)


def code(home: House, person: Person, at: datetime = NOW) -> str:
    """What Omar's app shows."""
    offer = second_step.offer(home.database, home.key, person, "Sampleton")
    shared = offer["secret"] or second_step.secret(home.key, person, 1)
    return pyotp.TOTP(str(shared)).at(at)


def switched_on(home: House, who: Member, at: datetime = NOW) -> None:
    second_step.switch_on(home.database, home.key, who.person, code(home, who.person, at), at)


def came_in(home: House, who: Member) -> str:
    """By link, on a new device."""
    return signing_in.enter_by_link(home.database, home.key, who.card.token, NOW)[1]


def wrong(right: str) -> str:
    return f"{(int(right) + 1) % 1_000_000:06}"


def test_a_device_is_nobodys_until_the_code_is_given(home: House, cast: Cast) -> None:
    switched_on(home, cast.omar)
    device = came_in(home, cast.omar)
    with pytest.raises(NotLetIn):
        signing_in.who_is(home.database, home.key, device)
    assert second_step.who_waits(home.database, home.key, device) == "Omar"
    later = NOW + timedelta(minutes=1)
    person = second_step.take(home.database, home.key, device, code(home, cast.omar.person, later), later)
    assert person.person_id == cast.omar.person.person_id
    assert signing_in.who_is(home.database, home.key, device).name == "Omar"
    assert second_step.who_waits(home.database, home.key, device) is None


def test_devices_that_were_in_before_stay_in(home: House, cast: Cast) -> None:
    switched_on(home, cast.omar)
    assert signing_in.who_is(home.database, home.key, cast.omar.device).name == "Omar"


def test_a_code_opens_once(home: House, cast: Cast) -> None:
    switched_on(home, cast.omar)
    for device in (came_in(home, cast.omar), came_in(home, cast.omar)):
        with pytest.raises(NotLetIn, match="not right"):
            second_step.take(home.database, home.key, device, code(home, cast.omar.person), NOW)


def test_a_phones_clock_may_be_half_a_minute_off_and_no_more(home: House, cast: Cast) -> None:
    switched_on(home, cast.omar)
    later = NOW + timedelta(minutes=10)
    for off in (-61, 61):
        shown = code(home, cast.omar.person, later + timedelta(seconds=off))
        with pytest.raises(NotLetIn, match="not right"):
            second_step.take(home.database, home.key, came_in(home, cast.omar), shown, later)
    for off in (-30, 30):
        shown = code(home, cast.omar.person, later + timedelta(seconds=off))
        spaced = f" {shown[:3]} {shown[3:]} "
        assert second_step.take(home.database, home.key, came_in(home, cast.omar), spaced, later)


def test_five_wrong_codes_and_the_device_must_come_in_anew(home: House, cast: Cast) -> None:
    switched_on(home, cast.omar)
    device, later = came_in(home, cast.omar), NOW + timedelta(minutes=1)
    right = code(home, cast.omar.person, later)
    for _ in range(4):
        with pytest.raises(NotLetIn, match="not right"):
            second_step.take(home.database, home.key, device, wrong(right), later)
    with pytest.raises(NotLetIn, match="Too many"):
        second_step.take(home.database, home.key, device, wrong(right), later)
    with pytest.raises(NotLetIn, match="Open your link again"):
        second_step.take(home.database, home.key, device, right, later)


def test_switching_on_and_off_both_take_a_code(home: House, cast: Cast) -> None:
    right = code(home, cast.omar.person)
    with pytest.raises(Conflict, match="not right"):
        second_step.switch_on(home.database, home.key, cast.omar.person, wrong(right), NOW)
    switched_on(home, cast.omar)
    later = NOW + timedelta(minutes=1)
    with pytest.raises(Conflict, match="not right"):
        second_step.switch_off(home.database, home.key, cast.omar.person, wrong(right), later)
    second_step.switch_off(home.database, home.key, cast.omar.person, code(home, cast.omar.person, later), later)
    assert signing_in.who_is(home.database, home.key, came_in(home, cast.omar)).name == "Omar"


def test_a_lost_phone_is_forgotten_by_the_agent_and_makes_no_codes_any_more(home: House, cast: Cast) -> None:
    switched_on(home, cast.omar)
    with pytest.raises(NotYours):
        second_step.forget(home.database, cast.omar.person, cast.omar.person.person_id)
    before = second_step.secret(home.key, cast.omar.person, 1)
    assert second_step.forget(home.database, cast.asha.person, cast.omar.person.person_id) == "Omar"
    assert signing_in.who_is(home.database, home.key, came_in(home, cast.omar)).name == "Omar"
    offer = second_step.offer(home.database, home.key, cast.omar.person, "Sampleton")
    assert offer["secret"] not in ("", before)


def test_omar_signs_in_with_his_card_and_his_phone(
    app: Flask, client: FlaskClient, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    now = home.clock.now()
    omar = cast.omar.signed_in(app.test_client())
    mine = f"/contests/{seatlet.contest_id}/second-step"
    page = omar.get(mine).text
    assert "<svg" in page
    shared = re.search(r"<code>([A-Z2-7]{32})</code>", page)
    assert shared
    totp = pyotp.TOTP(shared[1])
    assert omar.post(mine, data=form(omar, code=totp.at(now - timedelta(seconds=30)))).status_code == 302
    assert "since" in omar.get(mine).text
    assert shared[1] not in omar.get(mine).text

    told = client.post("/enter", json={"token": cast.omar.card.token}).get_json()
    assert told == {"next": "/enter"}
    board = f"/contests/{seatlet.contest_id}/board"
    assert client.get(board).status_code == 302
    assert "Omar, one more step" in client.get("/enter").text
    assert "not right" in client.post("/enter/second-step", data=form(client, code="12"), follow_redirects=True).text
    assert client.get(board).status_code == 302
    answer = client.post("/enter/second-step", data=form(client, code=totp.at(now)))
    assert answer.location == board
    assert client.get(board).status_code == 200
    assert "second step" in cast.asha.signed_in(app.test_client()).get(f"/contests/{seatlet.contest_id}/people").text
