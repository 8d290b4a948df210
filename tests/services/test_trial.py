"""Before the day a teller's link can be tried: one number, counted nowhere, and the link is known to be armed."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from gotv.errors import BeforeTheDay, Conflict, NotLetIn
from gotv.house import House
from gotv.services import committee_room, inviting, signing_in
from tests.builders import Seatlet
from tests.cast import Cast


@pytest.fixture
def eve(home: House) -> datetime:
    return home.clock.now() - timedelta(days=1)


def armed(home: House, cast: Cast) -> Any:
    rows = {row["name"]: row for _, row in inviting.invitations(home.database, home.key, cast.asha.person)}
    return rows["Tess"]["armed_at"]


def send(home: House, now: datetime, number: str = "123", **proof: str) -> dict[str, str]:
    proof = {"token": "", "code": ""} | proof
    return signing_in.send_on_trial(home.database, home.key, proof["token"], proof["code"], number, now)


def test_the_link_tells_before_the_day_when_and_where_it_will_open(home: House, cast: Cast, eve: datetime) -> None:
    with pytest.raises(BeforeTheDay) as told:
        signing_in.enter_by_link(home.database, home.key, cast.tess.card.token, eve)
    assert (told.value.trial["name"], told.value.trial["place"]) == ("Tess", "St Mark's Hall")
    assert armed(home, cast) is None


@pytest.mark.parametrize("by", ["token", "code"])
def test_a_number_on_trial_arms_the_link_and_counts_nowhere(
    home: House, seatlet: Seatlet, cast: Cast, eve: datetime, by: str
) -> None:
    before = committee_room.board(home.database, seatlet.contest, home.clock.now())["position"]
    told = send(home, eve, " 12-1 ", **{by: getattr(cast.tess.card, by)})
    assert told["number"] == "12/1"
    assert armed(home, cast) == eve
    assert committee_room.board(home.database, seatlet.contest, home.clock.now())["position"] == before


def test_what_is_no_number_arms_nothing(home: House, cast: Cast, eve: datetime) -> None:
    with pytest.raises(Conflict, match="not an elector number"):
        send(home, eve, "hello", token=cast.tess.card.token)
    assert armed(home, cast) is None


def test_on_the_day_itself_nothing_is_on_trial(home: House, cast: Cast) -> None:
    with pytest.raises(Conflict, match="Today is the day"):
        send(home, home.clock.now(), token=cast.tess.card.token)
    assert armed(home, cast) is None


def test_after_the_day_and_for_a_link_switched_off_there_is_no_trial(home: House, cast: Cast, eve: datetime) -> None:
    with pytest.raises(NotLetIn, match="polling day only"):
        send(home, eve + timedelta(days=2), token=cast.tess.card.token)
    inviting.revoke(home.database, cast.asha.person, cast.tess.person.person_id)
    with pytest.raises(NotLetIn):
        send(home, eve, token=cast.tess.card.token)


def test_other_roles_have_no_day_and_no_trial(home: House, cast: Cast, eve: datetime) -> None:
    with pytest.raises(Conflict):
        send(home, eve, token=cast.kit.card.token)
    assert signing_in.enter_by_link(home.database, home.key, cast.kit.card.token, eve)
