"""axe finds nothing (WCAG 2.2 AA) on any page, bright or dark; keys are large; nothing is cut off."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from gotv.embedded.household import Household
from gotv.house import House
from gotv.services import cars, keying, knocking_up, lift_requests
from tests.builders import Seatlet, marked
from tests.cast import Cast
from tests.journeys.conftest import LAPTOP, PHONE, Enter
from tests.services.test_slips import heading, in_box

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


def assert_no_barriers(page: Page) -> None:
    found = Axe().run(page, options=RULES)
    barriers = [(v["id"], v["help"], [n["html"][:90] for n in v["nodes"][:3]]) for v in found.response["violations"]]
    assert barriers == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pad_has_no_barriers(enter: Enter, cast: Cast, theme: Any) -> None:
    pad = enter(cast.tess, **PHONE, color_scheme=theme)
    pad.locator('[data-key="1"]').tap()
    pad.locator('[data-key="enter"]').tap()
    expect(pad.get_by_role("status")).to_contain_text("All sent")
    assert_no_barriers(pad)
    pad.get_by_role("button", name="My stint").tap()
    expect(pad.locator("#stint-held")).to_contain_text("held 1 of 1")
    assert_no_barriers(pad)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_board_has_no_barriers(enter: Enter, home: House, seatlet: Seatlet, cast: Cast, theme: Any) -> None:
    home.telling.take(cast.tess.person, home.telling.post_of(cast.tess.person), [marked("1"), marked("99")])
    for who in (cast.asha, cast.omar):
        board = enter(who, **LAPTOP, color_scheme=theme)
        expect(board.get_by_text("Live, as of")).to_be_visible()
        assert_no_barriers(board)


PAGES = (
    "walks",
    "control-totals",
    "slips",
    "slips/grid?slip={slip}",
    "slips/grid?check={slip}",
    "walks/{walk}",
    "lifts",
    "worth",
    "rules",
    "paper",
    "paper/strike-offs",
    "sheets/{walk}/1",
    "unmatched",
    "people",
    "people/cards",
    "files",
    "ready",
    "audit",
    "purge",
    "places/{place}",
    "no/such/page",
)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_of_the_agent_has_barriers(enter: Enter, home: House, seatlet: Seatlet, cast: Cast, theme: Any) -> None:
    home.telling.take(cast.tess.person, home.telling.post_of(cast.tess.person), [marked("99")])
    knocking_up.make_lists(home.database, seatlet.contest_id, seatlet.rooms["North"], None, datetime.now(UTC))
    walk = knocking_up.walks(home.database, cast.asha.person)[0]["walk_id"]
    cars.add_car(home.database, cast.asha.person, seatlet.rooms["North"], "Ann", "07700 900123", 3)
    told = {"number": "AB-1", "passengers": 2, "both_ways": True}
    lift_requests.ask(home.database, seatlet.contest, cast.asha.person, str(uuid.uuid4()), told, home.clock.now())
    slip = str(uuid.uuid4())
    entries = [in_box(n, number) for n, number in enumerate(("1", "6", "99", "1", "x"), 1)]
    keying.keep(home.telling, cast.asha.person, slip, {"heading": heading(seatlet), "entries": entries})
    keying.close(home.database, cast.asha.person, slip, 5, "one cannot be read", home.clock.now())
    page = enter(cast.asha, **LAPTOP, color_scheme=theme)
    known = {"walk": walk, "place": seatlet.places["Library"], "slip": slip}
    for address in PAGES:
        page.goto(f"/contests/{seatlet.contest_id}/" + address.format(**known))
        if "grid" in address:
            expect(page.get_by_label("1", exact=True)).to_be_focused()
        assert_no_barriers(page)


def test_the_sign_in_page_has_no_barriers(browser: Browser, running: Household) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{running.port}/enter")
        assert_no_barriers(page)


@pytest.mark.parametrize("size", [(390, 844), (320, 640)])
def test_every_key_is_large_and_there_are_no_gaps_between_them(enter: Enter, cast: Cast, size: tuple[int, int]) -> None:
    pad = enter(cast.tess, **PHONE | {"viewport": {"width": size[0], "height": size[1]}})
    boxes = [box for key in pad.locator("[data-key]").all() if (box := key.bounding_box())]
    assert len(boxes) == 14
    assert all(box["width"] >= 60 and box["height"] >= 60 for box in boxes)
    assert min(box["y"] for box in boxes) >= 0.4 * size[1]
    assert max(box["y"] + box["height"] for box in boxes) <= size[1]
    seam = (boxes[0]["x"] + boxes[0]["width"], boxes[0]["y"] + 30)
    hit = pad.evaluate("([x, y]) => document.elementFromPoint(x, y).closest('[data-key]') !== null", list(seam))
    assert hit


@pytest.mark.parametrize("size", ["100%", "200%"])
def test_nothing_on_the_pad_is_cut_off_at_320_pixels(enter: Enter, cast: Cast, size: str) -> None:
    """Also with text at twice the size."""
    pad = enter(cast.tess, **PHONE | {"viewport": {"width": 320, "height": 640}})
    pad.evaluate("size => { document.documentElement.style.fontSize = size; }", size)
    pad.locator('[data-key="1"]').tap()
    pad.locator('[data-key="enter"]').tap()
    expect(pad.get_by_role("status")).to_contain_text("All sent")
    assert pad.evaluate("document.documentElement.scrollWidth") <= 320
    cut = [
        box for key in pad.locator("[data-key]").all() if (box := key.bounding_box()) and box["x"] + box["width"] > 320
    ]
    assert cut == []
    overfull = "keys => keys.filter((k) => k.scrollWidth > k.clientWidth).length"
    assert pad.locator("[data-key]").evaluate_all(overfull) == 0


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_the_board_needs_no_sideways_scrolling(enter: Enter, cast: Cast, size: tuple[int, int]) -> None:
    board = enter(cast.asha, viewport={"width": size[0], "height": size[1]})
    expect(board.get_by_text("Live, as of")).to_be_visible()
    assert board.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert board.evaluate("(e => e.scrollWidth <= e.clientWidth)(document.querySelector('.scroll'))")
