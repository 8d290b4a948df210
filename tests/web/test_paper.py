"""Slips and the guide: what is on paper, and what is not."""

import re

import pytest
from flask.testing import FlaskClient

from tests.builders import Seatlet
from tests.cast import Cast


def page(client: FlaskClient, seatlet: Seatlet, what: str) -> str:
    answer = client.get(f"/contests/{seatlet.contest_id}/paper/{what}")
    assert answer.status_code == 200
    return answer.text


def test_slips_of_one_place_have_its_districts_and_as_many_boxes_as_asked(
    client: FlaskClient, seatlet: Seatlet, cast: Cast
) -> None:
    cast.clem.signed_in(client)
    hall = seatlet.places["St Mark's Hall"]
    text = page(client, seatlet, f"slips?place={hall}&copies=3&boxes=20")
    assert text.count('<section class="slip">') == 3
    assert text.count("<li value=") == 60
    assert "AB" in text
    assert "AC" in text


def test_the_usual_slip_has_forty_four_boxes(client: FlaskClient, seatlet: Seatlet, cast: Cast) -> None:
    cast.asha.signed_in(client)
    text = page(client, seatlet, "slips")
    assert text.count('<section class="slip">') == 2
    assert text.count("<li value=") == 2 * 44


def test_a_clerk_prints_the_slips_of_their_own_room(client: FlaskClient, seatlet: Seatlet, cast: Cast) -> None:
    cast.clem.signed_in(client)
    assert "Library" not in page(client, seatlet, "slips")


@pytest.mark.parametrize(
    "asked", ["copies=0&place=1", "copies=51&place=1", "boxes=x", "boxes=101", "boxes=-1", "boxes=²"]
)
def test_too_many_for_paper_is_said_in_words(client: FlaskClient, seatlet: Seatlet, cast: Cast, asked: str) -> None:
    cast.asha.signed_in(client)
    answer = client.get(f"/contests/{seatlet.contest_id}/paper/slips?{asked}")
    assert answer.status_code == 409
    assert "Ask for 1 to" in answer.text


@pytest.mark.parametrize("what", ["slips", "guide"])
def test_no_elector_and_no_party_is_on_paper(client: FlaskClient, seatlet: Seatlet, cast: Cast, what: str) -> None:
    cast.asha.signed_in(client)
    assert not re.search(r"Elector\d|Elm Road|Sampleton|Ours", page(client, seatlet, what))


def test_the_guide_says_what_the_law_says(client: FlaskClient, seatlet: Seatlet, cast: Cast) -> None:
    cast.clem.signed_in(client)
    text = page(client, seatlet, "guide")
    assert "section 66" in text
    assert "Nobody has to answer" in text
