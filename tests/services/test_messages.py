"""What people who signed up are told: by e-mail through a real server, once, or by hand with the words to copy."""

import email
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, time, timedelta
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import text

from gotv.config import NotConfigured, load_settings
from gotv.domain.messages import is_the_evening_before, reminder_at
from gotv.domain.people import Person, Role
from gotv.errors import NotThere
from gotv.house import House
from gotv.services import events, messages
from gotv.services.mail import CannotReach, Counter, NeverArrives, PostOffice
from tests.builders import Seatlet, today
from tests.services.test_signing_up import Session, comer, told

# Sees every committee room.
AGENT = Person(1, 1, Role.AGENT, "Asha")


class Mailboxes:
    """A mail server. Addresses that begin with ``gone`` take nothing, those with ``busy`` not now."""

    def __init__(self) -> None:
        self.mails: list[Message] = []

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, to: str, _options: Any) -> str:  # noqa: N802
        if to.startswith("gone"):
            return "550 no such box"
        if to.startswith("busy"):
            return "451 come again"
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(email.message_from_bytes(envelope.content))
        if any(to.startswith("deaf") for to in envelope.rcpt_tos):
            # It hangs up before it says that it has it.
            _server.transport.close()
        return "250 OK"

    def to(self, name: str) -> list[str]:
        return [str(mail["Subject"]) for mail in self.mails if mail["To"] == f"{name.lower()}@example.org"]


@pytest.fixture
def boxes() -> Iterator[tuple[Mailboxes, PostOffice]]:
    boxes = Mailboxes()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(boxes, hostname="127.0.0.1", port=port)
    server.start()
    yield boxes, PostOffice(f"smtp://127.0.0.1:{port}", "Sampleton Forward <come@sampleton.example>")
    server.stop()


@pytest.fixture
def session(home: House, seatlet: Seatlet) -> Session:
    return Session(home, seatlet, bring="An umbrella", capacity="1")


def send(home: House, seatlet: Seatlet, office: PostOffice, now: datetime | None = None) -> int:
    return messages.send_due(
        home.database, office, home.key, "https://gotv.example", seatlet.contest_id, now or home.clock.now()
    )


def test_each_reason_is_told_once_in_words(
    home: House, seatlet: Seatlet, session: Session, boxes: tuple[Mailboxes, PostOffice]
) -> None:
    box, office = boxes
    ann = session.sign_up(comer("Ann"))["token"]
    session.sign_up(comer("Bob"))
    assert send(home, seatlet, office) == 2
    first = box.mails[0].get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert "Ann, thank you. You have a place." in first
    assert "We meet at Library steps." in first
    assert "Bring: An umbrella" in first
    assert f"https://gotv.example/come/mine#{ann}" in first
    assert "It is full just now: you wait for a place." in str(box.mails[1].get_payload())
    session.change(ann, comes=False)
    assert send(home, seatlet, office) == 1
    assert box.to("Bob") == ["You signed up: Saturday morning doors", "A place for you: Saturday morning doors"]
    events.call_off(home.database, seatlet.contest, session.event_id, home.clock.now())
    assert send(home, seatlet, office) == 1, "who does not come need not be told"
    assert box.to("Bob")[-1] == "Called off: Saturday morning doors"
    assert send(home, seatlet, office) == 0


def test_what_was_overtaken_before_it_went_out_is_not_sent(
    home: House, seatlet: Seatlet, session: Session, boxes: tuple[Mailboxes, PostOffice]
) -> None:
    box, office = boxes
    token = session.sign_up(comer("Ann"))["token"]
    session.change(token, comes=False)
    assert send(home, seatlet, office) == 0
    assert box.mails == []


@pytest.fixture
def tomorrow(home: House, seatlet: Seatlet) -> Session:
    return Session(home, seatlet, capacity="9", day=f"{today() + timedelta(days=3)}")


def test_reminders_go_out_the_evening_before_and_once_though_the_job_runs_twice(
    home: House, seatlet: Seatlet, tomorrow: Session, boxes: tuple[Mailboxes, PostOffice]
) -> None:
    box, office = boxes
    for name, reminders in (("Ann", "1"), ("Bob", "1"), ("Cat", "")):
        tomorrow.sign_up(comer(name, by_email=reminders))
    send(home, seatlet, office)
    box.mails.clear()
    event = events.find_event(home.database, seatlet.contest_id, tomorrow.event_id)
    evening = reminder_at(event["starts_at"], seatlet.contest)
    messages.plan_reminders(home.database, evening - timedelta(minutes=1))
    assert send(home, seatlet, office, evening) == 0
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: messages.plan_reminders(home.database, evening), range(4)))
        sent = list(pool.map(lambda _: send(home, seatlet, office, evening), range(4)))
    assert sum(sent) == 2
    assert box.to("Ann") == box.to("Bob") == ["Tomorrow: Saturday morning doors"]
    assert box.to("Cat") == [], "who did not ask for it is not reminded"
    late = comer("Dan", by_email="1")
    tomorrow.sign_up(late, later=evening + timedelta(minutes=30) - home.clock.now())
    with home.database.transaction() as connection:
        words = "UPDATE sign_up SET created_at = :at WHERE contest_id = :contest AND sign_up_id = :id"
        at = evening + timedelta(minutes=30)
        connection.execute(text(words), {"at": at, "contest": seatlet.contest_id, "id": late["sign_up_id"]})
    messages.plan_reminders(home.database, evening + timedelta(hours=1))
    send(home, seatlet, office, evening + timedelta(hours=1))
    assert box.to("Dan") == ["You signed up: Saturday morning doors"], "who signed up an hour ago knows"
    for hours in (5, 7, 15):
        messages.plan_reminders(home.database, evening + timedelta(hours=hours))
    assert not [mail for mail in box.to("Ann")[1:] if mail.startswith("Tomorrow")]


def test_an_event_that_is_moved_or_takes_place_after_all_is_reminded_of_anew(
    home: House, seatlet: Seatlet, tomorrow: Session, boxes: tuple[Mailboxes, PostOffice]
) -> None:
    box, office = boxes
    tomorrow.sign_up(comer("Ann", by_email="1"))
    event = events.find_event(home.database, seatlet.contest_id, tomorrow.event_id)
    evening = reminder_at(event["starts_at"], seatlet.contest)
    messages.plan_reminders(home.database, evening)
    events.call_off(home.database, seatlet.contest, tomorrow.event_id, evening)
    send(home, seatlet, office, evening)
    events.call_off(home.database, seatlet.contest, tomorrow.event_id, evening, after_all=True)
    messages.plan_reminders(home.database, evening)
    send(home, seatlet, office, evening)
    assert [subject.partition(":")[0] for subject in box.to("Ann")].count("Tomorrow") == 1
    day = today() + timedelta(days=8)
    plan = told(capacity="20", day=f"{day}")
    events.change(home.database, seatlet.contest, tomorrow.event_id, plan, evening)
    starts = events.find_event(home.database, seatlet.contest_id, tomorrow.event_id)["starts_at"]
    later = reminder_at(starts, seatlet.contest)
    for _ in range(2):
        messages.plan_reminders(home.database, later)
        send(home, seatlet, office, later)
    subjects = [subject.partition(":")[0] for subject in box.to("Ann")]
    assert subjects.count("Tomorrow") == 2
    assert subjects[-1] == "Tomorrow"


def test_see_you_tomorrow_is_said_the_evening_before_only(seatlet: Seatlet) -> None:
    begins = seatlet.contest.local(datetime.fromisoformat("2026-05-02T09:00:00+00:00"))
    for clock, said in (("01T17:59", False), ("01T18:00", True), ("01T23:59", True), ("02T00:00", False)):
        now = datetime.fromisoformat(f"2026-05-{clock}:00+01:00")
        assert is_the_evening_before(begins, seatlet.contest, now) is said


def test_the_evening_before_is_that_of_the_place(seatlet: Seatlet) -> None:
    summer = seatlet.contest.local(datetime.fromisoformat("2026-07-04T09:00:00+00:00"))
    assert f"{reminder_at(summer, seatlet.contest)}" == "2026-07-03 18:00:00+01:00"
    assert time(18) == reminder_at(summer, seatlet.contest).time()


def test_a_server_that_is_away_is_tried_again_and_an_address_that_is_gone_is_told_by_hand(
    home: House, seatlet: Seatlet, tomorrow: Session, boxes: tuple[Mailboxes, PostOffice]
) -> None:
    box, office = boxes
    tomorrow.sign_up(comer("Ann"))
    now = home.clock.now()
    away = PostOffice("smtp://127.0.0.1:9", office.sender)
    assert send(home, seatlet, away, now) == 0
    assert send(home, seatlet, office, now) == 0, "not at once"
    assert send(home, seatlet, office, now + timedelta(minutes=3)) == 1
    assert box.to("Ann") == ["You signed up: Saturday morning doors"]
    for name in ("gone", "busy"):
        tomorrow.sign_up(comer(name))
    for n in range(8):
        send(home, seatlet, office, now + timedelta(hours=n + 1))
    assert [(one["name"], one["trouble"]) for one in hand(home, seatlet, tomorrow)] == [
        ("gone", "refused with 550"), ("busy", "refused with 451"),
    ]  # fmt: skip


def hand(home: House, seatlet: Seatlet, session: Session, *, all_of_them: bool = False) -> list[dict[str, Any]]:
    event = events.find_event(home.database, seatlet.contest_id, session.event_id)
    return messages.by_hand(
        home.database,
        home.key,
        "https://gotv.example",
        seatlet.contest,
        event,
        AGENT,
        home.clock.now(),
        all_of_them=all_of_them,
    )


def test_who_gave_a_telephone_is_told_by_hand_and_so_is_everybody_without_a_mail_server(
    home: House, seatlet: Seatlet, session: Session
) -> None:
    session.sign_up(comer("Ann", contact="07700 900123"))
    session.sign_up(comer("Bob"))
    [ann] = hand(home, seatlet, session)
    assert ann["contact"] == "07700900123"
    assert ann["words"].startswith("Ann, thank you. You have a place.")
    assert [one["name"] for one in hand(home, seatlet, session, all_of_them=True)] == ["Ann", "Bob"]
    plan = told(capacity="1", meeting_point="The bridge")
    events.change(home.database, seatlet.contest, session.event_id, plan, home.clock.now())
    [newest] = hand(home, seatlet, session)
    assert newest["words"].startswith("Ann, please note: this is how it is now."), "the newest stands for all"
    by = replace(AGENT, contest_id=seatlet.contest_id)
    messages.was_told(home.database, by, session.event_id, newest["message_id"], home.clock.now())
    with pytest.raises(NotThere):
        messages.was_told(home.database, by, session.event_id + 1, newest["message_id"], home.clock.now())
    assert hand(home, seatlet, session) == []


def test_one_whose_sender_died_on_the_way_is_not_sent_again(
    home: House,
    seatlet: Seatlet,
    session: Session,
    boxes: tuple[Mailboxes, PostOffice],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, office = boxes
    session.sign_up(comer("Ann"))

    def dies(*_: Any) -> None:
        raise SystemExit

    monkeypatch.setattr(Counter, "hand_in", dies)
    with pytest.raises(SystemExit):
        send(home, seatlet, office)
    monkeypatch.undo()
    assert send(home, seatlet, office, home.clock.now() + timedelta(days=0, hours=5)) == 0
    assert [(one["name"], one["state"]) for one in hand(home, seatlet, session)] == [("Ann", "sending")]


def test_nobody_of_a_rehearsal_is_written_to(home: House, seatlet: Seatlet, session: Session) -> None:
    session.sign_up(comer("Ann"))
    assert seatlet.contest_id in messages.due(home.database, home.clock.now())
    with home.database.transaction() as connection:
        words = "UPDATE contest SET purged_at = now() WHERE contest_id = :contest"
        connection.execute(text(words), {"contest": seatlet.contest_id})
    assert seatlet.contest_id not in messages.due(home.database, home.clock.now())


def test_the_post_office_says_what_became_of_it(boxes: tuple[Mailboxes, PostOffice]) -> None:
    box, office = boxes
    with office.open() as counter:
        with pytest.raises(NeverArrives):
            counter.hand_in("gone@example.org", "x", "x", "m")
        with pytest.raises(CannotReach):
            counter.hand_in("busy@example.org", "x", "x", "m")
        counter.hand_in("ann@example.org", "Grüße", "Ŵyth o'r gloch, £5", "message-1-1")
    assert box.mails[0].get_payload(decode=True).decode().strip() == "Ŵyth o'r gloch, £5"  # type: ignore[union-attr]
    assert (box.mails[0]["Message-ID"], box.mails[0]["Auto-Submitted"]) == (
        "<message-1-1@sampleton.example>", "auto-generated",
    )  # fmt: skip
    strict = PostOffice("smtp+starttls://" + office.url.partition("//")[2], office.sender)
    with pytest.raises(CannotReach), strict.open():
        pass


def test_a_mail_whose_answer_never_came_is_not_sent_again(
    home: House, seatlet: Seatlet, session: Session, boxes: tuple[Mailboxes, PostOffice]
) -> None:
    """The server has it all, and hangs up before it says so: twice would be worse than a look."""
    box, office = boxes
    session.sign_up(comer("deaf"))
    assert send(home, seatlet, office) == 0
    assert len(box.mails) == 1
    assert send(home, seatlet, office, home.clock.now() + timedelta(hours=5)) == 0
    assert len(box.mails) == 1
    assert [(one["name"], one["state"]) for one in hand(home, seatlet, session)] == [("deaf", "sending")]


def test_a_change_of_time_or_place_is_told_and_calling_off_twice_is_told_once(
    home: House, seatlet: Seatlet, session: Session, boxes: tuple[Mailboxes, PostOffice]
) -> None:
    box, office = boxes
    session.sign_up(comer("Ann"))
    send(home, seatlet, office)
    now, plan = home.clock.now(), told(capacity="1")
    events.change(home.database, seatlet.contest, session.event_id, plan | {"host": "Olga"}, now)
    assert send(home, seatlet, office) == 0, "who hosts it is no reason to write to everybody"
    events.change(home.database, seatlet.contest, session.event_id, plan | {"meeting_point": "The bridge"}, now)
    assert send(home, seatlet, office) == 1
    for after_all in (False, False, True):
        events.call_off(home.database, seatlet.contest, session.event_id, now, after_all=after_all)
        send(home, seatlet, office)
    assert [subject.partition(":")[0] for subject in box.to("Ann")] == [
        "You signed up", "Please note what has changed", "Called off", "Please note what has changed",
    ]  # fmt: skip
    assert "We meet at The bridge." in str(box.mails[-1].get_payload(decode=True))


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://"])
def test_a_silly_address_of_mail_stops_the_start_by_name(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOTV_SMTP_URL", url)
    with pytest.raises(NotConfigured, match=r"GOTV_SMTP_URL: .*must look like"):
        load_settings()
