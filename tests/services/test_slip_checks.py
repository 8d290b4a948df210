"""Keying a closed slip a second time, blind: what differs is listed, and how often is said."""

import uuid
from typing import Any

import pytest

from gotv.errors import Conflict, TooMuch
from gotv.house import House
from gotv.services import keying, slip_checks
from tests.builders import Seatlet
from tests.cast import Cast
from tests.services.test_slips import heading, in_box


@pytest.fixture
def closed(home: House, seatlet: Seatlet, cast: Cast) -> str:
    """Numbers 1, 8 and 10/1 in the boxes 1, 2 and 4, keyed and closed by Clem."""
    slip_id = str(uuid.uuid4())
    entries = [in_box(1, "1"), in_box(2, "8"), in_box(4, "10/1")]
    keying.keep(home.telling, cast.clem.person, slip_id, {"heading": heading(seatlet), "entries": entries})
    keying.close(home.database, cast.clem.person, slip_id, 3, "", home.clock.now())
    return slip_id


def check(home: House, cast: Cast, slip_id: str, sent: Any) -> dict[str, Any]:
    return slip_checks.check(home.database, cast.omar.person, slip_id, sent, home.clock.now())


def test_the_same_again_differs_nowhere_however_it_is_written(home: House, cast: Cast, closed: str) -> None:
    found = check(home, cast, closed, {"1": "001", "2": "ab8", "4": "10-1", "5": " "})
    assert (found["compared"], found["differences"]) == (3, [])


def test_what_differs_is_listed_by_box(home: House, cast: Cast, closed: str) -> None:
    found = check(home, cast, closed, {"1": "1", "2": "9", "3": "x?", "4": ""})
    assert found["compared"] == 4
    assert found["differences"] == [
        {"box": 2, "first": "8", "second": "9"},
        {"box": 3, "first": "", "second": "x?"},
        {"box": 4, "first": "10/1", "second": ""},
    ]


def test_the_error_rate_is_over_all_checks(home: House, seatlet: Seatlet, cast: Cast, closed: str) -> None:
    assert slip_checks.rate(home.database, cast.omar.person) == {"slips": 0, "compared": 0, "differing": 0}
    check(home, cast, closed, {"1": "1", "2": "8", "4": "10"})
    assert slip_checks.rate(home.database, cast.omar.person) == {"slips": 1, "compared": 3, "differing": 1}


def test_the_first_check_stands_for_the_second_knows_what_differed(home: House, cast: Cast, closed: str) -> None:
    check(home, cast, closed, {"1": "1", "2": "8", "4": "10"})
    check(home, cast, closed, {"1": "1", "2": "8", "4": "10/1"})
    assert slip_checks.rate(home.database, cast.omar.person)["differing"] == 1


def test_a_checked_slip_is_not_sampled_again(home: House, cast: Cast, closed: str) -> None:
    assert slip_checks.sample(home.database, cast.omar.person) == closed
    check(home, cast, closed, {})
    assert slip_checks.sample(home.database, cast.omar.person) is None


def test_somebody_elses_slip_is_sampled_before_ones_own(home: House, seatlet: Seatlet, cast: Cast, closed: str) -> None:
    own = str(uuid.uuid4())
    sent = {"heading": heading(seatlet, sheet=2), "entries": [in_box(1, "2")]}
    keying.keep(home.telling, cast.omar.person, own, sent)
    keying.close(home.database, cast.omar.person, own, 1, "", home.clock.now())
    assert {slip_checks.sample(home.database, cast.omar.person) for _ in range(8)} == {closed}
    assert {slip_checks.sample(home.database, cast.clem.person) for _ in range(8)} == {own}


def test_only_a_closed_slip_is_checked(home: House, seatlet: Seatlet, cast: Cast) -> None:
    slip_id = str(uuid.uuid4())
    keying.keep(home.telling, cast.clem.person, slip_id, {"heading": heading(seatlet), "entries": [in_box(1, "1")]})
    assert slip_checks.sample(home.database, cast.omar.person) is None
    with pytest.raises(Conflict, match="closed"):
        check(home, cast, slip_id, {})


@pytest.mark.parametrize("sent", [None, [], "1", {"0": "1"}, {"45": "1"}, {"x": "1"}])
def test_what_is_no_second_keying_is_refused(home: House, cast: Cast, closed: str, sent: Any) -> None:
    with pytest.raises((Conflict, TooMuch)):
        check(home, cast, closed, sent)
    assert slip_checks.rate(home.database, cast.omar.person)["slips"] == 0
