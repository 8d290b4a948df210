"""What the house bears: phones and boards by the thousand, on the two cores that the crowd itself lives on.

`pytest -m long -s tests/benchmarks/test_load.py`. Medians of three runs; the crowd's own share of a core is told.
"""

import statistics
from typing import Any

import pytest
from sqlalchemy import text

from gotv.domain.people import Role
from gotv.embedded.household import Household
from gotv.house import House
from gotv.services import inviting
from tests.benchmarks.conftest import BigSeat, report
from tests.benchmarks.load import Load
from tests.realtime.board_client import BoardClient

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
RUNS = 3


def boards_of(running: Household, home: House, big_seat: BigSeat, many: int) -> list[dict[str, Any]]:
    """What that many boards of the agent's need to connect."""
    card = inviting.invite(home.database, home.key, big_seat.contest.contest_id, Role.AGENT, "Asha")
    return tickets_for(running.port, big_seat.contest.contest_id, card.token, many)


def tickets_for(port: int, contest_id: int, link_token: str, many: int) -> list[dict[str, Any]]:
    client = BoardClient(port, contest_id, link_token)
    cookie = "; ".join(f"{one.name}={one.value}" for one in client.cookies)
    return [{"cookie": cookie, "ticket": client.ticket()} for _ in range(many)]


def position(home: House, big_seat: BigSeat) -> int:
    with home.database.snapshot() as connection:
        sql = "SELECT count(*) FROM mark WHERE contest_id = :contest"
        return int(connection.execute(text(sql), {"contest": big_seat.contest.contest_id}).scalar_one())


@pytest.mark.parametrize("per_message", [1, 20])
def test_a_thousand_phones_and_a_hundred_boards(
    running: Household, home: House, big_seat: BigSeat, per_message: int
) -> None:
    phones = [(t.token, t.every) for t in big_seat.tellers(home, 1_000)]
    runs = []
    for _ in range(RUNS):
        before = position(home, big_seat)
        load = Load(running.port, phones, boards_of(running, home, big_seat, 100), per_message=per_message, seconds=5)
        runs.append(load.run())
        assert position(home, big_seat) - before == runs[-1]["acked"] == runs[-1]["sent"]
    told(f"1,000 phones, 100 boards, {per_message} a message", runs)


def told(what: str, runs: list[dict[str, Any]]) -> None:
    def median(*path: str) -> float:
        return statistics.median(float(_at(run, path)) for run in runs)

    rates = ", ".join(f"{run['rate']:,.0f}" for run in runs)
    report(
        f"{what}: {median('rate'):,.0f} numbers/s acknowledged after commit ({rates}); answers p50 "
        f"{1000 * median('answer', 'p50'):.0f}, p99 {1000 * median('answer', 'p99'):.0f} ms; boards p50 "
        f"{1000 * median('board', 'p50'):.0f}, p99 {1000 * median('board', 'p99'):.0f} ms; the crowd took "
        f"{median('cpu'):.1f} s of a core"
    )
    assert not any(run["lost"] or run["refused"] or run["boards_behind"] for run in runs)


def _at(run: dict[str, Any], path: tuple[str, ...]) -> Any:
    for name in path:
        run = run[name]
    return run
