"""The only module that emits. It tails the ledger and sends each committee room small frames of what changed.

Every process tails for itself, so nothing here needs Valkey, and a frame that goes missing does no harm: each
says which position it starts from, and a page that sees a gap, or hears nothing for five seconds, reads a
fresh snapshot.
"""

import time
from collections.abc import Iterable
from typing import Any

import structlog
from flask_socketio import SocketIO

from gotv.house import House
from gotv.realtime.seats import boards, frame_room, phones
from gotv.services import committee_room, signing_in
from gotv.services.contests import find_contest, positions_of

BOARD, TELLING = "/board", "/telling"
# Four frames a second at most; one at least every two seconds, so that silence means something.
TICK_SECONDS = 0.25
HEARTBEAT_TICKS = 8
CHANGING = ("rooms", "districts", "places")

log = structlog.get_logger()


def start(socketio: SocketIO, home: House) -> "Tail":
    tail = Tail(socketio, home)
    socketio.start_background_task(tail.run)
    return tail


class Tail:
    """Follows the ledgers that somebody in this process watches."""

    def __init__(self, socketio: SocketIO, home: House) -> None:
        self.socketio = socketio
        self.home = home
        # Position and tick of the last frame sent to each (contest, committee room).
        self.sent: dict[tuple[int, int | None], tuple[int, int]] = {}
        self.ticks = 0
        self.last_good = time.monotonic()

    def seconds_behind(self) -> float:
        """How long ago the last tick went well; for /readyz."""
        return time.monotonic() - self.last_good

    def run(self) -> None:
        """For as long as the process lives. A tick that fails is logged, and the pages say that they are stale."""
        while True:
            self.socketio.sleep(TICK_SECONDS)
            self.ticks += 1
            try:
                self.tick()
                self.last_good = time.monotonic()
            except Exception as error:
                log.error("tail", error=type(error).__name__)

    def tick(self) -> None:
        self._cut_revoked()
        watched = {(s.person.contest_id, s.room) for s in list(boards.values()) if s.joined}
        self.sent = {key: told for key, told in self.sent.items() if key in watched}
        if not watched:
            return
        positions = positions_of(self.home.database, {contest_id for contest_id, _ in watched})
        for contest_id, room in watched:
            since, tick = self.sent.get((contest_id, room), (-1, -HEARTBEAT_TICKS))
            if positions.get(contest_id, -1) != since or self.ticks - tick >= HEARTBEAT_TICKS:
                self._send(contest_id, room, since)

    def _send(self, contest_id: int, room: int | None, since: int) -> None:
        """One frame. ``since`` -1 makes the page read a snapshot: it joined before we knew where it stood."""
        contest = find_contest(self.home.database, contest_id)
        board = committee_room.board(self.home.database, contest, self.home.clock.now(), room=room)
        changed: dict[str, Any] = {
            name: [row for row in board[name] if row.get("position", board["position"]) > since] for name in CHANGING
        }
        frame = {
            "position": board["position"],
            "since": since,
            "at": board["at"],
            "changed": changed | {"total": board["total"], "hours": board["position"] != since},
        }
        self.socketio.emit("frame", frame, to=frame_room(contest_id, room), namespace=BOARD)
        self.sent[contest_id, room] = (board["position"], self.ticks)

    def _cut_revoked(self) -> None:
        """Within a second of a revocation, by any process, the open sockets of that person are closed."""
        people = list(phones.values()) + [seat.person for seat in list(boards.values())]
        gone = signing_in.revoked_among(self.home.database, people)
        if gone:
            self._cut(TELLING, [sid for sid, person in list(phones.items()) if _key(person) in gone])
            self._cut(BOARD, [sid for sid, seat in list(boards.items()) if _key(seat.person) in gone])

    def _cut(self, namespace: str, sids: Iterable[str]) -> None:
        for sid in sids:
            self.socketio.emit("switched_off", to=sid, namespace=namespace)
            self.socketio.server.disconnect(sid, namespace=namespace)


def _key(person: Any) -> tuple[int, int]:
    return person.contest_id, person.person_id
