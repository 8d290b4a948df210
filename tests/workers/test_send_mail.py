"""E-mails go out by a job that the timekeeper asks for, and only where the house is told of a mail server."""

import pytest
from pydantic import SecretStr

from gotv import queues
from gotv.house import House
from gotv.services.mail import PostOffice
from tests.builders import Seatlet
from tests.services.test_messages import Mailboxes, boxes
from tests.services.test_signing_up import Session, comer
from workers import send_mail, timekeeper

__all__ = ["boxes"]  # a fixture


def with_mail(home: House, office: PostOffice) -> House:
    told = {"smtp_url": SecretStr(office.url), "mail_from": office.sender}
    return House(home.settings.model_copy(update=told), home.database, home.clock)


def test_the_timekeeper_asks_for_what_is_due_and_the_job_sends_it(
    home: House, seatlet: Seatlet, boxes: tuple[Mailboxes, PostOffice], monkeypatch: pytest.MonkeyPatch
) -> None:
    box, office = boxes
    Session(home, seatlet).sign_up(comer("Ann"))
    url = home.settings.redis_url
    before = queues.waiting(url, queues.MAIL)
    assert timekeeper.mails(home) == 0, "without a mail server nothing is asked for"
    posting = with_mail(home, office)
    assert timekeeper.mails(posting) >= 1
    assert timekeeper.mails(posting) == 0, "asked for already"
    assert queues.waiting(url, queues.MAIL) > before
    monkeypatch.setattr(send_mail, "house_of_job", lambda: home)
    assert send_mail.send_mail(seatlet.contest_id) == 0
    monkeypatch.setattr(send_mail, "house_of_job", lambda: posting)
    assert (send_mail.send_mail(seatlet.contest_id), send_mail.send_mail(seatlet.contest_id)) == (1, 0)
    assert box.to("Ann") == ["You signed up: Saturday morning doors"]
