"""The board and what stands behind it: counts that agree, the ledger of a place, withdrawing and resolving."""

import re
import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gotv.domain.people import Role
from gotv.house import House
from gotv.services.recount import recount
from tests.builders import Seatlet, marked, no_number
from tests.cast import Cast, Member, member

HALL = "St Mark's Hall"
PERSONAL = ("Elector1", "Elector2", "Pat", "Elm Road", "Sampleton", "N1 4QD", "Ours")


def form(client: FlaskClient, **fields: Any) -> dict[str, Any]:
    """The fields of a form, with the token that our own pages put into it."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/enter").text)
    assert found
    return {"csrf_token": found[1], **fields}


def south_teller(home: House, seatlet: Seatlet) -> Member:
    return member(home, seatlet.contest_id, Role.TELLER, "Theo", place_id=seatlet.places["Library"])


def call(home: House, teller: Member, *entries: dict[str, str]) -> None:
    answers = home.telling.take(teller.person, home.telling.post_of(teller.person), list(entries))["answers"]
    assert "refused" not in {answer["outcome"] for answer in answers}


def board_of(client: FlaskClient, seatlet: Seatlet, **asked: int) -> dict[str, Any]:
    answer = client.get(f"/contests/{seatlet.contest_id}/board.json", query_string=asked)
    assert answer.status_code == 200
    snapshot: dict[str, Any] = answer.get_json()
    return snapshot


def page(client: FlaskClient, seatlet: Seatlet, path: str) -> str:
    answer = client.get(f"/contests/{seatlet.contest_id}/{path}")
    assert answer.status_code == 200, answer.text
    return answer.text


def change(client: FlaskClient, seatlet: Seatlet, entry: dict[str, str], what: str, **fields: Any) -> TestResponse:
    """Withdraw or resolve an entry, and go where the answer leads."""
    address = f"/contests/{seatlet.contest_id}/entries/{entry['id']}/{what}"
    return client.post(address, data=form(client, **fields), follow_redirects=True)


def differences(home: House, seatlet: Seatlet) -> list[str]:
    return recount(home.database, seatlet.contest, home.clock.now()).differences


def words_of(page: str) -> str:
    """What a reader sees of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture
def agent(app: Flask, cast: Cast) -> FlaskClient:
    return cast.asha.signed_in(app.test_client())


@pytest.fixture
def organiser(app: Flask, cast: Cast) -> FlaskClient:
    return cast.omar.signed_in(app.test_client())


def test_the_board_equals_a_recount_of_the_ledger(
    agent: FlaskClient, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    call(home, cast.tess, marked("1"), marked("1"), marked("8"), marked("6"), marked("77"), no_number())
    counted = recount(home.database, seatlet.contest, home.clock.now())
    board = board_of(agent, seatlet)
    assert counted.differences == []
    assert (board["position"], board["total"]["marks"]) == (counted.position, counted.marked) == (counted.position, 3)
    total = board["total"]
    assert (total["electors"], total["pledges"], total["pledges_marked"]) == (36, 21, 2)
    assert (total["outstanding"], total["unmatched"], total["no_number"]) == (17, 1, 1)


def test_the_page_shows_what_the_snapshot_says(agent: FlaskClient, home: House, seatlet: Seatlet, cast: Cast) -> None:
    call(home, cast.tess, marked("1"), marked("8"), marked("77"), no_number())
    board, text = board_of(agent, seatlet), page(agent, seatlet, "board")
    assert f'data-position="{board["position"]}"' in text
    shown = dict(reversed(re.findall(r'data-cell="(\w+)"[^>]*>([^<]*)<', text)))
    names = ("marks", "turnout", "electors", "pledges", "pledges_marked", "outstanding", "unmatched", "no_number")
    assert {name: shown[name] for name in names} == {name: str(board["total"][name]) for name in names}


def test_the_rooms_of_the_board_add_up(agent: FlaskClient, home: House, seatlet: Seatlet, cast: Cast) -> None:
    call(home, cast.tess, marked("1"), marked("2", "AC"))
    call(home, south_teller(home, seatlet), marked("3", "BA"))
    board = board_of(agent, seatlet)
    assert {row["name"]: row["marks"] for row in board["rooms"]} == {"North": 2, "South": 1}
    assert {row["district"]: row["marks"] for row in board["districts"]} == {"AB": 1, "AC": 1, "BA": 1}
    assert sum(hour["marks"] for hour in board["hours"]) == board["total"]["marks"] == 3


def test_the_organiser_of_north_never_sees_south(
    organiser: FlaskClient, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    call(home, cast.tess, marked("1"))
    call(home, south_teller(home, seatlet), marked("3", "BA"), marked("77", "BA"))
    board = board_of(organiser, seatlet)
    assert [row["name"] for row in board["rooms"]] == ["North"]
    assert {row["district"] for row in board["districts"]} == {"AB", "AC"}
    assert (board["total"]["marks"], board["total"]["unmatched"], board["total"]["electors"]) == (1, 0, 24)
    assert sum(hour["marks"] for hour in board["hours"]) == 1
    for path in ("board", "unmatched"):
        assert not re.search("Library|South|Theo", page(organiser, seatlet, path)), path


def test_asking_for_another_committee_room_is_refused(organiser: FlaskClient, seatlet: Seatlet) -> None:
    for path in ("board", "board.json", "board/hours"):
        asked = {"room": seatlet.rooms["South"]}
        assert organiser.get(f"/contests/{seatlet.contest_id}/{path}", query_string=asked).status_code == 403
    library = f"/contests/{seatlet.contest_id}/places/{seatlet.places['Library']}"
    assert organiser.get(library).status_code == 403


def test_the_agent_looks_into_any_committee_room_there_is(agent: FlaskClient, seatlet: Seatlet) -> None:
    south = board_of(agent, seatlet, room=seatlet.rooms["South"])
    assert {row["district"] for row in south["districts"]} == {"BA"}
    assert agent.get(f"/contests/{seatlet.contest_id}/board?room=999999").status_code == 404


def test_no_board_shows_a_name_or_an_address(agent: FlaskClient, home: House, seatlet: Seatlet, cast: Cast) -> None:
    call(home, cast.tess, marked("1"), marked("77"))
    place = f"places/{seatlet.places[HALL]}"
    for path in ("board", "board?kiosk=1", "board.json", "board/hours", "unmatched", place):
        text = page(agent, seatlet, path)
        assert not [word for word in PERSONAL if re.search(rf"\b{word}\b", text)], path


def test_a_board_without_a_register_says_who_loads_it(app: Flask, cast: Cast) -> None:
    sam = cast.sam.signed_in(app.test_client())
    assert "no register" in sam.get(f"/contests/{cast.sam.person.contest_id}/board").text


def test_the_chart_by_hour_has_its_figures_too(agent: FlaskClient, home: House, seatlet: Seatlet, cast: Cast) -> None:
    call(home, cast.tess, marked("1"), marked("8"))
    hour = seatlet.contest.local(home.clock.now()).strftime("%H:00")
    assert f"{hour} 2 1" in words_of(page(agent, seatlet, "board/hours"))


def test_a_ticket_is_given_to_whoever_sees_a_board(organiser: FlaskClient, app: Flask, seatlet: Seatlet) -> None:
    address = f"/contests/{seatlet.contest_id}/board/ticket"
    token = form(organiser)["csrf_token"]
    assert organiser.post(address, headers={"X-CSRFToken": token}).get_json()["ticket"]
    assert organiser.post(address).status_code == 400


def test_the_ledger_of_a_place_says_who_called_and_when(
    organiser: FlaskClient, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    call(home, cast.tess, marked("5"), marked("77"), no_number())
    text = words_of(page(organiser, seatlet, f"places/{seatlet.places[HALL]}"))
    assert text.count("Tess") == 3
    assert seatlet.contest.local(home.clock.now()).strftime("%H:") in text
    assert "unmatched" in text


def test_withdrawing_leaves_its_trace(organiser: FlaskClient, home: House, seatlet: Seatlet, cast: Cast) -> None:
    call(home, cast.tess, wrong := marked("5"))
    place = seatlet.places[HALL]
    answer = change(organiser, seatlet, wrong, "withdraw", place_id=place)
    assert answer.request.path.endswith(f"/places/{place}")
    assert re.search(r"withdrawn \d\d:\d\d by Omar", words_of(answer.text))
    assert board_of(organiser, seatlet)["total"]["marks"] == 0
    assert differences(home, seatlet) == []


def test_withdrawing_twice_is_withdrawing_once(
    organiser: FlaskClient, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    call(home, cast.tess, wrong := marked("77"), marked("78"))
    for _ in range(2):
        assert change(organiser, seatlet, wrong, "withdraw").status_code == 200
    assert board_of(organiser, seatlet)["total"]["unmatched"] == 1
    assert differences(home, seatlet) == []


def test_resolving_moves_an_unmatched_number_to_its_elector(
    organiser: FlaskClient, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    call(home, cast.tess, misheard := marked("77"))
    assert "77" in words_of(page(organiser, seatlet, "unmatched"))
    answer = change(organiser, seatlet, misheard, "resolve", number="AB-7/0")
    assert "AB-7" in answer.text
    total = board_of(organiser, seatlet)["total"]
    assert (total["marks"], total["unmatched"]) == (1, 0)
    assert misheard["id"] not in page(organiser, seatlet, "unmatched")
    assert differences(home, seatlet) == []


@pytest.mark.parametrize(("number", "status"), [("AB-999", 409), ("twelve", 200), ("", 200), ("9" * 50, 200)])
def test_resolving_to_nobody_changes_nothing_and_says_so(
    organiser: FlaskClient, home: House, seatlet: Seatlet, cast: Cast, number: str, status: int
) -> None:
    call(home, cast.tess, misheard := marked("77"))
    before = board_of(organiser, seatlet)
    answer = change(organiser, seatlet, misheard, "resolve", number=number)
    assert answer.status_code == status
    assert re.search("not on the register|not an elector number", answer.text)
    assert board_of(organiser, seatlet)["position"] == before["position"]


def test_an_entry_of_another_committee_room_is_left_alone(
    organiser: FlaskClient, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    call(home, south_teller(home, seatlet), southern := marked("77", "BA"))
    before = board_of(organiser, seatlet)["position"]
    assert change(organiser, seatlet, southern, "withdraw").status_code == 403
    assert change(organiser, seatlet, southern, "resolve", number="BA-1").status_code == 403
    assert board_of(organiser, seatlet)["position"] == before


@pytest.mark.parametrize("entry", [str(uuid.uuid4()), "1", "urn:uuid:" + str(uuid.uuid4()), "x" * 36])
def test_an_entry_that_is_not_there_is_told(organiser: FlaskClient, seatlet: Seatlet, entry: str) -> None:
    for what in ("withdraw", "resolve"):
        assert change(organiser, seatlet, {"id": entry}, what, number="AB-1").status_code == 404


def test_each_number_to_check_has_its_own_confirmation(
    client: FlaskClient, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    post = home.telling.post_of(cast.tess.person)
    home.telling.take(cast.tess.person, post, [marked("1", "BA"), marked("8"), marked("8")])
    page = cast.asha.signed_in(client).get(f"/contests/{seatlet.contest_id}/unmatched").text
    assert 'aria-label="Confirm BA 1"' in page
    assert 'aria-label="Confirm AB 8"' in page
