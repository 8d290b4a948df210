"""Kill switches: a part of the house off in a moment, in words; numbers are taken whatever is off; and on again."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from gotv.domain.people import Role
from gotv.errors import NotThere, SwitchedOff
from gotv.house import House
from gotv.services import contests, inviting, knocking_up, paper, signing_in, switches
from tests.builders import Seatlet, marked
from tests.cast import Cast
from tests.web.test_people import form


@pytest.fixture(params=list(switches.SWITCHES))
def off(request: pytest.FixtureRequest, home: House, seatlet: Seatlet) -> Iterator[str]:
    name = str(request.param)
    assert switches.turn(home.database, [seatlet.contest_id], name, off=True) == 1
    yield name
    switches.turn(home.database, [seatlet.contest_id], name, off=False)


def test_numbers_are_taken_whatever_is_off(home: House, seatlet: Seatlet, cast: Cast) -> None:
    for name in switches.SWITCHES:
        switches.turn(home.database, [seatlet.contest_id], name, off=True)
    post = home.telling.post_of(cast.tess.person)
    assert home.telling.take(cast.tess.person, post, [marked("1")])["answers"][0]["outcome"] == "marked"


def test_turning_twice_changes_once(home: House, seatlet: Seatlet, off: str) -> None:
    assert switches.turn(home.database, [seatlet.contest_id], off, off=True) == 0
    assert contests.find_contest(home.database, seatlet.contest_id).switched_off == (off,)
    assert switches.turn(home.database, [seatlet.contest_id], off, off=False) == 1
    assert contests.find_contest(home.database, seatlet.contest_id).switched_off == ()


def test_a_switch_that_does_not_exist_is_named(home: House, seatlet: Seatlet) -> None:
    with pytest.raises(NotThere, match="There is no switch 'telling'"):
        switches.turn(home.database, [seatlet.contest_id], "telling", off=True)


def test_no_lists_are_made_or_due_while_they_are_off(home: House, seatlet: Seatlet, cast: Cast) -> None:
    noon = seatlet.contest.at(seatlet.contest.opens)
    due = [contest for those in knocking_up.due(home.database, noon).values() for contest in those]
    assert seatlet.contest_id in due
    switches.turn(home.database, [seatlet.contest_id], "lists", off=True)
    due = [contest for those in knocking_up.due(home.database, noon).values() for contest in those]
    assert seatlet.contest_id not in due
    room = seatlet.rooms["North"]
    assert knocking_up.make_lists(home.database, seatlet.contest_id, room, None, home.clock.now()) == 0
    switches.turn(home.database, [seatlet.contest_id], "lists", off=False)
    assert knocking_up.make_lists(home.database, seatlet.contest_id, room, None, home.clock.now()) > 0


def test_no_new_phone_is_let_in_but_the_agent_and_whoever_is_in_stays(
    home: House, seatlet: Seatlet, cast: Cast
) -> None:
    switches.turn(home.database, [seatlet.contest_id], "phones", off=True)
    new = inviting.invite(home.database, home.key, seatlet.contest_id, Role.KNOCKER, "Jo")
    with pytest.raises(SwitchedOff, match="No new phone"):
        signing_in.enter_by_link(home.database, home.key, new.token, home.clock.now())
    assert signing_in.enter_by_link(home.database, home.key, cast.asha.card.token, home.clock.now())
    assert signing_in.who_is(home.database, home.key, cast.kit.device)


@pytest.mark.parametrize(("name", "address"), [("boards", "board.json"), ("exports", "worth/knocking-up.csv")])
def test_what_is_off_says_so_in_words(
    client: FlaskClient, home: House, seatlet: Seatlet, cast: Cast, name: str, address: str
) -> None:
    client = cast.asha.signed_in(client)
    where = f"/contests/{seatlet.contest_id}/{address}"
    assert client.get(where).status_code == 200
    switches.turn(home.database, [seatlet.contest_id], name, off=True)
    answer = client.get(where)
    assert answer.status_code == 503
    assert "switched off for now" in answer.text
    switches.turn(home.database, [seatlet.contest_id], name, off=False)
    assert client.get(where).status_code == 200


def test_no_paper_is_drawn_while_exports_are_off(
    client: FlaskClient, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    client = cast.asha.signed_in(client)
    switches.turn(home.database, [seatlet.contest_id], "exports", off=True)
    asked = client.post(f"/contests/{seatlet.contest_id}/paper", data=form(client, kind="walk_sheets"))
    assert asked.status_code == 503
    assert "switched off for now" in asked.text
    assert paper.of_contest(home.database, cast.asha.person) == []
    switches.turn(home.database, [seatlet.contest_id], "exports", off=False)
    assert client.get(f"/contests/{seatlet.contest_id}/paper").status_code == 200
