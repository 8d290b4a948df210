"""gotv rehearse on the running house: GO when all is well, NO-GO with a reason when not, and wiped without trace."""

import json
import os
import subprocess
import sys
import threading
import time
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from gotv import queues
from gotv.commands import seats
from gotv.commands.seats import ALL_DAY, Wishes, in_groups
from gotv.domain.contests import Contest
from gotv.embedded.household import Household
from gotv.house import House
from gotv.prompter import Prompter
from gotv.rehearsal import all_seats
from gotv.rehearsal.address import Address
from gotv.rehearsal.day import play
from gotv.rehearsal.demo import Stage, next_number, set_the_stage
from gotv.rehearsal.history import History, compare
from gotv.rehearsal.phones import Phone
from gotv.rehearsal.rehearse import Rehearsal
from gotv.rehearsal.seat import invent_seat
from gotv.rehearsal.verdict import troubles_of
from gotv.services import contests, inviting, knocking_up, purging, readiness, switches
from gotv.services.recount import recount
from tests.builders import Seatlet, today
from tests.commands.test_commands import gotv
from tests.conftest import over

SPEED, UNTIL = 600.0, 5400.0


def staged(home: House) -> Stage:
    from datetime import time as clock

    seat = invent_seat(electors=600, districts=4, places=3, rooms=2)
    return set_the_stage(home, seat, today(), lambda _words: None, (clock(0), clock(23, 59)))


def rehearsal(running: Household, home: House, stage: Stage, *cards: tuple[float, str], boards: int = 2) -> Rehearsal:
    url, contest_id = running.settings.redis_url, stage.contest.contest_id

    def ask(slot: datetime) -> int:
        return queues.ask_for_hour(url, [contest_id], slot)

    called = [one for one in play(stage.seat) if one.at < UNTIL]
    wanting = partial(knocking_up.rooms_waiting, home.database, contest_id)
    address = Address("127.0.0.1", running.port)
    prompter = Prompter(url, contest_id)
    return Rehearsal(home, stage, called, address, SPEED, ask, wanting, prompter, boards, list(cards))


def played_out(one: Rehearsal) -> dict[str, Any]:
    return all_seats.run([one], threading.Event(), lambda: None)[0]


def played(running: Household, home: House, *cards: tuple[float, str], boards: int = 2) -> dict[str, Any]:
    stage = staged(home)
    figures = played_out(rehearsal(running, home, stage, *cards, boards=boards))
    over(home, Seatlet(home, stage.contest))
    return figures


def test_a_good_day_is_a_go_with_its_figures(running: Household, home: House) -> None:
    figures = played(running, home)
    assert figures["troubles"] == []
    assert figures["verdict"] == "go"
    assert figures["answered"] == figures["keyed"] > 10
    assert figures["lists"] == 2
    assert figures["board_p99_ms"] > 0, "the boards have seen the numbers"
    assert figures["door_results"]["kept"] > 0, "the knockers have been at doors"
    # The same day with one thing amiss is none.
    for amiss, said in AMISS.items():
        assert troubles_of(figures | dict([amiss])) == [said]


AMISS = {
    ("lost", 1): "1 acknowledged numbers are not in the ledger",
    ("twice", 2): "2 numbers are in the ledger twice",
    ("ghost", 3): "3 numbers in the ledger were keyed by nobody",
    ("stuck", 4): "4 numbers still wait on phones",
    ("refused", 5): "5 numbers were refused",
    ("doors_refused", 6): "6 results from doors were refused",
    ("lists_late", 2): "the lists of 2 hours were late",
    ("boards_behind", 1): "1 boards do not show all that was acknowledged",
    ("p99_ms", 1_200.0): "1 answer in 100 took longer than 1,200 ms",
    ("board_p99_ms", 6_000.0): "1 number in 100 was shown later than 6,000 ms",
    ("cards_not_played", ("twice",)): "not played: twice",
    ("answered", 0): "no number was answered",
}


def readiness_of(home: House) -> dict[str, Any]:
    from gotv.store import readiness as store

    with home.database.snapshot() as connection:
        found = store.newest_rehearsal(connection)
    assert found
    return dict(found["figures"])


def test_time_without_a_line_is_counted_from_the_key(running: Household, home: House) -> None:
    """From sending alone, what waited on the phone would look quick."""
    figures = played(running, home, (60.0, "no-signal"))
    assert (figures["troubles"], figures["verdict"]) == ([], "go")
    # Half an hour without signal is three seconds at this speed.
    assert figures["p99_ms"] < 1_000 < figures["key_p99_ms"]


def test_a_seat_that_breaks_is_a_no_go_and_holds_up_no_other(
    running: Household, home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    stages = [staged(home), staged(home)]
    first, second = (rehearsal(running, home, stage) for stage in stages)
    monkeypatch.setattr(first.seen, "step", lambda *_: 1 / 0)
    broken, whole = all_seats.run([first, second], threading.Event(), lambda: None)
    for stage in stages:
        over(home, Seatlet(home, stage.contest))
    assert (broken["verdict"], broken["troubles"]) == ("no-go", ["it ended with ZeroDivisionError"])
    assert (whole["verdict"], whole["troubles"]) == ("go", [])


def test_phones_that_find_no_room_are_a_no_go_in_words(running: Household, home: House) -> None:
    stage = staged(home)
    one = rehearsal(running, home, stage, boards=0)
    strangers = next(iter(one.play.phone_at.values()))
    strangers.token = "1.1.nobody"
    began = time.monotonic()
    [figures] = all_seats.run([one], threading.Event(), lambda: None)
    over(home, Seatlet(home, stage.contest))
    assert (figures["verdict"], figures["troubles"]) == ("no-go", ["1 phones of 3 could not come in"])
    assert time.monotonic() - began < 30


def test_a_rehearsal_takes_the_next_number_whatever_others_take_meanwhile(home: House) -> None:
    first = staged(home).contest
    number = next_number(home)
    taken = staged(home).contest
    seat = invent_seat(electors=500, districts=3, places=3, rooms=1)
    again = set_the_stage(home, seat, today(), lambda _words: None, ALL_DAY, number).contest
    assert [one.name.rpartition(" ")[2] for one in (taken, again)] == [str(number), str(number + 1)]
    for contest in (first, taken, again):
        over(home, Seatlet(home, contest))


def test_seats_are_parted_among_processes_by_what_one_may_have_open() -> None:
    assert in_groups([1, 2, 3], sockets=66) == [[1, 2, 3]]
    country = in_groups([*range(1, 651)], sockets=66)
    assert sorted(number for group in country for number in group) == [*range(1, 651)]
    assert max(len(group) for group in country) * 66 <= 12_000
    assert len(in_groups([*range(1, 651)], sockets=10)) == 4


def test_every_fault_card_is_lived_through(running: Household, home: House) -> None:
    """Three as the command says them beforehand, one as it is asked for on the page meanwhile."""
    stage = staged(home)
    one = rehearsal(running, home, stage, (600.0, "no-signal"), (3000.0, "strangers"), (3600.0, "lost-link"))
    page = Prompter(running.settings.redis_url, stage.contest.contest_id)
    asked: list[float] = []

    def ask() -> None:
        if not asked and one.played() > 2_300.0:
            asked.append((page.told() or {})["played"])
            page.ask_for("twice")
            page.ask_for("a card that nobody knows")

    [figures] = all_seats.run([one], threading.Event(), ask)
    over(home, Seatlet(home, stage.contest))
    assert figures["cards"] == ["no-signal", "twice", "strangers", "lost-link"]
    assert 1_000 < asked[0] <= 2_400, "the page was told how the day stands"
    assert (page.told() or {})["verdict"] == "go"
    assert (figures["troubles"], figures["verdict"]) == ([], "go")
    assert figures["outcomes"]["unmatched"] >= 200
    assert figures["outcomes"]["repeated"] > 0


def test_a_phone_that_was_lost_by_hand_is_not_lost_by_a_card_once_more(running: Household, home: House) -> None:
    """The card means another teller then, and is played all the same."""
    stage = staged(home)
    one = rehearsal(running, home, stage, (600.0, "lost-link"), boards=0)
    first = next(iter(stage.tellers.values())).person_id
    one.called = list(one.called)[:8]
    one.play.called = list(one.called)
    gone: list[float] = []

    def switch_off() -> None:
        if not gone and one.played() > 300.0:
            gone.append(one.played())
            inviting.revoke(home.database, stage.agent, first)

    [figures] = all_seats.run([one], threading.Event(), switch_off)
    off = [row["name"] for _, row in inviting.invitations(home.database, home.key, stage.agent) if row["revoked_at"]]
    over(home, Seatlet(home, stage.contest))
    assert gone
    assert len(off) == 2
    assert (figures["cards"], figures["cards_not_played"]) == (["lost-link"], [])


def test_a_number_that_is_lost_would_be_a_no_go(home: House, seatlet: Seatlet) -> None:
    """The proof must be able to fail: an answer that no ledger holds, an entry keyed by nobody, one that waits."""
    history = History()
    history.keyed(Phone("x"), {"id": "00000000-0000-0000-0000-000000000001"})
    history.answered([{"id": "00000000-0000-0000-0000-000000000001", "outcome": "marked"}], 0.1, 1)
    found = compare(home, seatlet.contest_id, [history], stuck=3, people=[1])
    assert (found["lost"], found["stuck"]) == (1, 3)


def test_boards_that_show_nothing_are_a_no_go(running: Household, home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(all_seats, "HEALS_WITHIN", 3.0)
    stage = staged(home)
    switches.turn(home.database, [stage.contest.contest_id], "boards", off=True)
    one = rehearsal(running, home, stage, boards=2)
    one.called = list(one.called)[:3]
    one.play.called = list(one.called)
    figures = played_out(one)
    over(home, Seatlet(home, stage.contest))
    assert figures["verdict"] == "no-go"
    assert "2 boards do not show all that was acknowledged" in figures["troubles"]


def test_what_is_real_is_not_touched_by_a_rehearsal_or_its_wipe(
    running: Household, home: House, seatlet: Seatlet
) -> None:
    before = recount(home.database, seatlet.contest, home.clock.now())
    played(running, home, boards=0)
    # Other rehearsals may stand in this house; each is wiped, and nothing else.
    for contest in contests.every_contest(home.database):
        if contest.rehearsal and contest.purged_at is None:
            wipe(home, contest)
    after = recount(home.database, seatlet.contest, home.clock.now())
    assert (after.position, after.entries, after.differences) == (before.position, before.entries, [])
    assert contests.find_contest(home.database, seatlet.contest_id).purged_at is None


def wipe(home: House, contest: Contest) -> None:
    now = home.clock.now()
    asked = purging.ask(home.database, contest, "Asha", now)
    assert purging.run(home.database, home.backups, home.settings.home, contest.contest_id, asked, now)


def test_the_command_plays_prints_and_says_go(running: Household, home: House) -> None:
    words = ["rehearse", "--speed", "600", "--until", "08:00", "--electors", "500", "--boards", "1", "--json"]
    settings = running.settings
    environment = os.environ | {
        "GOTV_DATABASE_URL": settings.database_url,
        "GOTV_REDIS_URL": settings.redis_url,
        "GOTV_SECRET_KEY": settings.secret_key.get_secret_value(),
        "GOTV_PUBLIC_URL": settings.public_url,
        "GOTV_HOME": str(running.home),
    }
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-m", "gotv.cli", *words, "--no-keep"], env=environment,
                          capture_output=True, text=True, timeout=100)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads(done.stdout)
    assert figures["verdict"] == "go", done.stdout
    kept = readiness_of(home)
    assert (kept["answered"], kept["verdict"], kept["part"]) == (figures["answered"], "go", True)
    assert time.monotonic() - began < 90


@pytest.mark.timeout(180)
def test_many_seats_are_played_by_several_processes_together(
    running: Household, home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = running.settings
    for name, value in {
        "GOTV_DATABASE_URL": settings.database_url,
        "GOTV_REDIS_URL": settings.redis_url,
        "GOTV_SECRET_KEY": settings.secret_key.get_secret_value(),
        "GOTV_PUBLIC_URL": settings.public_url,
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(seats, "MOST_SEATS", 1)
    wanted = Wishes(600.0, 2, 500, 6, 1, 2026, settings.public_url, None, 1800.0, [])
    figures = seats.play(home, wanted, [901, 902], threading.Event())
    assert [one["seat"] for one in figures] == ["Sampleton (rehearsal) 901", "Sampleton (rehearsal) 902"]
    assert [one["troubles"] for one in figures] == [[], []]
    for one in figures:
        over(home, Seatlet(home, contests.find_contest(home.database, one["contest_id"])))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--card", "flood@12:00"], "There is no card 'flood'. There are: no-signal"),
        (["--card", "twice@noon"], "write the time as 12:30"),
        (["--until", "23:30"], "lasts from 07:00 to 22:00"),
    ],
)
def test_a_silly_wish_is_answered_in_words(household: Household, words: list[str], said: str) -> None:
    assert said in gotv(household, "rehearse", *words, status=1)


def test_the_cards_are_told_of(household: Household) -> None:
    told = gotv(household, "rehearse", "--cards")
    assert "no-signal" in told
    assert "docker compose kill" in told


def test_a_house_that_is_not_running_is_said_to_be(household: Household) -> None:
    words = ["rehearse", "--electors", "500", "--address", "http://127.0.0.1:9"]
    assert "The house is not reached at http://127.0.0.1:9" in gotv(household, *words, status=1)


def test_readiness_keeps_the_newest(home: House, seatlet: Seatlet) -> None:
    figures = {"verdict": "no-go", "answered": 9, "lost": 1, "p99_ms": 7.0, "troubles": ["1 is lost"]}
    readiness.keep_rehearsal(home.database, seatlet.contest_id, figures, home.clock.now())
    sheet = readiness.sheet(home.database, seatlet.contest, home.surroundings, home.clock.now())
    line = next(one for one in sheet if one.what == "Rehearsed")
    assert (line.verdict, line.mend) == (readiness.Verdict.NO_GO, "1 is lost. Say: gotv rehearse")
