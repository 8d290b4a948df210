"""A seat of 75,000 electors to measure on, and where the figures go."""

import itertools
import platform
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import pytest
from sqlalchemy import text

from gotv.domain.contests import Contest
from gotv.domain.people import Role
from gotv.house import House
from gotv.rehearsal.demo import Stage, set_the_stage
from gotv.rehearsal.seat import Seat, invent_seat
from gotv.services import inviting, places, signing_in
from gotv.store import purge
from gotv.store.tables import metadata
from tests.builders import new_contest, today
from tests.conftest import free_port
from tests.journeys.conftest import browser_type_launch_args, enter

__all__ = ["browser_type_launch_args", "enter"]  # the phones of the journeys

FIGURES: list[str] = []
MOST_NUMBERS = 500


def report(line: str) -> None:
    """Show a figure now and once more at the end of the run."""
    FIGURES.append(line)
    print(line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if FIGURES:
        names = ("flask-socketio", "gevent", "psycopg", "sqlalchemy", "rq")
        terminalreporter.section("figures")
        versions = ", ".join(f"{name} {version(name)}" for name in names)
        terminalreporter.write_line(f"Python {platform.python_version()}, {versions}")
        for line in FIGURES:
            terminalreporter.write_line(line)


@dataclass
class Teller:
    """The device token of one teller, and numbers of electors who vote at their place, in no order, again and again."""

    token: str
    every: list[tuple[str, str]]

    def __post_init__(self) -> None:
        self.numbers = itertools.cycle(self.every)


@dataclass
class BigSeat:
    contest: Contest
    seat: Seat
    made: list[Teller] = field(default_factory=list)

    def tellers(self, home: House, many: int) -> list[Teller]:
        """That many tellers, spread over the places."""
        every = places.every_place(home.database, self.contest.contest_id)
        while len(self.made) < many:
            place = every[len(self.made) % len(every)]
            card = inviting.invite(
                home.database, home.key, self.contest.contest_id, Role.TELLER, "Load", place_id=place["place_id"]
            )
            device = signing_in.enter_by_link(home.database, home.key, card.token, home.clock.now())[1]
            self.made.append(Teller(device, self._numbers_of(place["districts"])))
        return self.made[:many]

    def _numbers_of(self, districts: list[str]) -> list[tuple[str, str]]:
        pairs = [(e.district, e.written) for e in self.seat.electors if e.district in districts]
        return random.Random(len(self.made)).sample(pairs, min(len(pairs), MOST_NUMBERS))


@pytest.fixture(scope="session")
def stage(home: House) -> Stage:
    """The seat, loaded days before the poll."""
    stage = set_the_stage(home, invent_seat(), today(), lambda _: None)
    rest(home)
    return stage


def rest(home: House) -> None:
    """After loading: the database has nothing to tidy up while it is measured."""
    with purge.as_owner(home.settings.owner) as engine, engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        for statement in ("VACUUM ANALYZE", "CHECKPOINT"):
            connection.execute(text(statement))


@pytest.fixture(scope="session")
def big_seat(stage: Stage) -> BigSeat:
    return BigSeat(stage.contest, stage.seat)


# What lists and the ledger are made of; nobody's links, files and numbers come along.
COPIED = (
    *("committee_room", "polling_place", "polling_district", "polling_station", "walk", "walk_street", "door"),
    *("elector", "canvass_return", "ledger_head", "register_block", "district_count", "place_count"),
)


def copies(home: House, big_seat: BigSeat, many: int) -> list[BigSeat]:
    """As many contests, each with a whole seat of its own: every row of the big one, once more."""
    made = [BigSeat(new_contest(home), big_seat.seat) for _ in range(many)]
    with home.database.transaction() as connection:
        for contest_id in (one.contest.contest_id for one in made):
            for table in (t for t in reversed(metadata.sorted_tables) if t.name in COPIED):
                connection.execute(table.delete().where(table.c.contest_id == contest_id))
            for name in COPIED:
                columns = [column.name for column in metadata.tables[name].columns if column.name != "contest_id"]
                names = ", ".join(columns)
                sql = (
                    f"INSERT INTO {name} (contest_id, {names}) SELECT :new, {names} FROM {name} WHERE contest_id = :old"
                )
                connection.execute(text(sql), {"new": contest_id, "old": big_seat.contest.contest_id})
    rest(home)
    return made


@pytest.fixture(scope="session")
def bare() -> Iterator[int]:
    """The port of the bare transport."""
    port = free_port()
    server = subprocess.Popen([sys.executable, str(Path(__file__).with_name("bare_transport.py")), str(port)])
    yield port
    server.terminate()
    server.wait(10)
