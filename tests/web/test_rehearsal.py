"""The page of a rehearsal: how it stands, and fault cards; nothing of it on a real contest."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gotv.app import create_app
from gotv.domain.fault_cards import CARDS
from gotv.domain.people import Role
from gotv.embedded.household import Household
from gotv.house import House
from gotv.prompter import Prompter
from gotv.rehearsal.cards import PLAYS
from tests.builders import Seatlet, new_contest
from tests.cast import Cast, member
from tests.conftest import over
from tests.web.test_people import form

STATE = {
    "playing": True, "played": 5_000.0,
    "speed": 60.0, "keyed": 1_204, "answered": 1_200, "waiting": 4, "phones": 3, "phones_in": 2,
    "cards": [[4_000.0, "no-signal"]], "under_way": ["no-signal"], "troubles": [],
}  # fmt: skip


@pytest.fixture
def practice(home: House) -> Iterator[Seatlet]:
    seatlet = Seatlet(home, new_contest(home, rehearsal=True))
    yield seatlet
    over(home, seatlet)


@pytest.fixture
def prompter(household: Household, practice: Seatlet) -> Prompter:
    return Prompter(household.settings.redis_url, practice.contest_id)


@pytest.fixture
def omars(app: Flask, home: House, practice: Seatlet) -> FlaskClient:
    return member(home, practice.contest_id, Role.ORGANISER, "Omar").signed_in(app.test_client())


def page(client: FlaskClient, seatlet: Seatlet) -> str:
    return client.get(f"/contests/{seatlet.contest_id}/rehearsal").text


def asked(client: FlaskClient, seatlet: Seatlet, card: str) -> str:
    address = f"/contests/{seatlet.contest_id}/rehearsal/cards"
    return client.post(address, data=form(client, card=card), follow_redirects=True).text


def test_every_card_can_be_played() -> None:
    assert set(PLAYS) == set(CARDS)


def test_a_real_contest_has_no_cards(app: Flask, seatlet: Seatlet, cast: Cast) -> None:
    omar = cast.omar.signed_in(app.test_client())
    assert "This contest is real: nothing is played on it" in page(omar, seatlet)
    assert "Play it now" not in page(omar, seatlet)
    assert "This contest is real" in asked(omar, seatlet, "twice")


def test_while_nothing_is_played_it_says_how_to(omars: FlaskClient, practice: Seatlet, prompter: Prompter) -> None:
    assert "gotv rehearse" in page(omars, practice)
    assert "No rehearsal is being played just now" in asked(omars, practice, "twice")
    assert prompter.asked_for() == [], "nothing is kept for the next one"


def test_it_shows_how_the_day_stands_and_hands_a_card_on_once(
    omars: FlaskClient, practice: Seatlet, prompter: Prompter
) -> None:
    prompter.tell(STATE)
    told = page(omars, practice)
    assert "08:23" in told
    assert "1,204" in told
    assert "08:06 No signal" in told
    assert "going on" in told
    assert "each number counts once" in asked(omars, practice, "twice")
    assert (prompter.asked_for(), prompter.asked_for()) == (["twice"], [])


def test_a_card_that_is_still_going_on_is_not_played_once_more(
    omars: FlaskClient, practice: Seatlet, prompter: Prompter
) -> None:
    prompter.tell(STATE)
    assert "No signal is still going on" in asked(omars, practice, "no-signal")
    assert prompter.asked_for() == []


def test_when_all_is_called_and_only_heals_no_card_is_played(
    omars: FlaskClient, practice: Seatlet, prompter: Prompter
) -> None:
    prompter.tell(STATE | {"playing": False})
    assert "No rehearsal is being played just now" in asked(omars, practice, "twice")


def test_a_card_that_nobody_knows_is_named(omars: FlaskClient, practice: Seatlet, prompter: Prompter) -> None:
    prompter.tell(STATE)
    assert "There is no such card. There are: no-signal" in asked(omars, practice, "flood")


def test_a_day_that_is_over_shows_its_verdict_and_plays_nothing_more(
    omars: FlaskClient, practice: Seatlet, prompter: Prompter
) -> None:
    prompter.tell(STATE | {"playing": False, "verdict": "no-go", "troubles": ["1 <answer> was late"]}, over=True)
    told = page(omars, practice)
    assert "No-go" in told
    assert "1 &lt;answer&gt; was late" in told
    assert "No rehearsal is being played just now" in asked(omars, practice, "twice")


def test_without_valkey_it_says_so(household: Household, home: House, practice: Seatlet) -> None:
    away = create_app(household.settings.model_copy(update={"redis_url": "redis://127.0.0.1:9/0"}))
    omar = member(home, practice.contest_id, Role.ORGANISER, "Omar").signed_in(away.test_client())
    assert "Valkey does not answer: how the rehearsal stands cannot be said" in page(omar, practice)
