"""A board connects with its session and a ticket, and joins the committee room it may see."""

from typing import Any

from flask import request
from flask_socketio import SocketIO, join_room, leave_room, rooms
from itsdangerous import BadSignature
from socketio.exceptions import ConnectionRefusedError

from gotv.access import person_signed_in, socket_for
from gotv.domain.people import Person, Role
from gotv.house import House
from gotv.metrics import BOARDS
from gotv.realtime.seats import Seat, boards, came, frame_room, went
from gotv.services import knocking_up
from gotv.web.committee_room import TICKET_SECONDS, tickets

NAMESPACE = "/board"
MAY_SEE = {Role.AGENT, Role.ORGANISER, Role.CLERK}


def register(socketio: SocketIO, home: House) -> None:
    @socket_for("agent or organiser or clerk")
    def connect(auth: Any = None) -> None:
        """The cookie alone is not enough: another site's page could bring it along. The ticket it cannot have."""
        person = person_signed_in()
        try:
            ticket = tickets().loads((auth or {}).get("ticket", ""), max_age=TICKET_SECONDS)
        except (BadSignature, AttributeError):
            ticket = None
        if person is None or ticket != [person.contest_id, person.person_id] or person.role not in MAY_SEE:
            raise ConnectionRefusedError("Sign in again to see the board.", {"signed_in": False})
        boards[_sid()] = Seat(person, person.committee_room_id)
        came(person, NAMESPACE, _sid())
        BOARDS.set(len(boards))

    @socket_for("agent or organiser or clerk")
    def join(asked: Any = None) -> dict[str, Any]:
        """Checked on every join: a person may have been moved or revoked since they connected."""
        person, seat = person_signed_in(), boards.get(_sid())
        room = asked.get("committee_room") if isinstance(asked, dict) else None
        if person is None or seat is None or person.role not in MAY_SEE:
            return {"ok": False, "reason": "Sign in again to see the board."}
        if room is not None and type(room) is not int:
            return {"ok": False, "reason": "The committee room must be a number or nothing."}
        if not _may_join(home, person, room):
            return {"ok": False, "reason": "That is another committee room."}
        if _sid() not in boards:
            return {"ok": False, "reason": "Sign in again to see the board."}
        for old in rooms(sid=_sid(), namespace=NAMESPACE):
            if old != _sid():
                leave_room(old)
        boards[_sid()] = Seat(person, room, joined=True)
        join_room(frame_room(person.contest_id, room))
        return {"ok": True}

    @socket_for("agent or organiser or clerk")
    def disconnect(_reason: str = "") -> None:
        seat = boards.pop(_sid(), None)
        went(seat.person if seat else None, NAMESPACE, _sid())
        BOARDS.set(len(boards))

    for event in (connect, join, disconnect):
        socketio.on_event(event.__name__, event, namespace=NAMESPACE)


def _may_join(home: House, person: Person, room: int | None) -> bool:
    """Those who see the whole contest see each of its rooms; nobody sees one of another contest."""
    if room is None:
        return person.committee_room_id is None
    return room in {one["committee_room_id"] for one in knocking_up.rooms(home.database, person)}


def _sid() -> str:
    return str(request.sid)  # type: ignore[attr-defined]
