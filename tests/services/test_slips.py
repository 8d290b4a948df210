"""Paper slips: keyed box by box into the ledger, closed against the paper's own sum, moved, voided, claimed."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from gotv.domain.people import Role
from gotv.errors import Conflict, NotThere, NotYours, TooMuch
from gotv.house import House
from gotv.services import corrections, keying, slip_queue, slips
from gotv.services.committee_room import board, place_ledger
from gotv.services.recount import recount
from tests.builders import Seatlet, marked, no_number, withdrawal
from tests.cast import Cast, Member, member

Keep = Callable[..., dict[str, Any]]


def heading(seatlet: Seatlet, **given: Any) -> dict[str, Any]:
    """Sheet 1 of St Mark's Hall, district AB, nine o'clock, by Tess."""
    hall = seatlet.places["St Mark's Hall"]
    return {"place_id": hall, "district": "AB", "hour": "09:00", "teller": "Tess", "sheet": 1, "boxes": 44} | given


def in_box(box: int, number: str) -> dict[str, Any]:
    return marked(number, "") | {"box": box}


@pytest.fixture
def keep(home: House, seatlet: Seatlet, cast: Cast) -> Keep:
    """Clem keys entries into a slip."""

    def kept(slip_id: str, *entries: dict[str, Any], who: Member = cast.clem, **given: Any) -> dict[str, Any]:
        sent = {"heading": heading(seatlet, **given), "entries": list(entries)}
        return keying.keep(home.telling, who.person, slip_id, sent)

    return kept


@pytest.fixture
def slip_id() -> str:
    return str(uuid.uuid4())


@pytest.fixture
def cora(home: House, seatlet: Seatlet) -> Member:
    """A second clerk of the North committee room."""
    return member(home, seatlet.contest_id, Role.CLERK, "Cora", committee_room_id=seatlet.rooms["North"])


def marks(home: House, seatlet: Seatlet, district: str) -> int:
    found = board(home.database, seatlet.contest, home.clock.now())
    return next(int(row["marks"]) for row in found["districts"] if row["district"] == district)


def typed(home: House, cast: Cast, slip_id: str) -> dict[int, str]:
    found = slips.find(home.database, cast.clem.person, slip_id)["in_boxes"]
    return {int(box): what["typed"] for box, what in found.items() if what["typed"]}


@pytest.fixture(autouse=True)
def counters_agree_with_the_ledger(home: House, seatlet: Seatlet) -> Any:
    """After every test here."""
    yield
    assert recount(home.database, seatlet.contest, home.clock.now()).differences == []


def test_what_is_keyed_into_a_box_is_on_the_board_at_once(
    home: House, seatlet: Seatlet, keep: Keep, slip_id: str
) -> None:
    answer = keep(slip_id, in_box(1, "1"), in_box(2, "8"), in_box(3, "99"))
    assert [one["outcome"] for one in answer["answers"]] == ["marked", "marked", "unmatched"]
    assert (answer["held"], answer["tally"]) == (3, 0)
    assert marks(home, seatlet, "AB") == 2


def test_the_same_list_sent_again_counts_nothing_twice(
    home: House, seatlet: Seatlet, cast: Cast, keep: Keep, slip_id: str
) -> None:
    entries = [in_box(1, "1"), in_box(2, "8"), no_number()]
    keep(slip_id, *entries)
    again = keep(slip_id, *entries)
    assert {one["outcome"] for one in again["answers"]} == {"repeated"}
    assert (again["held"], again["tally"]) == (2, 1)
    assert typed(home, cast, slip_id) == {1: "1", 2: "8"}


def test_numbers_count_for_the_slips_district_whatever_the_page_says(
    home: House, seatlet: Seatlet, keep: Keep, slip_id: str
) -> None:
    keep(slip_id, in_box(1, "1") | {"district": "AC"}, in_box(2, "AC-2"))
    assert (marks(home, seatlet, "AB"), marks(home, seatlet, "AC")) == (1, 1)


def test_the_ledger_keeps_the_hour_on_the_paper(
    home: House, seatlet: Seatlet, cast: Cast, keep: Keep, slip_id: str
) -> None:
    keep(slip_id, in_box(1, "1"))
    entry = place_ledger(home.database, cast.omar.person, seatlet.places["St Mark's Hall"])["entries"][0]
    assert seatlet.contest.local(entry["called_at"]).strftime("%H:%M") == "09:00"


def test_a_box_typed_over_shows_what_stood_there_before(home: House, cast: Cast, keep: Keep, slip_id: str) -> None:
    first, second = in_box(1, "8"), in_box(1, "9")
    keep(slip_id, first)
    answer = keep(slip_id, withdrawal(first), second)
    assert answer["held"] == 1
    box = slips.find(home.database, cast.clem.person, slip_id)["in_boxes"]["1"]
    assert (box["typed"], [was["typed"] for was in box["before"]]) == ("9", ["8"])


@pytest.mark.parametrize("box", [0, -1, 45, None, "1", True, 1.5])
def test_a_box_that_is_not_on_the_slip_is_refused_and_nothing_kept(
    home: House, seatlet: Seatlet, cast: Cast, keep: Keep, slip_id: str, box: Any
) -> None:
    with pytest.raises(Conflict, match="boxes 1 to 44"):
        keep(slip_id, in_box(1, "1"), in_box(box, "2"))
    assert marks(home, seatlet, "AB") == 0
    with pytest.raises(NotThere):
        slips.find(home.database, cast.clem.person, slip_id)


@pytest.mark.parametrize("sent", [None, [], {}, {"entries": "1"}, {"heading": {}, "entries": [1]}])
def test_what_is_no_slip_is_refused_in_words(home: House, cast: Cast, slip_id: str, sent: Any) -> None:
    with pytest.raises(TooMuch):
        keying.keep(home.telling, cast.clem.person, slip_id, sent)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("place_id", 999_999, "polling place"),
        ("place_id", "x", "polling place"),
        ("district", "BA", "district"),
        ("hour", "25:00", "hour"),
        ("sheet", 0.5, "sheet"),
        ("sheet", 1000, "sheet"),
        ("boxes", 101, "boxes"),
        ("teller", "a\x00b", "teller"),
    ],
)
def test_a_heading_that_cannot_be_read_names_the_field(
    keep: Keep, slip_id: str, field: str, value: Any, words: str
) -> None:
    with pytest.raises(Conflict, match=words):
        keep(slip_id, in_box(1, "1"), **{field: value})


def test_a_slip_is_closed_when_the_sums_agree(home: House, cast: Cast, keep: Keep, slip_id: str) -> None:
    keep(slip_id, in_box(1, "1"), in_box(2, "2"))
    assert keying.close(home.database, cast.clem.person, slip_id, 2, "", home.clock.now())["keyed"] == 2
    assert slips.find(home.database, cast.clem.person, slip_id)["state"] == "closed"


def test_a_missing_number_is_said_before_closing_and_closing_anyway_asks_why(
    home: House, cast: Cast, keep: Keep, slip_id: str
) -> None:
    keep(slip_id, *(in_box(n, str(n)) for n in range(1, 11)), *(in_box(n, f"AC-{n - 10}") for n in range(11, 21)))
    with pytest.raises(Conflict, match="says 21, keyed are 20"):
        keying.close(home.database, cast.clem.person, slip_id, 21, " ", home.clock.now())
    assert slips.find(home.database, cast.clem.person, slip_id)["state"] == "open"
    keying.close(home.database, cast.clem.person, slip_id, 21, "one was rained away", home.clock.now())
    found = slips.find(home.database, cast.clem.person, slip_id)
    assert (found["state"], found["stated"], found["reason"]) == ("closed", 21, "one was rained away")


@pytest.mark.parametrize("stated", [None, "2", -1, 1_001])
def test_closing_wants_the_papers_own_sum(home: House, cast: Cast, keep: Keep, slip_id: str, stated: Any) -> None:
    keep(slip_id, in_box(1, "1"))
    with pytest.raises(Conflict, match="in all"):
        keying.close(home.database, cast.clem.person, slip_id, stated, "", home.clock.now())


def test_who_keys_into_a_closed_slip_has_to_close_it_again(home: House, cast: Cast, keep: Keep, slip_id: str) -> None:
    keep(slip_id, in_box(1, "1"))
    keying.close(home.database, cast.clem.person, slip_id, 1, "", home.clock.now())
    keep(slip_id, in_box(2, "2"))
    assert slips.find(home.database, cast.clem.person, slip_id)["state"] == "open"


def test_a_list_that_arrives_again_late_does_not_open_a_closed_slip(
    home: House, cast: Cast, keep: Keep, slip_id: str
) -> None:
    entries = [in_box(1, "1"), in_box(2, "2")]
    keep(slip_id, *entries)
    keying.close(home.database, cast.clem.person, slip_id, 2, "", home.clock.now())
    keep(slip_id, *entries)
    assert slips.find(home.database, cast.clem.person, slip_id)["state"] == "closed"


def test_of_two_numbers_keyed_into_one_box_the_later_stands(
    home: House, seatlet: Seatlet, cast: Cast, keep: Keep, slip_id: str
) -> None:
    """Two pages with the same slip, or a second clerk after the first went home: neither knows of the other."""
    keep(slip_id, earlier := in_box(1, "1"), in_box(2, "2"))
    answer = keep(slip_id, later := in_box(1, "8"))
    assert (answer["held"], answer["stands"]["1"]) == (2, later["id"])
    assert typed(home, cast, slip_id) == {1: "8", 2: "2"}
    assert marks(home, seatlet, "AB") == 2
    assert keep(slip_id, earlier)["held"] == 2, "the earlier, sent again, stays withdrawn"
    assert typed(home, cast, slip_id) == {1: "8", 2: "2"}


def test_voiding_a_slip_takes_back_all_that_stands_from_it_and_nothing_else(
    home: House, seatlet: Seatlet, cast: Cast, keep: Keep, slip_id: str
) -> None:
    keep(str(uuid.uuid4()), in_box(1, "1"), sheet=2)
    gone = in_box(2, "3")
    keep(slip_id, in_box(1, "1"), gone, in_box(3, "4"), no_number())
    keep(slip_id, withdrawal(gone))
    voided = keying.void(home.telling, cast.clem.person, slip_id, "keyed twice")
    assert voided["withdrawn"] == 3
    assert marks(home, seatlet, "AB") == 1, "number 1 is on the other slip as well"
    assert typed(home, cast, slip_id) == {}
    assert keying.void(home.telling, cast.clem.person, slip_id, "again")["withdrawn"] == 0


def test_nothing_more_is_keyed_into_a_void_slip(
    home: House, seatlet: Seatlet, cast: Cast, keep: Keep, slip_id: str
) -> None:
    keep(slip_id, in_box(1, "1"))
    keying.void(home.telling, cast.clem.person, slip_id, "")
    with pytest.raises(Conflict, match="voided"):
        keep(slip_id, in_box(2, "2"))
    assert marks(home, seatlet, "AB") == 0


def test_moving_a_slip_to_another_district_moves_every_number(
    home: House, seatlet: Seatlet, cast: Cast, keep: Keep, slip_id: str
) -> None:
    keep(slip_id, in_box(1, "1"), in_box(2, "8"), in_box(3, "AC-2"), no_number())
    found = keying.move(home.telling, cast.clem.person, slip_id, heading(seatlet, district="AC", sheet=7))
    assert (found["moved"], found["sheet"], found["district"]) == (2, 7, "AC")
    assert (marks(home, seatlet, "AB"), marks(home, seatlet, "AC")) == (0, 3)
    assert typed(home, cast, slip_id) == {1: "1", 2: "8", 3: "AC-2"}
    assert keying.move(home.telling, cast.clem.person, slip_id, heading(seatlet, district="AC"))["moved"] == 0


def test_a_slip_moved_to_another_place_is_heard_there(
    home: House, seatlet: Seatlet, cast: Cast, keep: Keep, slip_id: str
) -> None:
    keep(slip_id, in_box(1, "1"), in_box(2, "8"), who=cast.asha)
    library = heading(seatlet, place_id=seatlet.places["Library"], district="BA")
    keying.move(home.telling, cast.asha.person, slip_id, library)
    assert (marks(home, seatlet, "AB"), marks(home, seatlet, "BA")) == (0, 2)
    places = board(home.database, seatlet.contest, home.clock.now())["places"]
    heard = next(row for row in places if row["place_id"] == seatlet.places["Library"])
    assert heard["heard"] == 2
    assert heard["last_heard_at"]


def test_two_clerks_are_not_at_one_slip(home: House, keep: Keep, slip_id: str, cora: Member) -> None:
    keep(slip_id, in_box(1, "1"))
    with pytest.raises(Conflict, match="Clem is at this slip"):
        keep(slip_id, in_box(2, "2"), who=cora)
    with pytest.raises(Conflict, match="Clem"):
        keying.void(home.telling, cora.person, slip_id, "")
    with pytest.raises(Conflict, match="Clem"):
        keying.close(home.database, cora.person, slip_id, 1, "", home.clock.now())


def test_a_slip_left_for_ten_minutes_may_be_gone_on_with(home: House, keep: Keep, slip_id: str, cora: Member) -> None:
    keep(slip_id, in_box(1, "1"))
    now = home.clock.now()
    with pytest.raises(Conflict):
        slip_queue.claim(home.database, cora.person, slip_id, now + timedelta(minutes=9))
    slip_queue.claim(home.database, cora.person, slip_id, now + timedelta(minutes=11))


def test_waiting_slips_are_handed_out_oldest_first_and_once(
    home: House, seatlet: Seatlet, cast: Cast, cora: Member
) -> None:
    now = home.clock.now()
    first = slip_queue.put(home.database, cast.clem.person, heading(seatlet, sheet=1), now)
    second = slip_queue.put(home.database, cast.clem.person, heading(seatlet, sheet=2), now + timedelta(seconds=1))
    assert slip_queue.claim_next(home.database, cast.clem.person, now) == first
    assert slip_queue.claim_next(home.database, cora.person, now) == second
    assert slip_queue.claim_next(home.database, cast.clem.person, now) == first, "one's own claim comes first"
    third = member(home, seatlet.contest_id, Role.CLERK, "Carl", committee_room_id=seatlet.rooms["North"])
    assert slip_queue.claim_next(home.database, third.person, now) is None
    assert slip_queue.claim_next(home.database, third.person, now + timedelta(minutes=10)) == first


def test_the_slip_just_keyed_is_not_handed_out_again(home: House, seatlet: Seatlet, cast: Cast) -> None:
    """What was keyed from it may still be on its way, and then it still waits."""
    now = home.clock.now()
    first = slip_queue.put(home.database, cast.clem.person, heading(seatlet, sheet=1), now)
    second = slip_queue.put(home.database, cast.clem.person, heading(seatlet, sheet=2), now + timedelta(seconds=1))
    assert slip_queue.claim_next(home.database, cast.clem.person, now) == first
    assert slip_queue.claim_next(home.database, cast.clem.person, now, but=first) == second


def test_a_slip_given_back_is_the_next_ones(home: House, seatlet: Seatlet, cast: Cast, cora: Member) -> None:
    now = home.clock.now()
    waiting = slip_queue.put(home.database, cast.clem.person, heading(seatlet), now)
    slip_queue.claim_next(home.database, cast.clem.person, now)
    slip_queue.give_back(home.database, cast.clem.person, waiting, now)
    assert slip_queue.claim_next(home.database, cora.person, now) == waiting


def test_the_heading_of_a_waiting_slip_is_put_right_by_whoever_keys_it(
    home: House, seatlet: Seatlet, cast: Cast, keep: Keep
) -> None:
    waiting = slip_queue.put(home.database, cast.clem.person, heading(seatlet, teller="", sheet=1), home.clock.now())
    keep(waiting, in_box(1, "1"), teller="Tess", sheet=4, district="AC")
    found = slips.find(home.database, cast.clem.person, waiting)
    assert (found["state"], found["teller"], found["sheet"]) == ("open", "Tess", 4)
    assert marks(home, seatlet, "AC") == 1


def test_a_clerk_sees_the_slips_of_their_own_room_only(home: House, seatlet: Seatlet, cast: Cast, keep: Keep) -> None:
    theirs = str(uuid.uuid4())
    keep(theirs, in_box(1, "1"), who=cast.asha, place_id=seatlet.places["Library"], district="BA")
    assert slips.of_contest(home.database, cast.clem.person, home.clock.now()) == []
    with pytest.raises(NotYours):
        slips.find(home.database, cast.clem.person, theirs)
    with pytest.raises(NotYours):
        keep(theirs, in_box(2, "2"))
    with pytest.raises(NotYours):
        keying.void(home.telling, cast.clem.person, theirs, "")
    with pytest.raises(Conflict, match="polling place"):
        keep(str(uuid.uuid4()), in_box(1, "1"), place_id=seatlet.places["Library"], district="BA")
    assert slip_queue.claim_next(home.database, cast.clem.person, home.clock.now()) is None


def test_a_number_that_an_organiser_corrects_stays_in_its_box(
    home: House, seatlet: Seatlet, cast: Cast, keep: Keep, slip_id: str
) -> None:
    unknown = in_box(2, "99")
    keep(slip_id, in_box(1, "1"), unknown)
    keying.close(home.database, cast.clem.person, slip_id, 2, "", home.clock.now())
    corrections.resolve(home.telling, cast.omar.person, unknown["id"], "AB-9")
    assert typed(home, cast, slip_id) == {1: "1", 2: "AB-9"}
    assert slips.find(home.database, cast.clem.person, slip_id)["keyed"] == 2
    assert keying.void(home.telling, cast.clem.person, slip_id, "")["withdrawn"] == 2
    assert marks(home, seatlet, "AB") == 0


def test_what_is_not_of_the_slip_cannot_be_withdrawn_or_taken_over_by_it(
    home: House, seatlet: Seatlet, cast: Cast, keep: Keep, slip_id: str
) -> None:
    theirs, elsewhere = marked("8"), in_box(1, "9")
    home.telling.take(cast.tess.person, home.telling.post_of(cast.tess.person), [theirs])
    keep(str(uuid.uuid4()), elsewhere, sheet=2)
    keep(slip_id, in_box(1, "1"))
    for entry in (withdrawal(theirs), withdrawal(elsewhere), theirs | {"box": 2}, elsewhere | {"box": 3}):
        with pytest.raises(Conflict, match="another slip, or to a teller"):
            keep(slip_id, entry, in_box(4, "4"))
    assert marks(home, seatlet, "AB") == 3
    assert typed(home, cast, slip_id) == {1: "1"}


def test_a_list_with_something_unreadable_sent_again_opens_no_closed_slip(
    home: House, cast: Cast, keep: Keep, slip_id: str
) -> None:
    entries = [in_box(1, "1"), in_box(2, "x")]
    keep(slip_id, *entries)
    keying.close(home.database, cast.clem.person, slip_id, 1, "", home.clock.now())
    keep(slip_id, *entries)
    assert slips.find(home.database, cast.clem.person, slip_id)["state"] == "closed"


def test_voiding_counts_what_was_taken_back(home: House, cast: Cast, keep: Keep, slip_id: str) -> None:
    keep(slip_id, in_box(1, "1"), in_box(2, "x"), in_box(3, "?"))
    assert keying.void(home.telling, cast.clem.person, slip_id, "")["withdrawn"] == 1


def test_a_moved_number_keeps_the_hour_on_the_paper_and_its_box(
    home: House, seatlet: Seatlet, cast: Cast, keep: Keep, slip_id: str
) -> None:
    keep(slip_id, in_box(60, "1"), boxes=80)
    moved = keying.move(home.telling, cast.clem.person, slip_id, heading(seatlet, district="AC", hour="14:00"))
    assert moved["boxes"] == 60
    entry = place_ledger(home.database, cast.omar.person, seatlet.places["St Mark's Hall"])["entries"][0]
    assert seatlet.contest.local(entry["called_at"]).strftime("%H:%M") == "14:00"


@pytest.mark.parametrize("field", ["place_id", "sheet", "boxes"])
def test_a_number_of_five_thousand_digits_is_refused_in_words(keep: Keep, slip_id: str, field: str) -> None:
    with pytest.raises(Conflict, match="whole number"):
        keep(slip_id, in_box(1, "1"), **{field: "9" * 5_000})


def test_a_district_as_long_as_a_book_is_refused_in_words(keep: Keep, slip_id: str) -> None:
    with pytest.raises(Conflict, match="too long"):
        keep(slip_id, in_box(1, "1"), district="路" * 9_000)
