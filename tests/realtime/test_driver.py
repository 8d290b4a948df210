"""What a phone's line says and does frame by frame, whoever is at the other end."""

import json
import socket
import struct
import time
from collections.abc import Iterator

import pytest

from gotv.app import LARGEST_FRAME_BYTES
from gotv.embedded.household import Household
from gotv.realtime.driver import CALM_SECONDS
from gotv.rehearsal.phones import CALM_HELLO
from tests.builders import marked
from tests.cast import Cast
from tests.realtime.raw_socket import RawSocket
from tests.realtime.test_several_processes import figure
from tests.waiting import wait_until

TEXT, CONTINUED, BINARY, CLOSE, PING, PONG = 1, 0, 2, 8, 9, 10
KEY = b"\x37\xfa\x21\x3d"


def frame(opcode: int, payload: bytes, *, last: bool = True, masked: bool = True) -> bytes:
    """As RFC 6455 writes it, with a mask that changes every byte."""
    size, mask = len(payload), 0x80 if masked else 0
    head = bytes([(0x80 if last else 0) | opcode])
    if size < 126:
        head += bytes([mask | size])
    elif size < 65_536:
        head += bytes([mask | 126]) + struct.pack("!H", size)
    else:
        head += bytes([mask | 127]) + struct.pack("!Q", size)
    return head + (KEY + bytes(b ^ KEY[n % 4] for n, b in enumerate(payload)) if masked else payload)


@pytest.fixture
def line(running: Household, cast: Cast) -> Iterator[RawSocket]:
    """Tess's phone, let in."""
    raw = RawSocket(running.port)
    raw.send("40/telling," + json.dumps({"token": cast.tess.device}))
    raw.until("40/telling")
    yield raw
    raw.close()


def numbers(n: int = 7) -> bytes:
    return f"42/telling,{n}{json.dumps(['numbers', [marked('1', 'AB')]])}".encode()


def answered(line: RawSocket, n: int = 7) -> bool:
    return bool(json.loads(line.until(f"43/telling,{n}")[len(f"43/telling,{n}") :])[0]["ok"])


def test_a_masked_message_is_read(line: RawSocket) -> None:
    line.sock.sendall(frame(TEXT, numbers()))
    assert answered(line)


def test_a_message_may_arrive_byte_by_byte(line: RawSocket) -> None:
    for byte in frame(TEXT, numbers()):
        line.sock.sendall(bytes([byte]))
    assert answered(line)


def test_a_message_may_come_in_pieces_with_a_ping_between(line: RawSocket) -> None:
    whole = numbers()
    line.sock.sendall(frame(TEXT, whole[:9], last=False) + frame(PING, b"there?") + frame(CONTINUED, whole[9:]))
    assert line.until("there?") == "there?"
    assert answered(line)


def test_many_messages_may_arrive_at_once(line: RawSocket) -> None:
    line.sock.sendall(b"".join(frame(TEXT, numbers(n)) for n in range(1, 51)))
    assert all(answered(line, n) for n in range(1, 51))


def test_a_message_over_the_limit_is_refused_and_the_line_closed(line: RawSocket) -> None:
    line.sock.sendall(frame(TEXT, b"4" * (LARGEST_FRAME_BYTES + 1)))
    assert closed_with(line) == 1009


def test_pieces_that_are_together_over_the_limit_are_refused(line: RawSocket) -> None:
    half = b"4" * (LARGEST_FRAME_BYTES // 2 + 1)
    line.sock.sendall(frame(TEXT, half, last=False) + frame(CONTINUED, half))
    assert closed_with(line) == 1009


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        pytest.param(frame(TEXT, numbers(), masked=False), 1002, id="not masked"),
        pytest.param(frame(CONTINUED, b"more"), 1002, id="goes on with nothing"),
        pytest.param(frame(3, b"what"), 1002, id="a kind that there is not"),
        pytest.param(frame(PING, b"x" * 126), 1002, id="a ping as long as a letter"),
        pytest.param(frame(TEXT, b"42\xff\xfe"), 1007, id="not UTF-8"),
    ],
)
def test_what_is_no_websocket_is_closed_with_a_reason(line: RawSocket, sent: bytes, code: int) -> None:
    line.sock.sendall(sent)
    assert closed_with(line) == code


def test_pieces_without_end_are_refused(line: RawSocket) -> None:
    """Empty ones weigh nothing and would gather for ever."""
    line.sock.sendall(frame(TEXT, b"4", last=False) + frame(CONTINUED, b"", last=False) * 100)
    assert closed_with(line) == 1009


def test_a_tellers_phone_is_left_in_peace_for_longer(running: Household, line: RawSocket) -> None:
    """Each of its lists is answered: it notices by itself that a line is dead."""
    calm = RawSocket(running.port, hello=CALM_HELLO)
    assert calm.greeting["pingInterval"] == 1000 * CALM_SECONDS > line.greeting["pingInterval"] == 10_000
    calm.close()


def test_nobody_who_asks_for_peace_may_stay_nameless_for_longer(running: Household) -> None:
    nameless = RawSocket(running.port, hello=CALM_HELLO)
    began = time.monotonic()
    nameless.sock.settimeout(CALM_SECONDS)
    while nameless.sock.recv(1_000):
        pass
    assert time.monotonic() - began < CALM_SECONDS - 5, "closed, but not in time"
    nameless.close()


def test_a_goodbye_is_answered(line: RawSocket) -> None:
    line.sock.sendall(frame(CLOSE, struct.pack("!H", 1000)))
    assert closed_with(line) == 1000


def test_a_request_that_is_half_a_websocket_is_refused(running: Household) -> None:
    """No key: nobody gets a line, and the house says why."""
    with socket.create_connection(("127.0.0.1", running.port), timeout=5) as sock:
        sock.sendall(
            b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        said = b""
        while got := sock.recv(65_536):
            said += got
    assert said.startswith(b"HTTP/1.1 400")
    assert b"Sec-WebSocket-Key" in said


def test_half_a_request_takes_no_room(running: Household) -> None:
    """``Upgrade`` without ``Connection: Upgrade``: Engine.IO would keep a connection that nobody ever closes."""
    before = figure(running.port, "gotv_connections")
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", running.port), timeout=5) as sock:
            sock.sendall(
                b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                b"Connection: close\r\n\r\n"
            )
            assert sock.recv(4_096).startswith(b"HTTP/1.1 401")
    line = RawSocket(running.port)
    assert figure(running.port, "gotv_connections") <= before + 1
    line.close()


def test_whoever_vanishes_while_they_are_let_in_leaves_nothing(running: Household, cast: Cast) -> None:
    wait_until(lambda: figure(running.port, "gotv_phones_connected") == 0)
    for _ in range(20):
        raw = RawSocket(running.port)
        raw.send("40/telling," + json.dumps({"token": cast.tess.device}))
        raw.close()
    last = RawSocket(running.port)
    last.send("40/telling," + json.dumps({"token": cast.tess.device}))
    last.until("40/telling")
    wait_until(lambda: figure(running.port, "gotv_phones_connected") == 1)
    assert figure(running.port, "gotv_phones_connected") == 1, "the last alone is there, and none of the twenty"
    last.close()
    wait_until(lambda: figure(running.port, "gotv_phones_connected") == 0)


def test_a_refused_entry_with_an_id_that_nobody_can_say_back_harms_nobody(line: RawSocket) -> None:
    nested = "[" * 300 + "]" * 300
    sent = f'42/telling,7["numbers",[{json.dumps(marked("1", "AB"))},{{"id":{nested},"kind":"mark"}}]]'
    line.send(sent)
    answer = json.loads(line.until("43/telling,7")[len("43/telling,7") :])[0]
    assert [one["outcome"] for one in answer["answers"]] == ["marked", "refused"]
    assert answer["answers"][1]["id"] is None
    line.sock.sendall(frame(TEXT, numbers(8)))
    assert answered(line, 8)


def closed_with(line: RawSocket) -> int:
    """The code with which the house closes, and then really hangs up."""
    inbound = bytearray(line.inbound)
    while got := line.sock.recv(65_536):
        inbound += got
    at = 0
    while inbound[at] & 15 != CLOSE:
        at += 2 + inbound[at + 1]
    return int(struct.unpack_from("!H", inbound, at + 2)[0])
