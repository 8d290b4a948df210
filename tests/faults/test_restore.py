"""The house burns down under load: restored from its backup into a fresh one, and the phones send the rest."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from gotv.domain.people import Role
from gotv.embedded.household import Household
from gotv.errors import Conflict, HouseError
from gotv.house import House, open_house
from gotv.services import backups, contests
from gotv.services.backup_place import Place
from tests.builders import Seatlet, build_seatlet
from tests.cast import member
from tests.conftest import free_port
from tests.faults.checker import Crowd, assert_nothing_lost

KEY = "k" * 40


@pytest.fixture
def ground() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="gotv-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def household_in(folder: Path, port: int) -> Household:
    folder.mkdir()
    (folder / "secret_key").write_text(KEY)
    return Household(folder, port=port)


@pytest.mark.timeout(180)
def test_after_a_restore_the_phones_send_what_the_backup_does_not_hold(ground: Path) -> None:
    port, vault = free_port(), ground / "vault"
    first, second = household_in(ground / "first", port), household_in(ground / "second", port)
    try:
        first.start()
        home = open_house(first.settings)
        seatlet = build_seatlet(home)
        places = list(seatlet.places.values())
        tellers = [member(home, seatlet.contest_id, Role.TELLER, f"Tess {n}", place_id=places[n % 2]) for n in range(6)]
        with Crowd(port, [teller.device for teller in tellers]) as crowd:
            crowd.wait_for_acks(200)
            kept = backups.make(home.database, place_of(home, vault), home.clock.now())
            crowd.wait_for_acks(200)
            home.database.close()
            first.stop()
            shutil.rmtree(first.home)

            fresh = open_house(second.start_servers())
            back = backups.restore(fresh.database, place_of(fresh, vault), kept.file, fresh.clock.now())
            assert back["contests"] == [kept.contests[0] | {"differences": []}]
            assert 200 <= kept.contests[0]["position"] < len(crowd.acked)
            second.start_processes()
            crowd.heal()
            crowd.replay()
            assert_nothing_lost(fresh, seatlet, crowd)
            fresh.database.close()
    finally:
        first.stop()
        second.stop()


def place_of(home: House, folder: Path, key: str = KEY) -> Place:
    return Place(folder, home.settings.owner, key)


@pytest.fixture(scope="module")
def fresh() -> Iterator[House]:
    """A house without any contest."""
    folder = Path(tempfile.mkdtemp(prefix="gotv-"))
    household = Household(folder, port=free_port())
    try:
        house = open_house(household.start_servers())
        yield house
        house.database.close()
    finally:
        household.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def kept(home: House, seatlet: Seatlet, tmp_path: Path) -> backups.Backup:
    return backups.make(home.database, place_of(home, tmp_path / "vault"), home.clock.now())


def test_a_damaged_backup_is_refused_by_name_and_nothing_is_changed(fresh: House, kept: backups.Backup) -> None:
    content = bytearray(kept.file.read_bytes())
    content[len(content) // 2] ^= 1
    kept.file.write_bytes(content)
    with pytest.raises(HouseError, match=f"{kept.file.name} is damaged"):
        backups.restore(fresh.database, place_of(fresh, kept.file.parent), kept.file, fresh.clock.now())


def test_a_restore_that_breaks_off_leaves_a_fresh_house(fresh: House, kept: backups.Backup) -> None:
    kept.file.write_bytes(kept.file.read_bytes()[: kept.size // 2])
    note = kept.file.with_name(f"{kept.file.name}.json")
    sum_of_half = hashlib.sha256(kept.file.read_bytes()).hexdigest()
    note.write_bytes(orjson.dumps(kept.note | {"sha256": sum_of_half}))
    with pytest.raises(HouseError, match="pg_restore failed"):
        backups.restore(fresh.database, place_of(fresh, kept.file.parent), kept.file, fresh.clock.now())
    assert contests.every_contest(fresh.database) == []


def test_a_half_written_backup_is_none(fresh: House, kept: backups.Backup) -> None:
    kept.file.with_name(f"{kept.file.name}.json").unlink()
    assert backups.every_backup(kept.file.parent) == []
    with pytest.raises(HouseError, match="no whole backup"):
        backups.restore(fresh.database, place_of(fresh, kept.file.parent), kept.file, fresh.clock.now())


def test_another_secret_key_is_refused_for_every_link_would_be_dead(fresh: House, kept: backups.Backup) -> None:
    place = place_of(fresh, kept.file.parent, key="another" * 8)
    with pytest.raises(Conflict, match="GOTV_SECRET_KEY"):
        backups.restore(fresh.database, place, kept.file, fresh.clock.now())


def test_a_house_in_use_is_not_overwritten(home: House, seatlet: Seatlet, kept: backups.Backup) -> None:
    with pytest.raises(Conflict, match="This house is in use"):
        backups.restore(home.database, place_of(home, kept.file.parent), kept.file, home.clock.now())


def test_a_backup_is_for_its_owners_eyes(kept: backups.Backup) -> None:
    assert kept.file.stat().st_mode & 0o077 == 0
    assert kept.file.parent.stat().st_mode & 0o077 == 0
