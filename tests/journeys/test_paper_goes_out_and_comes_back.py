"""Paper in a real Chromium: a worker draws it while Clem watches; sheets are crossed out and keyed back."""

import io
import re

from playwright.sync_api import expect
from pypdf import PdfReader

from gotv.house import House
from tests.builders import Seatlet
from tests.cast import Cast
from tests.journeys.conftest import LAPTOP, Enter
from tests.journeys.knocking import tell, walk_of


def test_a_sheet_is_printed_crossed_out_and_keyed_back(enter: Enter, home: House, seatlet: Seatlet, cast: Cast) -> None:
    page = enter(cast.clem, **LAPTOP)
    page.get_by_role("link", name="Paper", exact=True).click()
    expect(page.get_by_text("Nothing is drawn yet.")).to_be_visible()
    page.get_by_role("radio", name="Walk sheets each").check()
    page.get_by_role("button", name="Draw it").click()
    link = page.get_by_role("link", name="Open the PDF")
    expect(link).to_be_visible(timeout=20_000)
    pdf = PdfReader(io.BytesIO(page.request.get(str(link.get_attribute("href"))).body()))
    walk = walk_of(home, cast)
    sheet = next(text for each in pdf.pages if f"Sheet K-{walk} version" in (text := each.extract_text()))
    row = next(row for row, house in re.findall(r"^(\d+)\n(\d+) N1", sheet, re.MULTILINE) if house == "3")

    tell(home, cast, "3")
    page.get_by_role("link", name="What to cross out of sheets that are out").click()
    expect(page.get_by_text(f"Sheet K-{walk} version 1: cross out {row}", exact=True)).to_be_visible()
    page.go_back()

    page.get_by_label("Sheet and version").fill(f"K-{walk} 1")
    page.get_by_role("button", name="Key its results").click()
    expect(page.get_by_label("Rows and letters")).to_be_focused()
    page.keyboard.type("1v 2q")
    page.get_by_role("button", name="Keep them").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was kept. '2q': 'q' is none of V, N, W, L, M, X")
    expect(page.get_by_label("Rows and letters")).to_have_value("1v 2q")
    page.get_by_label("Rows and letters").fill("1v 2n")
    page.get_by_role("button", name="Keep them").click()
    expect(page.get_by_text(re.compile(r"Row 1, AB Elm Road .*: all voted"))).to_be_visible()
    page.get_by_role("button", name="Undo row 1").click()
    expect(page.get_by_text("Taken back.")).to_be_visible()
    expect(page.get_by_role("button", name="Undo row 2")).to_be_visible()
    expect(page.get_by_role("button", name="Undo row 1")).to_have_count(0)
