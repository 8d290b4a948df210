"""What the house bears: phones and boards by the thousand, on the two cores that the crowd itself lives on.

`pytest -m long -s tests/benchmarks/test_load.py`. Medians of three runs; the crowd's own share of a core is told.
"""

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import psutil
import pytest
from sqlalchemy import text

from gotv.domain.people import Role
from gotv.embedded.household import WEB, Household
from gotv.house import House
from gotv.services import inviting
from gotv.store import purge
from tests.benchmarks.conftest import BigSeat, copies, report
from tests.benchmarks.load import Load
from tests.builders import Seatlet
from tests.conftest import free_port, over
from tests.realtime.board_client import BoardClient
from tests.realtime.test_several_processes import answers
from tests.waiting import wait_until

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
RUNS = 3
# Before the rounds that count: on polling day the house has been at work since seven. The first round of a process is
# slower by a fifth.
FIRST = 1


def boards_of(running: Household, home: House, big_seat: BigSeat, many: int) -> list[dict[str, Any]]:
    """What that many boards of the agent's need to connect."""
    return tickets_for(running.port, big_seat.contest.contest_id, agent_of(home, big_seat), many)


def tickets_for(port: int, contest_id: int, link_token: str, many: int) -> list[dict[str, Any]]:
    client = BoardClient(port, contest_id, link_token)
    cookie = "; ".join(f"{one.name}={one.value}" for one in client.cookies)
    return [{"cookie": cookie, "ticket": client.ticket()} for _ in range(many)]


def position(home: House, big_seat: BigSeat) -> int:
    with home.database.snapshot() as connection:
        sql = "SELECT count(*) FROM mark WHERE contest_id = :contest"
        return int(connection.execute(text(sql), {"contest": big_seat.contest.contest_id}).scalar_one())


def phones_of(home: House, big_seat: BigSeat, many: int) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(teller.token, teller.every) for teller in big_seat.tellers(home, many)]


def agent_of(home: House, big_seat: BigSeat) -> str:
    return inviting.invite(home.database, home.key, big_seat.contest.contest_id, Role.AGENT, "Asha").token


def watched(running: Household) -> dict[str, int]:
    postmaster = next(
        p for p in psutil.process_iter(["cmdline"]) if str(running.home / "postgres") in p.info["cmdline"]
    )
    return {"web": running.processes[WEB].pid, "PostgreSQL": postmaster.pid}


def empty_ledger(home: House) -> None:
    """As on polling morning: a real elector is called once or twice, not twenty times."""
    with purge.as_owner(home.settings.owner) as engine, engine.begin() as connection:
        for statement in (
            "TRUNCATE mark, standing_mark, doubtful_mark, hour_count",
            "UPDATE district_count SET marks = 0, pledges_marked = 0, wanted_marked = 0, unmatched = 0",
            "UPDATE place_count SET heard = 0, no_number = 0, unmatched = 0, doubtful = 0",
            "UPDATE ledger_head SET position = 0",
        ):
            connection.execute(text(statement))


def restart(running: Household) -> None:
    """A web process with nothing behind it."""
    web = running.processes[WEB]
    web.terminate()
    web.wait(15)
    running.start_process(WEB)
    running.wait_for_web()


@contextmanager
def several_processes(running: Household, many: int) -> Iterator[tuple[int, int]]:
    """Their port, and the process that is above them."""
    port = free_port()
    words = [sys.executable, "-m", "gunicorn", "-c", "python:gotv.server", "-b", f"127.0.0.1:{port}"]
    settings = {"GOTV_WEB_PROCESSES": str(many), "GOTV_MOST_CONNECTIONS": "18000"}
    server = subprocess.Popen([*words, "gotv.app:web_process()"], env=running._environment() | settings)
    try:
        wait_until(lambda: answers(port), seconds=30)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(30)


@pytest.mark.parametrize("per_message", [1, 20])
def test_a_thousand_phones_and_a_hundred_boards(
    running: Household, home: House, big_seat: BigSeat, bare: int, per_message: int
) -> None:
    phones = phones_of(home, big_seat, 1_000)
    runs, transport = [], []
    for _ in range(FIRST + RUNS):
        empty_ledger(home)
        load = Load(running.port, phones, boards_of(running, home, big_seat, 100), per_message=per_message, seconds=5)
        runs.append(replace(load, watched=watched(running)).run())
        transport.append(Load(bare, phones, per_message=per_message, seconds=3).run()["rate"])
        assert position(home, big_seat) == runs[-1]["acked"] == runs[-1]["sent"]
    usual = statistics.median(transport[FIRST:])
    report(f"the usual Socket.IO stack with an empty handler, in the same minutes: {usual:,.0f}/s")
    told(f"1,000 phones, 100 boards, {per_message} a message", runs[FIRST:])


@pytest.mark.parametrize("processes", [1, 2])
def test_a_thousand_phones_of_eight_seats(
    running: Household, home: House, big_seat: BigSeat, bare: int, processes: int
) -> None:
    """Lists of 20 again: each seat has a ledger of its own, and none waits for the commits of another.

    The hundred boards show the first of them.
    """
    seats = [big_seat, *copies(home, big_seat, 7)]
    phones = [one for seat in seats for one in phones_of(home, seat, 125)]
    runs, transport = [], []
    with several_processes(running, processes) as (port, pid):
        for _ in range(FIRST + RUNS):
            empty_ledger(home)
            boards = tickets_for(port, big_seat.contest.contest_id, agent_of(home, big_seat), 100)
            load = Load(port, phones, boards, on_boards=125, per_message=20, seconds=5)
            runs.append(replace(load, watched=watched(running) | {"web": pid}).run())
            transport.append(Load(bare, phones, per_message=20, seconds=3).run()["rate"])
            assert sum(position(home, seat) for seat in seats) == runs[-1]["acked"] == runs[-1]["sent"]
    report(f"the usual stack with an empty handler, lists of 20: {statistics.median(transport[FIRST:]):,.0f}/s")
    told(f"1,000 phones of eight seats, 100 boards, 20 a message, web processes: {processes}", runs[FIRST:])
    for seat in seats[1:]:
        over(home, Seatlet(home, seat.contest))


def test_a_mark_on_two_hundred_boards(running: Household, home: House, big_seat: BigSeat) -> None:
    """At the country's worst minute: from when a number was due to be sent until each board has shown it."""
    runs = []
    for _ in range(RUNS):
        empty_ledger(home)
        load = Load(running.port, phones_of(home, big_seat, 1_000), boards_of(running, home, big_seat, 200), rate=2_500)
        runs.append(replace(load, seconds=10.0, watched=watched(running)).run())
        assert position(home, big_seat) == runs[-1]["acked"]
    told("2,500 numbers a second and 200 boards", runs)


def test_the_memory_of_an_idle_phone(running: Household, home: House, big_seat: BigSeat) -> None:
    runs = []
    for many in (1_000, 10_000):
        restart(running)
        phones = [(token, numbers[:2]) for token, numbers in phones_of(home, big_seat, 1_000)] * (many // 1_000)
        load = Load(running.port, phones, rate=5, warm=0.5, seconds=2, watched={"web": running.processes[WEB].pid})
        runs.append(load.run())
        each = runs[-1]["kilobytes"]["web"] / many
        report(f"{many:,} idle phones: {each:.0f} KB of memory each, all in after {runs[-1]['came_in']:.1f} s")
    assert runs[1]["kilobytes"]["web"] <= 11 * runs[0]["kilobytes"]["web"]


def test_after_an_outage_of_five_minutes(running: Household, home: House, big_seat: BigSeat) -> None:
    """320,000 numbers wait on 8,000 phones, forty each; all come back at once, sign in and send."""
    phones = [(token, numbers[:200]) for token, numbers in phones_of(home, big_seat, 1_000)] * 8
    took = []
    for _ in range(RUNS):
        empty_ledger(home)
        run = Load(running.port, phones, per_message=40, once=True).run()
        took.append(run["acked"] / run["rate"])
        assert position(home, big_seat) == run["acked"] == 320_000
        assert not run["lost"]
    each = ", ".join(f"{one:.0f}" for one in took)
    report(
        f"320,000 numbers on 8,000 phones after an outage: all stored after {statistics.median(took):.0f} s ({each})"
    )


@pytest.mark.timeout(1_800)
def test_forty_thousand_sockets(running: Household, home: House, big_seat: BigSeat) -> None:
    """Three web processes behind one port, three crowds; the seconds counted are in GOTV_BENCH_SECONDS (300)."""
    seconds = float(os.environ.get("GOTV_BENCH_SECONDS", "300"))
    crowds, many = 3, 13_400
    empty_ledger(home)
    with several_processes(running, crowds) as (port, pid):
        phones = [(token, numbers[:100]) for token, numbers in phones_of(home, big_seat, 1_000)] * 14
        boards = tickets_for(port, big_seat.contest.contest_id, agent_of(home, big_seat), 200)
        every = [
            Load(port, phones[:many], boards if n == 0 else [], rate=2_500 / crowds, warm=10, seconds=seconds,
                 watched={"web": pid}, source=f"127.0.0.{n + 2}", together=True).begin()
            for n in range(crowds)
        ]  # fmt: skip
        for one in every:
            one.wait_until_in()
        for one in every:
            one.go()
        runs = [one() for one in every]
    for n, run in enumerate(runs):
        told(f"{crowds * many:,} sockets, crowd {n + 1}", [run])
    kilobytes = sum(run["kilobytes"]["web"] for run in runs[:1])
    report(f"{crowds * many:,} sockets: {sum(run['rate'] for run in runs):,.0f} numbers/s, {kilobytes / 1024:,.0f} MB")
    assert position(home, big_seat) == sum(run["acked"] for run in runs)


def told(what: str, runs: list[dict[str, Any]]) -> None:
    def median(*path: str) -> float:
        return statistics.median(float(_at(run, path)) for run in runs)

    boards = f"boards p50 {1000 * median('board', 'p50'):.0f}, p99 {1000 * median('board', 'p99'):.0f} ms; "
    rates = ", ".join(f"{run['rate']:,.0f}" for run in runs)
    cores = ", ".join(f"{name} {median('cores', name):.2f}" for name in runs[0]["cores"])
    report(
        f"{what}: {median('rate'):,.0f} numbers/s acknowledged after commit ({rates}); answers p50 "
        f"{1000 * median('answer', 'p50'):.0f}, p99 {1000 * median('answer', 'p99'):.0f} ms; "
        f"{boards if median('board', 'max') else ''}cores: {cores}"
    )
    wrong = [(run["lost"], run["refused"], run["boards_behind"]) for run in runs]
    assert not any(any(one) for one in wrong), f"lines lost, words of refusal, boards behind: {wrong}"


def _at(run: dict[str, Any], path: tuple[str, ...]) -> Any:
    for name in path:
        run = run[name]
    return run


def test_the_answer_does_not_grow_slow_with_the_ledger(running: Household, home: House, big_seat: BigSeat) -> None:
    """The same load on an empty ledger, and on one with ten thousand, and a hundred thousand numbers more."""
    phones = phones_of(home, big_seat, 200)
    empty_ledger(home)
    medians = []
    for more in (0, 10_000, 100_000):
        while more and position(home, big_seat) < more:
            Load(running.port, phones, per_message=100, warm=0.5, seconds=1).run()
        runs = [Load(running.port, phones, rate=1_000, seconds=4).run() for _ in range(RUNS)]
        medians.append(statistics.median(run["answer"]["p50"] for run in runs))
        report(f"1,000 numbers/s on a ledger of {position(home, big_seat):,}: p50 {1000 * medians[-1]:.1f} ms")
    assert min(medians) > 0
