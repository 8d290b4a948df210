"""Letting people in by link, code and password, and switching them off."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from gotv.domain.people import Person, Role
from gotv.errors import Conflict, HouseError, NotLetIn, NotThere, NotYours
from gotv.house import House
from gotv.services import inviting, signing_in
from gotv.services.inviting import Invitation
from tests.builders import Seatlet
from tests.cast import Cast

NOW = datetime.now(UTC)
TOMORROW, YESTERDAY = NOW + timedelta(days=1), NOW - timedelta(days=1)
PASSWORD = "correct horse battery"


def by_link(home: House, token: str, now: datetime = NOW) -> tuple[Person, str]:
    return signing_in.enter_by_link(home.database, home.key, token, now)


def by_code(home: House, code: str, now: datetime = NOW) -> tuple[Person, str]:
    return signing_in.enter_by_code(home.database, home.key, code, now)


def by_password(home: House, cast: Cast, name: str, password: str) -> tuple[Person, str]:
    return signing_in.enter_by_password(home.database, home.key, cast.asha.person.contest_id, name, password, NOW)


def invite(home: House, by: Person, role: Role, **where: int) -> Invitation:
    return inviting.invite(home.database, home.key, by.contest_id, role, "Newcomer", by=by, **where)


def words_for(enter: object, *proof: object) -> str:
    """What somebody with a wrong proof is told."""
    with pytest.raises(NotLetIn) as refusal:
        enter(*proof)  # type: ignore[operator]
    return str(refusal.value)


def test_a_link_lets_its_person_in(home: House, cast: Cast) -> None:
    person, device = by_link(home, cast.omar.card.token)
    assert (person.name, person.role) == ("Omar", Role.ORGANISER)
    assert signing_in.who_is(home.database, home.key, device) == person


def test_a_code_lets_its_person_in_however_it_is_keyed(home: House, cast: Cast) -> None:
    person, device = by_code(home, cast.tess.card.code.lower().replace("-", " "))
    assert person.person_id == cast.tess.person.person_id
    assert signing_in.teller_today(home.database, home.key, device, NOW) == person


def test_an_agent_enters_with_name_and_password(home: House, cast: Cast) -> None:
    signing_in.set_password(home.database, cast.asha.person, PASSWORD)
    person, _ = by_password(home, cast, " asha ", PASSWORD)
    assert person.person_id == cast.asha.person.person_id


def test_of_two_agents_of_one_name_each_has_a_password(home: House, seatlet: Seatlet, cast: Cast) -> None:
    other = inviting.invite(home.database, home.key, seatlet.contest_id, Role.AGENT, "Asha")
    signing_in.set_password(home.database, cast.asha.person, PASSWORD)
    signing_in.set_password(home.database, by_link(home, other.token)[0], "another long password")
    assert by_password(home, cast, "Asha", "another long password")[0].person_id == other.person_id


def test_a_new_password_ends_the_old_one(home: House, cast: Cast) -> None:
    signing_in.set_password(home.database, cast.asha.person, PASSWORD)
    signing_in.set_password(home.database, cast.asha.person, "three random words")
    with pytest.raises(NotLetIn):
        by_password(home, cast, "Asha", PASSWORD)


def test_a_password_is_not_kept_as_it_was_typed(home: House, seatlet: Seatlet, cast: Cast) -> None:
    signing_in.set_password(home.database, cast.asha.person, PASSWORD)
    seen = repr(inviting.invitations(home.database, home.key, cast.asha.person))
    assert "argon2" not in seen
    assert PASSWORD not in seen


@pytest.mark.parametrize("password", ["", "short", "elevenchars"])
def test_a_short_password_is_refused(home: House, cast: Cast, password: str) -> None:
    with pytest.raises(Conflict, match="12 characters"):
        signing_in.set_password(home.database, cast.asha.person, password)


def test_a_tellers_link_and_code_work_on_polling_day_only(home: House, cast: Cast) -> None:
    for day in (YESTERDAY, TOMORROW):
        assert "polling day only" in words_for(by_link, home, cast.tess.card.token, day)
        assert "polling day only" in words_for(by_code, home, cast.tess.card.code, day)
    assert by_link(home, cast.tess.card.token, NOW)


def test_a_tellers_phone_stops_when_polling_day_is_over(home: House, cast: Cast) -> None:
    assert signing_in.teller_today(home.database, home.key, cast.tess.device, NOW)
    with pytest.raises(NotLetIn, match="polling day only"):
        signing_in.teller_today(home.database, home.key, cast.tess.device, TOMORROW + timedelta(days=1))


@pytest.mark.parametrize(("clock", "works"), [(time(23, 59), True), (time(3, 59), True), (time(4, 1), False)])
def test_a_phone_let_in_may_send_in_the_small_hours_what_it_had_no_signal_for(
    home: House, cast: Cast, clock: time, works: bool
) -> None:
    day = NOW.astimezone(ZoneInfo("Europe/London")).date() + timedelta(days=clock < time(12))
    moment = datetime.combine(day, clock, ZoneInfo("Europe/London"))
    if works:
        assert signing_in.teller_today(home.database, home.key, cast.tess.device, moment).name == "Tess"
    else:
        with pytest.raises(NotLetIn):
            signing_in.teller_today(home.database, home.key, cast.tess.device, moment)


def test_an_organisers_link_works_before_polling_day(home: House, cast: Cast) -> None:
    assert by_link(home, cast.omar.card.token, YESTERDAY)[0].name == "Omar"


def test_polling_day_begins_at_midnight_british_time() -> None:
    assert signing_in.uk_day(datetime(2026, 7, 1, 22, 59, tzinfo=UTC)) == date(2026, 7, 1)
    assert signing_in.uk_day(datetime(2026, 7, 1, 23, 0, tzinfo=UTC)) == date(2026, 7, 2)


def test_a_wrong_link_does_not_say_whether_the_person_exists(home: House, cast: Cast) -> None:
    known = cast.tess.card.token.rpartition(".")[0]
    nobody = f"{cast.tess.person.contest_id}.999999999"
    proof = "A" * 22
    assert words_for(by_link, home, f"{known}.{proof}") == words_for(by_link, home, f"{nobody}.{proof}")


def test_a_wrong_link_of_someone_switched_off_says_no_more_than_any(home: House, cast: Cast) -> None:
    proof = f"{cast.kit.card.token.rpartition('.')[0]}.{'A' * 22}"
    before = words_for(by_link, home, proof)
    inviting.revoke(home.database, cast.asha.person, cast.kit.person.person_id)
    assert words_for(by_link, home, proof) == before


def test_a_wrong_password_does_not_say_whether_the_agent_exists(home: House, cast: Cast) -> None:
    signing_in.set_password(home.database, cast.asha.person, PASSWORD)
    nobody = words_for(by_password, home, cast, "Nobody", PASSWORD)
    assert words_for(by_password, home, cast, "Asha", "wrong password") == nobody
    assert words_for(by_password, home, cast, "Omar", PASSWORD) == nobody


def test_a_link_of_one_contest_opens_no_other(home: House, cast: Cast) -> None:
    _, person, proof = cast.asha.card.token.split(".")
    with pytest.raises(NotLetIn):
        by_link(home, f"{cast.sam.person.contest_id}.{person}.{proof}")


def test_a_code_of_one_contest_opens_no_other(home: House, cast: Cast) -> None:
    _, _, letters = cast.asha.card.code.partition("-")
    with pytest.raises(NotLetIn):
        by_code(home, f"{cast.sam.person.contest_id}-{letters}")


@pytest.mark.parametrize("token", ["", "nonsense", "1.2", "1.2.\0", "١.٢.x", "1.2.é"])
def test_a_link_that_is_not_complete_is_refused_in_words(home: House, cast: Cast, token: str) -> None:
    assert words_for(by_link, home, token).startswith("This link")


def test_the_same_link_lets_a_second_phone_in(home: House, cast: Cast) -> None:
    _, second = by_link(home, cast.tess.card.token)
    assert second != cast.tess.device
    holders = {signing_in.who_is(home.database, home.key, device) for device in (second, cast.tess.device)}
    assert holders == {cast.tess.person}


def test_leaving_on_one_phone_leaves_the_other_in(home: House, cast: Cast) -> None:
    _, second = by_link(home, cast.tess.card.token)
    signing_in.leave(home.database, home.key, second)
    assert signing_in.who_is(home.database, home.key, cast.tess.device) == cast.tess.person
    with pytest.raises(NotLetIn):
        signing_in.who_is(home.database, home.key, second)


def test_switching_off_ends_link_code_and_every_phone(home: House, cast: Cast) -> None:
    _, second = by_link(home, cast.tess.card.token)
    assert inviting.revoke(home.database, cast.omar.person, cast.tess.person.person_id) == "Tess"
    for device in (second, cast.tess.device):
        with pytest.raises(NotLetIn):
            signing_in.who_is(home.database, home.key, device)
    words_for(by_link, home, cast.tess.card.token)
    words_for(by_code, home, cast.tess.card.code)


def test_switching_off_an_agent_ends_the_password(home: House, seatlet: Seatlet, cast: Cast) -> None:
    signing_in.set_password(home.database, cast.asha.person, PASSWORD)
    second = by_link(home, inviting.invite(home.database, home.key, seatlet.contest_id, Role.AGENT, "Ann").token)[0]
    inviting.revoke(home.database, second, cast.asha.person.person_id)
    words_for(by_password, home, cast, "Asha", PASSWORD)


def test_not_even_a_new_card_lets_someone_in_who_was_switched_off(home: House, cast: Cast) -> None:
    inviting.revoke(home.database, cast.asha.person, cast.kit.person.person_id)
    printed = {row["name"]: card for card, row in inviting.invitations(home.database, home.key, cast.asha.person)}
    assert "switched off" in words_for(by_link, home, printed["Kit"].token)
    words_for(by_code, home, printed["Kit"].code)


def test_those_switched_off_are_known_by_contest_and_person(home: House, cast: Cast) -> None:
    inviting.revoke(home.database, cast.asha.person, cast.kit.person.person_id)
    everyone = [cast.kit.person, cast.tess.person, cast.sam.person]
    here = {
        contest: {one.person_id for one in everyone if one.contest_id == contest} for contest, _ in map(key, everyone)
    }
    assert signing_in.revoked_among(home.database, here) == {key(cast.kit.person)}
    assert signing_in.revoked_among(home.database, {}) == set()


def key(person: Person) -> tuple[int, int]:
    return person.contest_id, person.person_id


def test_switching_off_twice_is_told(home: House, cast: Cast) -> None:
    inviting.revoke(home.database, cast.asha.person, cast.kit.person.person_id)
    with pytest.raises(Conflict, match="already"):
        inviting.revoke(home.database, cast.asha.person, cast.kit.person.person_id)


def test_nobody_switches_themselves_off(home: House, cast: Cast) -> None:
    with pytest.raises(NotYours):
        inviting.revoke(home.database, cast.asha.person, cast.asha.person.person_id)


def test_an_organiser_switches_off_neither_an_agent_nor_another_room(home: House, seatlet: Seatlet, cast: Cast) -> None:
    south = invite(home, cast.asha.person, Role.KNOCKER, committee_room_id=seatlet.rooms["South"])
    for person_id in (cast.asha.person.person_id, south.person_id):
        with pytest.raises(NotYours):
            inviting.revoke(home.database, cast.omar.person, person_id)


def test_nobody_of_another_contest_can_be_switched_off(home: House, cast: Cast) -> None:
    with pytest.raises(NotThere):
        inviting.revoke(home.database, cast.sam.person, cast.tess.person.person_id)


@pytest.mark.parametrize("role", [Role.CLERK, Role.TELLER, Role.KNOCKER])
def test_only_agents_and_organisers_invite(home: House, seatlet: Seatlet, cast: Cast, role: Role) -> None:
    by = {Role.CLERK: cast.clem, Role.TELLER: cast.tess, Role.KNOCKER: cast.kit}[role].person
    with pytest.raises(NotYours):
        invite(home, by, Role.KNOCKER, committee_room_id=seatlet.rooms["North"])


def test_an_organiser_invites_no_agent(home: House, cast: Cast) -> None:
    with pytest.raises(NotYours):
        invite(home, cast.omar.person, Role.AGENT)


def test_an_organiser_invites_into_their_own_committee_room_only(home: House, seatlet: Seatlet, cast: Cast) -> None:
    with pytest.raises(NotYours):
        invite(home, cast.omar.person, Role.KNOCKER, committee_room_id=seatlet.rooms["South"])
    with pytest.raises(NotYours):
        invite(home, cast.omar.person, Role.TELLER, place_id=seatlet.places["Library"])
    with pytest.raises(NotYours):
        invite(home, cast.omar.person, Role.ORGANISER)
    assert invite(home, cast.omar.person, Role.TELLER, place_id=seatlet.places["St Mark's Hall"]).where


def test_an_organiser_sees_the_links_of_their_own_committee_room_only(
    home: House, seatlet: Seatlet, cast: Cast
) -> None:
    invite(home, cast.asha.person, Role.KNOCKER, committee_room_id=seatlet.rooms["South"])
    seen = {row["name"] for _, row in inviting.invitations(home.database, home.key, cast.omar.person)}
    assert seen == {"Omar", "Clem", "Tess", "Kit"}


def test_a_teller_needs_a_polling_place_of_the_contest(home: House, seatlet: Seatlet, cast: Cast) -> None:
    for where, error in (({}, Conflict), ({"place_id": 999_999_999}, NotThere)):
        with pytest.raises(error):
            invite(home, cast.asha.person, Role.TELLER, **where)
    with pytest.raises(NotThere):
        invite(home, cast.sam.person, Role.TELLER, place_id=seatlet.places["Library"])


def test_a_committee_room_must_be_one_of_the_contest(home: House, seatlet: Seatlet, cast: Cast) -> None:
    with pytest.raises(NotThere):
        invite(home, cast.sam.person, Role.CLERK, committee_room_id=seatlet.rooms["North"])


def test_an_agent_belongs_to_no_committee_room(home: House, seatlet: Seatlet, cast: Cast) -> None:
    card = invite(home, cast.asha.person, Role.AGENT, committee_room_id=seatlet.rooms["North"])
    assert by_link(home, card.token)[0].committee_room_id is None


@pytest.mark.parametrize("device", ["", "x", "1", "1.", ".x", "99999999999.x", "1.\0", "²."])
def test_a_device_token_that_is_none_lets_nobody_in(home: House, cast: Cast, device: str) -> None:
    with pytest.raises(HouseError):
        signing_in.who_is(home.database, home.key, device)
