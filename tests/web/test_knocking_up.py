"""Knock-up lists on screen: walks, doors in walking order, struck when marked, and nobody else's."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gotv.house import House
from gotv.services import knocking_up
from tests.builders import Seatlet, marked
from tests.cast import Cast


def form(client: FlaskClient, **fields: Any) -> dict[str, Any]:
    """The fields of a form, with the token that our own pages put into it."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/enter").text)
    assert found
    return {"csrf_token": found[1], **fields}


def words_of(page: str) -> str:
    """What a reader sees of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def make_lists(home: House, seatlet: Seatlet, room: str = "North") -> None:
    made = knocking_up.make_lists(home.database, seatlet.contest_id, seatlet.rooms[room], None, home.clock.now())
    assert made


def walk_of(home: House, cast: Cast, district: str) -> int:
    walks = knocking_up.walks(home.database, cast.asha.person)
    return next(int(walk["walk_id"]) for walk in walks if walk["district"] == district)


@pytest.fixture
def address(seatlet: Seatlet) -> str:
    return f"/contests/{seatlet.contest_id}/walks"


@pytest.fixture
def clem(app: Flask, cast: Cast) -> FlaskClient:
    return cast.clem.signed_in(app.test_client())


@pytest.fixture
def ab(home: House, cast: Cast, address: str) -> str:
    return f"{address}/{walk_of(home, cast, 'AB')}"


def test_a_contest_without_walks_says_where_they_come_from(app: Flask, cast: Cast) -> None:
    sam = cast.sam.signed_in(app.test_client())
    page = sam.get(f"/contests/{cast.sam.person.contest_id}/walks")
    assert "made from the register" in page.text


def test_walks_without_lists_say_so_and_what_to_do(clem: FlaskClient, address: str, ab: str) -> None:
    assert "not made yet" in clem.get(address).text
    answer = clem.get(ab)
    assert answer.status_code == 404
    assert "ask for one" in answer.text


def test_a_walk_lists_its_doors_in_walking_order(clem: FlaskClient, home: House, seatlet: Seatlet, ab: str) -> None:
    make_lists(home, seatlet)
    doors = re.findall(r"(\d+) N1 4QD", words_of(clem.get(ab).text))
    assert doors == ["1", "3", "5", "2", "4", "10"], "up one side, down the other"


def test_a_walk_names_no_elector_and_no_party(clem: FlaskClient, home: House, seatlet: Seatlet, ab: str) -> None:
    make_lists(home, seatlet)
    page = clem.get(ab).text
    assert "Elm Road" in page
    assert not re.search(r"Elector\d|\bPat\b|Ours", page)


def test_an_elector_marked_since_is_struck(
    clem: FlaskClient, home: House, seatlet: Seatlet, cast: Cast, ab: str
) -> None:
    make_lists(home, seatlet)
    before = clem.get(ab).text
    home.telling.take(cast.tess.person, home.telling.post_of(cast.tess.person), [marked("2"), marked("8")])
    after = clem.get(ab).text
    assert (before.count("struck"), after.count("struck")) == (0, 1)
    assert re.search(r"\b2 N1 4QD nobody left", words_of(after))


def test_a_fresh_list_leaves_the_marked_out(
    clem: FlaskClient, home: House, seatlet: Seatlet, cast: Cast, ab: str
) -> None:
    make_lists(home, seatlet)
    home.telling.take(cast.tess.person, home.telling.post_of(cast.tess.person), [marked("2")])
    make_lists(home, seatlet)
    assert "2" not in re.findall(r"(\d+) N1 4QD", words_of(clem.get(ab).text))
    assert "2" in re.findall(r"(\d+) N1 4QD", words_of(clem.get(f"{ab}?version=1").text))
    assert clem.get(f"{ab}?version=9").status_code == 404
    assert clem.get(f"{ab}?version={10**12}").status_code == 400


def test_a_list_says_its_version_and_ledger_position(clem: FlaskClient, home: House, seatlet: Seatlet, ab: str) -> None:
    make_lists(home, seatlet)
    page = words_of(clem.get(ab).text)
    assert "Version 1" in page
    assert re.search(r"position \d+", page)


def test_a_clerk_sees_the_walks_of_their_own_room(
    clem: FlaskClient, home: House, seatlet: Seatlet, cast: Cast, address: str
) -> None:
    make_lists(home, seatlet)
    make_lists(home, seatlet, "South")
    page = clem.get(address).text
    assert "AB 1" in page
    assert not re.search("BA 1|South", page)
    assert clem.get(f"{address}/{walk_of(home, cast, 'BA')}").status_code == 403


def test_a_knocker_up_has_their_walk_on_the_phone_and_no_list_of_all(app: Flask, cast: Cast, address: str) -> None:
    kit = cast.kit.signed_in(app.test_client())
    assert kit.get(address).status_code == 403
    assert kit.get("/").headers["Location"] == "/knocking"


def test_a_walk_that_is_not_there_is_told(clem: FlaskClient, address: str) -> None:
    assert clem.get(f"{address}/999999999").status_code == 404


def test_an_organiser_asks_for_fresh_lists_of_their_own_room(app: Flask, seatlet: Seatlet, cast: Cast) -> None:
    omar = cast.omar.signed_in(app.test_client())
    address = f"/contests/{seatlet.contest_id}/walks/fresh"
    asked = omar.post(address, data=form(omar, committee_room_id=seatlet.rooms["North"]), follow_redirects=True)
    assert re.search("fresh lists are (on their way|being made)", words_of(asked.text))
    assert omar.post(address, data=form(omar, committee_room_id=seatlet.rooms["South"])).status_code == 403


@pytest.mark.parametrize("room", ["", "x", "0", "-1", "999999999"])
def test_lists_of_a_room_that_is_not_there_are_not_asked_for(
    app: Flask, seatlet: Seatlet, cast: Cast, room: str
) -> None:
    asha = cast.asha.signed_in(app.test_client())
    answer = asha.post(f"/contests/{seatlet.contest_id}/walks/fresh", data=form(asha, committee_room_id=room))
    assert answer.status_code == 403
