"""The `gotv` command, as a person types it: help everywhere, clear words, the same results as the pages."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gotv.embedded.household import Household
from gotv.house import House
from gotv.services import contests, training
from tests.builders import REGISTER_HEADINGS, STATIONS, Seatlet, csv_of, electors, marked, today
from tests.cast import Cast
from tests.conftest import over


def gotv(household: Household, *words: str, status: int = 0) -> str:
    """Run the command against the house of the tests. Returns what it printed."""
    settings = household.settings
    environment = os.environ | {
        "GOTV_DATABASE_URL": settings.database_url,
        "GOTV_REDIS_URL": settings.redis_url,
        "GOTV_SECRET_KEY": settings.secret_key.get_secret_value(),
        "GOTV_PUBLIC_URL": settings.public_url,
    }
    command = [sys.executable, "-m", "gotv.cli", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr if "--json" not in words else done.stdout


def answer(household: Household, *words: str) -> Any:
    return json.loads(gotv(household, *words, "--json"))


@pytest.mark.parametrize(
    "words",
    [
        *([], ["run"], ["demo"], ["migrate"], ["contest"], ["contest", "create"], ["contest", "list"]),
        *(["people"], ["people", "invite"], ["import"], ["lists"], ["recount"]),
        *(
            ["backup"],
            ["backups"],
            ["restore"],
            ["purge"],
            ["ready"],
            ["rehearse"],
            ["heartbeat"],
            ["switch"],
            ["practise"],
        ),
    ],
    ids=" ".join,
)
def test_every_command_has_help(household: Household, words: list[str]) -> None:
    assert "Usage" in gotv(household, *words, "--help")


def test_a_contest_from_nothing_to_its_lists(household: Household, tmp_path: Path) -> None:
    # Long ago the running house would purge it meanwhile.
    yesterday = f"{today() - timedelta(days=1)}"
    made = answer(household, "contest", "create", f"By hand {tmp_path.name}", "--polling-day", yesterday)
    contest = str(made["contest_id"])
    assert "/enter#" in made["agent_link"]
    stations, register = tmp_path / "stations.csv", tmp_path / "register.csv"
    headings = ["Polling district", "Polling place name", "Postcode", "Committee room"]
    stations.write_bytes(csv_of(headings, STATIONS))
    register.write_bytes(csv_of(REGISTER_HEADINGS, electors(["AB", "AC", "BA"])))
    assert answer(household, "import", "stations", str(stations), "--contest", contest)["added"] == 3
    assert answer(household, "import", "register", str(register), "--contest", contest, "--dry-run")["added"] == 36
    assert answer(household, "import", "register", str(register), "--contest", contest)["added"] == 36
    assert answer(household, "import", "register", str(register), "--contest", contest)["unchanged"] == 36
    invited = answer(household, "people", "invite", "--contest", contest, "--role", "teller", "--place", "Library")
    assert invited["code"].startswith(f"{contest}-")
    assert answer(household, "lists", "--contest", contest, "--slot", "09:00")["North"] == 2
    assert answer(household, "recount", "--contest", contest)["differences"] == []


def test_recount_ends_with_status_1_and_names_the_difference(
    household: Household, seatlet: Seatlet, cast: Cast
) -> None:
    from sqlalchemy import text

    seatlet.home.telling.take(cast.tess.person, seatlet.home.telling.post_of(cast.tess.person), [marked("1")])
    assert "All agree" in gotv(household, "recount", "--contest", str(seatlet.contest_id))
    with seatlet.home.database.transaction() as connection:
        sql = "UPDATE district_count SET marks = 7 WHERE contest_id = :c AND district = 'AB'"
        connection.execute(text(sql), {"c": seatlet.contest_id})
    words = gotv(household, "recount", "--contest", str(seatlet.contest_id), status=1)
    assert "district AB, marks: the ledger gives 1, kept is 7" in words


def test_a_wrong_file_changes_nothing_and_says_why(household: Household, seatlet: Seatlet, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("PD,ENO,Surname\nAB,1,Smith\n")
    words = gotv(household, "import", "register", str(wrong), "--contest", str(seatlet.contest_id), status=1)
    assert "Postcode" in words
    assert "Nothing was changed" in words


def test_an_unknown_contest_or_place_is_named(household: Household, seatlet: Seatlet) -> None:
    assert "contest 999999" in gotv(household, "recount", "--contest", "999999", status=1)
    contest = str(seatlet.contest_id)
    words = gotv(household, "people", "invite", "--contest", contest, "--role", "teller", "--place", "Narnia", status=1)
    assert "Narnia" in words
    assert "Library" in words


def test_a_silly_setting_stops_the_start_by_name(household: Household) -> None:
    bad = household.settings.model_copy(update={"database_url": "mysql://x"})
    words = gotv_with(bad.database_url, "contest", "list")
    assert "GOTV_DATABASE_URL" in words


def gotv_with(database_url: str, *words: str) -> str:
    environment = os.environ | {"GOTV_DATABASE_URL": database_url}
    command = [sys.executable, "-m", "gotv.cli", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    return done.stderr


def test_a_seat_to_practise_on(household: Household, home: House) -> None:
    made = answer(household, "practise", "--electors", "200")
    contest = contests.find_contest(home.database, made["contest_id"])
    assert contest.rehearsal
    assert made["courses"].endswith("/learn")
    assert training.practice_seat(home.database) == contest
    over(home, Seatlet(home, contest))
