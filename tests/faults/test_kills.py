"""SIGKILL of each process in mid-stream: no acknowledged number is lost and none is counted twice (P1, P2, P11)."""

import random
import time

import pytest

from gotv.embedded.household import Household
from gotv.house import House
from gotv.queues import valkey
from tests.builders import Seatlet
from tests.faults.blows import KILLS, Blow, frozen, kill
from tests.faults.checker import Crowd, assert_nothing_lost

KILLS_OF_EACH = 4
MANY_KILLS = 200
GONE_SECONDS = 45


@pytest.mark.timeout(180)
@pytest.mark.parametrize("blow", KILLS)
def test_an_acknowledged_number_survives_the_death_of_any_process(
    blow: Blow, doomed: Household, doomed_home: House, stage: tuple[Seatlet, list[str]]
) -> None:
    seatlet, tokens = stage
    with Crowd(doomed.port, tokens) as crowd:
        crowd.wait_for_acks(100)
        for _ in range(KILLS_OF_EACH):
            blow(doomed)
            crowd.wait_for_acks(100, seconds=40)
        crowd.heal()
    assert_nothing_lost(doomed_home, seatlet, crowd)


def test_without_valkey_numbers_are_still_taken(
    doomed: Household, doomed_home: House, stage: tuple[Seatlet, list[str]]
) -> None:
    """P11: it carries messages and jobs, and nothing that can't be thrown away."""
    seatlet, tokens = stage
    with Crowd(doomed.port, tokens) as crowd:
        crowd.wait_for_acks(100)
        kill(doomed.valkey.pid)
        doomed.valkey.wait()
        try:
            crowd.wait_for_acks(300)
            crowd.heal()
        finally:
            doomed.valkey.start()
    assert_nothing_lost(doomed_home, seatlet, crowd)


def test_a_hung_valkey_holds_no_teller(doomed: Household, doomed_home: House, stage: tuple[Seatlet, list[str]]) -> None:
    seatlet, tokens = stage
    with Crowd(doomed.port, tokens) as crowd:
        crowd.wait_for_acks(100)
        with frozen(doomed.valkey.pid):
            crowd.wait_for_acks(300, seconds=10)
            crowd.heal()
    assert_nothing_lost(doomed_home, seatlet, crowd)


def test_an_emptied_valkey_loses_nothing(
    doomed: Household, doomed_home: House, stage: tuple[Seatlet, list[str]]
) -> None:
    """G13: everything in it can be thrown away."""
    seatlet, tokens = stage
    with Crowd(doomed.port, tokens) as crowd:
        for _ in range(3):
            crowd.wait_for_acks(100)
            valkey(doomed.settings.redis_url).flushall()
        crowd.heal()
    assert_nothing_lost(doomed_home, seatlet, crowd)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_two_hundred_kills_in_any_order(
    doomed: Household, doomed_home: House, stage: tuple[Seatlet, list[str]]
) -> None:
    """G1. The order comes from a seed, which is told: with it the same order comes again."""
    seed = time.time_ns() % 1_000_000
    print(f"seed {seed}")
    chance = random.Random(seed)
    seatlet, tokens = stage
    with Crowd(doomed.port, tokens) as crowd:
        crowd.wait_for_acks(100)
        for _ in range(MANY_KILLS):
            chance.choice(KILLS)(doomed)
            crowd.wait_for_acks(chance.randint(5, 60), seconds=60)
        crowd.heal()
    print(f"{MANY_KILLS} kills, {len(crowd.acked):,} numbers acknowledged")
    assert_nothing_lost(doomed_home, seatlet, crowd)


@pytest.mark.long
@pytest.mark.timeout(300)
def test_valkey_gone_for_three_quarters_of_a_minute(
    doomed: Household, doomed_home: House, stage: tuple[Seatlet, list[str]]
) -> None:
    """So long that whoever listens to it has gone deaf."""
    seatlet, tokens = stage
    with Crowd(doomed.port, tokens) as crowd:
        kill(doomed.valkey.pid)
        doomed.valkey.wait()
        end = time.monotonic() + GONE_SECONDS
        try:
            while time.monotonic() < end:
                crowd.wait_for_acks(100)
        finally:
            doomed.valkey.start()
        crowd.wait_for_acks(100)
        crowd.heal()
    assert_nothing_lost(doomed_home, seatlet, crowd)
