"""From a postcode to a place at a session: the volunteer's way, and the organiser's who meets them."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.builders import Seatlet, today
from tests.cast import Cast
from tests.journeys.conftest import LAPTOP, PHONE, Enter
from tests.journeys.test_everybody_can_use_it import assert_no_barriers
from tests.waiting import wait_until


def plan(page: Page, seatlet: Seatlet, places: int) -> None:
    page.goto(f"/contests/{seatlet.contest_id}/events")
    expect(page.get_by_text("Nothing is planned.")).to_be_visible()
    page.get_by_label("Title").fill("Doors of the Alder estate")
    page.get_by_label("Day").fill(today().isoformat())
    page.get_by_label("From").fill("08:00")
    page.get_by_label("Until").fill("23:59")
    page.get_by_label("Places").fill(str(places))
    page.get_by_label("Meeting point").fill("The library steps")
    page.get_by_label("Access").fill("Step-free")
    page.get_by_role("button", name="Add the event").click()
    expect(page.get_by_role("status").first).to_contain_text("The event is open.")


def sign_up(page: Page, name: str) -> None:
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Email or phone").fill(f"{name.lower()}@example.org")
    page.get_by_role("button", name="I'll come").click()


def nearest(phone: Page, title: str) -> None:
    """From a postcode to the page of an event there; the house reads what is planned every few seconds."""
    found = phone.locator("#found a", has_text=title)

    def told() -> bool:
        phone.goto("/nearest")
        phone.get_by_label("Your postcode").fill("ZA1 9AA")
        phone.get_by_role("button", name="Find").tap()
        expect(phone.locator("#found > ol > li")).to_have_count(3)
        return bool(found.count())

    wait_until(told)
    found.first.tap()
    expect(phone.get_by_role("heading", name=title)).to_be_visible()


@pytest.mark.timeout(180)
def test_from_a_postcode_to_a_place_and_back_again(
    place: str, enter: Enter, browser: Browser, seatlet: Seatlet, cast: Cast
) -> None:
    omar = enter(cast.omar, **LAPTOP)
    plan(omar, seatlet, places=1)
    assert_no_barriers(omar)
    ann = browser.new_context(base_url=place, locale="en-GB", **PHONE)
    phone = ann.new_page()
    nearest(phone, "Doors of the Alder estate")
    assert_no_barriers(phone)
    sign_up(phone, "Ann")
    expect(phone.get_by_text("You have a place. See you there!")).to_be_visible()
    own = phone.get_by_role("link", name="Your own link").get_attribute("href")
    event_page = phone.url
    # Bob is too late for a place, and waits.
    bob = browser.new_context(base_url=place, locale="en-GB", **PHONE)
    other = bob.new_page()
    other.goto(event_page)
    sign_up(other, "Bob")
    expect(other.get_by_text("It is full. You are number 1 in the line.")).to_be_visible()
    other.get_by_role("link", name="Your own link").tap()
    expect(other.get_by_text("Bob, you are number 1 in the line.")).to_be_visible()
    assert_no_barriers(other)
    # Ann cannot come after all: Bob has the place.
    phone.goto(str(own))
    # What was filled in wrongly stays, to be put right.
    phone.get_by_text("Change name, contact or reminders").tap()
    phone.get_by_label("Your name").fill("Anne")
    phone.get_by_label("Email or phone").fill("anne@")
    phone.get_by_role("button", name="Keep the change").tap()
    expect(phone.get_by_text("this is no address of e-mail")).to_be_visible()
    expect(phone.get_by_label("Your name")).to_have_value("Anne")
    phone.reload()
    phone.get_by_role("button", name="I cannot come").tap()
    expect(phone.get_by_text("Ann, you do not come.")).to_be_visible()
    other.reload()
    expect(other.get_by_text("Bob, you have a place.")).to_be_visible()
    # At the door.
    omar.reload()
    omar.get_by_role("button", name="Is there: Bob").click()
    expect(omar.get_by_role("status").first).to_contain_text("Bob is there.")
    expect(omar.get_by_text("1 were there")).to_be_visible()
    ann.close()
    bob.close()
