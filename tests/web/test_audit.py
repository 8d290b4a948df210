"""Every door a person came through is noted; nothing can be changed; recount names what is missing."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from gotv.house import House
from gotv.services import audit
from gotv.services.recount import recount
from gotv.store import purge as store
from tests.builders import Seatlet, marked
from tests.cast import Cast
from tests.web.test_signing_in import form


def entries(home: House, seatlet: Seatlet) -> list[dict[str, Any]]:
    return audit.newest(home.database, seatlet.contest_id, None)


def short(home: House, seatlet: Seatlet) -> list[tuple[str, str, str, int]]:
    return [(one["name"], one["method"], one["door"], one["status"]) for one in reversed(entries(home, seatlet))]


def test_who_saw_and_who_changed_what(app: Flask, home: House, seatlet: Seatlet, cast: Cast) -> None:
    omar = cast.omar.signed_in(app.test_client())
    where = f"/contests/{seatlet.contest_id}"
    omar.get(f"{where}/board")
    omar.get(f"{where}/files")
    kit = cast.kit.person.person_id
    omar.post(f"{where}/people/{kit}/revoke", data=form(omar))
    # The page of files is the agent's: he was not let in, and nothing of a person stands for it.
    assert short(home, seatlet) == [
        ("Omar", "POST", "signing_in.exchange", 200),
        ("Omar", "GET", "committee_room.board", 200),
        ("Omar", "POST", "people.revoke", 302),
    ]
    assert entries(home, seatlet)[0]["about"] == f'{{"person_id": {kit}}}'


def test_an_open_page_that_asks_again_is_noted_once(
    client: FlaskClient, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    clem = cast.clem.signed_in(client)
    for _ in range(5):
        clem.get(f"/contests/{seatlet.contest_id}/board.json")
    assert [door for _, _, door, _ in short(home, seatlet)].count("committee_room.board_json") == 1


def test_numbers_have_their_own_log_and_cost_no_note(
    client: FlaskClient, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    client.post("/telling/numbers", json=[marked("1")], headers=cast.tess.bearer)
    assert short(home, seatlet) == []


def test_no_elector_is_named_in_the_trail(client: FlaskClient, home: House, seatlet: Seatlet, cast: Cast) -> None:
    asha = cast.asha.signed_in(client)
    for page in ("people", "files", "walks", "unmatched"):
        asha.get(f"/contests/{seatlet.contest_id}/{page}")
    told = " ".join(str(one) for one in entries(home, seatlet))
    assert "people.people" in told
    assert "Elm Road" not in told
    assert "Elector" not in told


def test_it_is_the_agents_to_read(client: FlaskClient, seatlet: Seatlet, cast: Cast) -> None:
    asha = cast.asha.signed_in(client)
    asha.get(f"/contests/{seatlet.contest_id}/walks")
    assert "saw knocking up: walks" in asha.get(f"/contests/{seatlet.contest_id}/audit").text


@pytest.mark.parametrize("words", ["UPDATE audit SET person_id = 1", "DELETE FROM audit", "TRUNCATE audit"])
def test_the_application_cannot_change_the_trail(home: House, words: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), home.database.transaction() as connection:
        connection.execute(text(words))


def test_many_at_once_make_one_chain_and_recount_sees_it_whole(home: House, seatlet: Seatlet, cast: Cast) -> None:
    def note(n: int) -> bool:
        return audit.note(home.database, cast.omar.person, "POST", "people.invite", {"n": n}, 302, home.clock.now())

    with ThreadPoolExecutor(8) as many:
        assert all(many.map(note, range(40)))
    assert sorted(one["seq"] for one in entries(home, seatlet)) == list(range(1, 41))
    assert recount(home.database, seatlet.contest, home.clock.now()).differences == []


def test_recount_names_what_somebody_with_the_database_has_done(home: House, seatlet: Seatlet, cast: Cast) -> None:
    for n in range(4):
        audit.note(home.database, cast.omar.person, "POST", "people.invite", {"n": n}, 302, home.clock.now())
    sql = "DELETE FROM audit WHERE contest_id = :contest AND seq = 2"
    with store.as_owner(home.settings.owner) as engine, engine.begin() as connection:
        connection.execute(text(sql), {"contest": seatlet.contest_id})
    found = recount(home.database, seatlet.contest, home.clock.now()).differences
    assert found == ["audit trail: 2 to 2 are missing"]
