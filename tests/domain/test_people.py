"""Who takes part: what each sees, and on which day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gotv.domain.people import Person, Role

POLLING_DAY = date(2026, 5, 7)
NORTH, SOUTH = 1, 2


def person(role: Role = Role.ORGANISER, **given: object) -> Person:
    return Person(1, 1, role, "Omar", **given)  # type: ignore[arg-type]


def test_a_tellers_link_works_on_its_own_day_only() -> None:
    tess = person(Role.TELLER, place_id=1, valid_on=POLLING_DAY)
    days = [POLLING_DAY + timedelta(days=n) for n in (-1, 0, 1)]
    assert [tess.may_enter_on(day) for day in days] == [False, True, False]


def test_the_others_may_enter_on_any_day() -> None:
    assert person().may_enter_on(POLLING_DAY - timedelta(days=30))


@pytest.mark.parametrize("role", list(Role))
def test_nobody_enters_once_switched_off(role: Role) -> None:
    off = person(role, valid_on=POLLING_DAY, revoked_at=datetime(2026, 5, 7, 9, tzinfo=UTC))
    assert not off.may_enter_on(POLLING_DAY)


def test_somebody_of_a_committee_room_sees_that_room_only() -> None:
    omar = person(committee_room_id=NORTH)
    assert [omar.sees_room(room) for room in (NORTH, SOUTH, None)] == [True, False, False]


def test_somebody_of_no_committee_room_sees_them_all() -> None:
    assert all(person(Role.AGENT).sees_room(room) for room in (NORTH, SOUTH, None))


def test_a_role_is_written_as_people_say_it() -> None:
    assert f"{Role.TELLER} and {Role.ORGANISER}" == "teller and organiser"
