"""The doors of the slips: what the grid's page sends and is told, the queue's forms, and photos at the door."""

import re
import uuid
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gotv.house import House
from gotv.services import slip_photos, slips
from tests.builders import Seatlet
from tests.cast import Cast, Member
from tests.services.test_slip_photos import photo
from tests.services.test_slips import heading, in_box


@pytest.fixture
def clem(client: FlaskClient, cast: Cast) -> FlaskClient:
    return cast.clem.signed_in(client)


def csrf(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/enter").text)
    assert found
    return found[1]


def send(client: FlaskClient, seatlet: Seatlet, path: str, body: Any) -> TestResponse:
    return client.post(f"/contests/{seatlet.contest_id}/slips{path}", json=body, headers={"X-CSRFToken": csrf(client)})


def put(client: FlaskClient, seatlet: Seatlet, *photos: tuple[bytes, str], **given: Any) -> TestResponse:
    fields = heading(seatlet, **given) | {"csrf_token": csrf(client)}
    files = [(BytesIO(content), name) for content, name in photos]
    return client.post(f"/contests/{seatlet.contest_id}/slips", data={**fields, "photos": files}, follow_redirects=True)


def every(home: House, who: Member) -> list[dict[str, Any]]:
    return slips.of_contest(home.database, who.person, home.clock.now())


def test_a_slip_is_kept_read_again_and_closed(clem: FlaskClient, seatlet: Seatlet) -> None:
    slip_id = str(uuid.uuid4())
    body = {"heading": heading(seatlet), "entries": [in_box(1, "1"), in_box(2, "x")]}
    answer = send(clem, seatlet, f"/{slip_id}", body).get_json()
    assert [one["outcome"] for one in answer["answers"]] == ["marked", "refused"]
    found = clem.get(f"/contests/{seatlet.contest_id}/slips/{slip_id}.json").get_json()
    assert (found["hour"], found["sheet"], found["in_boxes"]["1"]["typed"]) == ("09:00", 1, "1")
    refused = send(clem, seatlet, f"/{slip_id}/close", {"stated": 2})
    assert (refused.status_code, refused.get_json()["ok"]) == (409, False)
    assert send(clem, seatlet, f"/{slip_id}/close", {"stated": 1}).get_json() == {"ok": True, "keyed": 1, "stated": 1}


def test_a_blind_check_is_told_the_heading_and_nothing_that_was_keyed(clem: FlaskClient, seatlet: Seatlet) -> None:
    slip_id = str(uuid.uuid4())
    send(clem, seatlet, f"/{slip_id}", {"heading": heading(seatlet), "entries": [in_box(1, "1")]})
    found = clem.get(f"/contests/{seatlet.contest_id}/slips/{slip_id}.json?blind=1").get_json()
    assert found["teller"] == "Tess"
    assert not {"in_boxes", "keyed", "stated", "strokes", "differences"} & set(found)


def test_numbers_without_our_token_are_not_kept(clem: FlaskClient, home: House, seatlet: Seatlet, cast: Cast) -> None:
    body = {"heading": heading(seatlet), "entries": [in_box(1, "1")]}
    assert clem.post(f"/contests/{seatlet.contest_id}/slips/{uuid.uuid4()}", json=body).status_code == 400
    assert every(home, cast.clem) == []


def test_a_slip_of_ours_is_not_reached_from_another_contest(
    client: FlaskClient, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    sam = cast.sam.signed_in(client)
    body = {"heading": heading(seatlet), "entries": [in_box(1, "1")]}
    assert send(sam, seatlet, f"/{uuid.uuid4()}", body).status_code == 403
    own = f"/contests/{cast.sam.person.contest_id}/slips/{uuid.uuid4()}"
    assert sam.post(own, json=body, headers={"X-CSRFToken": csrf(sam)}).status_code == 409, "our place is not his"
    assert every(home, cast.asha) == []


def test_a_slip_with_its_photo_waits(clem: FlaskClient, home: House, seatlet: Seatlet, cast: Cast) -> None:
    assert "One slip is waiting" in put(clem, seatlet, (photo(), "a.jpg")).text
    (waiting,) = every(home, cast.clem)
    assert waiting["has_photo"]
    slip_photos.draw(home.database, seatlet.contest_id, waiting["slip_id"])
    answer = clem.get(f"/contests/{seatlet.contest_id}/slips/{waiting['slip_id']}/photo")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("image/jpeg", "no-store")


def test_several_photos_are_several_slips_numbered_on_and_a_file_that_is_none_is_named(
    clem: FlaskClient, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    page = put(clem, seatlet, (photo(), "one.jpg"), (b"%PDF", "two.pdf"), (photo(), "three.jpg"), sheet=7)
    assert "two.pdf: The photo cannot be read" in page.text
    assert "2 slips are waiting" in page.text
    assert [slip["sheet"] for slip in every(home, cast.clem)] == [7, 9]


def test_a_slip_without_photo_waits_as_well(clem: FlaskClient, home: House, seatlet: Seatlet, cast: Cast) -> None:
    assert "One slip is waiting" in put(clem, seatlet, hour="", teller="").text
    assert [slip["state"] for slip in every(home, cast.clem)] == ["waiting"]


@pytest.mark.parametrize(("field", "value"), [("sheet", "x"), ("hour", "9 o'clock"), ("place_id", ""), ("boxes", "0")])
def test_a_heading_that_cannot_be_read_is_said_and_nothing_waits(
    clem: FlaskClient, home: House, seatlet: Seatlet, cast: Cast, field: str, value: str
) -> None:
    assert 'class="note bad"' in put(clem, seatlet, **{field: value}).text
    assert every(home, cast.clem) == []


def test_the_page_of_slips_says_what_to_do_when_there_are_none(clem: FlaskClient, seatlet: Seatlet) -> None:
    page = clem.get(f"/contests/{seatlet.contest_id}/slips").text
    assert "No slip has come in yet." in page
    assert "No waiting, none being keyed" not in page


def test_next_and_sample_say_when_there_is_nothing(clem: FlaskClient, seatlet: Seatlet) -> None:
    for path, words in (("next", "No slip is waiting"), ("sample", "no closed slip")):
        address = f"/contests/{seatlet.contest_id}/slips/{path}"
        assert words in clem.post(address, data={"csrf_token": csrf(clem)}, follow_redirects=True).text


def test_a_clerk_may_not_give_the_permission_to_see_initials(clem: FlaskClient, seatlet: Seatlet) -> None:
    address = f"/contests/{seatlet.contest_id}/slips/initials"
    assert clem.post(address, data={"csrf_token": csrf(clem), "shows": "yes"}).status_code == 403


def test_what_a_grid_knows_of_another_room_stays_there(clem: FlaskClient, seatlet: Seatlet) -> None:
    library = seatlet.places["Library"]
    assert clem.get(f"/contests/{seatlet.contest_id}/slips/places/{library}.json").status_code == 403
    assert clem.get(f"/contests/{seatlet.contest_id}/slips/places/999999.json").status_code == 404


def test_no_pledge_is_told_to_a_grid(clem: FlaskClient, seatlet: Seatlet) -> None:
    hall = seatlet.places["St Mark's Hall"]
    known = clem.get(f"/contests/{seatlet.contest_id}/slips/places/{hall}.json").get_json()
    assert known["numbers"]["AB"][0] == [1, 0, ""], "number and suffix; 1 is a pledge, and nothing says so"
    assert known["tellers"] == ["Tess"]


def test_the_control_totals_say_what_the_paper_says_beside_what_is_held(
    clem: FlaskClient, app: Any, seatlet: Seatlet, cast: Cast
) -> None:
    slip_id = str(uuid.uuid4())
    send(clem, seatlet, f"/{slip_id}", {"heading": heading(seatlet), "entries": [in_box(1, "1"), in_box(2, "2")]})
    send(clem, seatlet, f"/{slip_id}/close", {"stated": 3, "reason": "one was washed out"})
    omar = cast.omar.signed_in(app.test_client())
    page = omar.get(f"/contests/{seatlet.contest_id}/control-totals").text
    assert "differs by 1" in page
    assert "one was washed out" in page
