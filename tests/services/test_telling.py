"""Taking numbers through the one door to the ledger, on a real database."""

import threading
import time
from datetime import UTC, datetime
from datetime import time as clock_time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from gotv.clock import Clock
from gotv.domain.elector_numbers import NotANumber
from gotv.errors import Conflict, NotLetIn, NotThere, NotYours, TooMuch
from gotv.house import House
from gotv.services import committee_room, corrections, inviting, telling
from gotv.services.recount import recount
from gotv.store import numbers_called
from tests.builders import Seatlet, marked, no_number, withdrawal
from tests.cast import Cast, Member


def take(home: House, teller: Member, *entries: Any) -> list[str]:
    """Send entries as this teller's phone and return the outcomes."""
    post = home.telling.post_of(teller.person)
    return [answer["outcome"] for answer in home.telling.take(teller.person, post, list(entries))["answers"]]


def total(seatlet: Seatlet) -> dict[str, Any]:
    snapshot = committee_room.board(seatlet.home.database, seatlet.contest, datetime.now(UTC))
    found: dict[str, Any] = snapshot["total"]
    return found


def assert_recount_agrees(seatlet: Seatlet) -> None:
    assert recount(seatlet.home.database, seatlet.contest, datetime.now(UTC)).differences == []


def test_a_pledge_that_has_voted_is_on_the_board(home: House, seatlet: Seatlet, cast: Cast) -> None:
    before = total(seatlet)
    assert take(home, cast.tess, marked("1"), marked("8")) == ["marked", "marked"]
    after = total(seatlet)
    assert (after["marks"], after["pledges_marked"]) == (2, 1)
    assert before["outstanding"] - after["outstanding"] == 1
    assert_recount_agrees(seatlet)


def test_every_outcome_of_the_wire(home: House, seatlet: Seatlet, cast: Cast) -> None:
    first = marked("1")
    sent = [first, marked("1"), first, marked("6"), marked("77"), withdrawal(first), no_number(), {"id": "x"}]
    assert take(home, cast.tess, *sent) == [
        *("marked", "already_marked", "repeated", "postal", "unmatched", "withdrawn", "counted", "refused"),
    ]
    assert_recount_agrees(seatlet)


def test_the_ledger_keeps_a_list_word_for_word_and_in_its_order(home: House, seatlet: Seatlet, cast: Cast) -> None:
    """Whatever an entry is, and however it is written: plain marks go another way than all others."""
    keyed = "2024-05-02T09:30:00.250000+01:00"
    undone, wrong = marked("2"), no_number()
    sent = [
        marked(" 7 ") | {"at": keyed},
        undone,
        no_number() | {"at": keyed},
        withdrawal(undone),
        marked("1", "BA") | {"at": keyed},
        wrong,
        marked("0008/1"),
        withdrawal(wrong),
        marked("77"),
        marked("3"),
    ]
    assert take(home, cast.tess, *sent) == [
        *("postal", "marked", "counted", "withdrawn", "marked", "counted", "unmatched", "withdrawn", "unmatched"),
        "marked",
    ]
    confirmed = corrections.confirm(home.telling, cast.omar.person, sent[4]["id"])
    assert confirmed == {"number": "BA-1", "outcome": "marked"}
    at = datetime(2024, 5, 2, 8, 30, 0, 250_000, tzinfo=UTC)
    contest = {"contest": seatlet.contest.contest_id}
    with home.database.snapshot() as connection:
        sql = text("""SELECT id::text, kind, typed, district, number, suffix, withdraws::text, doubt, called_at,
                             outcome, person_id, place_id, position
                        FROM mark WHERE contest_id = :contest ORDER BY position""")
        rows = connection.execute(sql, contest).all()[-12:]
        stand = connection.execute(text("SELECT id::text FROM standing_mark WHERE contest_id = :contest"), contest)
        doubted = connection.execute(text("SELECT id::text FROM doubtful_mark WHERE contest_id = :contest"), contest)
        stands, doubtful = set(stand.scalars()), set(doubted.scalars())
    ids = [one["id"] for one in sent]
    assert [tuple(row[:-3]) for row in rows[:-2]] == [
        (ids[0], "mark", "7", "AB", 7, 0, None, "", at, "postal"),
        (ids[1], "mark", "2", "AB", 2, 0, None, "", None, "marked"),
        (ids[2], "no_number", "", None, None, None, None, "", at, "counted"),
        (ids[3], "withdraw", "", None, None, None, undone["id"], "", None, "withdrawn"),
        (ids[4], "mark", "1", "BA", 1, 0, None, "elsewhere", at, "marked"),
        (ids[5], "no_number", "", None, None, None, None, "", None, "counted"),
        (ids[6], "mark", "0008/1", "AB", 8, 1, None, "", None, "unmatched"),
        (ids[7], "withdraw", "", None, None, None, wrong["id"], "", None, "withdrawn"),
        (ids[8], "mark", "77", "AB", 77, 0, None, "", None, "unmatched"),
        (ids[9], "mark", "3", "AB", 3, 0, None, "", None, "marked"),
    ]
    post = home.telling.post_of(cast.tess.person)
    assert {tuple(row[-3:-1]) for row in rows[:-2]} == {(cast.tess.person.person_id, post.place_id)}
    assert [row.position for row in rows] == list(range(rows[0].position, rows[0].position + 12))
    taken_back, put_in_its_place = rows[-2:]
    assert (taken_back.kind, taken_back.withdraws) == ("withdraw", ids[4])
    assert (put_in_its_place.kind, put_in_its_place.withdraws, put_in_its_place.called_at) == ("mark", ids[4], at)
    assert {row.person_id for row in rows[-2:]} == {cast.omar.person.person_id}
    assert stands & {*ids, put_in_its_place.id} == {ids[0], ids[6], ids[8], ids[9], put_in_its_place.id}
    assert not doubtful & {*ids, put_in_its_place.id}
    assert_recount_agrees(seatlet)


def test_a_proxy_voter_is_marked_like_anyone_who_comes(home: House, cast: Cast) -> None:
    assert take(home, cast.tess, marked("5")) == ["marked"]


def test_a_number_of_a_district_elsewhere_is_kept(home: House, seatlet: Seatlet, cast: Cast) -> None:
    assert take(home, cast.tess, marked("BA-1", ""), marked("ZZ-1", "")) == ["marked", "unmatched"]
    assert_recount_agrees(seatlet)


def test_a_number_without_its_district_is_kept_where_several_vote(home: House, seatlet: Seatlet, cast: Cast) -> None:
    assert take(home, cast.tess, marked("1", "")) == ["unmatched"]
    assert total(seatlet)["unmatched"] == 1
    assert_recount_agrees(seatlet)


ODD = ['A"B', "A\\B", "{A,B}", "null", "NULL", "A'B", "%s", "Ŵ b", " A"]


@pytest.mark.parametrize("district", ODD)
def test_what_was_typed_is_kept_letter_by_letter(home: House, seatlet: Seatlet, cast: Cast, district: str) -> None:
    """No sign of a district or a number means anything else to the database than itself."""
    at = datetime(2026, 5, 7, 6, 15, 0, 123_457, UTC)
    sent = [marked("10\\1", district) | {"at": at.isoformat()}, marked("10/1")]
    assert take(home, cast.tess, *sent) == ["unmatched", "marked"]
    with home.database.snapshot() as connection:
        kept = numbers_called.entry(connection, seatlet.contest_id, sent[0]["id"])
    assert kept
    assert (kept["typed"], kept["district"], kept["called_at"]) == ("10\\1", district.strip(), at)
    assert take(home, cast.tess, marked("10/1", district)) == ["unmatched"]
    # Typed in one, as on a card.
    in_one = marked(f"{district}-10", "")
    take(home, cast.tess, in_one)
    with home.database.snapshot() as connection:
        kept = numbers_called.entry(connection, seatlet.contest_id, in_one["id"])
    assert kept
    assert kept["typed"] == in_one["number"].strip()
    assert_recount_agrees(seatlet)


def test_an_elector_counts_in_the_hour_of_the_first_mark_whatever_a_later_clock_says(
    home: House, seatlet: Seatlet, cast: Cast
) -> None:
    """Hosts may differ by a second: the second mark came late in the hour before, by the clock of the third's host."""

    def at(hour: int, minute: int, second: int = 0) -> telling.Telling:
        shown = datetime.combine(seatlet.contest.polling_day, clock_time(hour, minute, second), UTC)
        return telling.Telling(home.database, Clock(1.0, time.time(), shown))

    post = home.telling.post_of(cast.tess.person)
    first, second = "ffffffff-ffff-4fff-bfff-ffffffffffff", "00000000-0000-4000-8000-000000000000"
    at(8, 30).take(cast.tess.person, post, [marked("1", entry_id=first)])
    at(10, 0, 1).take(cast.tess.person, post, [marked("1", entry_id=second)])
    at(9, 59, 50).take(cast.tess.person, post, [marked("1")])
    assert_recount_agrees(seatlet)


def test_the_suffix_is_another_elector(home: House, seatlet: Seatlet, cast: Cast) -> None:
    assert take(home, cast.tess, marked("10"), marked("10/1"), marked("101")) == ["marked", "marked", "unmatched"]


def test_more_than_a_list_holds_is_refused_and_nothing_is_kept(home: House, seatlet: Seatlet, cast: Cast) -> None:
    with pytest.raises(TooMuch, match="200"):
        take(home, cast.tess, *(marked("1") for _ in range(201)))
    assert total(seatlet)["marks"] == 0


def test_positions_have_no_gaps_and_follow_the_order_of_commits(home: House, seatlet: Seatlet, cast: Cast) -> None:
    post = home.telling.post_of(cast.tess.person)
    positions = []

    def send() -> None:
        for n in range(1, 6):
            positions.append(home.telling.take(cast.tess.person, post, [marked(str(n))])["position"])

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries = committee_room.place_ledger(home.database, cast.omar.person, seatlet.places["St Mark's Hall"])["entries"]
    kept = sorted(entry["position"] for entry in entries)
    assert kept == list(range(kept[0], kept[0] + 30))
    assert max(positions) == kept[-1]
    assert_recount_agrees(seatlet)


def test_two_web_processes_append_without_losing_count(home: House, seatlet: Seatlet, cast: Cast) -> None:
    other = telling.Telling(home.database, home.clock)
    post = home.telling.post_of(cast.tess.person)

    def send(door: telling.Telling) -> None:
        for n in range(1, 11):
            door.take(cast.tess.person, post, [marked(str(n)), marked(str(n), "AC")])

    threads = [threading.Thread(target=send, args=(door,)) for door in (home.telling, other) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert total(seatlet)["marks"] == 20
    assert_recount_agrees(seatlet)


def test_a_revoked_teller_is_refused_and_keeps_what_is_on_the_phone(home: House, seatlet: Seatlet, cast: Cast) -> None:
    take(home, cast.tess, marked("1"))
    inviting.revoke(home.database, cast.omar.person, cast.tess.person.person_id)
    with pytest.raises(NotLetIn, match="still on this phone"):
        take(home, cast.tess, marked("2"))
    assert total(seatlet)["marks"] == 1


def test_an_organiser_withdraws_a_mark_and_the_trace_stays(home: House, seatlet: Seatlet, cast: Cast) -> None:
    wrong = marked("1")
    take(home, cast.tess, wrong)
    corrections.withdraw(home.telling, cast.omar.person, wrong["id"])
    assert total(seatlet)["marks"] == 0
    ledger = committee_room.place_ledger(home.database, cast.omar.person, seatlet.places["St Mark's Hall"])
    entry = next(e for e in ledger["entries"] if e["id"] == wrong["id"])
    assert (entry["withdrawn_by"], entry["called_by"]) == ("Omar", "Tess")
    assert_recount_agrees(seatlet)


def test_an_organiser_says_who_an_unmatched_number_was(home: House, seatlet: Seatlet, cast: Cast) -> None:
    misheard = marked("99")
    take(home, cast.tess, misheard)
    assert corrections.resolve(home.telling, cast.omar.person, misheard["id"], "AB-9")["outcome"] == "marked"
    assert (total(seatlet)["unmatched"], total(seatlet)["marks"]) == (0, 1)
    assert_recount_agrees(seatlet)


def test_a_correction_to_a_number_nobody_has_changes_nothing(home: House, seatlet: Seatlet, cast: Cast) -> None:
    misheard = marked("99")
    take(home, cast.tess, misheard)
    with pytest.raises(Conflict, match="AB-98"):
        corrections.resolve(home.telling, cast.omar.person, misheard["id"], "98")
    with pytest.raises(NotANumber):
        corrections.resolve(home.telling, cast.omar.person, misheard["id"], "what?")
    assert total(seatlet)["unmatched"] == 1


def test_a_number_is_corrected_once(home: House, seatlet: Seatlet, cast: Cast) -> None:
    misheard = marked("99")
    take(home, cast.tess, misheard)
    corrections.resolve(home.telling, cast.omar.person, misheard["id"], "AB-9")
    with pytest.raises(Conflict, match="already"):
        corrections.resolve(home.telling, cast.omar.person, misheard["id"], "AB-8")
    assert total(seatlet)["marks"] == 1


def test_another_committee_rooms_entries_are_out_of_reach(home: House, seatlet: Seatlet, cast: Cast) -> None:
    from gotv.domain.people import Role
    from tests.cast import member

    south = member(home, seatlet.contest_id, Role.ORGANISER, "Oona", committee_room_id=seatlet.rooms["South"])
    entry = marked("1")
    take(home, cast.tess, entry)
    with pytest.raises(NotYours):
        corrections.withdraw(home.telling, south.person, entry["id"])
    with pytest.raises(NotThere):
        corrections.withdraw(home.telling, cast.sam.person, entry["id"])


def test_a_list_the_database_cannot_take_harms_nobody_else(home: House, seatlet: Seatlet, cast: Cast) -> None:
    """A lone surrogate is valid JSON and no valid UTF-8; the phone is told, and the house goes on."""
    strange = {**marked("1"), "number": "\ud800"}
    assert take(home, cast.tess, strange, marked("2")) == ["refused", "marked"]


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[dict[str, str]], list[dict[str, str]], list[list[dict[str, str]]]]:
    """Marks, those of them taken back, and the lists in which a phone delivers both: shuffled, in pieces, repeated."""
    numbers = draw(st.lists(st.sampled_from(["1", "2", "6", "10/1", "99"]), min_size=1, max_size=8))
    marks = [marked(number, draw(st.sampled_from(["AB", "AC"]))) for number in numbers]
    gone = draw(st.lists(st.sampled_from(marks), max_size=4))
    order = draw(st.permutations([*marks, *(withdrawal(one) for one in gone)]))
    pieces = [order[n : n + 3] + order[: draw(st.integers(0, 3))] for n in range(0, len(order), 3)]
    return marks, gone, pieces


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(delivered=deliveries())
def test_any_order_and_any_repetition_of_an_outbox_gives_the_same_poll(
    home: House, seatlet: Seatlet, cast: Cast, delivered: tuple[Any, Any, Any]
) -> None:
    """On the real ledger the fold equals the model, and taking everything back leaves nothing."""
    marks, gone, pieces = delivered
    # By an organiser, who is not judged: what makes a number doubtful depends on what was keyed before.
    post = home.telling.post_of(cast.tess.person)
    for piece in pieces:
        home.telling.take(cast.omar.person, post, piece)
    left = {(m["district"], m["number"]) for m in marks if m not in gone and m["number"] != "99"}
    unmatched = [m for m in marks if m not in gone and m["number"] == "99"]
    after = total(seatlet)
    home.telling.take(cast.omar.person, post, [withdrawal(one) for one in marks])
    assert (after["marks"], after["unmatched"]) == (len(left), len(unmatched))
    assert total(seatlet)["marks"] == 0
    assert_recount_agrees(seatlet)
