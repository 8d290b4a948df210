"""Asha loads a register through the page; a real worker checks and applies it while she watches."""

from pathlib import Path

from playwright.sync_api import expect

from tests.builders import REGISTER_HEADINGS, Seatlet, csv_of, electors
from tests.cast import Cast
from tests.journeys.conftest import LAPTOP, Enter


def test_a_register_goes_from_file_to_board(enter: Enter, seatlet: Seatlet, cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    file.write_bytes(csv_of(REGISTER_HEADINGS, electors(["AB", "AC", "BA", "CC"])))
    page = enter(cast.asha, **LAPTOP)
    page.get_by_role("link", name="Register and files").click()
    page.get_by_label("It holds").select_option("register")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Check this file").click()
    expect(page.get_by_text("Nothing is changed yet")).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="Yes, apply it").click()
    expect(page.get_by_text("Applied")).to_be_visible(timeout=15_000)
    page.goto(f"/contests/{seatlet.contest_id}/board")
    expect(page.locator('[data-row="total"] [data-cell="electors"]')).to_have_text("48")


def test_a_wrong_file_says_what_is_missing(enter: Enter, cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text("PD,ENO,Surname\nAB,1,Smith\n")
    page = enter(cast.asha, **LAPTOP)
    page.get_by_role("link", name="Register and files").click()
    page.get_by_label("It holds").select_option("register")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Check this file").click()
    expect(page.get_by_role("alert")).to_contain_text("Postcode", timeout=15_000)
