"""A house to be killed, frozen and cut off, and the phones of twelve tellers."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gotv.domain.people import Role
from gotv.embedded.household import Household
from gotv.house import House, open_house
from tests.builders import Seatlet, build_seatlet
from tests.cast import member
from tests.conftest import free_port


@pytest.fixture(scope="module")
def doomed() -> Iterator[Household]:
    """A house of its own: the others' tests should not feel what happens here."""
    folder = Path(tempfile.mkdtemp(prefix="gotv-"))
    household = Household(folder, port=free_port())
    try:
        household.start()
        yield household
    finally:
        household.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def doomed_home(doomed: Household) -> Iterator[House]:
    house = open_house(doomed.settings, statement_timeout_ms=30_000)
    yield house
    house.database.close()


@pytest.fixture
def stage(doomed_home: House) -> tuple[Seatlet, list[str]]:
    """A seatlet and the devices of twelve tellers at its two places."""
    seatlet = build_seatlet(doomed_home)
    places = list(seatlet.places.values())
    tellers = [
        member(doomed_home, seatlet.contest_id, Role.TELLER, f"Tess {n}", place_id=places[n % 2]) for n in range(12)
    ]
    return seatlet, [teller.device for teller in tellers]
