"""Tess keys a number on her phone; it is on Omar's board within a second and off Kit's list."""

import re
import time
from datetime import UTC, datetime

from playwright.sync_api import Page, expect

from gotv.house import House
from gotv.services import knocking_up
from gotv.services.recount import recount
from tests.builders import Seatlet
from tests.cast import Cast
from tests.journeys.conftest import LAPTOP, PHONE, Enter


def key(page: Page, number: str) -> None:
    """Tap a number on the pad, then Enter."""
    for digit in number:
        page.locator(f'[data-key="{digit}"]').tap()
    page.locator('[data-key="enter"]').tap()


def cell(page: Page, row: str, name: str) -> object:
    return page.locator(f'[data-row="{row}"][data-cell="{name}"], [data-row="{row}"] [data-cell="{name}"]').first


def test_a_keyed_number_is_on_the_board_within_a_second(enter: Enter, cast: Cast) -> None:
    board, pad = enter(cast.omar, **LAPTOP), enter(cast.tess, **PHONE)
    expect(board.get_by_text("Live, as of")).to_be_visible()
    expect(pad.get_by_text("St Mark's Hall")).to_be_visible()
    expect(cell(board, "total", "marks")).to_have_text("0")
    key(pad, "1")
    began = time.monotonic()
    expect(cell(board, "total", "marks")).to_have_text("1", timeout=1000)
    assert time.monotonic() - began < 1
    expect(cell(board, "total", "pledges_marked")).to_have_text("1")
    expect(cell(board, "district-AB", "marks")).to_have_text("1")


def test_what_the_phone_says_after_each_kind_of_number(enter: Enter, cast: Cast) -> None:
    pad = enter(cast.tess, **PHONE)
    expect(pad.get_by_label("AB")).to_be_checked()
    for number, words in [
        *(("1", "Sent"), ("1", "Already given"), ("6", "postal vote"), ("99", "Not on our list")),
        ("10/1", "Sent"),
    ]:
        key(pad, number)
        expect(pad.locator("#last")).to_have_text(f"AB {number}")
        expect(pad.locator("#last-words")).to_contain_text(words)
    pad.locator('[data-key="none"]').tap()
    expect(pad.locator("#last")).to_have_text("No number")
    expect(pad.get_by_role("status")).to_contain_text("All sent")


def test_an_entry_is_undone_in_one_tap_and_the_board_follows(enter: Enter, cast: Cast) -> None:
    board, pad = enter(cast.omar, **LAPTOP), enter(cast.tess, **PHONE)
    key(pad, "2")
    expect(cell(board, "total", "marks")).to_have_text("1")
    pad.get_by_role("button", name="Undo AB 2").tap()
    expect(cell(board, "total", "marks")).to_have_text("0", timeout=2000)
    expect(pad.locator("#last-words")).to_contain_text("Undone")


def test_the_other_district_of_the_place_is_one_tap_away(enter: Enter, cast: Cast) -> None:
    board, pad = enter(cast.omar, **LAPTOP), enter(cast.tess, **PHONE)
    pad.locator("label", has_text="AC").tap()
    key(pad, "3")
    expect(cell(board, "district-AC", "marks")).to_have_text("1")
    expect(cell(board, "district-AB", "marks")).to_have_text("0")


def test_a_keyboard_works_as_well_as_the_pad(enter: Enter, cast: Cast) -> None:
    pad = enter(cast.tess, **PHONE)
    pad.get_by_label("Elector number").press_sequentially("AC-4")
    pad.keyboard.press("Enter")
    expect(pad.locator("#last")).to_have_text("AC-4")
    expect(pad.locator("#last-words")).to_have_text("Sent")


def test_the_door_is_struck_from_the_list(enter: Enter, home: House, seatlet: Seatlet, cast: Cast) -> None:
    knocking_up.make_lists(home.database, seatlet.contest_id, seatlet.rooms["North"], None, datetime.now(UTC))
    pad, lists = enter(cast.tess, **PHONE), enter(cast.omar, **LAPTOP)
    key(pad, "1")
    expect(pad.get_by_role("status")).to_contain_text("All sent")
    lists.get_by_role("link", name="Knock-up lists").click()
    lists.get_by_role("link", name=re.compile("^AB 1")).click()
    expect(lists.locator(".struck")).to_have_count(1)
    assert recount(home.database, seatlet.contest, datetime.now(UTC)).differences == []


def test_revoking_a_link_shows_on_the_phone(enter: Enter, cast: Cast) -> None:
    pad, people = enter(cast.tess, **PHONE), enter(cast.omar, **LAPTOP)
    expect(pad.get_by_text("St Mark's Hall")).to_be_visible()
    people.get_by_role("link", name="People").click()
    people.get_by_role("button", name="Switch off Tess").click()
    expect(pad.get_by_role("alert")).to_contain_text("switched off", timeout=3000)
