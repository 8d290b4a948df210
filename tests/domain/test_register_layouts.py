"""Telling by its headings or its content which council system wrote a register."""

import pytest

from gotv.domain.register_layouts import IDOX, LAYOUTS, Layout, find_layout
from gotv.domain.table_files import FileRefused, TableFile

BY_NAME = {layout.name: layout for layout in LAYOUTS}


def file_of(headings: tuple[str, ...], *rows: list[str]) -> TableFile:
    return TableFile(headings, rows, "UTF-8", "comma")


def idox_row(number: str = "12") -> list[str]:
    return ["MiA", number, "", "", "GILL", "OLIVER", "13 MARSH ROAD", *[""] * 14, "N1 4QD"]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_a_layout_is_found_by_its_headings(layout: Layout) -> None:
    assert find_layout(file_of(layout.needed))[0] is layout


def test_headings_are_found_in_any_case_order_and_spacing() -> None:
    headings = tuple(f" {name.upper().replace(' ', '_')}" for name in reversed(BY_NAME["eros"].needed))
    assert find_layout(file_of((*headings, "UPRN")))[0].name == "eros"


def test_a_monthly_file_is_not_taken_for_a_whole_register() -> None:
    whole = {layout.name: layout.whole for layout in LAYOUTS}
    assert [name for name in whole if not whole[name]] == ["xpress_changes", "eros_changes", "pdcode_changes"]


def test_the_changes_of_a_month_from_eros_are_not_taken_for_a_whole_register() -> None:
    headings = (*BY_NAME["eros"].needed, "Status", "Register Code", "Clerical Error", "Opt Out Flag")
    layout, _ = find_layout(file_of(headings))
    assert layout.name == "eros_changes"
    cells = dict.fromkeys("pd eno surname dateofattainment franchiseflag registercode postcode".split(), "")
    assert [layout.read(2, cells | {"status": s}).change for s in "AMD "] == ["add", "amend", "delete", "?"]


def test_a_file_without_headings_is_known_by_its_content() -> None:
    layout, file = find_layout(file_of(tuple(idox_row("1")), *[idox_row(f"{n}/1") for n in range(2, 9)]))
    assert layout is IDOX
    assert (file.first_row, len(file.rows), file.rows[0][1]) == (1, 8, "1")


def test_twenty_two_cells_without_elector_numbers_are_no_register() -> None:
    with pytest.raises(FileRefused, match="not a register in a layout we know"):
        find_layout(file_of(tuple(idox_row("one")), idox_row("two")))


def test_the_nearest_layout_is_named_with_the_columns_it_misses() -> None:
    headings = tuple(name for name in BY_NAME["eros"].needed if name not in ("ENO", "Postcode"))
    with pytest.raises(FileRefused, match=r"Halarose Eros register, but these columns are missing: ENO, Postcode\."):
        find_layout(file_of(headings))


def test_a_file_of_something_else_is_refused_with_its_first_line() -> None:
    with pytest.raises(FileRefused, match="The first line reads: Dish, Price"):
        find_layout(file_of(("Dish", "Price", "")))
