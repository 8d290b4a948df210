"""The door: opening a link, exchanging it, a session or a device token, and leaving again."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gotv.extensions import limiter
from gotv.house import House
from gotv.services import inviting, signing_in
from tests.builders import Seatlet
from tests.cast import Cast

PASSWORD = "correct horse battery"


def form(client: FlaskClient, **fields: Any) -> dict[str, Any]:
    """The fields of a form, with the token that our own pages put into it."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/enter").text)
    assert found
    return {"csrf_token": found[1], **fields}


def board(seatlet: Seatlet) -> str:
    return f"/contests/{seatlet.contest_id}/board"


def test_opening_a_link_lets_nobody_in(client: FlaskClient, home: House, seatlet: Seatlet, cast: Cast) -> None:
    new = inviting.invite(home.database, home.key, seatlet.contest_id, cast.kit.person.role, "Newcomer")
    assert client.get(f"/enter#{new.token}").status_code == 200
    assert client.head("/enter").status_code == 200
    rows = {row["name"]: row for _, row in inviting.invitations(home.database, home.key, cast.asha.person)}
    assert (rows["Newcomer"]["devices"], rows["Newcomer"]["opened_at"]) == (0, None)
    assert client.get(board(seatlet)).status_code == 302


def test_the_door_says_whom_the_law_keeps_out(client: FlaskClient) -> None:
    page = client.get("/enter").text
    assert "section 66" in page
    assert "polling agent" in page


def test_a_teller_gets_a_device_token_and_no_session(client: FlaskClient, cast: Cast) -> None:
    answer = client.post("/enter", json={"token": cast.tess.card.token})
    told = answer.get_json()
    assert (told["role"], told["name"], told["next"]) == ("teller", "Tess", "/telling")
    assert "Set-Cookie" not in answer.headers
    post = client.get("/telling/post", headers={"Authorization": f"Bearer {told['device_token']}"})
    assert post.get_json()["teller"] == "Tess"


def test_an_organiser_gets_a_session_and_no_token(client: FlaskClient, seatlet: Seatlet, cast: Cast) -> None:
    answer = client.post("/enter", json={"token": cast.omar.card.token})
    assert answer.get_json() == {"role": "organiser", "name": "Omar", "next": board(seatlet)}
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert client.get(board(seatlet)).status_code == 200


def test_the_session_does_not_hold_the_link(client: FlaskClient, cast: Cast) -> None:
    cast.omar.signed_in(client)
    with client.session_transaction() as session:
        assert cast.omar.card.token not in repr(dict(session))


def test_a_typed_code_opens_the_same_door(client: FlaskClient, cast: Cast) -> None:
    answer = client.post("/enter", json={"code": cast.kit.card.code.lower()})
    assert answer.status_code == 200
    assert client.get(answer.get_json()["next"]).status_code == 200


@pytest.mark.parametrize(
    "proof",
    [
        *({"token": "nonsense"}, {"token": "1.1.AAAAAAAAAAAAAAAAAAAAAA"}, {"token": 5}, {"token": ["x"]}),
        *({"code": "1-AAAAA-AAAAA"}, {"code": None}, {}, [], "x", 5),
    ],
)
def test_a_wrong_proof_is_refused_in_words(client: FlaskClient, cast: Cast, proof: object) -> None:
    answer = client.post("/enter", json=proof)
    assert answer.status_code == 401
    assert answer.get_json()["ok"] is False
    assert len(answer.get_json()["reason"].split()) > 3
    assert "Set-Cookie" not in answer.headers


def test_who_is_switched_off_is_out_at_once(client: FlaskClient, home: House, seatlet: Seatlet, cast: Cast) -> None:
    cast.omar.signed_in(client)
    inviting.revoke(home.database, cast.asha.person, cast.omar.person.person_id)
    answer = client.get(board(seatlet))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/enter")


def test_signed_out_people_are_sent_to_the_door(client: FlaskClient, seatlet: Seatlet) -> None:
    assert client.get(board(seatlet)).headers["Location"].startswith("/enter")
    assert client.get(f"{board(seatlet)}.json").status_code == 401


def test_the_start_leads_each_to_their_own_first_page(app: Flask, client: FlaskClient, cast: Cast) -> None:
    assert client.get("/").headers["Location"] == "/enter"
    for member, page in ((cast.asha, "board"), (cast.omar, "board"), (cast.clem, "board"), (cast.kit, "/knocking")):
        browser = member.signed_in(app.test_client())
        assert browser.get("/").headers["Location"].endswith(page)
        assert browser.get("/", follow_redirects=True).status_code == 200


def test_an_agent_enters_with_a_password(client: FlaskClient, home: House, seatlet: Seatlet, cast: Cast) -> None:
    signing_in.set_password(home.database, cast.asha.person, PASSWORD)
    fields = form(client, contest_id=seatlet.contest_id, name="Asha", password=PASSWORD)
    assert client.post("/sign-in", data=fields).headers["Location"] == board(seatlet)
    assert client.get(board(seatlet)).status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"name": "Nobody"}, {"password": "x"}, {"contest_id": "x"}, {"contest_id": "9" * 30}]
)
def test_a_wrong_password_is_told_alike(
    client: FlaskClient, home: House, seatlet: Seatlet, cast: Cast, wrong: dict[str, str]
) -> None:
    signing_in.set_password(home.database, cast.asha.person, PASSWORD)
    fields = {"contest_id": seatlet.contest_id, "name": "Asha", "password": PASSWORD} | wrong
    answer = client.post("/sign-in", data=form(client, **fields))
    assert answer.status_code == 401
    assert "do not belong together" in answer.text


def test_a_name_that_is_no_text_is_not_blamed_on_the_database(client: FlaskClient, seatlet: Seatlet) -> None:
    fields = form(client, contest_id=seatlet.contest_id, name="As\0ha", password=PASSWORD)
    assert client.post("/sign-in", data=fields).status_code == 400


def test_an_agent_sets_a_password_of_their_own(client: FlaskClient, home: House, cast: Cast) -> None:
    cast.asha.signed_in(client)
    assert client.post("/password", data=form(client, password="short")).status_code == 409
    assert client.post("/password", data=form(client, password=PASSWORD), follow_redirects=True).status_code == 200
    asha = cast.asha.person
    entered = signing_in.enter_by_password(home.database, home.key, asha.contest_id, "Asha", PASSWORD, home.clock.now())
    assert entered[0] == asha


def test_a_form_from_elsewhere_is_refused(client: FlaskClient, home: House, seatlet: Seatlet, cast: Cast) -> None:
    signing_in.set_password(home.database, cast.asha.person, PASSWORD)
    fields = {"contest_id": seatlet.contest_id, "name": "Asha", "password": PASSWORD}
    for forged in ({}, {"csrf_token": "x"}):
        answer = client.post("/sign-in", data=fields | forged)
        assert answer.status_code == 400
        assert "reload" in answer.text
    assert client.get(board(seatlet)).status_code == 302


def test_a_form_token_of_one_browser_is_worth_nothing_in_another(app: Flask, cast: Cast) -> None:
    omar, asha = cast.omar.signed_in(app.test_client()), cast.asha.signed_in(app.test_client())
    assert asha.post("/sign-out", data=form(omar)).status_code == 400


def test_signing_out_ends_the_session(client: FlaskClient, seatlet: Seatlet, cast: Cast) -> None:
    cast.omar.signed_in(client)
    assert client.post("/sign-out", data=form(client)).headers["Location"] == "/enter"
    assert client.get(board(seatlet)).status_code == 302


def test_a_cookie_copied_before_signing_out_is_worth_nothing(
    app: Flask, client: FlaskClient, seatlet: Seatlet, cast: Cast
) -> None:
    cookie = client.post("/enter", json={"token": cast.omar.card.token}).headers["Set-Cookie"].split(";")[0]
    copied = {"headers": {"Cookie": cookie}}
    assert app.test_client(use_cookies=False).get(board(seatlet), **copied).status_code == 200
    client.post("/sign-out", data=form(client))
    assert app.test_client(use_cookies=False).get(board(seatlet), **copied).status_code == 302


def test_signing_out_needs_no_session(client: FlaskClient) -> None:
    assert client.post("/sign-out", data=form(client)).status_code == 302


def test_guessing_ends_but_a_hall_of_volunteers_may_enter(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    hall = {"environ_base": {"REMOTE_ADDR": f"192.0.2.{cast.tess.person.person_id % 250}"}}
    entered = {client.post("/enter", json={"token": cast.tess.card.token}, **hall).status_code for _ in range(130)}
    assert entered == {200}
    guessed = [client.post("/enter", json={"code": "1-AAAAA-AAAAA"}, **hall).status_code for _ in range(125)]
    assert (guessed[0], guessed[-1]) == (401, 429)


def test_what_an_open_page_asks_for_leaves_the_session_alone(client: FlaskClient, seatlet: Seatlet, cast: Cast) -> None:
    """Else its answer could put an older cookie in the place of one with words for the next page."""
    asha = cast.asha.signed_in(client)
    asha.get(f"/contests/{seatlet.contest_id}/board")
    for asked in ("board.json", "board/hours", "worth/board", "walks/out.json", "paper/drawn", "lifts/rows"):
        answer = asha.get(f"/contests/{seatlet.contest_id}/{asked}")
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers, asked
