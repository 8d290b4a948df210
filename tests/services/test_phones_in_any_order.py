"""Phones that key, undo, lose signal, come back, send in any order, twice, and never hear the answer: the ledger's
counters equal a model after every step."""

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from gotv.house import House
from gotv.services.committee_room import board
from gotv.services.recount import recount
from tests.builders import Seatlet, marked, no_number, withdrawal
from tests.cast import Cast, Member

NUMBERS = ["1", "2", "6", "10/1", "99"]
ON_THE_REGISTER = {"1", "2", "6", "10/1"}


class Handset:
    """One phone: what it has keyed, and what it believes to be unsent."""

    def __init__(self, teller: Member) -> None:
        self.teller = teller
        self.keyed: list[dict[str, str]] = []
        self.unsent: list[dict[str, str]] = []


def machine(home: House, seatlet: Seatlet, tellers: list[Member], sender: Member) -> type[RuleBasedStateMachine]:
    class Phones(RuleBasedStateMachine):
        entries = Bundle("entries")

        def __init__(self) -> None:
            super().__init__()
            self.handsets = [Handset(teller) for teller in tellers]
            withdraw_what_stands(home, tellers[0])
            self.arrived: dict[str, dict[str, str]] = {}
            self.counted_before = tally(home, seatlet)["no_number"]

        def key(self, phone: int, entry: dict[str, str]) -> dict[str, str]:
            self.handsets[phone].keyed.append(entry)
            self.handsets[phone].unsent.append(entry)
            return entry

        @rule(target=entries, phone=st.integers(0, 1), number=st.sampled_from(NUMBERS))
        def keys_a_number(self, phone: int, number: str) -> dict[str, str]:
            return self.key(phone, marked(number))

        @rule(phone=st.integers(0, 1))
        def taps_no_number(self, phone: int) -> None:
            self.key(phone, no_number())

        @rule(phone=st.integers(0, 1), entry=entries)
        def undoes(self, phone: int, entry: dict[str, str]) -> None:
            self.key(phone, withdrawal(entry))

        @rule(phone=st.integers(0, 1), most=st.integers(1, 5), heard=st.booleans(), backwards=st.booleans())
        def sends_some(self, phone: int, most: int, heard: bool, backwards: bool) -> None:
            handset = self.handsets[phone]
            batch = (handset.unsent[::-1] if backwards else handset.unsent)[:most]
            self.send(handset, batch)
            if heard:
                handset.unsent = [entry for entry in handset.unsent if entry not in batch]

        @rule(phone=st.integers(0, 1))
        def sends_everything_again(self, phone: int) -> None:
            self.send(self.handsets[phone], self.handsets[phone].keyed)

        def send(self, handset: Handset, batch: list[dict[str, str]]) -> None:
            # In the name of an organiser, who is not judged: doubt has its own tests.
            post = home.telling.post_of(handset.teller.person)
            answers = home.telling.take(sender.person, post, batch)["answers"]
            assert [answer["id"] for answer in answers] == [entry["id"] for entry in batch]
            self.arrived |= {entry["id"]: entry for entry in batch}

        @invariant()
        def the_board_is_the_model(self) -> None:
            gone = {entry["withdraws"] for entry in self.arrived.values() if entry["kind"] == "withdraw"}
            stands = [e for e in self.arrived.values() if e["kind"] == "mark" and e["id"] not in gone]
            told = tally(home, seatlet)
            assert told["marks"] == len({e["number"] for e in stands} & ON_THE_REGISTER)
            assert told["unmatched"] == sum(e["number"] not in ON_THE_REGISTER for e in stands)
            untold = sum(e["kind"] == "no_number" for e in self.arrived.values())
            assert told["no_number"] - self.counted_before == untold

        def teardown(self) -> None:
            assert recount(home.database, seatlet.contest, home.clock.now()).differences == []

    return Phones


def tally(home: House, seatlet: Seatlet) -> dict[str, Any]:
    found: dict[str, Any] = board(home.database, seatlet.contest, home.clock.now())["total"]
    return found


def withdraw_what_stands(home: House, teller: Member) -> None:
    """Each example begins with nobody marked."""
    with home.database.snapshot() as connection:
        from sqlalchemy import text

        sql = "SELECT id::text FROM standing_mark WHERE contest_id = :contest"
        ids = connection.execute(text(sql), {"contest": teller.person.contest_id}).scalars().all()
    if ids:
        gone = [withdrawal({"id": entry_id}) for entry_id in ids]
        home.telling.take(teller.person, home.telling.post_of(teller.person), gone)


@pytest.mark.timeout(300)
def test_the_ledger_equals_the_model_after_every_step(
    home: House, seatlet: Seatlet, cast: Cast, another_teller: Any
) -> None:
    run_state_machine_as_test(
        lambda: machine(home, seatlet, [cast.tess, another_teller("Theo")], cast.omar)(),
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
