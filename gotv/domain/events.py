"""Events that people come to: sessions of a campaign weekend, training, and who has a place at them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from gotv.domain.work import TAUGHT, works

MOST_PLACES, LONGEST = 2_000, timedelta(hours=16)
MOST_SEATS = 8
# Plain ones only: whatever else the standard allows, mail programs read in ways of their own.
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/^_`{|}~-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
# A name goes into a mail to whatever address is typed: it is to carry no message of a stranger's.
_NO_NAME = re.compile(r"://|www\.|@|\.[a-z]{2,}/", re.IGNORECASE)


class Kind(StrEnum):
    """What people do there. Whoever signs up for polling day takes it off; a contest has one."""

    CANVASSING = "canvassing"
    TRAINING = "training"
    OTHER = "other"
    POLLING_DAY = "polling_day"


SESSIONS = (Kind.CANVASSING, Kind.TRAINING, Kind.OTHER)


class Channel(StrEnum):
    """How somebody wants to be reminded."""

    EMAIL = "email"
    TEXT = "text"
    CHAT = "chat"


class State(StrEnum):
    """Of somebody who signed up: has a place, waits for one, or does not come after all."""

    COMING = "coming"
    WAITING = "waiting"
    CANCELLED = "cancelled"


class NotUnderstood(ValueError):
    """What was filled in cannot be so. The message names the field and says how to put it right."""


@dataclass(frozen=True, slots=True)
class SignUp:
    """Who comes, and how they are reached. ``channels``: how they want to be reminded before the day, if they do."""

    name: str
    contact: str
    seats_in_car: int
    needs_seat: bool
    channels: tuple[Channel, ...]


def in_words(starts: datetime, ends: datetime) -> str:
    """When it is, as people say it: ``Saturday 2 May, 10:00 to 13:00``. Both in the contest's own time zone."""
    return f"{starts:%A} {starts.day} {starts:%B}, {starts:%H:%M} to {ends:%H:%M}"


YEARS = range(2000, 2100)
# Of each text of an event: what it is called on the page, and how long it may be.
TEXTS = {
    "title": ("Title", 120),
    "weekend": ("Weekend", 80),
    "meeting_point": ("Meeting point", 200),
    "host": ("Host", 80),
    "bring": ("What to bring", 300),
    "access_notes": ("Access", 300),
    "travel": ("Travel", 300),
    "syllabus": ("What is learnt", 600),
}


def read_texts(form: Mapping[str, str]) -> dict[str, str]:
    """What people are told of an event. Raises NotUnderstood."""
    found = {name: _plain(form.get(name, ""), most) for name, (_, most) in TEXTS.items()}
    for name in ("title", "meeting_point"):
        if not found[name]:
            raise NotUnderstood(f"{TEXTS[name][0]}: write it, people must know.")
    return found


def read_event(form: Mapping[str, str], time_zone: str) -> dict[str, Any]:
    """A session as an organiser filled it in: its columns. Raises NotUnderstood."""
    found: dict[str, Any] = read_texts(form)
    found["kind"] = form.get("kind", "")
    if found["kind"] not in SESSIONS:
        raise NotUnderstood(f"Kind: choose one of {', '.join(SESSIONS)}.")
    training = found["kind"] == Kind.TRAINING
    found["trains_for"] = works((name for name in TAUGHT if form.get(f"trains-{name}")), TAUGHT) if training else []
    if training and not found["trains_for"]:
        raise NotUnderstood("Trains for: tick at least one. Who is there is shown as trained for it.")
    found["capacity"] = _number("Places", form.get("capacity", ""), 1, MOST_PLACES)
    try:
        day = date.fromisoformat(form.get("day", ""))
        begins, ends = (time.fromisoformat(form.get(name, "")) for name in ("begins", "ends"))
    except ValueError:
        raise NotUnderstood("Day, from and until: fill in all three, as 2026-05-02, 10:00 and 13:00.") from None
    if day.year not in YEARS:
        raise NotUnderstood(f"Day: write a year from {YEARS[0]} to {YEARS[-1]}.")
    zone = ZoneInfo(time_zone)
    found["starts_at"], found["ends_at"] = (datetime.combine(day, clock, zone) for clock in (begins, ends))
    lasts = found["ends_at"] - found["starts_at"]
    if lasts <= timedelta():
        raise NotUnderstood("From and until: it must end after it begins, on the same day.")
    if lasts > LONGEST:
        raise NotUnderstood("From and until: that is longer than sixteen hours. Make it two sessions.")
    return found


def read_sign_up(form: Mapping[str, str]) -> SignUp:
    """A sign-up as it was filled in. Raises NotUnderstood."""
    name, contact = _plain(form.get("name", ""), 80), _plain(form.get("contact", ""), 120)
    if not name or _NO_NAME.search(name):
        raise NotUnderstood("Your name: write what people call you.")
    if "@" in contact:
        contact = contact.lower()
        if not _EMAIL.fullmatch(contact):
            raise NotUnderstood("Email or phone: this is no address of e-mail, as ann@example.org.")
    else:
        digits = re.sub(r"[\s().-]", "", contact)
        if not re.fullmatch(r"\+?[0-9]{10,15}", digits):
            raise NotUnderstood("Email or phone: write an address of e-mail, or a number with its area code.")
        contact = digits
    seats = _number("Seats in your car", form.get("seats_in_car") or "0", 0, MOST_SEATS)
    # What was ticked and does not fit what was given asks for nothing.
    fit = (Channel.EMAIL,) if "@" in contact else (Channel.TEXT, Channel.CHAT)
    channels = tuple(channel for channel in fit if form.get(f"by_{channel}"))
    return SignUp(name, contact, seats, bool(form.get("needs_seat")) and not seats, channels)


def _plain(text: Any, most: int) -> str:
    """Without what cannot be printed, on one line."""
    return " ".join("".join(one if one.isprintable() else " " for one in str(text)).split())[:most]


def _number(what: str, text: str, least: int, most: int) -> int:
    digits = text.strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 10 and least <= int(digits) <= most):
        raise NotUnderstood(f"{what}: write a number from {least} to {most:,}.")
    return int(digits)
