"""`gotv demo`: a whole polling day played on the real house, through the real doors."""

import json
import threading
import urllib.request
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from gotv.domain.contests import Contest
from gotv.domain.people import Role
from gotv.house import House
from gotv.rehearsal.day import Called
from gotv.rehearsal.phones import Phone, Phones
from gotv.rehearsal.seat import Seat, files_of
from gotv.services import contests, inviting, places, uploads
from gotv.services.inviting import Invitation

NAME = "Sampleton (rehearsal)"
RULE = {"codes": ["ours"], "strengths": ["4", "5"], "unrated": False}
Tell = Callable[[str], None]


@dataclass
class Stage:
    """A rehearsal seat ready to be played: its contest, the links to hand out, and the tellers by place."""

    contest: Contest
    seat: Seat
    links: dict[str, str] = field(default_factory=dict)
    tellers: dict[str, Invitation] = field(default_factory=dict)


def set_the_stage(home: House, seat: Seat, polling_day: date, tell: Tell) -> Stage:
    """Make the contest, load its four files the way a campaign does, and invite everybody."""
    known = sum(contest.name.startswith(NAME) for contest in contests.every_contest(home.database))
    name = f"{NAME} {known + 1}" if known else NAME
    contest_id = contests.create_contest(home.database, name, polling_day, pledge_rule=RULE)
    for kind, content in files_of(seat).items():
        report = load(home, contest_id, kind, content)
        tell(f"{uploads.KINDS[kind]}: {report['added']:,} added, {report['refused']:,} refused")
    stage = Stage(contests.find_contest(home.database, contest_id), seat)
    _invite(home, stage)
    return stage


def load(home: House, contest_id: int, kind: str, content: bytes) -> dict[str, Any]:
    """Receive, check, confirm and apply one file in this process. Returns the report."""
    upload_id = uploads.receive(home.database, contest_id, kind, f"{kind}.csv", content, "rehearsal")
    uploads.check(home.database, contest_id, upload_id)
    uploads.confirm(home.database, contest_id, upload_id)
    return uploads.apply(home.database, contest_id, upload_id)


def _invite(home: House, stage: Stage) -> None:
    """A teller for each place, and one person of each role to try the house with."""
    contest_id = stage.contest.contest_id

    def person(role: Role, name: str, **where: Any) -> Invitation:
        return inviting.invite(home.database, home.key, contest_id, role, name, **where)

    agent = person(Role.AGENT, "Asha")
    all_places, rooms = places.places_and_rooms(home.database, inviting.find_person(home.database, contest_id, agent))
    for place in all_places:
        stage.tellers[place["name"]] = person(Role.TELLER, f"Teller {place['name']}", place_id=place["place_id"])
    room = rooms[-1]
    place = next(p for p in all_places if p["committee_room_id"] == room["committee_room_id"])
    in_room = {"committee_room_id": room["committee_room_id"]}
    invited = {
        "The board of the contest (Asha, agent)": agent,
        f"The board of {room['name']} committee room (Omar, organiser)": person(Role.ORGANISER, "Omar", **in_room),
        f"Knock-up lists of {room['name']} (Kit, knocker-up)": person(Role.KNOCKER, "Kit", **in_room),
        f"A pad at {place['name']} (Tess, teller)": person(Role.TELLER, "Tess", place_id=place["place_id"]),
    }
    stage.links = {what: invitation.link(home.settings.public_url) for what, invitation in invited.items()}


class Play:
    """Plays what the tellers call, at the speed of the clock, over one socket for each teller."""

    def __init__(self, home: House, stage: Stage, called: list[Called], port: int) -> None:
        self.home = home
        self.stage = stage
        self.called = called
        self.outcomes: Counter[str] = Counter()
        self.next = 0
        self.slips: dict[str, str] = {}
        self.phone_at = {place: Phone(enter(port, teller.token)) for place, teller in stage.tellers.items()}
        self.phones = Phones("127.0.0.1", port, list(self.phone_at.values()), self._answered)

    def run(self, stop: threading.Event, tell: Callable[[], None]) -> None:
        """Until the day is over or ``stop`` is set. ``tell`` is called a few times a second."""
        opens = self.stage.contest.at(self.stage.contest.opens)
        while not stop.is_set() and (self.next < len(self.called) or self.phones.waiting()):
            played = (self.home.clock.now() - opens).total_seconds()
            while self.next < len(self.called) and self.called[self.next].at <= played:
                self._key(self.called[self.next])
                self.next += 1
            self.phones.step(0.05)
            tell()

    def _key(self, one: Called) -> None:
        phone = self.phone_at[one.place]
        if one.kind == "no_number":
            phone.no_number()
        elif one.kind == "slip":
            self.slips[one.place] = phone.key(one.number, one.district)
        else:
            if one.kind == "again" and one.place in self.slips:
                phone.withdraw(self.slips.pop(one.place))
            phone.key(one.number, one.district)

    def _answered(self, _phone: Phone, answers: list[dict[str, Any]], _took: float) -> None:
        self.outcomes.update(one["outcome"] for one in answers)


def enter(port: int, token: str) -> str:
    """Exchange a teller's link token for a device token, as a phone does."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/enter",
        data=json.dumps({"token": token}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own address
        return str(json.load(answer)["device_token"])
