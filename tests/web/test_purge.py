"""The purge from the agent's page: the name typed, everybody out, the certificate at an address of its own."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from gotv.house import House
from gotv.services import contests, purging
from tests.builders import Seatlet
from tests.cast import Cast
from tests.conftest import over


def page_of(client: FlaskClient, seatlet: Seatlet) -> str:
    return client.get(f"/contests/{seatlet.contest_id}/purge").text


def send(client: FlaskClient, seatlet: Seatlet, page: str, name: str):  # type: ignore[no-untyped-def]
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    return client.post(f"/contests/{seatlet.contest_id}/purge", data={"csrf_token": token[1], "name": name})


def test_the_page_says_when_all_will_be_erased_and_what(client: FlaskClient, seatlet: Seatlet, cast: Cast) -> None:
    page = page_of(cast.asha.signed_in(client), seatlet)
    assert f"{seatlet.contest.retention_date:%d %B %Y}" in page
    assert "you too are signed out" in page


def test_before_the_close_there_is_no_button(home: House, client: FlaskClient, seatlet: Seatlet, cast: Cast) -> None:
    with home.database.transaction() as connection:
        sql = "UPDATE contest SET polling_day = polling_day + 1 WHERE contest_id = :contest"
        connection.execute(text(sql), {"contest": seatlet.contest_id})
    page = page_of(cast.asha.signed_in(client), seatlet)
    assert "Nothing can be erased before" in page
    assert "Erase everything now" not in page
    assert send(client, seatlet, page, seatlet.contest.name).status_code == 409


def test_another_name_erases_nothing(home: House, client: FlaskClient, seatlet: Seatlet, cast: Cast) -> None:
    over(home, seatlet)
    client = cast.asha.signed_in(client)
    answer = send(client, seatlet, page_of(client, seatlet), "Elsewhere")
    assert answer.status_code == 409
    assert "Nothing was erased" in answer.text
    assert purging.of_contest(home.database, seatlet.contest_id) is None


@pytest.mark.usefixtures("household")
def test_the_certificate_is_read_without_signing_in(
    home: House, client: FlaskClient, seatlet: Seatlet, cast: Cast
) -> None:
    over(home, seatlet)
    client = cast.asha.signed_in(client)
    answer = send(client, seatlet, page_of(client, seatlet), seatlet.contest.name)
    address = answer.headers["Location"]
    assert "Waiting to be erased" in client.get(address).text
    assert client.get(f"/contests/{seatlet.contest_id}/board").status_code == 302, "the agent is signed out"
    certificate_id = address.rpartition("/")[2]
    # Two days on no poll of another test is open any more.
    now = home.clock.now() + timedelta(days=2)
    assert purging.run(home.database, home.backups, home.settings.home, seatlet.contest_id, certificate_id, now)
    certificate = client.get(address).text
    assert "Electors" in certificate
    assert "ordered by Asha" in certificate
    assert "no row of the contest is left" in certificate
    assert not re.search(r"Elm Road|Elector\d|N1 4QD", certificate)
    assert seatlet.contest.name not in client.get("/enter").text
    assert contests.find_contest(home.database, seatlet.contest_id).purged_at


def test_a_certificate_that_is_none_is_not_there(client: FlaskClient) -> None:
    for made_up in ("x", "00000000-0000-0000-0000-000000000000"):
        assert client.get(f"/certificates/{made_up}").status_code == 404
