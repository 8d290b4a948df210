"""How many people one web process tells where they are needed, and how a storm of sign-ups is taken.

The public files are needed for the first: bash tests/run tests/benchmarks/test_nearest.py -m long -s
"""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from gotv.embedded.household import Household
from gotv.house import House
from gotv.services import seats
from gotv.store import seats as store
from tests.builders import Seatlet
from tests.country import ELECTION, empty
from tests.services.test_signing_up import Session

REAL = os.environ.get("GOTV_REAL_DATA", "")
LOOKUPS, CONNECTIONS, RUNS = 100_000, 20, 3


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.skipif(not REAL, reason="the public files are not here")
def test_a_hundred_thousand_look_ups_on_one_process(running: Household, home: House) -> None:
    empty(home)
    folder = Path(REAL)
    results, outlines, outcodes = (
        (folder / name).read_bytes()
        for name in (
            *("constituencies/hoc_ge2024_by_constituency.csv", "constituencies/boundaries_2024_buc.geojson"),
            "postcodes/outcodes_gb.csv",
        )
    )
    seats.load_results(home.database, results, ELECTION)
    seats.load_boundaries(home.database, outlines)
    seats.load_places(home.database, [outcodes])
    seats.set_rules(home.database, party="Lab", within_pct=5)
    with home.database.snapshot() as connection:
        places = sorted(store.parts(connection))
    wanted = {"port": running.port, "connections": CONNECTIONS, "lookups": LOOKUPS, "outcodes": places}
    rates, p99s = [], []
    for run in range(RUNS):
        # The first few make the process read the country.
        for lookups in (CONNECTIONS, LOOKUPS):
            done = subprocess.run(
                [sys.executable, str(Path(__file__).with_name("lookups.py"))], check=False,
                input=json.dumps(wanted | {"lookups": lookups}) + "\n", capture_output=True, text=True, timeout=280,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        rates.append(told["rate"])
        p99s.append(statistics.quantiles(told["seconds"], n=100)[98])
        print(f"run {run + 1}: {rates[-1]:,.0f} look-ups a second, p99 {1000 * p99s[-1]:.1f} ms")
    print(f"median {statistics.median(rates):,.0f} a second, p99 {1000 * statistics.median(p99s):.1f} ms; "
          f"wanted 1,000 and 50 ms")  # fmt: skip
    empty(home)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_ten_thousand_sign_ups(running: Household, home: House, seatlet: Seatlet) -> None:
    """Over HTTP, page and form, twenty at a time, as fast as they go; ten minutes for all would be 17 a second."""
    sessions = [Session(home, seatlet, capacity="400") for _ in range(20)]
    pages = [f"/come/{seatlet.contest_id}/{session.event_id}" for session in sessions]
    comers = [(pages[n % 20], f"comer{n}") for n in range(10_000)]
    wanted = {"port": running.port, "at_once": 20, "comers": comers}
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("sign_ups.py"))], check=False,
        input=json.dumps(wanted) + "\n", capture_output=True, text=True, timeout=800,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    p99 = statistics.quantiles(told["seconds"], n=100)[98]
    print(
        f"10,000 sign-ups: {told['rate']:,.0f} a second, p99 of page and form {1000 * p99:,.0f} ms; wanted 17 a second"
    )
    assert (told["told"].count("coming"), told["told"].count("waiting")) == (8_000, 2_000)
    assert [session.count() for session in sessions] == [(400, 100)] * 20
