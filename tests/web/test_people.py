"""Inviting people, their cards, and switching a link off."""

import re
from typing import Any

import pytest
import segno
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gotv.house import House
from gotv.services import inviting, signing_in
from gotv.services.inviting import Invitation
from tests.builders import Seatlet, marked
from tests.cast import Cast


def form(client: FlaskClient, **fields: Any) -> dict[str, Any]:
    """The fields of a form, with the token that our own pages put into it."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/enter").text)
    assert found
    return {"csrf_token": found[1], **fields}


def invited(home: House, cast: Cast) -> dict[str, Invitation]:
    """Everyone of the contest by name, with their link and code."""
    return {card.name: card for card, _ in inviting.invitations(home.database, home.key, cast.asha.person)}


@pytest.fixture
def people(seatlet: Seatlet) -> str:
    return f"/contests/{seatlet.contest_id}/people"


@pytest.fixture
def omar(app: Flask, cast: Cast) -> FlaskClient:
    return cast.omar.signed_in(app.test_client())


@pytest.fixture
def asha(app: Flask, cast: Cast) -> FlaskClient:
    return cast.asha.signed_in(app.test_client())


def invite(client: FlaskClient, people: str, names: str, **fields: Any) -> TestResponse:
    return client.post(people, data=form(client, names=names, **fields))


def test_every_line_of_names_is_a_person(
    omar: FlaskClient, home: House, seatlet: Seatlet, cast: Cast, people: str
) -> None:
    place = seatlet.places["St Mark's Hall"]
    answer = invite(omar, people, " Ann \r\n\r\nBen\nZoë <b>", role="teller", place_id=place)
    assert answer.headers["Location"] == people
    assert {"Ann", "Ben", "Zoë <b>"} <= set(invited(home, cast))
    page = omar.get(people).text
    assert "Zoë &lt;b&gt;" in page
    assert "Zoë <b>" not in page


def test_the_link_handed_out_lets_its_person_in(app: Flask, omar: FlaskClient, seatlet: Seatlet, people: str) -> None:
    invite(omar, people, "Ann", role="knocker", committee_room_id=seatlet.rooms["North"])
    links = re.findall(r'href="([^"]+/enter#[^"]+)"', omar.get(people).text)
    told = [app.test_client().post("/enter", json={"token": link.partition("#")[2]}).get_json() for link in links]
    assert {"Ann", "Omar", "Clem", "Tess", "Kit"} == {one["name"] for one in told}


def test_a_token_stands_only_in_a_fragment(omar: FlaskClient, home: House, cast: Cast, people: str) -> None:
    page = omar.get(people).text
    for name in ("Omar", "Clem", "Tess", "Kit"):
        token = invited(home, cast)[name].token
        assert page.count(token) == page.count(f"/enter#{token}") == 1


def test_a_card_holds_a_qr_of_the_link_and_the_code(
    app: Flask, omar: FlaskClient, home: House, cast: Cast, people: str
) -> None:
    page = omar.get(f"{people}/cards").text
    cards = [invited(home, cast)[name] for name in ("Omar", "Clem", "Tess", "Kit")]
    assert page.count('class="qr"') == len(cards)
    for card in cards:
        link = card.link(home.settings.public_url)
        drawn = segno.make(link, error="m", micro=False).svg_inline(scale=4, border=2)
        assert str(re.findall(r' d="([^"]+)"', drawn)[-1]) in page
        assert page.count(card.code) == 1
        assert card.token not in page


def test_cards_are_printed_for_one_role_or_all(omar: FlaskClient, home: House, cast: Cast, people: str) -> None:
    page = omar.get(f"{people}/cards?role=teller").text
    assert invited(home, cast)["Tess"].code in page
    assert page.count('class="qr"') == 1
    assert omar.get(f"{people}/cards?role=").text.count('class="qr"') == 4


def test_a_tellers_card_says_what_a_teller_must_know(omar: FlaskClient, people: str) -> None:
    page = omar.get(f"{people}/cards?role=teller").text
    assert "Not official" in page
    assert "St Mark&#39;s Hall" in page


def test_an_organiser_hands_out_no_links_of_agents_or_other_rooms(
    omar: FlaskClient, asha: FlaskClient, home: House, seatlet: Seatlet, cast: Cast, people: str
) -> None:
    invite(asha, people, "Theo", role="teller", place_id=seatlet.places["Library"])
    for page in (omar.get(people).text, omar.get(f"{people}/cards").text):
        for name in ("Asha", "Theo"):
            card = invited(home, cast)[name]
            assert card.token not in page
            assert card.code not in page


@pytest.mark.parametrize(
    "fields",
    [
        {"role": "agent"},
        {"role": "organiser"},
        {"role": "knocker", "room": "South"},
        {"role": "teller", "at": "Library"},
    ],
)
def test_an_organiser_invites_nobody_beyond_their_own_room(
    omar: FlaskClient, home: House, seatlet: Seatlet, cast: Cast, people: str, fields: dict[str, str]
) -> None:
    where = {
        "committee_room_id": seatlet.rooms.get(fields.get("room", ""), ""),
        "place_id": seatlet.places.get(fields.get("at", ""), ""),
    }
    assert invite(omar, people, "Ann", role=fields["role"], **where).status_code == 403
    assert "Ann" not in invited(home, cast)


@pytest.mark.parametrize(
    ("names", "fields", "words"),
    [
        ("", {"role": "knocker"}, "one name on each line"),
        (" \n\n ", {"role": "knocker"}, "one name on each line"),
        ("\n".join(f"Ann {n}" for n in range(51)), {"role": "knocker"}, "50 at most"),
        ("Ann", {}, "Choose what"),
        ("Ann", {"role": "polling agent"}, "Choose what"),
        ("Ann", {"role": "teller"}, "needs a polling place"),
    ],
)
def test_an_invitation_that_cannot_be_is_told(
    asha: FlaskClient, home: House, cast: Cast, people: str, names: str, fields: dict[str, str], words: str
) -> None:
    before = set(invited(home, cast))
    answer = invite(asha, people, names, **fields)
    assert answer.status_code == 409
    assert words in answer.text
    assert set(invited(home, cast)) == before


@pytest.mark.parametrize("place", ["999999", "9" * 30, "-1"])
def test_a_place_that_is_not_there_is_told(asha: FlaskClient, people: str, place: str) -> None:
    assert invite(asha, people, "Ann", role="teller", place_id=place).status_code == 404


def test_a_name_that_is_no_text_is_refused(asha: FlaskClient, home: House, cast: Cast, people: str) -> None:
    before = set(invited(home, cast))
    assert invite(asha, people, "An\0n", role="agent").status_code == 400
    assert set(invited(home, cast)) == before


def test_switching_off_ends_the_phone_and_the_card(
    app: Flask, omar: FlaskClient, home: House, cast: Cast, people: str
) -> None:
    code = cast.tess.card.code
    assert code in omar.get(people).text
    answer = omar.post(f"{people}/{cast.tess.person.person_id}/revoke", data=form(omar), follow_redirects=True)
    assert "no longer works" in answer.text
    phone = app.test_client()
    assert phone.post("/telling/numbers", json=[marked("1")], headers=cast.tess.bearer).status_code == 401
    assert phone.post("/enter", json={"code": code}).status_code == 401
    assert code not in omar.get(people).text + omar.get(f"{people}/cards").text
    assert 'class="qr"' not in omar.get(f"{people}/cards?role=teller").text


def test_who_may_not_be_switched_off_stays(omar: FlaskClient, home: House, cast: Cast, people: str) -> None:
    for member, status in ((cast.omar, 403), (cast.asha, 403), (cast.sam, 404)):
        answer = omar.post(f"{people}/{member.person.person_id}/revoke", data=form(omar))
        assert answer.status_code == status
        assert signing_in.who_is(home.database, home.key, member.device) == member.person
