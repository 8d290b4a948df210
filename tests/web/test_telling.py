"""The POST that takes numbers when a socket cannot be had, and what a teller's phone is told."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client import REGISTRY

from gotv.domain.people import Role
from gotv.extensions import limiter
from gotv.house import House
from gotv.services import committee_room, inviting
from tests.builders import Seatlet, marked, no_number, withdrawal
from tests.cast import Cast, Member, member

NUMBERS = "/telling/numbers"


def send(client: FlaskClient, teller: Member, *entries: Any) -> dict[str, Any]:
    answer = client.post(NUMBERS, json=list(entries), headers=teller.bearer)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.get_json()
    return told


def position(seatlet: Seatlet) -> int:
    now = seatlet.home.clock.now()
    return int(committee_room.board(seatlet.home.database, seatlet.contest, now)["position"])


def test_every_outcome_of_the_wire(client: FlaskClient, cast: Cast) -> None:
    first = marked("1")
    sent = [first, marked("1"), first, marked("6"), marked("77"), withdrawal(first), no_number()]
    told = send(client, cast.tess, *sent, {"id": "x", "kind": "mark", "number": "1"})
    expected = "marked already_marked repeated postal unmatched withdrawn counted refused".split()
    assert [answer["outcome"] for answer in told["answers"]] == expected
    assert told["answers"][2]["first"] == "marked"
    assert "UUID" in told["answers"][7]["reason"]
    assert told["ok"] is True


def test_answers_come_in_the_order_sent_with_their_own_ids(client: FlaskClient, cast: Cast) -> None:
    sent = [marked("3"), marked("twelve"), marked("4"), {"id": "y"}, no_number(), marked("3")]
    told = send(client, cast.tess, *sent)
    assert [answer["id"] for answer in told["answers"]] == [entry["id"] for entry in sent]


def test_the_position_counts_what_was_kept(client: FlaskClient, seatlet: Seatlet, cast: Cast) -> None:
    before = position(seatlet)
    entry = marked("1")
    assert send(client, cast.tess, entry, marked("2"), {"id": "refused"})["position"] == before + 2
    assert send(client, cast.tess, entry)["position"] == before + 2
    assert send(client, cast.tess)["position"] == before + 2


def test_a_whole_outbox_of_two_hundred_is_taken(client: FlaskClient, seatlet: Seatlet, cast: Cast) -> None:
    before = position(seatlet)
    told = send(client, cast.tess, *(marked(str(n)) for n in range(1, 201)))
    assert len(told["answers"]) == 200
    assert position(seatlet) == before + 200


def test_more_than_two_hundred_are_refused_and_nothing_is_kept(
    client: FlaskClient, seatlet: Seatlet, cast: Cast
) -> None:
    before = position(seatlet)
    answer = client.post(NUMBERS, json=[marked("1") for _ in range(201)], headers=cast.tess.bearer)
    assert answer.status_code == 413
    assert "200" in answer.get_json()["reason"]
    assert position(seatlet) == before


@pytest.mark.parametrize("body", ["", "{", "null", "5", '{"id": 1}', '"text"'])
def test_what_is_no_list_is_refused_in_words(client: FlaskClient, cast: Cast, body: str) -> None:
    answer = client.post(NUMBERS, data=body, content_type="application/json", headers=cast.tess.bearer)
    assert answer.status_code == 413
    assert "list" in answer.get_json()["reason"]


@pytest.mark.parametrize("entry", [None, 5, "1", [], {}, {"id": None}, {"id": 5, "kind": "mark"}])
def test_one_entry_of_nonsense_takes_no_other_down(client: FlaskClient, cast: Cast, entry: object) -> None:
    told = send(client, cast.tess, entry, marked("1"))
    assert [answer["outcome"] for answer in told["answers"]] == ["refused", "marked"]
    assert told["answers"][0]["reason"]


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer ", "Bearer x", "Bearer 1.x", "Basic x", "1.x"])
def test_without_its_token_a_phone_is_refused(
    client: FlaskClient, seatlet: Seatlet, cast: Cast, authorization: str | None
) -> None:
    before = position(seatlet)
    headers = {"Authorization": authorization} if authorization is not None else {}
    answer = client.post(NUMBERS, json=[marked("1")], headers=headers)
    assert (answer.status_code, answer.get_json()["ok"]) == (401, False)
    assert answer.get_json()["reason"]
    assert position(seatlet) == before


def test_the_scheme_may_be_written_in_any_case(client: FlaskClient, cast: Cast) -> None:
    headers = {"Authorization": f"bearer {cast.tess.device}"}
    assert client.post(NUMBERS, json=[marked("1")], headers=headers).status_code == 200


def test_the_link_itself_is_no_device_token(client: FlaskClient, cast: Cast) -> None:
    headers = {"Authorization": f"Bearer {cast.tess.card.token}"}
    assert client.post(NUMBERS, json=[marked("1")], headers=headers).status_code == 401


def test_nobody_but_a_teller_sends_numbers(client: FlaskClient, seatlet: Seatlet, cast: Cast) -> None:
    before = position(seatlet)
    for other in (cast.asha, cast.omar, cast.clem, cast.kit, cast.sam):
        other.signed_in(client)
        assert client.post(NUMBERS, json=[marked("1")], headers=other.bearer).status_code == 403
        assert client.post(NUMBERS, json=[marked("1")]).status_code == 401
    assert position(seatlet) == before


def test_a_teller_switched_off_is_refused_and_nothing_is_kept(
    client: FlaskClient, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    send(client, cast.tess, marked("1"))
    before = position(seatlet)
    inviting.revoke(home.database, cast.omar.person, cast.tess.person.person_id)
    answer = client.post(NUMBERS, json=[marked("2")], headers=cast.tess.bearer)
    assert answer.status_code == 401
    assert position(seatlet) == before


def test_the_answer_does_not_tell_a_pledge_from_another(client: FlaskClient, cast: Cast) -> None:
    told = send(client, cast.tess, marked("1"), marked("8"))
    pledge, other = ({k: v for k, v in answer.items() if k != "id"} for answer in told["answers"])
    assert pledge == other


def test_a_post_says_where_the_teller_stands(client: FlaskClient, seatlet: Seatlet, cast: Cast) -> None:
    told = client.get("/telling/post", headers=cast.tess.bearer).get_json()
    assert (told["teller"], told["place"], told["contest"]) == ("Tess", "St Mark's Hall", seatlet.contest.name)
    assert sorted(told["districts"]) == ["AB", "AC"]
    assert (told["opens"], told["closes"]) == ("00:00", "23:59")


def test_a_post_shows_nothing_of_any_elector(client: FlaskClient, cast: Cast) -> None:
    told = json.dumps(client.get("/telling/post", headers=cast.tess.bearer).get_json())
    assert set(json.loads(told)) == {
        *("contest", "rehearsal", "teller", "place", "districts", "opens", "closes"),
        *("ranges", "stations"),
    }
    assert not [word for word in ("Elector", "Pat", "Elm Road", "Sampleton", "Ours", "pledge") if word in told]


def test_a_post_is_for_tellers_only(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/telling/post", headers=cast.asha.bearer).status_code == 403
    assert client.get("/telling/post", headers={"Authorization": "Bearer x"}).status_code == 401
    assert client.get("/telling/post").status_code in (302, 401)


def test_the_pad_is_the_same_for_everyone(app: Flask, client: FlaskClient, cast: Cast) -> None:
    pad = client.get("/telling")
    assert pad.status_code == 200
    assert cast.asha.signed_in(app.test_client()).get("/telling").data == pad.data


def test_phones_behind_one_address_do_not_use_up_each_others_limit(
    client: FlaskClient, home: House, seatlet: Seatlet, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    other = member(home, seatlet.contest_id, Role.TELLER, "Theo", place_id=seatlet.places["Library"])
    codes = [client.post(NUMBERS, json=[], headers=cast.tess.bearer).status_code for _ in range(605)]
    assert (codes[0], codes[-1]) == (200, 429)
    assert REGISTRY.get_sample_value("gotv_refused_total", {"what": "rate"})
    assert client.post(NUMBERS, json=[], headers=other.bearer).status_code == 200
