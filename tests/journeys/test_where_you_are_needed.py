"""Somebody whom nobody knows finds the nearest battleground: by postcode, by their place, by a click on the map."""

import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from gotv.embedded.household import Household
from gotv.house import House
from tests.country import loaded
from tests.journeys.conftest import LAPTOP, PHONE
from tests.journeys.test_everybody_can_use_it import assert_no_barriers
from tests.waiting import wait_until

Visit = Callable[..., Page]
IN_ELDER = {"latitude": 51.5538, "longitude": -0.0512}


@pytest.fixture(scope="module")
def small_country(running: Household, home: House) -> Iterator[str]:
    """Loaded, and known to the running house. Where its page is."""
    with loaded(home):
        address = f"http://127.0.0.1:{running.port}/nearest"
        wait_until(lambda: b"Sampleton Forward" in urllib.request.urlopen(address, timeout=5).read())
        yield address


@pytest.fixture
def visit(small_country: str, browser: Browser) -> Iterator[Visit]:
    """Opens the page in a browser of its own. An error in the page, or a file of somebody else's, fails the test."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []
    origin = small_country.removesuffix("/nearest")

    def opened(**more: Any) -> Page:
        contexts.append(browser.new_context(locale="en-GB", **more))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda asked: None if asked.url.startswith(origin) else troubles.append(asked.url))
        page.on("console", lambda line: troubles.append(line.text) if "Content Security" in line.text else None)
        page.goto(small_country)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []


def found(page: Page) -> Locator:
    return page.locator("#found li b")


def test_from_a_postcode_by_keyboard_alone(visit: Visit) -> None:
    page = visit(**LAPTOP)
    expect(page.locator("#map .seat")).to_have_count(5)
    expect(page.locator("#map .seat.in")).to_have_count(3)
    page.get_by_label("Your postcode").focus()
    page.keyboard.type("za1 4qd")
    page.keyboard.press("Enter")
    expect(found(page)).to_have_text(["Alder", "Birch", "Elder & Ffynnon"])
    expect(page.get_by_role("heading", name="Nearest to you")).to_be_focused()
    expect(page.locator("#found li").first).to_contain_text("less than a mile")
    expect(page.locator("#found li").first).to_contain_text("Lab won by 15 votes, ahead of Con: it can be lost.")
    expect(page.locator("#map .place-number")).to_have_text(["1", "2", "3"])
    page.get_by_label("Your postcode").fill("ZE1")
    page.get_by_role("button", name="Find").click()
    expect(found(page)).to_have_text(["Elder & Ffynnon", "Birch", "Alder"])


def test_from_ones_own_place_which_is_rounded_before_it_is_sent(visit: Visit) -> None:
    page = visit(**PHONE, geolocation=IN_ELDER, permissions=["geolocation"])
    with page.expect_request("**/nearest.json") as asked:
        page.get_by_role("button", name="Use my place").tap()
    assert asked.value.post_data_json == {"lat": 51.55, "lon": -0.05}
    expect(found(page).first).to_have_text("Elder & Ffynnon")


def test_who_does_not_tell_their_place_is_told_what_to_do(visit: Visit) -> None:
    page = visit(**PHONE)
    page.get_by_role("button", name="Use my place").tap()
    expect(page.get_by_role("status").last).to_have_text("Your device may not tell where you are. Type a postcode.")


def test_from_a_click_on_the_map(visit: Visit) -> None:
    page = visit(**LAPTOP)
    page.locator("#map .seat").last.click()
    expect(found(page).first).to_have_text("Elder & Ffynnon")


def test_what_cannot_be_found_is_said_and_the_next_try_works(visit: Visit) -> None:
    page = visit(**PHONE)
    said = page.locator("#said")
    for typed, words in (("London", "This is no postcode."), ("BT1 1AA", "We do not know where this postcode is.")):
        page.get_by_label("Your postcode").fill(typed)
        page.get_by_role("button", name="Find").tap()
        expect(said).to_contain_text(words)
    page.route("**/nearest.json", lambda route: route.abort())
    page.get_by_label("Your postcode").fill("ZB1")
    page.get_by_role("button", name="Find").tap()
    expect(said).to_contain_text("No connection just now. Try again in a moment.")
    page.unroute("**/nearest.json")
    page.get_by_role("button", name="Find").tap()
    expect(found(page).first).to_have_text("Birch")
    expect(said).to_be_empty()


def test_without_scripts_the_same_is_answered(visit: Visit) -> None:
    page = visit(**PHONE, java_script_enabled=False)
    page.get_by_label("Your postcode").fill("ZA1")
    page.get_by_role("button", name="Find").tap()
    expect(found(page)).to_have_text(["Alder", "Birch", "Elder & Ffynnon"])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_the_page_has_no_barriers_and_nothing_is_cut_off(visit: Visit, width: int, theme: Any) -> None:
    page = visit(viewport={"width": width, "height": 700}, color_scheme=theme)
    page.get_by_label("Your postcode").fill("ZA1")
    page.get_by_role("button", name="Find").click()
    expect(found(page)).to_have_count(3)
    assert_no_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("#found, #map").evaluate_all("parts => parts.map((part) => part.id)") == ["found", "map"]
