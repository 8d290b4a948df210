"""`gotv demo`: a whole polling day played on the real house, through the real doors."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from gotv.domain.contests import CLOSES, OPENS, Contest
from gotv.domain.people import Person, Role
from gotv.errors import Conflict
from gotv.house import House
from gotv.rehearsal.address import Address
from gotv.rehearsal.day import Called
from gotv.rehearsal.history import History
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

    home: House
    contest: Contest
    seat: Seat
    agent: Person
    # Of that agent, for the boards.
    agent_link: Invitation
    links: dict[str, str] = field(default_factory=dict)
    tellers: dict[str, Invitation] = field(default_factory=dict)
    # One for each committee room.
    knockers: list[Invitation] = field(default_factory=list)


def next_number(home: House) -> int:
    """Of the next rehearsal: one more than the highest there ever was, for names outlive a wipe."""
    names = [one.name.removeprefix(NAME).strip() for one in contests.every_contest(home.database)
             if one.name.startswith(NAME)]  # fmt: skip
    return max((int(number) if number.isdecimal() else 1 for number in names), default=0) + 1


def set_the_stage(
    home: House,
    seat: Seat,
    polling_day: date,
    tell: Tell,
    hours: tuple[time, time] = (OPENS, CLOSES),
    number: int | None = None,
) -> Stage:
    """Make the contest, load its four files the way a campaign does, and invite everybody.

    ``number``: which rehearsal of this house it is; the next one by default.
    """
    contest_id = _make(home, number or next_number(home), polling_day, hours)
    for kind, content in files_of(seat).items():
        report = load(home, contest_id, kind, content)
        tell(f"{uploads.KINDS[kind]}: {report['added']:,} added, {report['refused']:,} refused")
    agent = inviting.invite(home.database, home.key, contest_id, Role.AGENT, "Asha")
    who = inviting.find_person(home.database, contest_id, agent)
    stage = Stage(home, contests.find_contest(home.database, contest_id), seat, who, agent)
    _invite(home, stage)
    return stage


def _make(home: House, number: int, polling_day: date, hours: tuple[time, time]) -> int:
    """The contest of this number; somebody else may be rehearsing here, and take the numbers that we meant to."""
    opens, closes = hours
    while True:
        name = f"{NAME} {number}" if number > 1 else NAME
        try:
            return contests.create_contest(
                home.database, name, polling_day, opens=opens, closes=closes, pledge_rule=RULE, rehearsal=True
            )
        except Conflict:
            if not any(one.name == name for one in contests.every_contest(home.database)):
                raise
            number += 1


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

    agent = stage.agent_link
    all_places, rooms = places.places_and_rooms(home.database, stage.agent)
    for place in all_places:
        stage.tellers[place["name"]] = person(Role.TELLER, f"Teller {place['name']}", place_id=place["place_id"])
    for each in rooms:
        where = {"committee_room_id": each["committee_room_id"]}
        stage.knockers.append(person(Role.KNOCKER, f"Knocker-up {each['name']}", **where))
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
    """Plays what the tellers call, over one socket for each teller. ``played``: seconds of the day that have passed."""

    def __init__(self, stage: Stage, called: list[Called], address: Address, played: Callable[[], float]) -> None:
        self.stage = stage
        self.called = called
        self.played = played
        self.history = History()
        self.outcomes: Counter[str] = Counter()
        self.next = 0
        self.slips: dict[str, str] = {}
        # Places whose teller's link was switched off on purpose.
        self.switched_off: set[str] = set()
        self.phone_at = {place: Phone(enter(address, teller.token)) for place, teller in stage.tellers.items()}
        every = list(self.phone_at.values())
        self.phones = Phones(address.host, address.port, every, self._answered, address.trust)

    def run(self, stop: threading.Event, tell: Callable[[], None]) -> None:
        """Until the day is over or ``stop`` is set. ``tell`` is called a few times a second."""
        while not stop.is_set() and (self.next < len(self.called) or self.phones.waiting()):
            self.step(0.05)
            tell()

    def step(self, wait: float) -> None:
        """Key what is due by now, and let the phones send and hear."""
        played = self.played()
        while self.next < len(self.called) and self.called[self.next].at <= played:
            self._key(self.called[self.next])
            self.next += 1
        self.phones.step(wait)

    def _key(self, one: Called) -> None:
        phone = self.phone_at[one.place]
        if one.place in self.switched_off:
            return  # whose link was switched off tells no more
        if one.kind == "no_number":
            phone.no_number()
        elif one.kind == "slip":
            self.slips[one.place] = phone.key(one.number, one.district)
        else:
            if one.kind == "again" and one.place in self.slips:
                phone.withdraw(self.slips.pop(one.place))
                self.history.keyed(phone, phone.outbox[-1])
            phone.key(one.number, one.district)
        self.history.keyed(phone, phone.outbox[-1])

    def _answered(self, phone: Phone, answers: list[dict[str, Any]], took: float) -> None:
        self.outcomes.update(one["outcome"] for one in answers)
        self.history.answered(answers, took, phone.position)


def enter(address: Address, token: str) -> str:
    """Exchange a teller's link token for a device token, as a phone does."""
    return str(address.post("/enter", {"token": token})["device_token"])
