"""The only module that emits. It tails the ledger and sends each committee room small frames of what changed.

Every process tails for itself, so nothing here needs Valkey, and a frame that goes missing does no harm: each
says which position it starts from, and a page that sees a gap, or hears nothing for five seconds, reads a
fresh snapshot.
"""

import time
from dataclasses import dataclass
from typing import Any

import structlog
from flask_socketio import SocketIO

from gotv.errors import HouseError
from gotv.house import House
from gotv.metrics import TAIL_GOOD
from gotv.realtime.seats import boards, frame_room, here, knockers
from gotv.services import committee_room, signing_in, walk_on_phone
from gotv.services.contests import find_contest, positions_of

BOARD, KNOCKING = "/board", "/knocking"
# Four frames a second at most; one at least every two seconds, so that silence means something.
TICK_SECONDS = 0.25
HEARTBEAT_TICKS = 8
# Whoever was revoked is cut off within a second.
REVOKED_TICKS = 2
# A team on the street is told once a second.
WALK_TICKS = 4
NEVER: Any = object()
# What a frame may carry, and by what each row is known.
ROWS = {"rooms": "committee_room_id", "districts": "district", "places": "place_id"}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Sent:
    """The last frame to one committee room: its ledger position, its tick, and every row as the boards now have it."""

    position: int
    tick: int
    rows: dict[str, dict[Any, dict[str, Any]]]


NOTHING_SENT = Sent(-1, -HEARTBEAT_TICKS, {})


def start(socketio: SocketIO, home: House) -> "Tail":
    tail = Tail(socketio, home)
    socketio.start_background_task(tail.run)
    return tail


class Tail:
    """Follows the ledgers that somebody in this process watches."""

    def __init__(self, socketio: SocketIO, home: House) -> None:
        self.socketio = socketio
        self.home = home
        self.sent: dict[tuple[int, int | None], Sent] = {}
        # What each knocker-up's phone was last told of its walk.
        self.told: dict[str, Any] = {}
        self.ticks = 0
        self.last_good = time.monotonic()

    def seconds_behind(self) -> float:
        """How long ago the last tick went well; for /readyz."""
        return time.monotonic() - self.last_good

    def run(self) -> None:
        """For as long as the process lives. A tick that fails is logged, and the pages say that they are stale."""
        due = time.monotonic()
        while True:
            # Even times: what a tick takes is not added to the wait. One that took longer than its time is not made up.
            due = max(due + TICK_SECONDS, time.monotonic())
            self.socketio.sleep(due - time.monotonic())
            self.ticks += 1
            try:
                self.tick()
                self.last_good = time.monotonic()
                TAIL_GOOD.set_to_current_time()
                if self.ticks % REVOKED_TICKS == 0:
                    self._cut_revoked()
                if self.ticks % WALK_TICKS == 0:
                    self._tell_walks()
            except Exception as error:
                log.error("tail", error=type(error).__name__)

    def tick(self) -> None:
        watched = {(s.person.contest_id, s.room) for s in list(boards.values()) if s.joined}
        self.sent = {key: sent for key, sent in self.sent.items() if key in watched}
        if not watched:
            return
        positions = positions_of(self.home.database, {contest_id for contest_id, _ in watched})
        for contest_id, room in watched:
            sent = self.sent.get((contest_id, room), NOTHING_SENT)
            if positions.get(contest_id, -1) != sent.position or self.ticks - sent.tick >= HEARTBEAT_TICKS:
                try:
                    self.sent[contest_id, room] = self._send(contest_id, room, sent)
                except HouseError as error:
                    # A contest erased meanwhile, say: it keeps no other from its frames.
                    log.warning("frame", contest=contest_id, error=type(error).__name__)

    def _send(self, contest_id: int, room: int | None, sent: Sent) -> Sent:
        """One frame with the rows that are not as they were last sent: counts, and also who tells, and late lists.

        A frame from position -1 is the first to its committee room and carries every row.
        """
        contest = find_contest(self.home.database, contest_id)
        if "boards" in contest.switched_off:
            return sent
        board = committee_room.board(self.home.database, contest, self.home.clock.now(), room=room)
        rows = {name: {row[key]: row for row in board[name]} for name, key in ROWS.items()}
        changed: dict[str, Any] = {}
        for name, of in rows.items():
            before = sent.rows.get(name, {})
            changed[name] = [row for key, row in of.items() if before.get(key) != row]
        frame = {
            "position": board["position"],
            "since": sent.position,
            "at": board["at"],
            "changed": changed | {"total": board["total"], "hours": board["position"] != sent.position},
        }
        self.socketio.emit("frame", frame, to=frame_room(contest_id, room), namespace=BOARD)
        return Sent(board["position"], self.ticks, rows)

    def _tell_walks(self) -> None:
        """To the phones of each team that is out: what has become of its doors, if it is not as it was last told."""
        out = list(knockers.items())
        self.told = {sid: state for sid, state in self.told.items() if sid in knockers}
        by_contest: dict[int, list[tuple[str, Any]]] = {}
        for sid, person in out:
            by_contest.setdefault(person.contest_id, []).append((sid, person))
        for contest_id, those in by_contest.items():
            states = walk_on_phone.states(self.home.database, contest_id, {p.person_id for _, p in those}, self._now())
            for sid, person in those:
                state = states.get(person.person_id)
                # Numbers called elsewhere move the position and nothing else: no news for this walk.
                news = state and {name: value for name, value in state.items() if name != "position"}
                if self.told.get(sid, NEVER) != news:
                    self.told[sid] = news
                    self.socketio.emit("walk", state, to=sid, namespace=KNOCKING)

    def _now(self) -> Any:
        return self.home.clock.now()

    def _cut_revoked(self) -> None:
        """Within a second of a revocation, by any process, the open sockets of that person are closed."""
        for contest_id, person_id in signing_in.revoked_among(self.home.database, here):
            for namespace, sid in list(here.get(contest_id, {}).get(person_id, ())):
                self.socketio.emit("switched_off", to=sid, namespace=namespace)
                self.socketio.server.disconnect(sid, namespace=namespace)
