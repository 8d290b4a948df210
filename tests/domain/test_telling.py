"""What a number called means, and the fold that does not care about order."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gotv.domain.elector_numbers import ElectorNumber
from gotv.domain.entries import Entry, Kind, Outcome, Refused, new_id, read_entry, uuid_of
from gotv.domain.telling import Change, Elector, Facts, Kept, reconcile

NOON = datetime(2026, 5, 7, 12, 30, tzinfo=UTC)
PLEDGE = Elector(pledged=True, postal=False, wanted=True)
OTHER = Elector(pledged=False, postal=False, wanted=False)
POSTAL = Elector(pledged=True, postal=True, wanted=False)
AB1, AB2, AB3, NOBODY = (ElectorNumber("AB", n) for n in (1, 2, 3, 99))
REGISTER = {AB1: PLEDGE, AB2: OTHER, AB3: POSTAL}


def mark(number: ElectorNumber, entry_id: str = "") -> Entry:
    return Entry(entry_id or str(uuid.uuid4()), Kind.MARK, 1, 7, str(number), number)


def withdraw(entry: Entry) -> Entry:
    return Entry(str(uuid.uuid4()), Kind.WITHDRAW, 1, 7, withdraws=entry.id)


def no_number() -> Entry:
    return Entry(str(uuid.uuid4()), Kind.NO_NUMBER, 1, 7)


def decide(*entries: Entry, facts: Facts | None = None) -> Change:
    facts = facts or Facts()
    facts.electors = REGISTER
    return reconcile(entries, facts, NOON)


def outcomes(change: Change) -> list[str]:
    return [answer["outcome"] for answer in change.answers]


def test_a_pledge_is_marked_and_leaves_the_knock_up_list() -> None:
    change = decide(mark(AB1))
    assert outcomes(change) == [Outcome.MARKED]
    assert dict(change.districts["AB"]) == {"marks": 1, "pledges_marked": 1, "wanted_marked": 1}


def test_an_elector_who_is_no_pledge_moves_only_turnout() -> None:
    assert dict(decide(mark(AB2)).districts["AB"]) == {"marks": 1, "pledges_marked": 0, "wanted_marked": 0}


def test_a_number_given_twice_counts_once_and_says_so() -> None:
    change = decide(mark(AB1), mark(AB1))
    assert outcomes(change) == [Outcome.MARKED, Outcome.ALREADY_MARKED]
    assert change.districts["AB"]["marks"] == 1


def test_a_postal_voter_is_marked_and_noted() -> None:
    change = decide(mark(AB3))
    assert outcomes(change) == [Outcome.POSTAL]
    assert change.districts["AB"]["marks"] == 1


def test_a_number_nobody_has_is_kept_as_unmatched() -> None:
    change = decide(mark(NOBODY))
    assert outcomes(change) == [Outcome.UNMATCHED]
    assert change.rows
    assert change.districts["AB"]["unmatched"] == 1
    assert change.places[7]["unmatched"] == 1


def test_an_entry_sent_again_is_answered_with_its_first_outcome() -> None:
    first = mark(AB1)
    change = decide(first, first)
    assert change.answers[1] == {"id": first.id, "outcome": Outcome.REPEATED, "first": Outcome.MARKED}
    assert len(change.rows) == 1


def test_a_withdrawal_takes_back_exactly_the_mark_it_names() -> None:
    one, two = mark(AB1), mark(AB2)
    change = decide(one, two, withdraw(one))
    assert change.districts["AB"]["marks"] == 1
    assert change.standing == {two.id}


def test_a_mark_with_another_still_standing_stays_marked() -> None:
    one, again = mark(AB1), mark(AB1)
    assert decide(one, again, withdraw(one)).districts["AB"]["marks"] == 1


def test_a_withdrawal_that_comes_before_its_mark_still_wins() -> None:
    late = mark(AB1)
    change = decide(withdraw(late), late)
    assert outcomes(change) == [Outcome.WITHDRAWN, Outcome.WITHDRAWN]
    assert not change.standing
    assert not change.districts


def test_withdrawing_twice_is_withdrawing_once() -> None:
    one = mark(AB1)
    assert decide(one, withdraw(one), withdraw(one)).districts["AB"]["marks"] == 0


def test_a_mark_in_the_ledger_falls_when_it_is_withdrawn() -> None:
    old = mark(AB1)
    facts = Facts(kept={old.id: Kept(Kind.MARK, "marked", AB1, 7)}, standing={AB1: {old.id: NOON}})
    change = decide(withdraw(old), facts=facts)
    assert change.fallen == {old.id: AB1}
    assert change.districts["AB"]["marks"] == -1


def test_no_number_is_an_anonymous_tally_that_can_be_taken_back() -> None:
    silent = no_number()
    change = decide(silent, no_number(), withdraw(silent))
    assert outcomes(change)[:2] == [Outcome.COUNTED, Outcome.COUNTED]
    assert change.places[7]["no_number"] == 1


def test_the_hour_of_an_elector_is_that_of_the_first_mark_that_stands() -> None:
    early, now = mark(AB1), mark(AB1)
    morning = NOON - timedelta(hours=3)
    facts = Facts(kept={early.id: Kept(Kind.MARK, "marked", AB1, 7)}, standing={AB1: {early.id: morning}})
    change = decide(now, withdraw(early), facts=facts)
    moved = {hour.hour: moved["marks"] for (_, hour), moved in change.hours.items()}
    assert moved == {9: -1, 12: 1}


@given(st.data())
@settings(max_examples=150)
def test_the_fold_does_not_care_about_order_or_repetition(chance: st.DataObject) -> None:
    marks = [mark(chance.draw(st.sampled_from([AB1, AB2, AB3, NOBODY]))) for _ in range(chance.draw(st.integers(1, 8)))]
    silent = [no_number() for _ in range(chance.draw(st.integers(0, 2)))]
    taken_back = chance.draw(st.lists(st.sampled_from([*marks, *silent]), max_size=6))
    entries = [*marks, *silent, *(withdraw(one) for one in taken_back)]
    straight = summed(decide(*entries))
    shuffled = chance.draw(st.permutations(entries))
    again = chance.draw(st.lists(st.sampled_from(entries), max_size=5))
    assert summed(decide(*shuffled, *again)) == straight


def summed(change: Change) -> Any:
    """The state a change leaves behind, without zeros."""

    def clean(counters: dict[Any, dict[str, int]]) -> dict[Any, dict[str, int]]:
        # A mark that arrives after its withdrawal was heard all the same, so `heard` counts entries, not marks.
        held = {key: {n: v for n, v in moved.items() if v} for key, moved in counters.items()}
        return {key: moved for key, moved in held.items() if moved}

    return frozenset(change.standing), clean(change.districts), clean(change.places), clean(change.hours)


ENTRY: dict[str, Any] = {"id": "7b0e9a52-5b8f-4a80-9d5c-0f3d1f6d2c11", "kind": "mark", "number": "12", "district": "AB"}


def read(**changed: Any) -> Entry:
    return read_entry({**ENTRY, **changed}, person_id=1, place_id=7, own_districts=["AB"], districts={"AB", "AC"})


def test_what_was_typed_is_kept_beside_what_it_means() -> None:
    entry = read(number=" 012/1 ")
    assert (entry.typed, entry.number) == ("012/1", ElectorNumber("AB", 12, 1))


def test_a_place_with_one_district_needs_none_typed() -> None:
    assert read(district="").number == ElectorNumber("AB", 12)


def test_a_place_with_several_districts_keeps_a_number_without_one() -> None:
    entry = read_entry({**ENTRY, "district": ""}, person_id=1, place_id=7, own_districts=["AB", "AC"], districts={"AB"})
    assert entry.number == ElectorNumber("", 12)


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"id": "12"}, "UUID"),
        ({"id": None}, "UUID"),
        ({"number": "twelve"}, "digits"),
        ({"number": "1" * 60}, "too long"),
        ({"number": "12\0"}, "too long"),
        ({"district": "A\0"}, "too long"),
        ({"kind": "vote"}, "kind"),
        ({"kind": "withdraw"}, "name the entry"),
    ],
)
def test_a_malformed_entry_is_refused_with_its_reason(changed: dict[str, Any], word: str) -> None:
    with pytest.raises(Refused, match=word):
        read(**changed)


@pytest.mark.parametrize("sent", [None, 5, "12", [], ["12"]])
def test_what_is_no_entry_at_all_is_refused(sent: object) -> None:
    with pytest.raises(Refused):
        read_entry(sent, person_id=1, place_id=7, own_districts=[], districts=[])


IMPOSSIBLE = ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "1970-01-01T00:00:00Z"]


@pytest.mark.parametrize("at", ["2026-05-07T10:00:00Z", "2026-05-07T11:00:00+01:00", "2026-05-07T10:00:00.000Z"])
def test_a_phone_says_the_moment_in_any_zone(at: str) -> None:
    assert read(at=at).called_at == datetime(2026, 5, 7, 10, tzinfo=UTC).timestamp()


def test_an_id_begins_with_the_time_and_no_two_are_alike() -> None:
    """So that the ledger has what was keyed lately close together."""
    ids = [new_id(NOON.timestamp() + seconds) for seconds in (0, 0, 0.001, 3600)]
    assert [uuid_of(one) for one in ids] == ids
    assert {(one.version, one.variant) for one in map(uuid.UUID, ids)} == {(7, uuid.RFC_4122)}
    assert len(set(ids)) == 4
    assert max(ids[:2]) < ids[2] < ids[3]
    assert uuid.UUID(ids[0]).int >> 80 == int(NOON.timestamp() * 1000)


@pytest.mark.parametrize("at", ["", "yesterday", None, 5, "2026-05-07T10:00:00", *IMPOSSIBLE])
def test_a_phone_clock_that_cannot_be_read_loses_no_number(at: object) -> None:
    assert read(at=at).called_at is None
