"""Events on the pages: organisers plan them, anybody comes, and only one's own link changes what one said."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from gotv.house import House
from gotv.services import contests, events
from gotv.services.own_links import own_link, read_own_token
from tests.builders import Seatlet
from tests.cast import Cast
from tests.country import loaded, look_again
from tests.services.test_signing_up import Session, comer, told
from tests.web.test_headers import INLINE, assert_guarded
from tests.web.test_people import form


@pytest.fixture
def omar(app: Flask, cast: Cast) -> FlaskClient:
    return cast.omar.signed_in(app.test_client())


@pytest.fixture
def session(home: House, seatlet: Seatlet) -> Session:
    return Session(home, seatlet, host="Omar", bring="An umbrella", capacity="1")


def page_of(session: Session) -> str:
    return f"/come/{session.seatlet.contest_id}/{session.event_id}"


def signed_up(client: FlaskClient, session: Session, **person: str) -> str:
    return client.post(page_of(session), data=form(client, **person)).text


def token_in(page: str) -> str:
    found = re.search(r'/come/mine#([^"]+)"', page)
    assert found
    return found[1]


def test_an_organiser_plans_an_event_and_sees_who_comes(
    omar: FlaskClient, seatlet: Seatlet, client: FlaskClient
) -> None:
    plan = f"/contests/{seatlet.contest_id}/events"
    assert "Nothing is planned. Add the first session below" in omar.get(plan).text
    wrong = omar.post(plan, data=form(omar, **told(capacity="none", bring="A hat")))
    assert (wrong.status_code, "Places: write a number from 1 to 2,000." in wrong.text) == (409, True)
    assert 'value="A hat"' in wrong.text, "what was filled in stays"
    made = omar.post(plan, data=form(omar, **told(weekend="Big weekend")))
    assert made.status_code == 302
    page = omar.get(made.headers["Location"]).text
    assert "The event is open. Its page has a link to pass on." in page
    assert "Nobody yet. Pass the link on." in page
    public = re.search(r'href="(http[^"]+/come/[^"]+)"', page)
    assert public
    address = public[1].split("/", 3)[3]
    assert "Saturday morning doors" in client.get(f"/{address}").text
    client.post(f"/{address}", data=form(client, **comer("Ann", seats_in_car="3")))
    page = omar.get(made.headers["Location"]).text
    assert "ann@example.org" in page
    assert "(no reminders)" in page
    assert "lacks people" not in omar.get(plan).text, "one of two places is taken"


def test_the_public_page_tells_what_one_needs_and_nobody_who_comes(session: Session, client: FlaskClient) -> None:
    signed_up(client, session, **comer("Ann"))
    answer = client.get(page_of(session))
    assert_guarded(answer)
    assert not INLINE.search(answer.text)
    for words in ("Library steps", "An umbrella", "Who meets you", "10:00 to 13:00", "you can wait for a place"):
        assert words in answer.text
    assert "ann@example.org" not in answer.text
    assert not re.search(r"\bAnn\b", answer.text)


def test_signing_up_gives_a_place_or_a_turn_and_a_link(session: Session, client: FlaskClient) -> None:
    given = re.search(r'name="sign_up_id" value="([^"]+)"', client.get(page_of(session)).text)
    assert given
    form_ = comer("Ann", sign_up_id=given[1])
    first = signed_up(client, session, **form_)
    assert "You have a place. See you there!" in first
    assert "You have a place." in signed_up(client, session, **form_), "sent twice, counted once"
    stranger = signed_up(client.application.test_client(), session, **form_)
    assert "This form was sent before" in stranger, "organisers know id and contact, and are given no link by them"
    assert "It is full. You are number 1 in the line." in signed_up(client, session, **comer("Bob"))
    wrong = client.post(page_of(session), data=form(client, **comer("Cat", contact="cat", seats_in_car="2")))
    assert (wrong.status_code, "Email or phone: write an address" in wrong.text) == (409, True)
    assert 'value="Cat"' in wrong.text


def test_ones_own_link_gives_the_place_back(session: Session, client: FlaskClient) -> None:
    ann, bob = (token_in(signed_up(client, session, **comer(name))) for name in ("Ann", "Bob"))
    assert (
        "Bob, you are number 1 in the line." in client.post("/come/mine.json", json={"token": bob}).get_json()["html"]
    )
    gone = client.post("/come/mine/change.json", json={"token": ann, "comes": False}).get_json()
    assert gone["state"] == "cancelled"
    assert client.post("/come/mine.json", json={"token": bob}).get_json()["state"] == "coming"
    for wrong in ({"token": ann[:-2] + "xx", "comes": False}, {"token": 7, "comes": True}, {}, []):
        assert client.post("/come/mine/change.json", json=wrong).status_code == 401
    assert client.post("/come/mine/change.json", json={"token": bob, "comes": "no"}).status_code == 409


def test_the_calendar_file_is_one_that_calendars_read(session: Session, client: FlaskClient) -> None:
    answer = client.get(f"{page_of(session)}/event.ics")
    assert answer.mimetype == "text/calendar"
    [event] = Calendar.from_ical(answer.data).walk("VEVENT")
    assert (str(event["location"]), int(event["sequence"])) == ("Library steps", 0)
    assert event["dtstart"].dt.strftime("%H:%M %Z") in ("10:00 GMT", "10:00 BST")
    assert "An umbrella" in event["description"]
    events.call_off(session.home.database, session.seatlet.contest, session.event_id, session.home.clock.now())
    [event] = Calendar.from_ical(client.get(f"{page_of(session)}/event.ics").data).walk("VEVENT")
    assert (str(event["status"]), int(event["sequence"])) == ("CANCELLED", 1)
    assert "This event has been called off." in client.get(page_of(session)).text


def test_whoever_is_there_is_ticked_and_it_can_be_undone(
    omar: FlaskClient, session: Session, client: FlaskClient
) -> None:
    ann = comer("Ann")
    signed_up(client, session, **ann)
    page = f"/contests/{session.seatlet.contest_id}/events/{session.event_id}"
    there = f"{page}/people/{ann['sign_up_id']}/there"
    assert "Ann is there." in omar.post(there, data=form(omar, there="1"), follow_redirects=True).text
    assert "Ann is not there." in omar.post(there, data=form(omar, there="0"), follow_redirects=True).text
    assert omar.post(f"{page}/off", data=form(omar)).status_code == 302
    assert "called off" in omar.get(page).text
    assert (
        "It takes place after all."
        in omar.post(f"{page}/off", data=form(omar, after_all="1"), follow_redirects=True).text
    )


def test_what_is_planned_is_listed_for_everybody(session: Session, client: FlaskClient) -> None:
    listed = client.get(f"/come/{session.seatlet.contest_id}").text
    assert "Saturday morning doors" in listed
    events.call_off(session.home.database, session.seatlet.contest, session.event_id, session.home.clock.now())
    assert "Nothing is planned here just now." in client.get(f"/come/{session.seatlet.contest_id}").text
    assert client.get("/come/99999999").status_code == 404


@pytest.fixture
def near(app: Flask, home: House, session: Session) -> Iterator[FlaskClient]:
    """The contest lies in Alder, of the small country."""
    with loaded(home):
        events.set_seat(home.database, session.seatlet.contest, "E14000001")
        yield app.test_client()
        contest = contests.find_contest(home.database, session.seatlet.contest_id)
        events.set_seat(home.database, contest, "")
    look_again(app.extensions["house"])


def test_the_nearest_place_shows_what_is_next_and_gives_way_when_it_is_full(
    app: Flask, near: FlaskClient, session: Session
) -> None:
    look_again(app.extensions["house"])
    ask = lambda: near.post("/nearest/nearest.json", json={"postcode": "ZA1"}).get_json()["found"]  # noqa: E731
    first = ask()[0]
    # Longer than any page sends: answered by Flask, and the same.
    padded = b'{"postcode": "ZA1"}' + b" " * 1_000
    long = near.post("/nearest/nearest.json", data=padded, content_type="application/json")
    assert long.get_json()["found"][0] == first
    assert (first["name"], first["full"]) == ("Alder", False)
    [event] = first["events"]
    assert (event["title"], event["page"], event["left"]) == ("Saturday morning doors", page_of(session), 1)
    assert re.fullmatch(r"\w+ \d+ \w+, 10:00 to 13:00", event["when"])
    assert page_of(session) in near.post("/nearest", data={"postcode": "ZA1"}).text
    signed_up(near, session, **comer("Ann"))
    look_again(app.extensions["house"])
    # The next one is seven kilometres away: near enough, and it lacks people.
    assert [(one["name"], one["full"]) for one in ask()[:2]] == [("Birch", False), ("Alder", True)]


def test_name_contact_and_reminders_are_changed_by_ones_own_link(client: FlaskClient, session: Session) -> None:
    shown = token_in(signed_up(client, session, **comer("Ann")))
    read = read_own_token(session.home.key, shown)
    token = own_link(session.home.key, "", *read, "ann@example.org").partition("#")[2]
    sent = {"token": token, "name": "Anne", "contact": "anne@example.org", "by_email": "1", "needs_seat": "1"}
    told = client.post("/come/mine/details.json", json=sent).get_json()
    assert 'value="anne@example.org"' in told["html"]
    assert re.search(r'name="by_email" value="1" checked', told["html"])
    wrong = client.post("/come/mine/details.json", json=sent | {"contact": "nobody"}).get_json()
    assert wrong["trouble"].startswith("Email or phone: write an address")
    assert 'value="anne@example.org"' in wrong["html"]
    assert client.post("/come/mine/details.json", json={"token": "1.2.3"}).status_code == 401
    moved = client.post("/come/mine/details.json", json=sent | {"token": shown, "contact": "x@example.org"}).get_json()
    assert "open this page from what we sent to anne@example.org" in moved["trouble"]
    _, people = events.who_comes(session.home.database, session.seatlet.contest_id, session.event_id)
    assert (people[0]["name"], people[0]["needs_seat"], people[0]["channels"]) == ("Anne", True, ["email"])


def test_who_needs_a_seat_and_who_has_one_stand_together(
    omar: FlaskClient, client: FlaskClient, home: House, seatlet: Seatlet
) -> None:
    session = Session(home, seatlet, capacity="5")
    signed_up(client, session, **comer("Ann", seats_in_car="3"))
    page = f"/contests/{seatlet.contest_id}/events/{session.event_id}"
    assert "Car share" not in omar.get(page).text
    signed_up(client, session, **comer("Bob", needs_seat="1"))
    shown = " ".join(re.sub(r"<[^>]+>", "", omar.get(page).text).split())
    assert "1 need a seat: Bob (bob@example.org). 3 seats are free with Ann (3, ann@example.org)." in shown
