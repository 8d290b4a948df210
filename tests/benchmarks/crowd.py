"""A crowd of phones and boards in a process of its own: what it takes of the house's two cores is little, and told.

Reads a `Load` as JSON from standard input and writes a `Crowd.result` to standard output. Closed loop: each phone
always has one message in flight. Open loop (``rate``): messages are due at even times whatever the house does, and a
delay is counted from when the message was due.
"""

import contextlib
import itertools
import json
import random
import resource
import select
import socket
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psutil

from gotv.rehearsal.phones import CALM_HELLO, HELLO, framed, taken_frames
from tests.benchmarks.load import ALL_IN, Load

# Of Linux: the port is chosen when it is known where to, among all that are free for there.
IP_BIND_ADDRESS_NO_PORT = 24
CONNECTING_AT_ONCE = 200
# When the first number was keyed by the phones' own clocks, and how long after it the next.
BEGUN, APART = datetime.now(UTC) - timedelta(hours=12), timedelta(seconds=15)


class Line:
    """A WebSocket of the crowd; what it is comes in ``kind``."""

    __slots__ = ("ack", "due", "free", "hello", "inbound", "kind", "numbers", "on_boards", "sock", "state")

    def __init__(self, kind: str, hello: bytes, numbers: Iterator[str]) -> None:
        self.kind, self.hello, self.numbers = kind, hello, numbers
        self.inbound = bytearray()
        self.state, self.ack, self.due, self.free, self.on_boards = "new", 0, 0.0, True, True
        self.sock: socket.socket = None  # type: ignore[assignment]


class Crowd:
    def __init__(self, load: Load) -> None:
        self.load = load
        self.poll = select.epoll()
        self.lines: dict[int, Line] = {}
        self.phones: list[Line] = []
        self.took: list[float] = []
        self.acked = self.sent = 0
        self.counting = self.closing = False
        # By ledger position, every so often: when the message that made it was due.
        self.due_at: list[tuple[int, float]] = []
        self.late: list[float] = []
        self.shown: dict[int, int] = {}
        self.lost = 0
        self.refused = ""

    def connect(self, port: int, every: list[tuple[Line, str]]) -> None:
        """Raises TimeoutError when they are not all in."""
        end = time.monotonic() + 60 + len(every) / 200
        waiting = iter(every)
        joining: list[Line] = []
        while True:
            joining = [line for line in joining if line.state != "open"]
            for line, headers in itertools.islice(waiting, CONNECTING_AT_ONCE - len(joining)):
                self._dial(port, line, headers)
                joining.append(line)
            if not joining:
                return
            if time.monotonic() > end or self.refused:
                raise TimeoutError(f"not all came in: {len(joining)} wait, {self.lost} lost. {self.refused}")
            self._receive(0.05)

    def _dial(self, port: int, line: Line, headers: str) -> None:
        line.sock = socket.socket()
        line.sock.settimeout(20)
        line.sock.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
        line.sock.bind((self.load.source, 0))
        line.sock.connect(("127.0.0.1", port))
        line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.sock.setblocking(False)
        hello = CALM_HELLO if line.kind == "phone" else HELLO
        line.sock.send(hello.format(host=f"127.0.0.1:{port}").replace("\r\n\r\n", f"\r\n{headers}\r\n").encode())
        self.lines[line.sock.fileno()] = line
        self.poll.register(line.sock.fileno(), select.EPOLLIN)

    def _receive(self, wait: float) -> None:
        for fd, _ in self.poll.poll(wait):
            line = self.lines[fd]
            try:
                got = line.sock.recv(65_536)
            except BlockingIOError:
                continue
            except OSError:
                got = b""
            if not got:
                self.poll.unregister(fd)
                self.lost += not self.closing
                line.state = "lost"
                continue
            line.inbound += got
            if line.state == "new":
                end = line.inbound.find(b"\r\n\r\n")
                if end < 0:
                    continue
                if not line.inbound.startswith(b"HTTP/1.1 101"):
                    self.refused = line.inbound[:300].decode()
                    continue
                del line.inbound[: end + 4]
                line.state = "greeting"
            for payload in taken_frames(line.inbound):
                self._payload(line, payload)

    def _payload(self, line: Line, payload: bytes) -> None:
        if payload.startswith(b"43/telling,"):
            self._answered(line, payload)
        elif payload == b"2":
            line.sock.send(framed(b"3"))
        elif payload.startswith(b"42/board,"):
            self._framed(line, payload)
        elif payload.startswith(b"0"):
            line.sock.send(framed(line.hello))
        elif payload.startswith(b"40/telling"):
            line.state = "open"
            if self.load.once:
                self._send(line, time.monotonic())
        elif payload.startswith(b"40/board"):
            line.sock.send(framed(b'42/board,1["join",{"committee_room":null}]'))
            line.state = "open"
        elif payload.startswith(b"44"):
            self.refused = payload.decode()

    def _answered(self, line: Line, payload: bytes) -> None:
        now = time.monotonic()
        line.free = True
        if b'"ok":true' not in payload[:40]:
            self.refused = payload.decode()
            return
        answers = payload.count(b'"outcome"')
        self.acked += answers
        if self.counting:
            self.took.append(now - line.due)
            # One in sixteen is enough to know how late the boards are.
            if len(self.took) & 15 == 0 and self.load.boards and line.on_boards:
                position = int(payload[payload.index(b'"position":') + 11 :].split(b",", 1)[0])
                self.due_at.append((position, line.due))
        if self.counting and not self.load.rate:
            self._send(line, now)

    def _framed(self, board: Line, payload: bytes) -> None:
        """What this board shows for the first time is as late as it is now past its time."""
        if b'"position":' not in payload or not self.due_at:
            return
        position = int(payload[payload.rindex(b'"position":') + 11 :].split(b",", 1)[0].rstrip(b"}]"))
        now, seen = time.monotonic(), self.shown.get(id(board), 0)
        while seen < len(self.due_at) and self.due_at[seen][0] <= position:
            self.late.append(now - self.due_at[seen][1])
            seen += 1
        self.shown[id(board)] = seen

    def _send(self, line: Line, due: float) -> None:
        line.ack += 1
        line.due, line.free = due, False
        many = self.load.per_message
        # As the pad makes them: the time, and then chance.
        ms, h = f"{int(time.time() * 1000):012x}", random.randbytes(9 * many).hex()
        began = f'{{"id":"{ms[:8]}-{ms[8:]}-7'
        entries = ",".join(
            f'{began}{h[n : n + 3]}-8{h[n + 3 : n + 6]}-{h[n + 6 : n + 18]}",{rest}'
            for n, rest in zip(range(0, 18 * many, 18), line.numbers, strict=False)
        )
        self.sent += self.load.per_message
        line.sock.send(framed(f'42/telling,{line.ack}["numbers",[{entries}]]'.encode()))

    def wait_for_the_word(self) -> None:
        print(ALL_IN, end="", file=sys.stderr, flush=True)
        while not select.select([sys.stdin], [], [], 0)[0]:
            self._receive(0.05)

    def drain(self, begun: float) -> None:
        """All are in; wait until all that they had is answered. The rate is over the whole, coming in included."""
        while self.acked < len(self.phones) * self.load.per_message and time.monotonic() - begun < 240:
            self._receive(0.05)
        self.rate = self.acked / (time.monotonic() - begun)
        self.cores = {name: used / (time.monotonic() - begun) for name, used in self._cpu().items()}

    def run(self) -> None:
        """Warm up, count, and wait until everything sent is answered."""
        begun = time.monotonic()
        self.counting = not self.load.warm
        if not self.load.rate:
            self.counting = True
            for line in self.phones:
                self._send(line, time.monotonic())
        queue = itertools.cycle(self.phones)
        due = begun
        step = self.load.per_message / self.load.rate if self.load.rate else 0.0
        end = begun + self.load.warm + self.load.seconds
        warm = bool(self.load.warm)
        while (now := time.monotonic()) < end:
            if warm and now - begun >= self.load.warm:
                warm, self.counting = False, True
                print("counting", file=sys.stderr, flush=True)
                self.took.clear()
                self.late.clear()
                self.began, self.acked_before, self.cpu_before = now, self.acked, self._cpu()
            while step and due <= now:
                line = next(queue)
                for _ in range(len(self.phones)):
                    if line.free and line.state == "open":
                        break
                    line = next(queue)
                else:
                    break
                self._send(line, due)
                due += step
            self._receive(min(0.05, max(0.0, due - now)) if step else 0.05)
        passed = time.monotonic() - self.began
        self.rate = (self.acked - self.acked_before) / passed
        self.cores = {name: (used - self.cpu_before[name]) / passed for name, used in self._cpu().items()}
        took = self.took
        self.took, self.counting = [], False
        patience = time.monotonic() + 60
        while self.acked < self.sent and time.monotonic() < patience:
            self._receive(0.05)
        # The boards' last frames. Crowds beside it stay longer: thousands who go at once may be in its way.
        stay = 1.5 if self.load.boards else 4.0 * self.load.together
        patience = time.monotonic() + stay
        while time.monotonic() < patience:
            self._receive(0.05)
        self.took = took

    def _cpu(self) -> dict[str, float]:
        """Seconds of processor so far: of the crowd, and of each process watched with its children."""
        own = resource.getrusage(resource.RUSAGE_SELF)
        return {"crowd": own.ru_utime + own.ru_stime} | {n: cpu_of(pid) for n, pid in self.load.watched.items()}

    def result(self) -> dict[str, Any]:
        """Rates a second, seconds as p50, p99, p999 and max, and shares of a core while it was counted."""
        return {
            "rate": self.rate,
            "acked": self.acked,
            "sent": self.sent,
            "lost": self.lost,
            "refused": self.refused,
            "answer": percentiles(self.took),
            "board": percentiles(self.late),
            "boards_behind": sum(seen < len(self.due_at) for seen in self.shown.values()),
            "cores": self.cores,
            "came_in": self.came_in,
            "kilobytes": self.kilobytes,
        }


def cpu_of(pid: int) -> float:
    """Seconds of processor of a process and all below it that live."""
    total = 0.0
    for one in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            used = one.cpu_times()
            total += used.user + used.system
    return total


def memory_of(watched: dict[str, int]) -> dict[str, float]:
    """Kilobytes in memory of each process watched, with its children."""
    return {
        name: sum(one.memory_info().rss for one in [psutil.Process(pid), *psutil.Process(pid).children()]) / 1024
        for name, pid in watched.items()
    }


def percentiles(times: list[float]) -> dict[str, float]:
    ordered = sorted(times) or [0.0]
    return {
        name: ordered[min(len(ordered) - 1, int(share * len(ordered)))]
        for name, share in (("p50", 0.5), ("p99", 0.99), ("p999", 0.999), ("max", 1.0))
    }


def told(numbers: list[tuple[str, str]], moments: list[str]) -> Iterator[str]:
    """Without end: all of an entry but its id; ``moments`` grows as it is needed, and is the same for all phones."""
    for n, (district, number) in enumerate(itertools.cycle(numbers)):
        if n == len(moments):
            moments.append((BEGUN + n * APART).isoformat())
        yield f'"kind":"mark","number":"{number}","district":"{district}","at":"{moments[n]}"}}'


def main() -> None:
    load = Load(**json.loads(sys.stdin.readline()))
    crowd = Crowd(load)
    moments: list[str] = []
    crowd.phones = [
        Line("phone", b"40/telling," + json.dumps({"token": token}).encode(), told(numbers, moments))
        for token, numbers in load.phones
    ]
    for line in crowd.phones[load.on_boards :]:
        line.on_boards = False
    boards = [
        (
            Line("board", b"40/board," + json.dumps({"ticket": one["ticket"]}).encode(), iter(())),
            f"Cookie: {one['cookie']}\r\n",
        )
        for one in load.boards
    ]
    begun = time.monotonic()
    before = memory_of(load.watched)
    # Boards first: their tickets are good for a minute.
    crowd.connect(load.port, boards + [(line, "") for line in crowd.phones])
    crowd.came_in = time.monotonic() - begun
    crowd.kilobytes = {name: now - before[name] for name, now in memory_of(load.watched).items()}
    if load.together:
        crowd.wait_for_the_word()
    if load.once:
        crowd.drain(begun)
    else:
        crowd.run()
    crowd.closing = True
    json.dump(crowd.result(), sys.stdout)


if __name__ == "__main__":
    main()
