"""Several web processes on another port beside the first: one house, whichever door somebody comes through."""

import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import pytest

from gotv.embedded.household import Household
from gotv.house import House
from gotv.rehearsal.phones import HELLO, Phone, Phones
from gotv.services import inviting
from tests.builders import Seatlet
from tests.cast import Cast
from tests.conftest import free_port
from tests.realtime.board_client import BoardClient
from tests.realtime.raw_socket import RawSocket
from tests.realtime.test_telling import step_until
from tests.waiting import wait_until

PROCESSES, MOST = 2, 10


@pytest.fixture(scope="module")
def other_port(running: Household) -> Iterator[int]:
    """Two processes that share a port, as a second host would be: nothing but settings tells them of the house."""
    port = free_port()
    settings = {"GOTV_WEB_PROCESSES": str(PROCESSES), "GOTV_MOST_CONNECTIONS": str(MOST)}
    words = [sys.executable, "-m", "gunicorn", "-c", "python:gotv.server", "-b", f"127.0.0.1:{port}"]
    server = subprocess.Popen([*words, "gotv.app:web_process()"], env=running._environment() | settings)
    wait_until(lambda: answers(port), seconds=30)
    yield port
    server.terminate()
    server.wait(15)


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def figure(port: int, name: str) -> float:
    """A figure of all processes on that port together."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        return sum(float(value) for value in re.findall(rf"^{name}(?:{{.*}})? (\S+)$", answer.read().decode(), re.M))


@pytest.mark.parametrize("told_there", [True, False])
def test_a_number_told_at_one_door_is_on_the_board_at_the_other(
    running: Household, other_port: int, seatlet: Seatlet, cast: Cast, told_there: bool
) -> None:
    board_port, phone_port = (running.port, other_port) if told_there else (other_port, running.port)
    board = BoardClient(board_port, seatlet.contest_id, cast.asha.card.token)
    assert board.connect(board.ticket()).startswith("40/board")
    board.join(None)
    board.frame()
    phones = Phones("127.0.0.1", phone_port, [Phone(cast.tess.device)])
    phones.connect_all()
    phones.phones[0].key("1", "AB")
    step_until(phones, lambda: not phones.waiting())
    began = time.monotonic()
    while board.frame()["changed"]["total"]["marks"] == 0:
        pass
    assert time.monotonic() - began < 1
    phones.close()
    board.close()


def test_a_revoked_link_is_cut_off_at_every_door(running: Household, other_port: int, home: House, cast: Cast) -> None:
    crowds = [Phones("127.0.0.1", port, [Phone(cast.tess.device)]) for port in (running.port, other_port)]
    for crowd in crowds:
        crowd.connect_all()
    inviting.revoke(home.database, cast.omar.person, cast.tess.person.person_id)
    for crowd in crowds:
        step_until(crowd, lambda: crowd.phones[0].refused, 3)  # noqa: B023
        crowd.close()


def test_the_figures_of_all_processes_are_told_together(other_port: int, cast: Cast) -> None:
    phones = Phones("127.0.0.1", other_port, [Phone(cast.tess.device) for _ in range(8)])
    phones.connect_all()
    assert figure(other_port, "gotv_phones_connected") == 8
    phones.close()
    wait_until(lambda: figure(other_port, "gotv_phones_connected") == 0)


def test_one_connection_more_than_there_is_room_for_is_refused_with_words(other_port: int) -> None:
    wait_until(lambda: figure(other_port, "gotv_connections") == 0)
    before = figure(other_port, "gotv_refused_total")
    lines, refused = [], b""
    while not refused and len(lines) < PROCESSES * MOST + 1:
        sock = socket.create_connection(("127.0.0.1", other_port), timeout=5)
        sock.sendall(HELLO.format(host=f"127.0.0.1:{other_port}").encode())
        said = sock.recv(4_096)
        refused = b"" if said.startswith(b"HTTP/1.1 101") else said
        lines.append(sock)
    while got := lines[-1].recv(4_096):
        refused += got
    assert refused.startswith(b"HTTP/1.1 503")
    assert b"tries again by itself" in refused
    assert len(lines) > MOST
    assert figure(other_port, "gotv_refused_total") == before + 1
    for sock in lines:
        sock.close()
    wait_until(lambda: figure(other_port, "gotv_connections") == 0)
    RawSocket(other_port).close()


def test_who_does_not_say_who_they_are_is_let_go(other_port: int) -> None:
    """Else anybody could take up all the room there is. It takes as long as the time between two pings.

    To answer a ping that was not asked does not help.
    """
    nobody = RawSocket(other_port)
    nobody.sock.settimeout(4)
    began = time.monotonic()
    while time.monotonic() - began < 15:
        try:
            if not nobody.sock.recv(4_096):
                break
        except TimeoutError:
            nobody.send("3")
    assert 5 < time.monotonic() - began < 13
