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
from tests.benchmarks.conftest import BigSeat, Teller, report

pytestmark = pytest.mark.long
SECONDS, RUNS = 4.0, 3


@pytest.mark.parametrize(("phones", "per_message"), [(1, 1), (200, 1), (200, 20)])
def test_numbers_acknowledged_a_second(
    running: Household, home: House, big_seat: BigSeat, bare: int, phones: int, per_message: int
) -> None:
    """Beside each rate the one of the bare transport in the same minute: machines differ, the ratio less."""
    tellers = big_seat.tellers(home, phones)
    rates, times, bare_rates = [], [], []
    for _ in range(RUNS):
        bare_rates.append(_saturate(bare, tellers, per_message)[0])
        rate, took = _saturate(running.port, tellers, per_message)
        rates.append(rate)
        times.append(statistics.quantiles(took, n=100))
    rate, bare_rate = statistics.median(rates), statistics.median(bare_rates)
    p50, p99 = (1000 * statistics.median(run[n] for run in times) for n in (49, 98))
    report(
        f"{phones} phones, {per_message} a message: {rate:,.0f} numbers/s acknowledged after commit, "
        f"p50 {p50:.1f} ms, p99 {p99:.1f} ms; bare transport {bare_rate:,.0f}/s, ratio {rate / bare_rate:.2f}"
    )
    assert min(rates) > 0


def _saturate(port: int, tellers: list[Teller], per_message: int) -> tuple[float, list[float]]:
    """Every phone always has one message in flight. Returns numbers a second, and seconds from key to answer."""
    times: list[float] = []

    def answered(phone: Phone, _answers: list[dict[str, object]], took: float) -> None:
        times.append(took)
        _key(phone, numbers[phone.token], per_message)

    numbers = {teller.token: teller.numbers for teller in tellers}
    phones = [Phone(teller.token, most_per_message=per_message) for teller in tellers]
    for phone in phones:
        _key(phone, numbers[phone.token], per_message)
    load = Phones("127.0.0.1", port, phones, answered)
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
