"""Every door, tried by every role: whom the rule on the route keeps out is kept out, and nothing changes."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from gotv.access import WHO
from gotv.domain.people import Role
from gotv.house import House
from gotv.services import (
    cars,
    committee_room,
    concerns,
    contests,
    days_off,
    events,
    inviting,
    knocking_up,
    lift_requests,
    lifts,
    messages,
    offering,
    outings,
    paper,
    purging,
    rota,
    signing_up,
    slip_photos,
    slip_queue,
    slips,
    uploads,
    walk_board,
)
from gotv.web import BLUEPRINTS
from tests.builders import Seatlet, build_seatlet, marked, new_contest
from tests.cast import Cast, Member, invite_cast
from tests.conftest import over
from tests.services.test_rota import offer
from tests.services.test_slip_photos import photo
from tests.services.test_slips import heading

ROLES = {Role.AGENT: "asha", Role.ORGANISER: "omar", Role.CLERK: "clem", Role.TELLER: "tess", Role.KNOCKER: "kit"}
# What a teller must never see: surname and forename, street, town, postcode, and the canvass code of a pledge.
# Doors for phones with a token of their own: no session to be ridden on.
PHONES = {"telling", "knocking"}
CANARY = re.compile(r"Elector\d|\bPat\b|Elm Road|Sampleton|N1 4QD|\bOurs\b")


def rules(method: str) -> list[Rule]:
    """The routes of the house for a method, with their rule about who may enter. No database is needed to know them."""
    bare = Flask("bare")
    for blueprint in BLUEPRINTS:
        bare.register_blueprint(blueprint)
    return [rule for rule in bare.url_map.iter_rules() if method in (rule.methods or ()) and rule.endpoint != "static"]


def guarded(method: str) -> list[Any]:
    return [pytest.param(rule, id=rule.endpoint) for rule in rules(method) if who(rule) != "everyone"]


def who(rule: Rule) -> str:
    blueprint, _, name = rule.endpoint.partition(".")
    bare = Flask("bare")
    bare.register_blueprint(next(one for one in BLUEPRINTS if one.name == blueprint))
    return str(getattr(bare.view_functions[f"{blueprint}.{name}"], WHO))


def allowed(rule: Rule) -> set[Role]:
    return {Role(word) for word in who(rule).split(" or ")}


@dataclass
class Scene:
    """A contest with something behind every door, and the address of each door."""

    app: Flask
    home: House
    seatlet: Seatlet
    cast: Cast
    values: dict[str, Any]

    def address(self, rule: Rule, **other: Any) -> str:
        found = self.app.url_map.bind("").build(rule.endpoint, {**self.values, **other}, force_external=False)
        return found.partition("?")[0]

    def member(self, role: Role) -> Member:
        found: Member = getattr(self.cast, ROLES[role])
        return found

    def browser(self, member: Member) -> FlaskClient:
        return member.signed_in(self.app.test_client())

    def walks(self) -> dict[str, Any]:
        database, now = self.home.database, self.home.clock.now()
        return walk_board.walks_and_rooms(database, self.seatlet.contest, self.cast.asha.person, now)

    def state(self) -> list[Any]:
        """All that a door of this contest could change."""
        database, asha = self.home.database, self.cast.asha.person
        board = committee_room.board(database, self.seatlet.contest, self.home.clock.now())
        return [
            board["position"],
            board["total"],
            uploads.every_upload(database, asha.contest_id),
            [(walk["walk_id"], walk["name"], walk["left"], walk["how"]) for walk in self.walks()["walks"]],
            # The real timekeeper is about, and may open a round at any moment.
            [room["round"] for room in self.walks()["rooms"] if room["round"]["opened_by"] not in ("", "the clock")],
            slips.of_contest(database, asha, self.home.clock.now()),
            paper.of_contest(database, asha),
            lifts.lifts_and_cars(database, self.seatlet.contest, asha, self.home.clock.now()),
            contests.find_contest(database, asha.contest_id),
            events.who_comes(database, asha.contest_id, self.values["event_id"]),
            rota.whole(database, self.seatlet.contest, asha, self.seatlet.contest.at(self.seatlet.contest.opens)),
            concerns.by_theme(database, asha),
            [(row["name"], row["role"], row["revoked_at"]) for _, row in
             inviting.invitations(database, self.home.key, asha)],
        ]  # fmt: skip


@pytest.fixture(scope="module")
def scene(app: Flask, home: House) -> Iterator[Scene]:
    """One for all: no door tried here may change anything."""
    seatlet = build_seatlet(home)
    yield set_the_scene(app, home, seatlet, invite_cast(home, seatlet))
    over(home, seatlet)


def set_the_scene(app: Flask, home: House, seatlet: Seatlet, cast: Cast) -> Scene:
    entry = marked("77")
    home.telling.take(cast.tess.person, home.telling.post_of(cast.tess.person), [entry])
    north = seatlet.rooms["North"]
    knocking_up.make_lists(home.database, seatlet.contest_id, north, None, home.clock.now())
    pledges = b"elector_number,voting_intention\nAB-1,Ours\nZZ-1,Ours\n"
    upload = uploads.receive(home.database, seatlet.contest_id, "pledges", "returns.csv", pledges, "Asha")
    uploads.check(home.database, seatlet.contest_id, upload)
    slip = slip_queue.put(home.database, cast.clem.person, heading(seatlet), home.clock.now())
    slip_photos.receive(home.database, cast.clem.person, slip, photo())
    slip_photos.draw(home.database, seatlet.contest_id, slip)
    walk = knocking_up.walks(home.database, cast.omar.person)[0]["walk_id"]
    now = home.clock.now()
    outing = outings.give(home.database, home.key, cast.omar.person, walk, [cast.kit.person.person_id], [], now)
    lift = str(uuid4())
    lift_requests.ask(home.database, seatlet.contest, cast.clem.person, lift, LIFT, now)
    cars.add_car(home.database, cast.clem.person, north, "Ann", "07700 900123", 3)
    car = lifts.lifts_and_cars(home.database, seatlet.contest, cast.clem.person, now)["cars"][0]["car_id"]
    bundle = paper.ask(home.database, cast.clem.person, "sheets", north, 1, now)
    paper.draw(home.database, seatlet.contest_id, bundle, "http://127.0.0.1", now)
    gone = Seatlet(home, new_contest(home))
    over(home, gone)
    purged = contests.find_contest(home.database, gone.contest_id)
    event = days_off.open_polling_day(home.database, seatlet.contest, {"meeting_point": "1 High Street"}, now)
    coming = offer(VOLUNTEER, postcode="")
    signing_up.sign_up(home.database, home.key, seatlet.contest_id, event, coming, now)
    to_tell = messages.by_hand(
        home.database,
        home.key,
        "",
        seatlet.contest,
        events.find_event(home.database, seatlet.contest_id, event),
        cast.asha.person,
        now,
        all_of_them=True,
    )
    values = {
        "certificate_id": purging.ask(home.database, purged, "Asha", now),
        "contest_id": seatlet.contest_id,
        "slip_id": slip,
        "place_id": seatlet.places["St Mark's Hall"],
        "walk_id": walk,
        "upload_id": upload,
        "outing_id": outing,
        "person_id": cast.kit.person.person_id,
        "entry_id": entry["id"],
        "lift_id": lift,
        "car_id": car,
        "bundle_id": bundle,
        "version": 1,
        "name": "leaflet.js",
        "event_id": event,
        "sign_up_id": coming["sign_up_id"],
        "message_id": to_tell[0]["message_id"],
        "shift_id": asked_to_tell(home, seatlet, cast, coming["sign_up_id"]),
        "work": "teller",
    }
    return Scene(app, home, seatlet, cast, values)


def asked_to_tell(home: House, seatlet: Seatlet, cast: Cast, sign_up_id: str) -> int:
    """A shift that somebody was asked to do."""
    wants = {"knockers": "0", "drivers": "0", "clerks": "0"}
    rota.make(home.database, seatlet.contest, cast.omar.person, wants)
    now = seatlet.contest.at(seatlet.contest.opens)
    shift_id: int = rota.whole(home.database, seatlet.contest, cast.omar.person, now)["shifts"][0]["shift_id"]
    offering.offer(home.database, cast.omar.person, shift_id, sign_up_id, now)
    return shift_id


# Nothing public says that she comes, and no log does.
VOLUNTEER = "Quenby"

LIFT = {"number": "AB-1", "passengers": 1, "both_ways": True}


def fields(scene: Scene, browser: FlaskClient) -> dict[str, Any]:
    """A form that would do something at any door, with the token that our own pages put into it."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/enter").text)
    assert found
    room = scene.seatlet.rooms["North"]
    wanted = {
        "car_id": scene.values["car_id"],
        "names": "Ann",
        "role": "knocker",
        "committee_room_id": room,
        "number": "AB-8",
    }
    return {"csrf_token": found[1], "kind": "pledges", "password": "correct horse battery", **wanted}


def sent_to_the_door(answer: TestResponse) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].startswith("/enter")


def test_the_doors_tried_here_are_all_the_doors_there_are(app: Flask) -> None:
    for method in ("GET", "POST"):
        there = {rule.endpoint for rule in app.url_map.iter_rules() if method in (rule.methods or ())} - {"static"}
        assert {rule.endpoint for rule in rules(method)} == there
    assert len(guarded("GET")) > 12
    assert len(guarded("POST")) > 8


@pytest.mark.parametrize("rule", guarded("GET"))
def test_a_page_opens_for_its_roles_and_for_no_other(scene: Scene, rule: Rule) -> None:
    for role in Role:
        member = scene.member(role)
        answer = scene.browser(member).get(scene.address(rule), headers=member.bearer)
        assert answer.status_code in ({200} if role in allowed(rule) else {401, 403}), (role, answer.text)


@pytest.mark.parametrize("rule", guarded("GET"))
def test_a_page_sends_the_signed_out_to_the_door(scene: Scene, rule: Rule) -> None:
    answer = scene.app.test_client().get(scene.address(rule))
    assert sent_to_the_door(answer) or answer.status_code == 401
    assert not CANARY.search(answer.text)


@pytest.mark.parametrize("rule", guarded("GET"))
def test_a_page_is_shut_to_another_contest(scene: Scene, rule: Rule) -> None:
    sam = scene.browser(scene.cast.sam)
    assert sam.get(scene.address(rule), headers=scene.cast.sam.bearer).status_code == 403


@pytest.mark.parametrize("rule", [p for m in ("GET", "POST") for p in guarded(m) if len(p.values[0].arguments) > 1])
def test_nothing_of_a_contest_is_reached_through_another(scene: Scene, rule: Rule) -> None:
    """Sam is the agent of his own contest, and asks there for places, walks, files, people and entries of ours."""
    before, sam = scene.state(), scene.browser(scene.cast.sam)
    address = scene.address(rule, contest_id=scene.cast.sam.person.contest_id)
    is_page = "GET" in (rule.methods or ())
    answer = sam.get(address) if is_page else sam.post(address, data=fields(scene, sam))
    # 413: a list of entries wants no form. With a list: tests/web/test_slips.py.
    assert answer.status_code in (404, 409, 413)
    assert not CANARY.search(answer.text)
    assert scene.state() == before


@pytest.mark.parametrize("rule", guarded("POST"))
def test_a_form_from_the_wrong_role_changes_nothing(scene: Scene, rule: Rule) -> None:
    before = scene.state()
    others = [scene.member(role) for role in Role if role not in allowed(rule)]
    if "contest_id" in rule.arguments:
        others.append(scene.cast.sam)
    for member in others:
        browser = scene.browser(member)
        answer = browser.post(scene.address(rule), data=fields(scene, browser), headers=member.bearer)
        assert answer.status_code in (400, 401, 403), (member.person.role, answer.text)
    assert scene.state() == before


@pytest.mark.parametrize("rule", [p for p in guarded("POST") if p.values[0].endpoint.partition(".")[0] not in PHONES])
def test_a_form_without_our_token_changes_nothing(scene: Scene, rule: Rule) -> None:
    before = scene.state()
    for role in allowed(rule):
        browser = scene.browser(scene.member(role))
        forged = fields(scene, browser) | {"csrf_token": "forged"}
        assert browser.post(scene.address(rule), data=forged).status_code == 400
    assert scene.state() == before


@pytest.mark.parametrize("rule", [p for m in ("GET", "POST") for p in guarded(m)])
def test_a_number_too_large_is_refused_as_such(scene: Scene, rule: Rule) -> None:
    asha = scene.browser(scene.cast.asha)
    huge = {name: 10**30 for name in rule.arguments if name not in ("contest_id", "entry_id")}
    for name in huge:
        address = scene.address(rule, **{name: huge[name]})
        answer = asha.get(address) if "GET" in (rule.methods or ()) else asha.post(address, data=fields(scene, asha))
        assert answer.status_code in (400, 404, 409), answer.text


def asks_for_more(rule: Rule) -> bool:
    """Whether its module reads anything that may follow the address."""
    module = next(one for one in BLUEPRINTS if one.name == rule.endpoint.partition(".")[0]).import_name
    return "request.args" in Path(str(sys.modules[module].__file__)).read_text()


@pytest.mark.parametrize("asked", ["room", "version", "fragment", "role", "why", "kiosk"])
def test_no_page_trips_over_what_is_asked_of_it(scene: Scene, asked: str) -> None:
    asha = scene.browser(scene.cast.asha)
    asking = [rule for rule in rules("GET") if asks_for_more(rule)]
    assert len(asking) > 15
    for words in ("", "-1", "9" * 30, "\0", "<b>x"):
        for rule in asking:
            answer = asha.get(scene.address(rule), query_string={asked: words})
            assert answer.status_code < 500, rule
            assert b"<b>x" not in answer.data


def test_a_knock_up_list_would_wake_the_canary(scene: Scene) -> None:
    page = scene.browser(scene.cast.clem).get(f"/contests/{scene.seatlet.contest_id}/walks/{scene.values['walk_id']}")
    assert CANARY.search(page.text)


def test_a_tellers_link_shows_no_name_address_or_pledge(scene: Scene) -> None:
    opened = 0
    for answer in crawl(scene, scene.cast.tess):
        assert not CANARY.search(answer.text), answer.request.path
        opened += answer.status_code == 200
    assert opened >= 4, "the crawl must get somewhere"


SOUTH = "BA Elm Road"


def seen_by(scene: Scene, member: Member) -> Iterator[TestResponse]:
    """Every page, asked for with what is in the North, and where it can be asked for with what is in the South."""
    browser = scene.browser(member)
    south = next(walk["walk_id"] for walk in scene.walks()["walks"] if walk["district"] == "BA")
    places = {"place_id": scene.seatlet.places["Library"], "district": "BA", "room": scene.seatlet.rooms["South"]}
    for rule in rules("GET"):
        theirs = {name: value for name, value in {"walk_id": south, **places}.items() if name in rule.arguments}
        for other in ({}, theirs) if theirs else ({},):
            yield browser.get(scene.address(rule, **other), headers=member.bearer, follow_redirects=True)
        yield browser.get(scene.address(rule), query_string={"room": places["room"]}, headers=member.bearer)


@pytest.mark.parametrize("name", ["omar", "clem", "kit"])
def test_nobody_of_the_north_sees_an_address_of_the_south(scene: Scene, name: str) -> None:
    member: Member = getattr(scene.cast, name)
    opened = 0
    for answer in seen_by(scene, member):
        assert SOUTH not in words(answer), answer.request.path
        opened += answer.status_code == 200
    assert opened >= 4, "the crawl must get somewhere"


def test_the_agent_does_see_them(scene: Scene) -> None:
    assert any(SOUTH in words(answer) for answer in seen_by(scene, scene.cast.asha))


def words(answer: TestResponse) -> str:
    """What somebody reads in an answer, on paper too."""
    if answer.mimetype == "application/pdf":
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
    return answer.data.decode(errors="replace")


def crawl(scene: Scene, member: Member) -> Iterator[TestResponse]:
    """Every route, as this person's phone can ask for it, and the answers to numbers of every kind."""
    browser = scene.browser(member)
    for rule in rules("GET"):
        yield browser.get(scene.address(rule), headers=member.bearer, follow_redirects=True)
        yield browser.get(scene.address(rule), follow_redirects=True)
    for rule in rules("POST"):
        yield browser.post(scene.address(rule), data=fields(scene, browser), headers=member.bearer)
    called = [marked(str(n)) for n in range(1, 12)] + [marked("BA-1", ""), marked("Elm", "")]
    yield browser.post("/telling/numbers", json=called, headers=member.bearer)


def test_nothing_public_says_who_comes(scene: Scene, capfd: pytest.CaptureFixture[str]) -> None:
    """Signed out, every page and every form: no volunteer, no elector; nor does a log name her."""
    stranger = scene.app.test_client()
    with structlog.testing.capture_logs() as logged:
        again = offer(VOLUNTEER, sign_up_id=str(uuid4())) | {"csrf_token": fields(scene, stranger)["csrf_token"]}
        told = stranger.post(f"/come/{scene.seatlet.contest_id}/{scene.values['event_id']}", data=again)
        assert told.status_code == 200
        answers = [stranger.get(scene.address(rule), follow_redirects=True) for rule in rules("GET")]
        answers += [stranger.post(scene.address(rule), data=fields(scene, stranger)) for rule in rules("POST")]
        for answer in answers:
            assert VOLUNTEER.lower() not in words(answer).lower(), answer.request.path
            assert not re.search(r"Elector\d|Elm Road", words(answer)), answer.request.path
    assert VOLUNTEER.lower() not in (str(logged) + "".join(capfd.readouterr())).lower()
