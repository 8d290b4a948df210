"""The official socket.io-client from npm works as a teller."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gotv.embedded.household import Household
from tests.builders import marked, withdrawal
from tests.cast import Cast

HERE = Path(__file__).parent / "official_client"


@pytest.fixture(scope="session")
def node() -> str:
    """Node with the client installed. A machine without Node fails here, it does not skip."""
    found = shutil.which("node")
    assert found, "Node.js is needed for this test: see the README"
    if not (HERE / "node_modules" / "socket.io-client").is_dir():
        npm = shutil.which("npm")
        assert npm, "npm is needed for this test: see the README"
        words = [npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
        subprocess.run(words, cwd=HERE, check=True, timeout=110)
    return found


def teller(node: str, running: Household, token: str, *lists: list[dict[str, str]]) -> dict[str, Any]:
    url = f"http://127.0.0.1:{running.port}"
    words = [node, "teller.js", url, token, json.dumps(lists)]
    done = subprocess.run(words, cwd=HERE, capture_output=True, text=True, timeout=30, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_the_official_client_tells_numbers(node: str, running: Household, cast: Cast) -> None:
    first = marked("1")
    told = teller(node, running, cast.tess.device, [first, marked("99")], [first, withdrawal(first)])["answers"]
    assert [a["outcome"] for one in told for a in one["answers"]] == ["marked", "unmatched", "repeated", "withdrawn"]
    assert all(one["ok"] for one in told)
    assert told[1]["position"] == told[0]["position"] + 1


def test_the_official_client_is_refused_in_words(node: str, running: Household) -> None:
    refused = teller(node, running, "1.wrong", [])
    assert "signed in" in refused["refused"]
    assert refused["data"] == {"signed_in": False}
