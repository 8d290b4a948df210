"""The GO / NO-GO sheet: each line says what was seen, and what to do; one no-go makes the whole a no-go."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gotv.embedded.household import Household
from gotv.house import House
from gotv.services import backups, outside, readiness
from gotv.services.backup_place import Place
from gotv.services.readiness import Line, Surroundings, Verdict
from gotv.store import people
from tests.builders import Seatlet
from tests.cast import Cast, Member
from tests.tls_front import certificate_in, tls_front

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def around(home: House, tmp_path: Path) -> Surroundings:
    return Surroundings(tmp_path, tmp_path / "backups", NOWHERE, "", lambda: True, lambda: "now")


def lines(home: House, seatlet: Seatlet, around: Surroundings) -> dict[str, Line]:
    return {line.what: line for line in readiness.sheet(home.database, seatlet.contest, around, home.clock.now())}


def test_a_teller_who_has_not_tried_the_link_is_named_with_the_place(
    home: House, seatlet: Seatlet, cast: Cast, another_teller: Callable[..., Member], around: Surroundings
) -> None:
    from gotv.domain.people import Role
    from gotv.services import inviting

    inviting.invite(home.database, home.key, seatlet.contest_id, Role.TELLER, "Una", place_id=seatlet.places["Library"])
    line = lines(home, seatlet, around)["Tellers' links tried by their holders"]
    assert line.verdict is Verdict.NO_GO
    assert line.seen == "1 of 2"
    assert "Una (Library)" in line.mend


def test_from_four_in_five_on_it_is_a_go_to_mind(
    home: House, seatlet: Seatlet, cast: Cast, another_teller: Callable[..., Member], around: Surroundings
) -> None:
    from gotv.domain.people import Role
    from gotv.services import inviting

    for n in range(3):
        another_teller(f"Tess {n}")
    inviting.invite(home.database, home.key, seatlet.contest_id, Role.TELLER, "Una", place_id=seatlet.places["Library"])
    assert lines(home, seatlet, around)["Tellers' links tried by their holders"].verdict is Verdict.MIND


def test_a_link_that_was_tried_before_the_day_is_armed(home: House, seatlet: Seatlet, around: Surroundings) -> None:
    from gotv.domain.people import Role
    from gotv.services import inviting

    una = inviting.invite(home.database, home.key, seatlet.contest_id, Role.TELLER, "Una",
                          place_id=seatlet.places["Library"])  # fmt: skip
    with home.database.transaction() as connection:
        people.arm(connection, seatlet.contest_id, una.person_id, home.clock.now())
    assert lines(home, seatlet, around)["Tellers' links tried by their holders"].verdict is Verdict.GO


def test_a_place_without_a_teller_is_named(home: House, seatlet: Seatlet, cast: Cast, around: Surroundings) -> None:
    line = lines(home, seatlet, around)["A teller at every polling place"]
    assert (line.verdict, line.seen) == (Verdict.MIND, "1 without: Library")


def test_an_old_backup_and_none_are_both_a_no_go(home: House, seatlet: Seatlet, around: Surroundings) -> None:
    assert lines(home, seatlet, around)["Backup"].verdict is Verdict.NO_GO
    place = Place(around.backups, home.settings.owner, "k" * 40)
    now = seatlet.contest.at(seatlet.contest.opens)
    backups.make(home.database, place, now)
    sheet = readiness.sheet(home.database, seatlet.contest, around, now + timedelta(minutes=5))
    fresh = next(line for line in sheet if line.what == "Backup")
    assert fresh.verdict is not Verdict.NO_GO
    sheet = readiness.sheet(home.database, seatlet.contest, around, now + timedelta(minutes=25))
    assert next(line for line in sheet if line.what == "Backup").verdict is Verdict.NO_GO


@pytest.mark.parametrize(
    ("seconds", "verdict"), [(0, Verdict.GO), (-1.9, Verdict.GO), (60, Verdict.NO_GO), (-3, Verdict.NO_GO)]
)
def test_clocks_that_differ_are_a_no_go(seconds: float, verdict: Verdict) -> None:
    assert readiness._clock(timedelta(seconds=seconds)).verdict is verdict


def test_no_worker_no_clock_and_no_valkey_are_said(home: House, seatlet: Seatlet, around: Surroundings) -> None:
    def away() -> bool:
        raise ConnectionError

    what = "Workers and timekeeper"
    assert lines(home, seatlet, around)[what].verdict is Verdict.GO
    idle = lines(home, seatlet, replace(around, workers=lambda: False))[what]
    assert (idle.verdict, idle.seen) == (Verdict.NO_GO, "no worker; the clock ticks")
    assert "Valkey is not reached" in lines(home, seatlet, replace(around, workers=away))[what].seen


def test_a_no_go_makes_the_whole_sheet_one(home: House, seatlet: Seatlet, around: Surroundings) -> None:
    sheet = readiness.sheet(home.database, seatlet.contest, around, home.clock.now())
    assert readiness.verdict(sheet) is Verdict.NO_GO
    assert readiness.verdict([Line("a", Verdict.GO, ""), Line("b", Verdict.MIND, "")]) is Verdict.MIND


def test_a_house_without_tls_is_a_no_go_and_says_why(home: House, seatlet: Seatlet, around: Surroundings) -> None:
    found = lines(home, seatlet, around)
    assert found[f"Reached at {NOWHERE}"].verdict is Verdict.NO_GO
    assert "GOTV_PUBLIC_URL" in found["TLS"].mend


def test_a_certificate_is_looked_at_and_one_that_nobody_trusts_is_none(running: Household, tmp_path: Path) -> None:
    certificate, key = certificate_in(tmp_path, days=30)
    with tls_front(running.port, certificate, key) as port:
        seen = outside.look(f"https://localhost:{port}/readyz", str(certificate))
        assert (seen.status, seen.days) == (200, 29)
        distrusted = outside.look(f"https://localhost:{port}/readyz")
    assert (distrusted.status, distrusted.days) == (0, None)
    assert "CERTIFICATE_VERIFY_FAILED" in distrusted.trouble
