"""The rules by which a contest knocks up, changed through their page."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gotv.domain.priority import knocking_rules
from gotv.house import House
from gotv.services import contests, knocking_up
from tests.builders import Seatlet
from tests.cast import Cast
from tests.web.test_people import form

RULES = {
    "order": "street",
    "strongest": "5, 4",
    "rounds": "10:00, 18:30",
    "shift_minutes": "120",
    "quiet_minutes": "30",
}


@pytest.fixture
def asha(app: Flask, cast: Cast) -> FlaskClient:
    return cast.asha.signed_in(app.test_client())


def send(asha: FlaskClient, seatlet: Seatlet, **changed: Any) -> TestResponse:
    address = f"/contests/{seatlet.contest_id}/rules"
    seen = re.search(r'name="seen" value="([^"]+)"', asha.get(address).text)
    assert seen
    return asha.post(address, data=form(asha, **RULES | {"seen": seen[1]} | changed), follow_redirects=True)


def test_the_agent_changes_the_rules_and_every_list_is_to_be_made_anew(
    asha: FlaskClient, home: House, seatlet: Seatlet
) -> None:
    north, now = seatlet.rooms["North"], home.clock.now()
    knocking_up.make_lists(home.database, seatlet.contest_id, north, None, now)
    assert not knocking_up.stale(home.database, seatlet.contest_id, north, now)
    assert "Kept. The next lists follow it." in send(asha, seatlet).text
    rules = knocking_rules(contests.find_contest(home.database, seatlet.contest_id).knocking_rules)
    assert (rules.order, rules.strongest, rules.rounds) == ("street", ("5", "4"), ("10:00", "18:30"))
    assert (rules.shift_minutes, rules.quiet_minutes, rules.names_on_phones) == (120, 30, False)
    assert len(knocking_up.stale(home.database, seatlet.contest_id, north, now)) == 2


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"order": "by luck"}, "neither priority nor street"),
        ({"rounds": "half nine"}, "must be written as 09:30"),
        ({"shift_minutes": "0"}, "last from 1 to 900 minutes"),
        ({"rounds": "10:00, 10:00"}, "Two rounds open at the same time"),
        ({"quiet_minutes": "soon"}, "last from 1 to 900 minutes"),
    ],
)
def test_a_rule_that_makes_no_sense_is_named_and_nothing_is_lost(
    asha: FlaskClient, home: House, seatlet: Seatlet, changed: dict[str, str], words: str
) -> None:
    answer = send(asha, seatlet, **changed)
    assert answer.status_code == 400
    assert words in answer.text.replace("&#39;", "'")
    assert 'value="5, 4"' in answer.text
    assert contests.find_contest(home.database, seatlet.contest_id).knocking_rules == {}


def test_of_two_agents_the_second_is_told_that_the_rules_have_changed(asha: FlaskClient, seatlet: Seatlet) -> None:
    send(asha, seatlet)
    late = send(asha, seatlet, order="priority", seen="what was there before")
    assert late.status_code == 409
    assert "Somebody changed the rules meanwhile" in late.text


def test_a_strength_that_no_return_has_is_pointed_out(asha: FlaskClient, seatlet: Seatlet) -> None:
    assert "No canvass return has the strength 4, 5 so far." in send(asha, seatlet).text
