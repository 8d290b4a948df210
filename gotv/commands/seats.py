"""The seats of a rehearsal: invented, played together, and when they are many, by several processes."""

import json
import multiprocessing
import signal
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from datetime import time as clock
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.live import Live
from rich.table import Table

from gotv import queues
from gotv.commands.reach import fail, reached_house, screen
from gotv.house import House
from gotv.prompter import Prompter
from gotv.services import knocking_up

if TYPE_CHECKING:
    from multiprocessing.synchronize import Barrier, Event

    from gotv.rehearsal.address import Address
    from gotv.rehearsal.rehearse import Rehearsal

# It can be rehearsed at any hour of the day.
ALL_DAY = (clock(0), clock(23, 59))
# Of one process: what it may have open, with room to spare, and what its one loop can serve.
SOCKETS, MOST_SEATS = 12_000, 200
STAGED_WITHIN_SECONDS = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is to be played. ``until``: seconds after seven; ``cards``: (seconds after seven, name)."""

    speed: float
    seats: int
    electors: int
    places: int
    boards: int
    seed: int
    address: str
    ca_file: str | None
    until: float
    cards: list[tuple[float, str]]


def play(home: House, wanted: Wishes, numbers: list[int], stop: threading.Event) -> list[dict[str, Any]]:
    """Play the seats of these numbers together. Returns the figures of each."""
    groups = in_groups(numbers, wanted.places + wanted.boards)
    if len(groups) == 1:
        return _together(_staged(home, wanted, numbers, numbers[0]), stop)
    return _in_processes(wanted, groups, stop)


def in_groups(numbers: list[int], sockets: int) -> list[list[int]]:
    """The seats that one process can play, for each process; each seat has so many sockets."""
    most = max(1, min(MOST_SEATS, SOCKETS // sockets))
    many = -(-len(numbers) // most)
    return [numbers[n::many] for n in range(many)]


def _in_processes(wanted: Wishes, groups: list[list[int]], stop: threading.Event) -> list[dict[str, Any]]:
    """A process for each group; they begin together. One that dies ends the rehearsal, in words."""
    spawn = multiprocessing.get_context("spawn")
    ready, over = spawn.Barrier(len(groups)), spawn.Event()
    with tempfile.TemporaryDirectory(prefix="gotv-") as folder:
        files = [Path(folder) / f"{n}.json" for n in range(len(groups))]
        parts = [(wanted, group, groups[0][0], file, ready, over) for group, file in zip(groups, files, strict=True)]
        processes = [spawn.Process(target=_group, args=part) for part in parts]
        for process in processes:
            process.start()
        while any(process.is_alive() for process in processes):
            time.sleep(0.2)
            if stop.is_set():
                over.set()
            if any(process.exitcode for process in processes):
                ready.abort()
                over.set()
        if any(process.exitcode for process in processes) or not all(file.exists() for file in files):
            fail("A process of the rehearsal died; see above. Nothing was measured.")
        return [figures for file in files for figures in json.loads(file.read_text())]


def _group(wanted: Wishes, numbers: list[int], first: int, file: Path, ready: "Barrier", over: "Event") -> None:
    """In a process of its own. The one that began us hears Ctrl-C, and says when it is over."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with reached_house() as home:
            running = _staged(home, wanted, numbers, first)
            ready.wait(STAGED_WITHIN_SECONDS)
            file.write_text(json.dumps(_together(running, over)))
    except threading.BrokenBarrierError:
        return
    except BaseException:
        ready.abort()
        raise


def _staged(home: House, wanted: Wishes, numbers: list[int], first: int) -> "list[Rehearsal]":
    running = []
    for n, number in enumerate(numbers, 1):
        screen.print(f"Inventing seat {n} of {len(numbers)}…")
        running.append(_seat(home, wanted, number, number - first))
    screen.print(f"Playing at {wanted.speed:g} times life. Ctrl-C ends the day early.")
    return running


def _seat(home: House, wanted: Wishes, number: int, n: int) -> "Rehearsal":
    """One seat, ready to be played; the links of the first are told, for real phones to join."""
    from gotv.rehearsal.day import play as day_of
    from gotv.rehearsal.demo import set_the_stage
    from gotv.rehearsal.rehearse import Rehearsal
    from gotv.rehearsal.seat import DISTRICTS, PLACES, ROOMS, invent_seat

    where = reached(wanted.address or home.settings.public_url, wanted.ca_file)
    districts = max(wanted.places, DISTRICTS * wanted.places // PLACES)
    rooms = min(ROOMS, wanted.places // 3)
    seat = invent_seat(
        seed=wanted.seed + n, electors=wanted.electors, districts=districts, places=wanted.places, rooms=rooms
    )
    tell = screen.print if n == 0 else lambda _words: None
    stage = set_the_stage(home, seat, home.clock.now().date(), tell, ALL_DAY, number)
    for what, link in stage.links.items() if n == 0 else ():
        screen.print(f"[bold]{what}[/bold]\n  {link}", soft_wrap=True)
    contest_id = stage.contest.contest_id
    ask = partial(_ask, home.settings.redis_url, contest_id)
    wanting = partial(knocking_up.rooms_waiting, home.database, contest_id)
    called = [one for one in day_of(seat) if one.at < wanted.until]
    prompter = Prompter(home.settings.redis_url, contest_id)
    return Rehearsal(
        home, stage, called, where, wanted.speed, ask, wanting, prompter, wanted.boards, list(wanted.cards)
    )


def reached(url: str, ca_file: str | None) -> "Address":
    """The address, at which somebody answers: before anything is invented. Fails in words."""
    from gotv.rehearsal.address import address_of

    try:
        where = address_of(url, ca_file)
        where.connect().close()
    except (OSError, ValueError) as why:
        fail(f"The house is not reached at {url}: {why}. Start it, or name --address.")
    return where


def _ask(url: str, contest_id: int, slot: datetime) -> int:
    return queues.ask_for_hour(url, [contest_id], slot)


def _together(running: "list[Rehearsal]", stop: "threading.Event | Event") -> list[dict[str, Any]]:
    """The figures of each; the first is shown meanwhile."""
    from gotv.rehearsal.all_seats import run

    with Live(console=screen, refresh_per_second=4, get_renderable=lambda: _table(running)):
        return run(running, stop, lambda: None)


def _table(running: "list[Rehearsal]") -> Table:
    first = running[0]
    minutes = int(7 * 60 + first.played() // 60)
    seats = f", {len(running)} seats" if len(running) > 1 else ""
    table = Table(title=f"Rehearsal, {minutes // 60:02}:{minutes % 60:02}{seats}")
    table.add_column("")
    table.add_column("", justify="right")
    rows = {
        "Called": f"{sum(one.play.next for one in running):,} of {sum(len(one.called) for one in running):,}",
        "Answered": f"{sum(len(one.play.history.acked_ids) for one in running):,}",
        "Waiting on phones": f"{sum(one.play.phones.waiting() for one in running):,}",
        "Hours with their lists": f"{sum(hour.took is not None for one in running for hour in one.hours)} of "
                                  f"{sum(len(one.hours) for one in running)}",
        "Results at doors": f"{sum(one.knockers.outcomes['kept'] for one in running):,}",
        "Cards": ", ".join(name for _, name in first.played_cards) or "none",
    }  # fmt: skip
    for what, figure in rows.items():
        table.add_row(what, figure)
    return table
