"""A teller's socket on the running house: numbers in, answers after commit, cut when revoked."""

import json
import time
from typing import Any

import pytest

from gotv.embedded.household import Household
from gotv.house import House
from gotv.rehearsal.phones import Phone, Phones
from gotv.services import inviting
from tests.builders import Seatlet, marked
from tests.cast import Cast, Member
from tests.realtime.raw_socket import RawSocket, emit_raw


def phones_of(running: Household, *tellers: Member, **given: Any) -> Phones:
    return Phones("127.0.0.1", running.port, [Phone(teller.device) for teller in tellers], **given)


def step_until(phones: Phones, happened: Any, seconds: float = 5) -> float:
    """Step until it happened; how long it took. Fails when it does not happen in time."""
    began = time.monotonic()
    while not happened():
        assert time.monotonic() - began < seconds, "it did not happen in time"
        phones.step(0.01)
    return time.monotonic() - began


def test_numbers_are_answered_in_the_order_sent(running: Household, cast: Cast) -> None:
    answers: list[Any] = []
    phones = phones_of(running, cast.tess, on_answer=lambda _p, got, _t: answers.extend(got))
    phones.connect_all()
    phone = phones.phones[0]
    sent = [
        phone.key("1", "AB"),
        phone.key("1", "AB"),
        phone.key("99", "AB"),
        phone.key("what", "AB"),
        phone.no_number(),
    ]
    sent.append(phone.withdraw(sent[0]))
    assert phones.drain(5) == 0
    phones.close()
    assert [a["id"] for a in answers] == sent
    assert [a["outcome"] for a in answers] == [
        *("marked", "already_marked", "unmatched", "refused", "counted", "withdrawn"),
    ]
    assert "digits" in answers[3]["reason"]


def test_an_outbox_sent_twice_is_counted_once(running: Household, cast: Cast) -> None:
    answers: list[Any] = []
    phones = phones_of(running, cast.tess, on_answer=lambda _p, got, _t: answers.extend(got))
    phones.connect_all()
    phones.phones[0].key("1", "AB")
    again = list(phones.phones[0].outbox)
    phones.drain(5)
    phones.phones[0].outbox.extend(again)
    phones.drain(5)
    phones.close()
    assert [(a["outcome"], a.get("first")) for a in answers] == [("marked", None), ("repeated", "marked")]


def test_a_wrong_token_is_not_let_in_and_told_so(running: Household, cast: Cast) -> None:
    phones = Phones("127.0.0.1", running.port, [Phone("1.nonsense"), Phone(cast.omar.device)])
    step_until(phones, lambda: all(phone.refused for phone in phones.phones))
    phones.close()
    assert "no longer signed in" in phones.phones[0].refused
    assert "Only a teller" in phones.phones[1].refused


def test_revoking_a_link_cuts_its_open_socket_within_a_second(running: Household, home: House, cast: Cast) -> None:
    phones = phones_of(running, cast.tess)
    phones.connect_all()
    inviting.revoke(home.database, cast.omar.person, cast.tess.person.person_id)
    took = step_until(phones, lambda: phones.phones[0].state != "open", 2)
    assert took < 1
    step_until(phones, lambda: phones.phones[0].refused)
    phones.close()


def test_too_long_a_list_is_refused_in_words_and_the_socket_stays(running: Household, cast: Cast) -> None:
    answer = emit_raw(running.port, cast.tess.device, [{}] * 201)
    assert answer["ok"] is False
    assert "200" in answer["reason"]


@pytest.mark.parametrize("sent", [None, "12", 5, {"id": "x"}, [None], [[]], [{"id": 5}]])
def test_nonsense_is_answered_never_left_hanging(running: Household, cast: Cast, sent: object) -> None:
    answer = emit_raw(running.port, cast.tess.device, sent)
    assert answer["ok"] is False or answer["answers"][0]["outcome"] == "refused"


def test_a_phone_sees_no_name_address_or_pledge(running: Household, seatlet: Seatlet, cast: Cast) -> None:
    answer = emit_raw(running.port, cast.tess.device, [marked("1")])
    assert set(answer) == {"ok", "position", "answers"}
    assert set(answer["answers"][0]) == {"id", "outcome"}


def test_a_phone_that_never_reads_its_answers_holds_up_nobody(running: Household, cast: Cast) -> None:
    deaf = RawSocket(running.port)
    deaf.send("40/telling," + json.dumps({"token": cast.tess.device}))
    deaf.until("40/telling")
    refused = json.dumps(["numbers", [{"id": "no id"}] * 200])
    for n in range(1_000):  # twenty megabytes of answers: more than the buffers on the way hold
        deaf.send(f"42/telling,{n}{refused}")
    phones = phones_of(running, cast.tess)
    phones.connect_all()
    phones.phones[0].key("1", "AB")
    assert step_until(phones, lambda: not phones.waiting()) < 1
    phones.close()
    deaf.close()
