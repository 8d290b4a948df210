"""gotv backup, backups, restore and purge, as a person types them."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gotv.embedded.household import Household
from gotv.house import open_house
from tests.builders import build_seatlet
from tests.commands.test_commands import gotv
from tests.conftest import free_port, over


@pytest.fixture
def households() -> Iterator[Callable[[], Household]]:
    """Houses with their servers up, all with one secret key and one folder for backups."""
    folder = Path(tempfile.mkdtemp(prefix="gotv-"))
    opened: list[Household] = []

    def another() -> Household:
        home = folder / str(len(opened))
        home.mkdir()
        (home / "secret_key").write_text("k" * 40)
        opened.append(Household(home, port=free_port()))
        opened[-1].start_servers()
        return opened[-1]

    yield another
    for household in opened:
        household.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.timeout(240)
def test_a_house_is_backed_up_restored_elsewhere_and_purged(
    households: Callable[[], Household], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, vault = households(), tempfile.mkdtemp(prefix="gotv-")
    monkeypatch.setenv("GOTV_BACKUPS", vault)
    monkeypatch.setenv("GOTV_HOME", str(first.home))
    assert "Take one with: gotv backup" in gotv(first, "backups")
    home = open_house(first.settings)
    seatlet = build_seatlet(home)
    made = json.loads(gotv(first, "backup", "--json"))
    assert [one["contest_id"] for one in made["contests"]] == [seatlet.contest_id]
    assert made["file"] in gotv(first, "backups")
    assert "This house is in use" in gotv(first, "restore", made["file"], status=1)

    second = households()
    monkeypatch.setenv("GOTV_HOME", str(second.home))
    assert "recounted, all agree" in gotv(second, "restore", made["file"])
    listed = json.loads(gotv(second, "contest", "list", "--json"))
    assert [one["contest_id"] for one in listed] == [seatlet.contest_id]

    monkeypatch.setenv("GOTV_HOME", str(first.home))
    over(home, seatlet)
    home.database.close()
    contest = str(seatlet.contest_id)
    printed = gotv(first, "purge", "--contest", contest, "--yes")
    assert "36  Electors" in printed
    assert "NOT SO" not in printed
    assert gotv(first, "purge", "--contest", contest) == printed, "the certificate can be printed again"
    assert [path for path in Path(vault).rglob("*") if path.is_file()] == []
    assert "purged on" in gotv(first, "contest", "list")
    shutil.rmtree(vault)


def test_a_file_that_is_not_there_is_named(households: Callable[[], Household]) -> None:
    assert "There is no file nowhere.dump" in gotv(households(), "restore", "nowhere.dump", status=1)
