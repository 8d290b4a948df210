"""A teller's phone connects, sends lists of numbers, and is answered once they are committed.

Registered on the python-socketio server itself: Flask's request context would cost more than everything else
on this path together.
"""

from collections.abc import Callable
from typing import Any

import structlog
from socketio.exceptions import ConnectionRefusedError

from gotv.access import socket_for
from gotv.domain.people import Role
from gotv.errors import HouseError, NotLetIn, NotNow, TooMuch
from gotv.house import House
from gotv.metrics import PHONES, REFUSED
from gotv.realtime.driver import AtOnce
from gotv.realtime.seats import came, phones, went
from gotv.services import signing_in

NAMESPACE = "/telling"
log = structlog.get_logger()


def refusal(why: Exception) -> dict[str, Any]:
    """What a phone is told when its list was not kept."""
    if isinstance(why, NotNow):
        return {"ok": False, "retry": True, "reason": str(why)}
    if isinstance(why, TooMuch):
        REFUSED.labels("list").inc()
    if isinstance(why, HouseError):
        signed_in = not isinstance(why, NotLetIn)
        return {"ok": False, "retry": False, "signed_in": signed_in, "reason": str(why)}
    log.error("numbers", error=type(why).__name__, exc_info=why)
    return {"ok": False, "retry": True, "reason": "Not stored yet. The phone will send again by itself."}


def at_once(home: House) -> AtOnce:
    """``numbers`` for the event loop: the list is read, and joins those that wait for the next commit."""

    def numbers(sid: str, sent: Any, answer: Callable[[Any], None]) -> bool:
        person = phones.get(sid)
        post = home.telling.post_at_once(person) if person else None
        if person is None or post is None:
            return False
        try:
            return home.telling.take_later(
                person, post, sent, lambda found: answer(refusal(found) if isinstance(found, Exception) else found)
            )
        except Exception as why:
            answer(refusal(why))
            return True

    return numbers


def register(server: Any, home: House) -> None:
    @socket_for("teller")
    def connect(sid: str, _environ: dict[str, Any], auth: Any = None) -> None:
        token = auth.get("token") if isinstance(auth, dict) else None
        try:
            if not isinstance(token, str):
                raise NotLetIn("This phone is not signed in. Open your link again.")
            person = signing_in.teller_today(home.database, home.key, token, home.clock.now())
            if person.role is not Role.TELLER:
                raise NotLetIn("Only a teller's link may send numbers.")
        except HouseError as why:
            raise ConnectionRefusedError(str(why), {"signed_in": False}) from None
        except Exception as error:
            # The database may be away: that says nothing about the link. The phone tries again by itself.
            log.warning("connect", error=type(error).__name__)
            raise ConnectionRefusedError("Not now. Trying again.", {"retry": True}) from None
        phones[sid] = person
        came(person, NAMESPACE, sid)
        PHONES.set(len(phones))

    @socket_for("teller")
    def numbers(sid: str, sent: Any = None) -> dict[str, Any]:
        """Always answers: an exception here would leave the phone waiting without a word."""
        try:
            person = phones.get(sid)
            if person is None:
                raise NotLetIn("This phone is not signed in. Open your link again.")
            return home.telling.take(person, home.telling.post_of(person), sent)
        except Exception as why:
            return refusal(why)

    @socket_for("teller")
    def disconnect(sid: str, _reason: str = "") -> None:
        went(phones.pop(sid, None), NAMESPACE, sid)
        PHONES.set(len(phones))

    for event in (connect, numbers, disconnect):
        server.on(event.__name__, event, namespace=NAMESPACE)
