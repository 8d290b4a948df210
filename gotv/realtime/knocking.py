"""A knocker-up's phone connects, watches its walk, sends results, and says which door it goes to."""

from collections.abc import Callable
from typing import Any

import structlog
from socketio.exceptions import ConnectionRefusedError

from gotv.access import socket_for
from gotv.domain.people import Role
from gotv.errors import HouseError, NotLetIn
from gotv.house import House
from gotv.realtime.seats import came, knockers, went
from gotv.services import doors, signing_in, walk_on_phone

NAMESPACE = "/knocking"
log = structlog.get_logger()


def register(server: Any, home: House) -> None:
    @socket_for("knocker")
    def connect(sid: str, _environ: dict[str, Any], auth: Any = None) -> None:
        token = auth.get("token") if isinstance(auth, dict) else None
        try:
            if not isinstance(token, str):
                raise NotLetIn("This phone is not signed in. Open your link again.")
            person = signing_in.who_is(home.database, home.key, token)
            if person.role is not Role.KNOCKER:
                raise NotLetIn("Only a knocker-up's link opens a walk.")
        except HouseError as why:
            raise ConnectionRefusedError(str(why), {"signed_in": False}) from None
        except Exception as error:
            # The database may be away: that says nothing about the link. The phone tries again by itself.
            log.warning("connect", error=type(error).__name__)
            raise ConnectionRefusedError("Not now. Trying again.", {"retry": True}) from None
        knockers[sid] = person
        came(person, NAMESPACE, sid)

    @socket_for("knocker")
    def results(sid: str, sent: Any = None) -> dict[str, Any]:
        return _answer(sid, lambda person: doors.take(home.database, person, sent, home.clock.now()))

    @socket_for("knocker")
    def at_door(sid: str, door_id: Any = None) -> dict[str, Any]:
        return _answer(sid, lambda person: walk_on_phone.stand_at(home.database, person, door_id, home.clock.now()))

    @socket_for("knocker")
    def disconnect(sid: str, _reason: str = "") -> None:
        went(knockers.pop(sid, None), NAMESPACE, sid)

    for event in (connect, results, at_door, disconnect):
        server.on(event.__name__, event, namespace=NAMESPACE)


def _answer(sid: str, work: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """Always answers: an exception here would leave the phone waiting without a word."""
    try:
        person = knockers.get(sid)
        if person is None:
            raise NotLetIn("This phone is not signed in. Open your link again.")
        return work(person)
    except HouseError as why:
        return {"ok": False, "retry": False, "signed_in": not isinstance(why, NotLetIn), "reason": str(why)}
    except Exception as error:
        log.exception("knocking", error=type(error).__name__)
        return {"ok": False, "retry": True, "reason": "Not stored yet. The phone will send again by itself."}
