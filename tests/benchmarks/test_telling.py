"""How many numbers a second one web process acknowledges after commit, and how soon one phone has its answer.

The load generator runs on the same machine. Medians of three runs.
"""

import statistics
import time
from collections.abc import Iterator

import pytest

from gotv.embedded.household import Household
from gotv.house import House
from gotv.rehearsal.phones import Phone, Phones
from tests.benchmarks.conftest import BigSeat, report

pytestmark = pytest.mark.long
SECONDS, RUNS = 4.0, 3


@pytest.mark.parametrize(("phones", "per_message"), [(1, 1), (200, 1), (200, 20)])
def test_numbers_acknowledged_a_second(
    running: Household, home: House, big_seat: BigSeat, phones: int, per_message: int
) -> None:
    rates, p50s, p99s = [], [], []
    for _ in range(RUNS):
        rate, times = _saturate(running, home, big_seat, phones, per_message)
        rates.append(rate)
        p50s.append(statistics.quantiles(times, n=100)[49] * 1000)
        p99s.append(statistics.quantiles(times, n=100)[98] * 1000)
    report(
        f"{phones} phones, {per_message} a message: {statistics.median(rates):,.0f} numbers/s, "
        f"p50 {statistics.median(p50s):.1f} ms, p99 {statistics.median(p99s):.1f} ms"
    )
    assert min(rates) > 0


def _saturate(
    running: Household, home: House, big_seat: BigSeat, many: int, per_message: int
) -> tuple[float, list[float]]:
    """Every phone always has one message in flight. Returns numbers a second, and seconds from key to answer."""
    numbers = big_seat.numbers()
    times: list[float] = []

    def answered(phone: Phone, answers: list[dict[str, object]], took: float) -> None:
        times.append(took)
        _key(phone, numbers, per_message)

    phones = [Phone(token, most_per_message=per_message) for token in big_seat.tellers(home, many)]
    for phone in phones:
        _key(phone, numbers, per_message)
    load = Phones("127.0.0.1", running.port, phones, answered)
    load.connect_all()
    began = time.monotonic()
    load.answered, times[:] = 0, []
    load.step()
    while time.monotonic() - began < SECONDS:
        load.receive(0.05)
    rate = load.answered / (time.monotonic() - began)
    load.close()
    return rate, times


def _key(phone: Phone, numbers: Iterator[tuple[str, str]], many: int) -> None:
    for _ in range(many):
        district, number = next(numbers)
        phone.key(number, district)
