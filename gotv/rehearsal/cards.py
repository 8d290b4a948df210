"""How each fault card (`domain.fault_cards`) is played while the rehearsal runs."""

import time
from collections.abc import Callable

from gotv.domain.fault_cards import SILENT_HOURS, STRANGERS
from gotv.rehearsal.demo import Play
from gotv.rehearsal.phones import Phone
from gotv.services import inviting

OUT_WITHIN_SECONDS = 1.5

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
    for _, phone in _in_use(play)[:1]:
        for n in range(STRANGERS):
            phone.key(str(900_000 + n))
            play.history.keyed(phone, phone.outbox[-1])
    return lambda: (True, "")


def lost_link(play: Play) -> Watch:
    """One teller's link is switched off while it is in use: it must be out at once, and what it sends refused."""
    in_use = _in_use(play)
    if not in_use:
        return lambda: (True, "")
    place, phone = in_use[0]
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


def _in_use(play: Play) -> list[tuple[str, Phone]]:
    """The polling places with a phone that is let in."""
    every = play.phone_at.items()
    return [(place, phone) for place, phone in every if place not in play.switched_off and not phone.refused]


PLAYS: dict[str, Callable[[Play], Watch]] = {
    "no-signal": no_signal,
    "twice": twice,
    "strangers": strangers,
    "lost-link": lost_link,
}
