"""One house for the whole run: real PostgreSQL, real Valkey, real processes; a contest of its own for each test."""

import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from gotv import queues
from gotv.app import create_app
from gotv.domain.people import Role
from gotv.embedded.household import Household
from gotv.extensions import limiter
from gotv.house import House, open_house
from gotv.services import contests
from tests.builders import Seatlet, build_seatlet
from tests.cast import Cast, Member, invite_cast, member


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests without a running house go first: a timekeeper acts in every contest that polls, theirs too.

    Those with one are marked, so that the two kinds can run beside each other, each with a database of its own.
    """
    for item in items:
        if "running" in getattr(item, "fixturenames", ()) or item.path.parts[-2] in FOLDERS:
            item.add_marker("running")
    items.sort(key=lambda item: item.get_closest_marker("running") is not None)


# Whoever lives here watches a clock.
FOLDERS = {"journeys", "rehearsal", "realtime", "commands"}


@pytest.fixture(scope="session")
def household() -> Iterator[Household]:
    """PostgreSQL and Valkey, up; web, worker and timekeeper only once `running` asks for them."""
    # A short path: PostgreSQL's socket lives in it.
    home = Path(tempfile.mkdtemp(prefix="gotv-"))
    household = Household(home, port=free_port())
    try:
        household.start_servers()
        yield household
    finally:
        household.stop()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def running(household: Household) -> Household:
    """The whole house: gunicorn with gevent, an RQ worker, the timekeeper; jobs asked for before it are dropped."""
    queues.valkey(household.settings.redis_url).flushdb()
    household.start_processes()
    return household


@pytest.fixture(scope="session")
def home(household: Household) -> Iterator[House]:
    house = open_house(household.settings, statement_timeout_ms=60_000)
    yield house
    house.database.close()


@pytest.fixture
def seatlet(home: House) -> Iterator[Seatlet]:
    """A small contest with a register, pledges and absent voters; polling day is today, and over after the test."""
    seatlet = build_seatlet(home)
    yield seatlet
    over(home, seatlet)


def over(home: House, seatlet: Seatlet) -> None:
    """Polling day has been: else the timekeeper would see to the hourly lists of every test that was."""
    with home.database.transaction() as connection:
        sql = "UPDATE contest SET polling_day = polling_day - 1 WHERE contest_id = :contest"
        connection.execute(text(sql), {"contest": seatlet.contest_id})


@pytest.fixture
def cast(home: House, seatlet: Seatlet) -> Iterator[Cast]:
    """Asha, Omar, Clem, Tess and Kit of this contest; Sam belongs to another, which is over with it."""
    cast = invite_cast(home, seatlet)
    yield cast
    over(home, Seatlet(home, contests.find_contest(home.database, cast.sam.person.contest_id)))


@pytest.fixture
def another_teller(home: House, seatlet: Seatlet) -> Callable[..., Member]:
    """Makes another teller, at St Mark's Hall unless told."""

    def invite(name: str, place: str = "St Mark's Hall") -> Member:
        return member(home, seatlet.contest_id, Role.TELLER, name, place_id=seatlet.places[place])

    return invite


@pytest.fixture(scope="session")
def app(household: Household) -> Flask:
    app = create_app(household.settings)
    limiter.enabled = False
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
