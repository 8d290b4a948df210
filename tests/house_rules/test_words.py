"""One word, one meaning; and the project speaks of itself alone."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEVER_NAMES = {
    "data",
    "item",
    "record",
    "process",
    "handle",
    "manager",
    "helper",
    "util",
    "utils",
    "misc",
    "voter",
    "user",
}


def committed(*endings: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    paths = [ROOT / line for line in listed.stdout.splitlines()]
    return [path for path in paths if path.suffix in endings and path.is_file()]


def test_no_file_and_no_function_has_a_name_that_says_nothing() -> None:
    for path in committed(".py"):
        assert path.stem not in NEVER_NAMES, path
        defined = re.findall(r"^\s*(?:def|class) (\w+)", path.read_text(), re.MULTILINE)
        assert not {name.lower() for name in defined} & NEVER_NAMES, path


def test_no_host_of_a_package_registry_is_named() -> None:
    hosts = re.compile(r"pypi\.org|pythonhosted|registry\.npmjs|deb\.debian\.org|files\.pytho", re.IGNORECASE)
    for path in committed(".py", ".md", ".toml", ".txt", ".yml", ".json", ".js", ".html"):
        if path != Path(__file__):
            assert not hosts.search(path.read_text()), path


@pytest.mark.parametrize("path", committed(".html"), ids=lambda path: path.name)
def test_templates_stay_short_and_without_inline_script_or_style(path: Path) -> None:
    markup = path.read_text()
    assert len(markup.splitlines()) <= 120
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", markup)


@pytest.mark.parametrize("path", committed(".js"), ids=lambda path: path.name)
def test_a_browser_module_stays_under_two_hundred_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 200
