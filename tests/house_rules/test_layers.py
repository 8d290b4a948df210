"""Imports point downwards; the domain knows only the standard library; SQL and emitting have one home each."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Who may import whom, floor by floor. A name stands for the module or the whole folder.
LEAVES = {"errors", "clock", "metrics"}
MAY_IMPORT = {
    "domain": {"domain"},
    "store": {"store", "domain", "errors"},
    "paper": {"paper", "domain"},
    "services": {"services", "store", "domain", "paper", *LEAVES},
    "errors": set(),
    "clock": set(),
    "metrics": set(),
    "logs": set(),
    "queues": set(),
    "prompter": {"queues"},
    "config": {"clock"},
    "house": {"services", "store", "config", "queues", *LEAVES},
    "extensions": {"house"},
    "access": {"extensions", "services", "domain", "errors"},
    "web": {"web", "access", "extensions", "services", "domain", "queues", "prompter", *LEAVES},
    "realtime": {"realtime", "web", "access", "house", "services", "domain", *LEAVES},
    "app": {"web", "realtime", "access", "extensions", "house", "config", "logs", "domain"},
    "server": {"config"},
    "embedded": {"embedded", "store", "config", "clock"},
    "rehearsal": {"rehearsal", "services", "domain", "house", "errors"},
    "commands": {
        "commands",
        "embedded",
        "rehearsal",
        "services",
        "store",
        "domain",
        "queues",
        "prompter",
        "house",
        "config",
        "logs",
        *LEAVES,
    },
    "cli": {"commands", "logs"},
}


def sources(folder: str = "gotv") -> list[Path]:
    return [path for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts]


def floor_of(path: Path) -> str:
    parts = path.relative_to(ROOT / "gotv").with_suffix("").parts
    return parts[0]


def imports(path: Path) -> Iterator[str]:
    """Every module imported anywhere in the file, with what is taken from it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_downwards(path: Path) -> None:
    if path.parent == ROOT / "gotv" and path.stem == "__init__":
        return
    allowed = MAY_IMPORT[floor_of(path)]
    reached = {name.split(".")[1] for name in imports(path) if name.startswith("gotv.")}
    assert reached <= allowed, f"{path.name} reaches up to {reached - allowed}"


@pytest.mark.parametrize("path", sources("gotv/domain"), ids=lambda path: path.stem)
def test_the_domain_knows_only_the_standard_library(path: Path) -> None:
    foreign = {name for name in imports(path) if name.split(".")[0] not in sys.stdlib_module_names | {"gotv"}}
    assert not foreign


def test_gotv_never_imports_workers() -> None:
    assert not [path for path in sources() for name in imports(path) if name.split(".")[0] == "workers"]


def test_there_is_no_sql_outside_the_store() -> None:
    """Neither SQLAlchemy's text() nor a literal that starts like a statement."""
    for path in [*sources(), *sources("workers")]:
        if floor_of_any(path) == "store":
            continue
        assert "sqlalchemy.text" not in set(imports(path)), path
        literals = [n.value for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Constant)]
        starts = ("SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM", "WITH ")
        assert not [text for text in literals if isinstance(text, str) and text.lstrip().startswith(starts)], path


def floor_of_any(path: Path) -> str:
    return floor_of(path) if path.is_relative_to(ROOT / "gotv") else "workers"


def test_only_broadcast_emits() -> None:
    emitting = [
        p for p in [*sources(), *sources("workers")] if ".emit(" in p.read_text() or "import emit" in p.read_text()
    ]
    assert [path.name for path in emitting] == ["broadcast.py"]


def test_only_commands_and_tests_know_of_embedded_servers() -> None:
    knowing = {floor_of(path) for path in sources() for name in imports(path) if name.startswith("gotv.embedded")}
    assert knowing <= {"embedded", "commands"}


def test_no_file_is_longer_than_a_person_reads() -> None:
    long = {
        path.name: len(path.read_text().splitlines())
        for path in sources()
        # The schema is one page on purpose; the register's store is one table, and next to be divided.
        if path.name != "tables.py" and len(path.read_text().splitlines()) > 250
    }
    assert set(long) <= {"register.py"}, long
    assert all(lines <= 300 for lines in long.values()), long


def test_every_module_says_which_room_it_is() -> None:
    silent = [
        path.name for path in [*sources(), *sources("workers")] if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert not silent
