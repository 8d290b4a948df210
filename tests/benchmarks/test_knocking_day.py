"""What the order of doors gains, by simulation: the assumptions stand in `gotv.rehearsal.knocking_day`."""

import statistics

import pytest

from gotv.rehearsal.knocking_day import Gain, at_random, by_street, by_worth, days
from tests.benchmarks.conftest import report

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

SEEDS = range(30)
ORDERS = {"ours": by_worth, "street": by_street, "random": at_random}


def simulated(**until: float) -> dict[str, list[Gain]]:
    return {name: list(days(SEEDS, how, **until)) for name, how in ORDERS.items()}


def spread(figures: list[float]) -> str:
    return (
        f"{statistics.mean(figures):.2f} ± {statistics.stdev(figures):.2f} ({min(figures):.1f} to {max(figures):.1f})"
    )


def lead(found: dict[str, list[Gain]], over: str) -> list[float]:
    """Day by day, how much more of a thousand doors ours made."""
    pairs = zip(found["ours"], found[over], strict=True)
    return [ours.per_thousand_doors - other.per_thousand_doors for ours, other in pairs]


@pytest.mark.parametrize("doors", [25, 40])
def test_our_order_gains_more_votes_of_a_thousand_doors_than_street_order_and_than_none(doors: int) -> None:
    """The order alone: each team knocks so many doors, and each door takes two minutes whatever the way."""
    found = simulated(doors=doors, pace=2.0)
    for name, gains in found.items():
        per_thousand = [one.per_thousand_doors for one in gains]
        report(f"{doors} doors a team, {name}: {spread(per_thousand)} votes better off per 1,000 doors, 30 days")
    for other in ("street", "random"):
        ahead = lead(found, other)
        report(
            f"{doors} doors a team, ours over {other}: {spread(ahead)}; ahead on {sum(d > 0 for d in ahead)} of 30 days"
        )
        assert statistics.mean(ahead) > 0


def test_in_the_same_time_our_order_gains_more_votes() -> None:
    """55 minutes a team, and every way counts: what drawing lots costs in walking."""
    found = simulated(minutes=55.0)
    for name, gains in found.items():
        report(f"55 minutes a team, {name}: {spread([one.votes for one in gains])} votes better off a day, "
               f"{spread([one.per_thousand_doors for one in gains])} per 1,000 doors")  # fmt: skip
    votes = {name: statistics.mean(one.votes for one in gains) for name, gains in found.items()}
    assert votes["ours"] > max(votes["street"], votes["random"])


def test_the_same_seed_is_the_same_day() -> None:
    assert list(days([7], by_worth, doors=25, pace=2.0)) == list(days([7], by_worth, doors=25, pace=2.0))
