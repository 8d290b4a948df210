"""Fault cards: what goes wrong on a polling day, played on purpose while the rehearsal runs."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from gotv.rehearsal.demo import Play
from gotv.services import inviting

SILENT_HOURS = 0.5
STRANGERS = 200
OUT_WITHIN_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Card:
    """``play`` does it, and returns what is to be asked until it is over."""

    name: str
    what: str
    play: Callable[[Play], "Watch"]


# Asked again and again: (over, trouble).
Watch = Callable[[], tuple[bool, str]]


def no_signal(play: Play) -> Watch:
    until = play.played() + SILENT_HOURS * 3600
    play.phones.away = True

    def watch() -> tuple[bool, str]:
        if play.played() < until:
            return False, ""
        play.phones.away = False
        return True, ""

    return watch


def twice(play: Play) -> Watch:
    for phone, entry in list(play.history.day):
        if not phone.refused:
            phone.outbox.append(entry)
    return lambda: (True, "")


def strangers(play: Play) -> Watch:
    """Numbers no register has: each is kept, and shown as unmatched."""
    phone = next(phone for place, phone in play.phone_at.items() if place not in play.switched_off)
    for n in range(STRANGERS):
        phone.key(str(900_000 + n))
        play.history.keyed(phone, phone.outbox[-1])
    return lambda: (True, "")


def lost_link(play: Play) -> Watch:
    """One teller's link is switched off while it is in use: it must be out at once, and what it sends refused."""
    place, phone = next(iter(play.phone_at.items()))
    inviting.revoke(play.stage.home.database, play.stage.agent, play.stage.tellers[place].person_id)
    began, cut = time.monotonic(), list[float]()
    play.switched_off.add(place)

    def watch() -> tuple[bool, str]:
        took = time.monotonic() - began
        if phone.state == "closed" and not cut:
            cut.append(took)
        if phone.refused:
            lived = cut[0] if cut else took
            return True, "" if lived <= OUT_WITHIN_SECONDS else f"a lost link lived for {lived:.1f} s"
        return (True, "a lost link was not refused") if took > 15 else (False, "")

    return watch


CARDS = {
    card.name: card
    for card in (
        Card("no-signal", "no phone has signal for half an hour; then all come back at once", no_signal),
        Card("twice", "every phone sends its whole day once more", twice),
        Card("strangers", f"{STRANGERS} numbers that no register has", strangers),
        Card("lost-link", "a teller's link is lost, and switched off in mid-stream", lost_link),
    )
}
# What only hands can do, on the machine itself. The rehearsal notices, waits, and goes on.
BY_HAND = {
    "kill the web process": "docker compose kill -s SIGKILL web; docker compose up -d web",
    "kill a worker": "docker compose kill -s SIGKILL worker; docker compose up -d worker",
    "kill the timekeeper": "docker compose kill -s SIGKILL timekeeper; docker compose up -d timekeeper",
    "lose Valkey for a minute": "docker compose kill valkey; sleep 60; docker compose up -d valkey",
    "hang the database for ten seconds": "docker compose pause postgres; sleep 10; docker compose unpause postgres",
    "take a phone of yours out of signal": "aeroplane mode; key ten numbers; switch it off; and on again",
}
