"""Who is in which Socket.IO room, so that one who leaves costs the same however many stay.

The usual manager looks through every room when somebody goes, and each phone has a room of its own: of thirteen
thousand phones that lose their network together, each walks past all the others while nobody is answered.
"""

from typing import Any

from socketio import Manager


class Rooms(Manager):  # type: ignore[misc]
    """As python-socketio's own manager, with one difference: it remembers which rooms somebody is in."""

    def __init__(self) -> None:
        super().__init__()
        # By namespace and socket id: the rooms beside that of everybody (None) and their own.
        self._joined: dict[tuple[str, str], set[str]] = {}

    def basic_enter_room(self, sid: str, namespace: str, room: str | None, eio_sid: str | None = None) -> None:
        super().basic_enter_room(sid, namespace, room, eio_sid=eio_sid)
        if room is not None and room != sid:
            self._joined.setdefault((namespace, sid), set()).add(room)

    def get_rooms(self, sid: str, namespace: str) -> list[str]:
        own = [sid] if sid in self.rooms.get(namespace, {}) else []
        return own + sorted(self._joined.get((namespace, sid), ()))

    def basic_leave_room(self, sid: str, namespace: str, room: str | None) -> None:
        super().basic_leave_room(sid, namespace, room)
        if room is not None and (joined := self._joined.get((namespace, sid))):
            joined.discard(room)

    def basic_disconnect(self, sid: str, namespace: str, **_: Any) -> None:
        for room in (None, sid, *self._joined.pop((namespace, sid), ())):
            self.basic_leave_room(sid, namespace, room)
        self.callbacks.pop(sid, None)
        for pending in (self.pending_connect, self.pending_disconnect):
            if sid in pending.get(namespace, ()):
                pending[namespace].remove(sid)
                if not pending[namespace]:
                    del pending[namespace]
