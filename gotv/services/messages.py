"""Telling people who signed up: confirmed, moved up, called off, and reminded the evening before. Each thing once."""

import time
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from gotv.domain.contests import Contest
from gotv.domain.events import Kind as EventKind
from gotv.domain.events import State
from gotv.domain.messages import Kind, body, day_words, is_the_evening_before, reminder_at, subject
from gotv.domain.people import Person
from gotv.domain.work import WORDS, Work
from gotv.errors import NotThere
from gotv.services import duties
from gotv.services.mail import CannotReach, Counter, NeverArrives, NotKnown, PostOffice
from gotv.services.own_links import own_link
from gotv.store import contests, events, messages, rota, to_do
from gotv.store.database import Database

TRIES, AGAIN_AFTER = 6, timedelta(minutes=2)
# A worker has other things to do: the timekeeper asks again.
ROUND_SECONDS = 60.0


def note(connection: Connection, contest_id: int, sign_up_ids: Collection[str], kind: Kind, now: datetime) -> None:
    """Write down that these are to be told, in the transaction that gives the reason. Thanked is everybody once."""
    messages.add(connection, contest_id, sign_up_ids, kind, now, 0 if kind is Kind.CONFIRMATION else None)


def plan_reminders(database: Database, now: datetime) -> None:
    """Write down the reminders whose evening has come. Asked twice, each is written down once."""
    with database.transaction() as connection:
        with_events = set(to_do.events(connection, now))
        for contest in _living(connection):
            if contest.contest_id not in with_events:
                continue
            for event in events.every(connection, contest.contest_id, now):
                if event["cancelled_at"] or not is_the_evening_before(event["starts_at"], contest, now):
                    continue
                since = reminder_at(event["starts_at"], contest)
                remind = messages.reminded(connection, contest.contest_id, event["event_id"], since)
                # Once for an evening: an event that is moved has another.
                messages.add(
                    connection, contest.contest_id, remind, Kind.REMINDER, now, contest.local(since).toordinal()
                )


def due(database: Database, now: datetime) -> list[int]:
    """The contests that have something to send."""
    with database.snapshot() as connection:
        with_mail = set(to_do.messages(connection, now))
        return [one.contest_id for one in _living(connection) if one.contest_id in with_mail]


def _living(connection: Connection) -> list[Contest]:
    """A rehearsal's people are invented: nobody is written to."""
    return [one for one in contests.every(connection) if not one.rehearsal and one.purged_at is None]


def send_due(database: Database, office: PostOffice, key: str, public_url: str, contest_id: int, now: datetime) -> int:
    """Send what is due, one after the other, for a minute at most. Returns how many went out.

    Each is taken before it is sent, so that two who do this at once send it once. One whose sender dies on the way, or
    that is handed in without an answer, is not sent again: it shows on the list of those to be told by hand.
    """
    until = time.monotonic() + ROUND_SECONDS
    sent = 0
    try:
        with office.open() as counter:
            while time.monotonic() < until:
                with database.transaction() as connection:
                    one = messages.take(connection, contest_id, now)
                    told = _told(connection, key, contest_id, one["sign_up_id"]) if one else None
                if one is None or told is None:
                    return sent
                state, more = _send(counter, key, public_url, one, told, now)
                with database.transaction() as connection:
                    messages.settle(connection, contest_id, one["message_id"], state, **more)
                sent += state == "sent"
                if state == "due":
                    # Busy or gone: whoever comes next would wait for nothing.
                    return sent
    except CannotReach as why:
        with database.transaction() as connection:
            messages.put_off(connection, contest_id, now, now + AGAIN_AFTER, TRIES, str(why))
    return sent


def _told(
    connection: Connection, key: str, contest_id: int, sign_up_id: str
) -> tuple[Contest, dict[str, Any], dict[str, Any]]:
    contest = contests.find(connection, contest_id)
    own = events.find_sign_up(connection, contest_id, sign_up_id)
    event = events.find(connection, contest_id, own["event_id"]) if own else None
    if contest is None or own is None or event is None:
        raise NotThere("This sign-up is not kept any more.")
    return contest, event, own | {"duties": duties.told(connection, key, contest_id, str(sign_up_id))}


def day_of(event: dict[str, Any], mine: list[dict[str, Any]], public_url: str) -> str:
    """What somebody does on polling day, in words; nothing for any other event."""
    if event["kind"] != EventKind.POLLING_DAY:
        return ""
    links = {
        f"{WORDS[Work(one['work'])]}, {one['at']}": one["invitation"].link(public_url)
        for one in mine
        if one["invitation"]
    }
    return day_words(mine, links)


def _send(
    counter: Counter, key: str, public_url: str, one: dict[str, Any], told: tuple[Any, ...], now: datetime
) -> tuple[str, dict[str, Any]]:
    """What became of it, and what is written down with that."""
    contest, event, own = told
    kind = Kind(one["kind"])
    if not _still_so(kind, event, own, contest, now):
        return "dropped", {"trouble": "it was not so any more"}
    link = own_link(key, public_url, contest.contest_id, str(own["sign_up_id"]), own["contact"])
    words = body(kind, event, own, contest, link, day_of(event, own["duties"], public_url))
    try:
        name = f"message-{contest.contest_id}-{one['message_id']}"
        counter.hand_in(own["contact"], subject(kind, event), words, name)
    except CannotReach as why:
        if one["tries"] >= TRIES:
            return "failed", {"trouble": str(why)}
        return "due", {"trouble": str(why), "due_at": now + AGAIN_AFTER * one["tries"]}
    except NotKnown as why:
        return "sending", {"trouble": str(why)}
    except NeverArrives as why:
        return "failed", {"trouble": str(why)}
    except Exception as why:
        # An address or a text that no mail can be made of: one person's must not keep the rest from theirs.
        return "failed", {"trouble": type(why).__name__}
    return "sent", {"sent_at": now, "trouble": ""}


def _still_so(kind: Kind, event: dict[str, Any], own: dict[str, Any], contest: Contest, now: datetime) -> bool:
    """What was to be told may have been overtaken before its turn came."""
    if now >= event["ends_at"]:
        return False
    if kind is Kind.CALLED_OFF:
        return bool(event["cancelled_at"])
    if event["cancelled_at"] or own["state"] == State.CANCELLED:
        return False
    if kind is Kind.REMINDER and not is_the_evening_before(event["starts_at"], contest, now):
        return False
    if kind is Kind.OFFER:
        return any(one["state"] == "offered" for one in own["duties"])
    return kind in (Kind.CONFIRMATION, Kind.CHANGED, Kind.STOOD_DOWN) or own["state"] == State.COMING


def by_hand(
    database: Database,
    key: str,
    public_url: str,
    contest: Contest,
    event: dict[str, Any],
    by: Person,
    now: datetime,
    *,
    all_of_them: bool,
) -> list[dict[str, Any]]:
    """Who of an event has to be told by a person, with the words to copy; all, where no e-mail can be sent.

    The words hold the links that people work with, but only for shifts that the organiser sees; and one's own link as
    it is sent, which shows them all, only where the organiser sees every room.

    Of several things to tell somebody the newest stands for all: it says how it is now. One whose sender died on the
    way is among them: whether it went out is not known. Whoever works in several rooms is told by each.
    """
    states = ["by_hand", "failed", "sending", *(["due"] if all_of_them else [])]
    with database.snapshot() as connection:
        waiting = [
            one | {"duties": duties.told(connection, key, contest.contest_id, str(one["sign_up_id"]))}
            for one in messages.unsent(connection, contest.contest_id, event["event_id"], states)
        ]
    told: dict[str, dict[str, Any]] = {}
    for one in waiting:
        seen = [duty for duty in one["duties"] if by.sees_room(duty["committee_room_id"])]
        if (one["duties"] and not seen) or by.committee_room_id in one["told_rooms"]:
            continue
        one = one | {"duties": seen}
        own = one | {"state": one["standing"]}
        perhaps_told = one["state"] == "sending" and now < event["ends_at"]
        if perhaps_told or _still_so(Kind(one["kind"]), event, own, contest, now):
            link = own_link(key, public_url, contest.contest_id, str(one["sign_up_id"]), one["contact"])
            if by.committee_room_id is not None:
                link = link.rpartition(".")[0]
            day = day_of(event, one["duties"], public_url)
            told[str(one["sign_up_id"])] = one | {"words": body(Kind(one["kind"]), event, own, contest, link, day)}
    return list(told.values())


def was_told(database: Database, by: Person, event_id: int, message_id: int, now: datetime) -> None:
    """A person has told them, of what they see: whoever works in another room too is still to be told there.

    Raises NotThere.
    """
    with database.transaction() as connection:
        one = messages.find(connection, by.contest_id, event_id, message_id)
        mine = rota.duties(connection, by.contest_id, str(one["sign_up_id"])) if one else []
        rooms = {duty["committee_room_id"] for duty in mine if duty["state"] in duties.LIVE}
        if one is None or (rooms and not any(by.sees_room(room) for room in rooms)):
            raise NotThere("There is no such message.")
        if by.committee_room_id is None or rooms <= {*one["told_rooms"], by.committee_room_id}:
            messages.told(connection, by.contest_id, one, now)
        else:
            messages.told_in(connection, by.contest_id, one, by.committee_room_id)
