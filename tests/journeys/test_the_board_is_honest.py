"""The board says how old it is, can be held still, and heals by itself."""

import re

from playwright.sync_api import expect

from gotv.house import House
from tests.builders import Seatlet, marked
from tests.cast import Cast
from tests.journeys.conftest import LAPTOP, Enter
from tests.journeys.test_a_number_reaches_the_board import cell


def tell(home: House, cast: Cast, number: str) -> None:
    home.telling.take(cast.tess.person, home.telling.post_of(cast.tess.person), [marked(number)])


def test_a_paused_board_stands_still_and_says_what_waits(enter: Enter, home: House, cast: Cast) -> None:
    board = enter(cast.omar, **LAPTOP)
    expect(board.get_by_text("Live, as of")).to_be_visible()
    board.get_by_role("button", name="Pause").click()
    tell(home, cast, "1")
    expect(board.get_by_text("1 changes waiting")).to_be_visible()
    expect(cell(board, "total", "marks")).to_have_text("0")
    board.get_by_role("button", name="Resume").click()
    expect(cell(board, "total", "marks")).to_have_text("1")


def test_a_paused_board_shows_no_snapshot_either(enter: Enter, home: House, cast: Cast) -> None:
    board = enter(cast.omar, **LAPTOP)
    expect(board.get_by_text("Live, as of")).to_be_visible()
    board.get_by_role("button", name="Pause").click()
    tell(home, cast, "1")
    expect(board.get_by_text("1 changes waiting")).to_be_visible()
    with board.expect_response(re.compile(r"/board\.json")):
        board.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    board.evaluate("new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))")
    expect(cell(board, "total", "marks")).to_have_text("0")
    board.get_by_role("button", name="Resume").click()
    expect(cell(board, "total", "marks")).to_have_text("1")


def test_a_board_without_frames_says_so_and_then_heals(enter: Enter, home: House, cast: Cast) -> None:
    board = enter(cast.omar, **LAPTOP)
    expect(board.get_by_text("Live, as of")).to_be_visible()
    board.context.set_offline(True)
    tell(home, cast, "2")
    expect(board.get_by_text("Reconnecting, showing")).to_be_visible(timeout=20_000)
    board.context.set_offline(False)
    expect(cell(board, "total", "marks")).to_have_text("1", timeout=15_000)
    expect(board.get_by_text("Live, as of")).to_be_visible(timeout=15_000)


def test_a_place_nobody_tells_at_is_no_teller_not_low_turnout(enter: Enter, seatlet: Seatlet, cast: Cast) -> None:
    board = enter(cast.asha, **LAPTOP)
    board.goto(f"/contests/{seatlet.contest_id}/board?room={seatlet.rooms['South']}")
    expect(board.get_by_text("No teller", exact=True)).to_be_visible()


def test_the_chart_has_its_figures_beside_it(enter: Enter, home: House, cast: Cast) -> None:
    tell(home, cast, "3")
    board = enter(cast.omar, **LAPTOP)
    board.get_by_text("The same as figures").click()
    rows = board.locator("#hours table tbody tr")
    expect(rows.filter(has_text=re.compile(r"\d\d:00\s*1\s*1"))).to_have_count(1)


def test_an_organiser_corrects_an_unmatched_number_and_the_board_follows(enter: Enter, home: House, cast: Cast) -> None:
    tell(home, cast, "99")
    board = enter(cast.omar, **LAPTOP)
    expect(cell(board, "total", "unmatched")).to_have_text("1")
    page = board.context.new_page()
    page.goto(board.url.replace("/board", "/unmatched"))
    page.get_by_label("The right number for 99").fill("AB-9")
    page.get_by_role("button", name="Correct").click()
    expect(page.get_by_text("Now counted as AB-9")).to_be_visible()
    expect(cell(board, "total", "unmatched")).to_have_text("0")
    expect(cell(board, "total", "marks")).to_have_text("1")
