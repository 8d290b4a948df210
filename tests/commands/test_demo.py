"""`gotv demo`: one command invents a seat, opens the house, plays a polling day, and all agrees afterwards."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.conftest import free_port


@pytest.mark.timeout(180)
def test_the_demo_plays_a_polling_day_and_the_recount_agrees() -> None:
    with tempfile.TemporaryDirectory(prefix="gotv-") as folder:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GOTV_")}
        words = [sys.executable, "-m", "gotv.cli", "demo", "--home", folder, "--port", str(free_port())]
        words += ["--electors", "2000", "--speed", "1800", "--no-stay"]
        done = subprocess.run(words, env=clean, capture_output=True, text=True, timeout=150, cwd=folder)
        assert done.returncode == 0, done.stderr
        assert len(re.findall(r"http://127\.0\.0\.1:\d+/enter#\d+\.\d+\.\S+", done.stderr)) == 4
        assert "Register: 2,000 added, 0 refused" in done.stderr
        assert still_running(folder) == []
        count = [sys.executable, "-m", "gotv.cli", "recount", "--contest", "1"]
        found = subprocess.run(
            count, env=clean | {"GOTV_HOME": str(Path(folder) / "demo")}, capture_output=True, text=True, timeout=60
        )
        assert found.returncode == 0, found.stdout
        assert "All agree" in found.stdout


@pytest.mark.timeout(120)
def test_the_house_opens_and_closes_with_one_command() -> None:
    with tempfile.TemporaryDirectory(prefix="gotv-") as folder:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GOTV_")}
        words = [sys.executable, "-m", "gotv.cli", "run", "--home", folder, "--port", str(free_port())]
        with subprocess.Popen(words, env=clean, stderr=subprocess.PIPE, text=True, cwd=folder) as house:
            assert house.stderr
            opened = house.stderr.readline() + house.stderr.readline()
            house.send_signal(signal.SIGTERM)
            house.wait(60)
            assert "The house is open at" in opened
            assert house.returncode == 0
        assert still_running(folder) == []


def still_running(folder: str) -> list[str]:
    """The processes whose house is in this folder: every one of ours has it in its environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if folder.encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found
