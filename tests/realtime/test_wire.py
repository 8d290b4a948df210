"""A wire that is closed by what it has just heard. On a pair of sockets, without a server."""

import socket
from collections.abc import Iterator

import pytest

from gotv.realtime import wire as module
from gotv.realtime.wire import Wire
from tests.realtime.test_driver import PING, TEXT, frame


@pytest.fixture
def ends() -> Iterator[tuple[int, socket.socket]]:
    """The descriptor of ours, and the other end."""
    ours, theirs = socket.socketpair()
    theirs.settimeout(5)
    with theirs:
        yield ours.detach(), theirs


def test_what_comes_behind_a_message_that_ends_the_wire_is_not_read(ends: tuple[int, socket.socket]) -> None:
    descriptor, other_end = ends
    heard: list[str | bytes] = []
    ended: list[bool] = []

    def hear(message: str | bytes) -> None:
        heard.append(message)
        wire._close()

    wire = Wire(descriptor, 1_000, hear, lambda: ended.append(True))
    other_end.sendall(frame(TEXT, b"first") + frame(TEXT, b"second") + frame(PING, b"there?")[:5])
    wire._readable()
    assert (heard, ended) == (["first"], [True])
    assert not module._gone.events_received()
    assert not module._gone.reader.buffer
    assert other_end.recv(100) == b""


def test_what_comes_behind_broken_text_is_not_heard(ends: tuple[int, socket.socket]) -> None:
    descriptor, other_end = ends
    heard: list[str | bytes] = []
    wire = Wire(descriptor, 1_000, heard.append, lambda: None)
    other_end.sendall(frame(TEXT, b"first") + frame(TEXT, b"\xff\xfe") + frame(TEXT, b"second"))
    wire._readable()
    other_end.sendall(frame(TEXT, b"third"))
    wire._readable()
    assert heard == ["first"]
    wire._close()
