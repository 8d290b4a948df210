"""When a backup is due, which ones are kept, and what is told of them."""

import os
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from gotv.domain.contests import Contest
from gotv.errors import HouseError
from gotv.house import House
from gotv.services import backups
from gotv.services.backup_place import Place, of_others
from tests.builders import Seatlet

CONTEST = Contest(1, "Sampleton", datetime(2026, 5, 7, tzinfo=UTC).date())
NOON = CONTEST.at(time(12))


def pretend(folder: Path, *made_at: datetime) -> None:
    """Backups as they lie there: what is in them does not matter here."""
    for at in made_at:
        file = folder / f"gotv-{at.astimezone(UTC):%Y%m%dT%H%M%S%fZ}.dump"
        file.write_text("")
        backups._write_note(file, {"made_at": at.astimezone(UTC).isoformat(), "contests": [], "bytes": 0})


@pytest.mark.parametrize(
    ("now", "minutes", "due"),
    [
        (NOON, 9, False),
        (NOON, 10, True),
        (CONTEST.at(time(23)), 600, False),
        (CONTEST.at(time(23)), 24 * 60, True),
    ],
)
def test_every_ten_minutes_while_a_poll_is_open_else_once_a_day(
    tmp_path: Path, now: datetime, minutes: int, due: bool
) -> None:
    pretend(tmp_path, now - timedelta(minutes=minutes))
    assert backups.is_due(tmp_path, [CONTEST], now) is due


def test_the_first_is_due_with_the_first_contest(tmp_path: Path) -> None:
    assert not backups.is_due(tmp_path / "nowhere", [], NOON)
    assert backups.is_due(tmp_path / "nowhere", [CONTEST], NOON)


def test_all_of_two_hours_are_kept_then_one_an_hour_then_none(tmp_path: Path) -> None:
    ages = [*range(0, 120, 10), *range(120, 300, 10), 60 * 24 * 2 + 1]
    pretend(tmp_path, *(NOON - timedelta(minutes=age) for age in ages))
    backups.thin_out(tmp_path, NOON)
    left = [int((NOON - one.made_at).total_seconds() // 60) for one in backups.every_backup(tmp_path)]
    assert left == [*range(0, 121, 10), 180, 240, 290]


def test_what_a_process_that_died_left_half_done_is_swept_away(tmp_path: Path) -> None:
    """A dump without its note is a whole copy of everything that nobody would find at the purge."""
    pretend(tmp_path, NOON)
    left = [tmp_path / "gotv-20260507T090000000000Z.half", tmp_path / "gotv-20260507T090000000000Z.dump"]
    for file in left:
        file.write_text("everything")
    backups.sweep(tmp_path)
    assert all(file.exists() for file in left), "one that is being made just now stays"
    for file in left:
        os.utime(file, (0, 0))
    backups.sweep(tmp_path)
    assert not any(file.exists() for file in left)
    assert len(backups.every_backup(tmp_path)) == 1


def test_the_last_one_stays_however_old(tmp_path: Path) -> None:
    pretend(tmp_path, NOON - timedelta(days=30))
    assert backups.thin_out(tmp_path, NOON) == 0
    assert len(backups.every_backup(tmp_path)) == 1


def test_a_backup_says_what_it_holds(home: House, seatlet: Seatlet, tmp_path: Path) -> None:
    place = Place(tmp_path / "vault", home.settings.owner, "k" * 40)
    made = backups.make(home.database, place, home.clock.now())
    holds = {one["contest_id"]: one["position"] for one in made.contests}
    assert holds[seatlet.contest_id] >= 0
    assert backups.every_backup(place.folder) == [made]


def test_two_houses_that_are_told_one_folder_have_each_their_own_in_it(home: House, tmp_path: Path) -> None:
    """Else each would take the other's for its own: none due, and all dropped at a purge."""
    keys = {"secret_key": SecretStr("o" * 40), "backups": tmp_path}
    other = House(home.settings.model_copy(update=keys), home.database, home.clock)
    mine = House(home.settings.model_copy(update={"backups": tmp_path}), home.database, home.clock)
    made = backups.make(mine.database, mine.backups, home.clock.now())
    assert made.file.is_relative_to(tmp_path)
    assert backups.every_backup(mine.backups.folder) == [made]
    assert backups.every_backup(other.backups.folder) == []
    assert [*of_others(other.backups)] == [made.file]
    assert [*of_others(mine.backups)] == []


def test_a_folder_that_cannot_be_is_named_and_what_to_set(home: House, tmp_path: Path) -> None:
    (tmp_path / "vault").write_text("a file")
    place = Place(tmp_path / "vault" / "here", home.settings.owner, "k" * 40)
    with pytest.raises(HouseError, match=r"vault/here: .*GOTV_BACKUPS"):
        backups.make(home.database, place, home.clock.now())


def test_tools_older_than_the_server_are_refused_by_name(home: House, tmp_path: Path) -> None:
    """As once happened to others for months: the dump was made by an older pg_dump, and failed each time."""
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
    old.chmod(0o755)
    from gotv.store import dump

    with pytest.raises(HouseError, match=r"pg_dump of PostgreSQL 99 or newer is needed. Found: .*9\.6\.1"):
        dump.tool("pg_dump", str(tmp_path), 99)
