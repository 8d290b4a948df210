"""Loading a file: received, checked, confirmed, applied; and a wrong file that says what is wrong with it."""

import io
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gotv.embedded.household import Household
from gotv.house import House
from gotv.services import committee_room, uploads
from tests.builders import REGISTER_HEADINGS, Seatlet, csv_of, electors
from tests.cast import Cast
from tests.waiting import wait_until

RETURNS = ["elector_number", "voting_intention"]


def form(client: FlaskClient, **fields: Any) -> dict[str, Any]:
    """The fields of a form, with the token that our own pages put into it."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/enter").text)
    assert found
    return {"csrf_token": found[1], **fields}


def words_of(page: str) -> str:
    """What a reader sees of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture
def asha(app: Flask, cast: Cast) -> FlaskClient:
    return cast.asha.signed_in(app.test_client())


@pytest.fixture
def files(seatlet: Seatlet, running: Household) -> str:
    return f"/contests/{seatlet.contest_id}/files"


def send(client: FlaskClient, files: str, kind: str, content: bytes, **fields: str) -> str:
    """Upload a file. Returns the address of its page."""
    sent = form(client, kind=kind, file=(io.BytesIO(content), f"{kind}.csv"), **fields)
    answer = client.post(files, data=sent)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def check(home: House, seatlet: Seatlet, address: str) -> None:
    """Wait for the worker that checks a file."""
    settle(home, seatlet, address, "checked")


def apply(home: House, seatlet: Seatlet, address: str) -> None:
    """Wait for the worker that applies a file."""
    settle(home, seatlet, address, "applied")


def settle(home: House, seatlet: Seatlet, address: str, state: str) -> None:
    upload_id = int(address.rpartition("/")[2])
    wait_until(lambda: uploads.find_upload(home.database, seatlet.contest_id, upload_id)["state"] in (state, "failed"))


def electors_there(home: House, seatlet: Seatlet) -> int:
    snapshot = committee_room.board(home.database, seatlet.contest, home.clock.now())
    return int(snapshot["total"]["electors"])


def test_a_register_is_checked_confirmed_and_applied(
    asha: FlaskClient, home: House, seatlet: Seatlet, files: str
) -> None:
    address = send(asha, files, "register", csv_of(REGISTER_HEADINGS, electors(["AB", "AC", "BA", "BB"])))
    check(home, seatlet, address)
    assert "Nothing is changed yet" in asha.get(address).text
    assert electors_there(home, seatlet) == 36
    assert asha.post(f"{address}/confirm", data=form(asha)).headers["Location"] == address
    apply(home, seatlet, address)
    assert "Applied" in asha.get(address).text
    assert electors_there(home, seatlet) == 48


def test_the_check_says_what_the_file_would_do(asha: FlaskClient, home: House, seatlet: Seatlet, files: str) -> None:
    rows = [row for row in electors(["AB"]) if row[1] != 9]
    address = send(asha, files, "register", csv_of(REGISTER_HEADINGS, rows))
    check(home, seatlet, address)
    page = words_of(asha.get(f"{address}?fragment=1").text)
    assert "Removed 1" in page
    assert "As before 11" in page


def test_additions_only_remove_nobody(asha: FlaskClient, home: House, seatlet: Seatlet, files: str) -> None:
    rows = [row for row in electors(["AB"]) if row[1] != 9]
    address = send(asha, files, "register", csv_of(REGISTER_HEADINGS, rows), whole="no")
    check(home, seatlet, address)
    assert "Removed 0" in words_of(asha.get(address).text)


def test_a_file_is_confirmed_once(asha: FlaskClient, home: House, seatlet: Seatlet, files: str) -> None:
    address = send(asha, files, "pledges", csv_of(RETURNS, [("AB-8", "Ours")]))
    check(home, seatlet, address)
    assert asha.post(f"{address}/confirm", data=form(asha)).status_code == 302
    apply(home, seatlet, address)
    again = asha.post(f"{address}/confirm", data=form(asha))
    assert again.status_code == 409
    assert "already" in again.text


def test_a_file_of_the_wrong_kind_says_which_column_is_missing(
    asha: FlaskClient, home: House, seatlet: Seatlet, files: str
) -> None:
    address = send(asha, files, "pledges", csv_of(["elector_number", "Colour"], [("AB-1", "blue")]))
    check(home, seatlet, address)
    page = words_of(asha.get(address).text)
    assert "Nothing was changed" in page
    assert re.search("no column .*voting_intention", page)


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"PK\x03\x04 a workbook", "Excel"), (b"%PDF-1.7", "PDF"), (b"\0\1\2\3,\0", "text"), (b"\n\n", "empty")],
)
def test_a_file_that_is_no_table_says_what_to_do(
    asha: FlaskClient, home: House, seatlet: Seatlet, files: str, content: bytes, word: str
) -> None:
    address = send(asha, files, "register", content)
    check(home, seatlet, address)
    assert word in asha.get(address).text
    assert asha.post(f"{address}/confirm", data=form(asha)).status_code == 409
    assert asha.get(f"{address}/refused.csv").status_code == 404


def test_refused_rows_come_back_with_their_reasons(
    asha: FlaskClient, home: House, seatlet: Seatlet, files: str
) -> None:
    address = send(asha, files, "pledges", csv_of(RETURNS, [("AB-8", "Ours"), ("twelve", "Ours"), ("=1+1", "Ours")]))
    check(home, seatlet, address)
    assert f"{address}/refused.csv" in asha.get(address).text
    answer = asha.get(f"{address}/refused.csv")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert lines[0] == "Row,Why it was refused,Value,elector_number,voting_intention"
    assert lines[1].startswith("3,") and "twelve" in lines[1]  # noqa: PT018 - one line of the file
    assert not re.search("(^|,)=1", lines[2])


def test_a_file_without_refused_rows_has_none_to_download(
    asha: FlaskClient, home: House, seatlet: Seatlet, files: str
) -> None:
    address = send(asha, files, "pledges", csv_of(RETURNS, [("AB-8", "Ours")]))
    check(home, seatlet, address)
    assert "refused.csv" not in asha.get(address).text
    assert asha.get(f"{address}/refused.csv").status_code == 404


@pytest.mark.parametrize("fields", [{}, {"file": (io.BytesIO(b""), "")}, {"file": (io.BytesIO(b"x"), "")}])
def test_sending_no_file_is_told(asha: FlaskClient, files: str, fields: dict[str, Any]) -> None:
    answer = asha.post(files, data=form(asha, kind="register", **fields), content_type="multipart/form-data")
    assert answer.status_code == 409
    assert "Choose a file" in answer.text


def test_an_empty_file_and_an_unknown_kind_are_told(asha: FlaskClient, files: str) -> None:
    empty = form(asha, kind="register", file=(io.BytesIO(b""), "register.csv"))
    assert asha.post(files, data=empty).status_code == 409
    odd = form(asha, kind="votes", file=(io.BytesIO(b"a,b"), "votes.csv"))
    assert "what kind" in asha.post(files, data=odd).text


def test_a_file_name_is_shown_as_text(asha: FlaskClient, files: str) -> None:
    named = form(asha, kind="register", file=(io.BytesIO(b"a,b"), "<b>register</b>.csv"))
    page = asha.post(files, data=named, follow_redirects=True).text
    assert "<b>register" not in page
    assert "&lt;b&gt;register" in page


def test_the_page_of_files_says_what_the_contest_still_needs(app: Flask, cast: Cast) -> None:
    sam = cast.sam.signed_in(app.test_client())
    page = words_of(sam.get(f"/contests/{cast.sam.person.contest_id}/files").text)
    assert re.search(r"Register 0 electors", page)


@pytest.mark.parametrize("name", ["omar", "clem", "kit"])
def test_only_the_agent_loads_files(
    app: Flask, asha: FlaskClient, home: House, seatlet: Seatlet, cast: Cast, files: str, name: str
) -> None:
    address = send(asha, files, "pledges", csv_of(RETURNS, [("AB-8", "Ours"), ("twelve", "Ours")]))
    check(home, seatlet, address)
    other = getattr(cast, name).signed_in(app.test_client())
    for page in (files, address, f"{address}/refused.csv"):
        assert other.get(page).status_code == 403
    sent = form(other, kind="pledges", file=(io.BytesIO(b"x"), "x.csv"))
    assert other.post(files, data=sent).status_code == 403
    assert other.post(f"{address}/confirm", data=form(other)).status_code == 403
