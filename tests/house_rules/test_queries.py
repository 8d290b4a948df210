"""Every question to the database names its contest: a country may be cut up by contests, over hosts if need be."""

import ast
import re
from pathlib import Path

import pytest

from gotv.store.tables import REFERENCE, metadata

ROOT = Path(__file__).parents[2]
VERB = re.compile(r"^\s*(WITH|SELECT|INSERT|UPDATE|DELETE|MERGE|EXECUTE)\b", re.I)
TABLE = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+(" + "|".join(metadata.tables) + r")\b", re.I)
# Questions about the whole house, each with its reason.
WHOLE_HOUSE = {
    "contests.py": {"every"},  # which contests there are
    "readiness.py": {"newest_rehearsal"},  # the house rehearses, whatever contest it invents for it
}


def strings(function: ast.AST, constants: dict[str, str]) -> list[str]:
    """The texts in a function; an f-string with the module's own constants filled in."""
    found, parts = [], set()
    for node in ast.walk(function):
        if isinstance(node, ast.JoinedStr):
            parts |= {id(part) for part in ast.walk(node)}
            words = (part.value if isinstance(part, ast.Constant) else filled(part, constants) for part in node.values)
            found.append("".join(str(one) for one in words))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            found.append(node.value)
    return found


def filled(part: ast.expr, constants: dict[str, str]) -> str:
    return constants.get(ast.unparse(part).strip("f'{}\""), "?")


def constants_of(module: ast.Module) -> dict[str, str]:
    return {
        node.targets[0].id: " ".join(strings(node.value, {}))
        for node in module.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }


def questions() -> list[object]:
    every = []
    for path in sorted((ROOT / "gotv").rglob("*.py")):
        if "migrations" in path.parts:
            continue
        module = ast.parse(path.read_text())
        for node in module.body:
            name = getattr(node, "name", "") or "module"
            every += [
                pytest.param(path.name, name, words, id=f"{path.stem}.{name}-{n}")
                for n, words in enumerate(strings(node, constants_of(module)))
                if VERB.match(words) and TABLE.search(words)
            ]
    return every


@pytest.mark.parametrize(("file", "function", "words"), questions())
def test_every_question_names_its_contest(file: str, function: str, words: str) -> None:
    if {table.lower() for table in TABLE.findall(words)} <= REFERENCE:
        return  # public facts, the same on every host
    if function not in WHOLE_HOUSE.get(file, ()):
        assert "contest" in words, words
