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
from gotv.services import inviting, second_step, signing_in
from tests.builders import Seatlet
from tests.cast import Cast, Member
from tests.web.test_people import form

NOW = datetime(2026, 5, 7, 9, 0, 10, tzinfo=UTC)


NONCE = "of this browser"


def code(home: House, person: Person, at: datetime = NOW) -> str:
    """What Omar's app shows."""
    return pyotp.TOTP(second_step.secret(home.key, person, NONCE)).at(at)


def switched_on(home: House, who: Member, at: datetime = NOW) -> None:
    shown = code(home, who.person, at)
    second_step.switch_on(home.database, home.key, who.person, NONCE, shown, at, who.device)


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


def test_switching_it_on_signs_every_other_device_out(home: House, cast: Cast) -> None:
    """Whoever came in with the forwarded link before is out again."""
    other = came_in(home, cast.omar)
    switched_on(home, cast.omar)
    assert signing_in.who_is(home.database, home.key, cast.omar.device).name == "Omar"
    with pytest.raises(NotLetIn):
        signing_in.who_is(home.database, home.key, other)


def test_a_secret_that_was_offered_to_somebody_else_makes_no_codes(home: House, cast: Cast) -> None:
    theirs = second_step.offer(home.database, home.key, cast.omar.person, "Sampleton", "of another browser")["secret"]
    switched_on(home, cast.omar)
    later = NOW + timedelta(minutes=1)
    with pytest.raises(NotLetIn, match="not right"):
        second_step.take(home.database, home.key, came_in(home, cast.omar), pyotp.TOTP(theirs).at(later), later)


def test_a_code_opens_once(home: House, cast: Cast) -> None:
    switched_on(home, cast.omar)
    later = NOW + timedelta(minutes=1)
    shown = code(home, cast.omar.person, later)
    assert second_step.take(home.database, home.key, came_in(home, cast.omar), shown, later)
    for at, again in ((later, shown), (NOW, code(home, cast.omar.person))):
        with pytest.raises(NotLetIn, match="not right"):
            second_step.take(home.database, home.key, came_in(home, cast.omar), again, at)


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


def test_after_five_wrong_codes_none_is_looked_at_for_a_while_on_whatever_device(home: House, cast: Cast) -> None:
    switched_on(home, cast.omar)
    later = NOW + timedelta(minutes=1)
    right = code(home, cast.omar.person, later)
    for _ in range(4):
        with pytest.raises(NotLetIn, match="not right"):
            second_step.take(home.database, home.key, came_in(home, cast.omar), wrong(right), later)
    device = came_in(home, cast.omar)
    for shown in (wrong(right), right):
        with pytest.raises(NotLetIn, match="Too many"):
            second_step.take(home.database, home.key, device, shown, later)
    later += timedelta(minutes=6)
    assert second_step.take(home.database, home.key, device, code(home, cast.omar.person, later), later)


def test_a_device_that_waits_counts_as_nobody_in(home: House, cast: Cast) -> None:
    switched_on(home, cast.omar)
    came_in(home, cast.omar)
    came_in(home, cast.omar)
    rows = [row for _, row in inviting.invitations(home.database, home.key, cast.asha.person)]
    assert [row["devices"] for row in rows if row["name"] == "Omar"] == [1]


def test_switching_on_and_off_both_take_a_code(home: House, cast: Cast) -> None:
    right = code(home, cast.omar.person)
    with pytest.raises(Conflict, match="not right"):
        second_step.switch_on(home.database, home.key, cast.omar.person, NONCE, wrong(right), NOW)
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
    assert second_step.forget(home.database, cast.asha.person, cast.omar.person.person_id) == "Omar"
    assert signing_in.who_is(home.database, home.key, came_in(home, cast.omar)).name == "Omar"
    offer = second_step.offer(home.database, home.key, cast.omar.person, "Sampleton", "of a new browser")
    assert offer["secret"] not in ("", second_step.secret(home.key, cast.omar.person, NONCE))


def test_an_agent_cannot_forget_their_own(home: House, cast: Cast) -> None:
    """Whoever sits down at an open page cannot do it."""
    switched_on(home, cast.asha)
    with pytest.raises(NotYours, match="code from your own phone"):
        second_step.forget(home.database, cast.asha.person, cast.asha.person.person_id)


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
    waits = client.get_cookie("gotv")
    right = form(client, code=totp.at(now))
    assert client.post("/enter/second-step", data=right).location == board
    # A double tap: the second went out with what the browser had before the first was answered.
    tapped = app.test_client()
    tapped.set_cookie("gotv", waits.value)
    assert tapped.post("/enter/second-step", data=right).location == board
    assert client.get(board).status_code == 200
    assert "second step" in cast.asha.signed_in(app.test_client()).get(f"/contests/{seatlet.contest_id}/people").text
