"""Every file that leaves the house: no cell of it is a formula, whatever somebody typed, and none is lost."""

import csv
import io
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from gotv.services.exports import FORMULA, csv_of

ROOT = Path(__file__).parents[2]


@given(st.lists(st.lists(st.text() | st.integers(), min_size=1), min_size=1))
@example([["=1+1", "@SUM(A1)", "+44 20", "-2", "\t=1", "\n=1", "＝1"]])
def test_no_text_is_a_formula_and_every_cell_comes_back(rows: list[list[object]]) -> None:
    read = list(csv.reader(io.StringIO(csv_of(rows), newline="")))
    assert [len(row) for row in read] == [len(row) for row in rows]
    for cells, row in zip(read, rows, strict=True):
        for cell, given_ in zip(cells, row, strict=True):
            if isinstance(given_, str):
                assert not cell.startswith(FORMULA)
                assert cell in (given_, "'" + given_)
            else:
                assert int(cell) == given_


def test_only_one_module_writes_csv() -> None:
    writers = [path.name for path in (ROOT / "gotv").rglob("*.py") if "csv.writer(" in path.read_text()]
    # The invented seat of a rehearsal is written for our own import.
    assert sorted(writers) == ["exports.py", "seat.py"]
