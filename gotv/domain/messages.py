"""What people who signed up are told, and when: in words that fit an e-mail and a text alike."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from gotv.domain.contests import Contest
from gotv.domain.events import Kind as EventKind
from gotv.domain.events import State, in_words

# Reminders go out the evening before.
REMIND_AT = time(18)


class Kind(StrEnum):
    """Why somebody is written to."""

    CONFIRMATION = "confirmation"
    PLACE = "place"
    CHANGED = "changed"
    CALLED_OFF = "called_off"
    REMINDER = "reminder"
    OFFER = "offer"
    STOOD_DOWN = "stood_down"


SUBJECTS = {
    Kind.CONFIRMATION: "You signed up: {title}",
    Kind.PLACE: "A place for you: {title}",
    Kind.CHANGED: "Please note what has changed: {title}",
    Kind.CALLED_OFF: "Called off: {title}",
    Kind.REMINDER: "Tomorrow: {title}",
    Kind.OFFER: "Can you do this? {title}",
    Kind.STOOD_DOWN: "Your shifts have changed: {title}",
}


def reminder_at(starts_at: datetime, contest: Contest) -> datetime:
    """The evening before, in the contest's own time zone."""
    day = contest.local(starts_at).date() - timedelta(days=1)
    return datetime.combine(day, REMIND_AT, contest.local(starts_at).tzinfo)


def is_the_evening_before(starts_at: datetime, contest: Contest, now: datetime) -> bool:
    """Whether ``see you tomorrow`` is true, and it is not too early to say so."""
    at = reminder_at(starts_at, contest)
    return now >= at and contest.local(now).date() == at.date()


def subject(kind: Kind, event: dict[str, Any]) -> str:
    return SUBJECTS[kind].format(title=event["title"])


def body(kind: Kind, event: dict[str, Any], own: dict[str, Any], contest: Contest, link: str, day: str = "") -> str:
    """The words. ``own`` is the sign-up; ``link`` its holder's own; ``day`` what they are to do on polling day."""
    when = in_words(contest.local(event["starts_at"]), contest.local(event["ends_at"]))
    what = f"{event['title']}, {when}. We meet at {event['meeting_point']}."
    takes_it_off = event["kind"] == EventKind.POLLING_DAY
    standing = "You have pledged the day." if takes_it_off else _standing(own)
    opening = {
        Kind.CONFIRMATION: f"{own['name']}, thank you. {standing}",
        Kind.PLACE: f"{own['name']}, somebody cannot come: the place is yours.",
        Kind.CHANGED: f"{own['name']}, please note: this is how it is now. {standing}",
        Kind.CALLED_OFF: f"{own['name']}, we are sorry: this does not take place.",
        Kind.REMINDER: f"{own['name']}, see you tomorrow.",
        Kind.OFFER: f"{own['name']}, can you do this? Say yes or no, one tap each, at {link}",
        Kind.STOOD_DOWN: f"{own['name']}, please note: your shifts are other ones now.",
    }[kind]
    notes = [f"{words}: {event[name]}" for words, name in (("Bring", "bring"), ("Travel", "travel")) if event[name]]
    close = f"You cannot come, or want to change something? {link}"
    to_do = () if kind is Kind.CALLED_OFF else (day, "\n".join(notes), close)
    return "\n\n".join(part for part in (opening, what, *to_do) if part)


def day_words(duties: Sequence[dict[str, Any]], links: Mapping[str, str]) -> str:
    """What somebody does on polling day. ``links``: by where they are for, the sign-in links they work with."""
    if not duties:
        return "You have no shift yet: we write to you when we know where you are needed most."
    lines = [f"- {one['words']}{'' if one['state'] == 'confirmed' else ' (please say yes or no)'}" for one in duties]
    opened = [
        f"On your phone, as soon as you can, open this and try it, so that it works when it counts ({where}): {link}"
        for where, link in links.items()
    ]
    return "\n".join(["Your shifts:", *lines, *opened])


def _standing(own: dict[str, Any]) -> str:
    return "You have a place." if own["state"] == State.COMING else "It is full just now: you wait for a place."
