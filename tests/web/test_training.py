"""Learning how: courses for all, who has read which, practice on an invented seat, and what people care about."""

import re
import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gotv.domain.concerns import NotAnIssue, read_concern
from gotv.domain.work import TAUGHT
from gotv.house import House
from gotv.rehearsal.demo import set_the_stage
from gotv.rehearsal.seat import invent_seat
from gotv.services import contests, events, outings
from tests.builders import Seatlet, today
from tests.cast import Cast
from tests.services.test_rota import Day
from tests.services.test_signing_up import Session, comer, told
from tests.web.test_people import form


def no_rehearsals(home: House) -> None:
    """None that another test left: it is over."""
    with home.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE contest SET purged_at = now() WHERE rehearsal AND purged_at IS NULL")


@pytest.mark.parametrize("work", TAUGHT)
def test_anybody_may_read_a_course_in_ten_minutes(client: FlaskClient, home: House, work: str) -> None:
    no_rehearsals(home)
    page = client.get(f"/learn/{work}").text
    words = re.sub(r"<[^>]+>", " ", page[page.index("<h1>") :]).split()
    assert 250 < len(words) < 1_500, "at a hundred and fifty words a minute, with time to think"
    assert "Try yourself" in page
    assert "There is no seat to practise on just now." in page


def test_there_is_no_other_course(client: FlaskClient) -> None:
    assert client.get("/learn/driver").status_code == 404
    assert client.get("/learn").status_code == 200


def test_who_has_read_a_course_is_shown_when_a_walk_is_given(
    app: Flask, client: FlaskClient, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    def trained() -> bool:
        free = outings.who_could_go(home.database, cast.omar.person, seatlet.rooms["North"], home.clock.now())
        return next(bool(one["trained"]) for one in free if one["name"] == "Kit")

    assert not trained()
    refused = client.post("/learn/knocker/read.json", json={})
    assert (refused.status_code, "This link is not complete." in refused.get_json()["reason"]) == (401, True)
    kit = cast.kit.signed_in(app.test_client())
    assert kit.post("/learn/teller/read.json", json={}).status_code == 200
    assert not trained(), "telling is not knocking"
    for _ in range(2):
        assert "Noted." in kit.post("/learn/knocker/read.json", json={}).get_json()["words"]
    assert trained()


def test_a_training_trains_whoever_was_ticked_there(app: Flask, home: House, seatlet: Seatlet, cast: Cast) -> None:
    day = Day(home, seatlet, cast)
    day.pledge("Ann")
    session = Session(home, seatlet, kind="training", **{"trains-knocker": "1", "trains-teller": "1"})
    who = comer("Ann")
    session.sign_up(who)
    assert day.person("Ann")["trained"] == []
    events.tick(home.database, seatlet.contest_id, session.event_id, who["sign_up_id"], home.clock.now(), there=True)
    assert day.person("Ann")["trained"] == ["knocker", "teller"]


def test_a_training_says_for_what(app: Flask, cast: Cast, seatlet: Seatlet) -> None:
    omar = cast.omar.signed_in(app.test_client())
    plan = f"/contests/{seatlet.contest_id}/events"
    wrong = omar.post(plan, data=form(omar, **told(kind="training", syllabus="How to tell")))
    assert (wrong.status_code, "Trains for: tick at least one." in wrong.text) == (409, True)
    assert 'value="How to tell"' in wrong.text
    made = omar.post(plan, data=form(omar, **told(kind="training", syllabus="How to tell", **{"trains-teller": "1"})))
    page = omar.get(made.headers["Location"]).text
    assert re.search(r'name="trains-teller" value="1" checked', page)


def test_practice_leads_to_an_invented_seat_and_to_no_other(
    client: FlaskClient, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    no_rehearsals(home)
    session = Session(home, seatlet)
    token = session.sign_up(comer("Ann"))["token"]
    none = client.post("/learn/teller/practise.json", json={"token": token})
    assert (none.status_code, "no seat to practise on" in none.get_json()["reason"]) == (409, True)
    stage = set_the_stage(home, invent_seat(electors=200, districts=2, places=2, rooms=1), today(), lambda _: None)
    try:
        assert "Practise on this phone" in client.get("/learn/teller").text
        assert client.post("/learn/teller/practise.json", json={}).status_code == 401
        for work, role in (("teller", "teller"), ("canvasser", "knocker"), ("knocker", "knocker"), ("clerk", "clerk")):
            link = client.post(f"/learn/{work}/practise.json", json={"token": token}).get_json()["next"]
            entered = client.post("/enter", json={"token": link.partition("#")[2]}).get_json()
            assert (entered["role"], entered["name"]) == (role, "Practising")
        assert contests.find_contest(home.database, stage.contest.contest_id).rehearsal
    finally:
        no_rehearsals(home)


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("buses after eight", True),
        ("Waiting for a hip operation", True),
        ("the 38 bus, and 3 potholes", True),
        ("no 20mph zone, no 5G masts", True),
        ("the number 38 bus never comes", True),
        ("we miss the library, and can't see a Dr", True),
        ("MS drugs not on the NHS, jams on A38 5pm", True),
        ("cannot see a Dr in weeks", True),
        *(
            (words, False)
            for words in (
                "Miss Brown next door",
                "mrs patel cannot get a GP",
                "MR PATEL waits for a hip",
                "dr ahmed's surgery shut",
                "ms Gray has damp",
                "at no. 12 they know",
                "no 12 has damp",
                "damp in flat 12a",
                "house 4b floods",
            )
        ),
        ("She is lonely", False),
        ("call 07700 900123", False),
        ("ann@example.org wants a poster", False),
        ("bins at 12 Elm Road", False),
        ("the flat 4 damp", False),
        ("damp in N1 4QD", False),
        ("x" * 141, False),
    ],
)
def test_an_issue_is_kept_and_a_person_is_not(words: str, kept: bool) -> None:
    if kept:
        assert read_concern("Housing", words) == ("Housing", words)
    else:
        with pytest.raises(NotAnIssue):
            read_concern("Housing", words)


def test_what_is_refused_is_named() -> None:
    with pytest.raises(NotAnIssue, match="“flat 4” may tell of somebody"):
        read_concern("Housing", "the flat 4 damp")


def test_what_people_care_about_is_counted_by_theme(app: Flask, cast: Cast, seatlet: Seatlet) -> None:
    kit, omar, clem = (one.signed_in(app.test_client()) for one in (cast.kit, cast.omar, cast.clem))
    page = f"/contests/{seatlet.contest_id}/concerns"

    def note(theme: str, words: str, id_: str = "", by: FlaskClient = kit) -> Any:
        headers = {"X-CSRFToken": form(by)["csrf_token"]}
        return by.post(page, json={"id": id_ or str(uuid.uuid4()), "theme": theme, "words": words}, headers=headers)

    assert "Nothing yet." in omar.get(page).text
    same = str(uuid.uuid4())
    for _ in range(2):
        assert note("Housing", "damp flats", same).get_json() == {"kept": True}
    note("Housing", "")
    note("Schools", "no teacher for maths")
    shown = " ".join(re.sub(r"<[^>]+>", " ", omar.get(page).text).split())
    assert "Housing 2 damp flats Schools 1 no teacher for maths" in shown
    assert note("Weather", "rain").get_json()["reason"] == "Theme: choose one of the list."
    assert note("Housing", "damp", "no id").status_code == 409
    assert note("Housing", "damp", by=clem).status_code == 403
    assert "What did they care about?" in kit.get("/learn/conversation").text
    assert "What did they care about?" not in app.test_client().get("/learn/conversation").text


def test_a_name_of_the_register_is_no_issue(app: Flask, cast: Cast, seatlet: Seatlet, home: House) -> None:
    with home.database.transaction() as connection:
        connection.exec_driver_sql(
            f"UPDATE elector SET surname = 'Okafor' WHERE contest_id = {seatlet.contest_id} AND number = 1"
        )
    kit = cast.kit.signed_in(app.test_client())
    headers = {"X-CSRFToken": form(kit)["csrf_token"]}
    sent = {"id": str(uuid.uuid4()), "theme": "Housing", "words": "damp at the Okafor place"}
    refused = kit.post(f"/contests/{seatlet.contest_id}/concerns", json=sent, headers=headers)
    assert (refused.status_code, "a name on the register" in refused.get_json()["reason"]) == (409, True)


def test_consent_is_for_each_channel(home: House, seatlet: Seatlet) -> None:
    session = Session(home, seatlet)
    ticked = {"by_email": "1", "by_text": "1", "by_chat": ""}
    session.sign_up(comer("Ann", **ticked))
    session.sign_up(comer("Bob", contact="07700 900123", **ticked))
    session.sign_up(comer("Cat"))
    _, people = events.who_comes(home.database, seatlet.contest_id, session.event_id)
    assert {one["name"]: one["channels"] for one in people} == {"Ann": ["email"], "Bob": ["text"], "Cat": []}
