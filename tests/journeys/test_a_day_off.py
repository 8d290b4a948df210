"""A volunteer's whole way, from a postcode to a walk on polling day; and the organiser's, from nothing to a rota."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from gotv.embedded.household import Household
from gotv.house import House
from gotv.rehearsal.demo import set_the_stage
from gotv.rehearsal.seat import invent_seat
from gotv.services import days_off, signing_up
from tests.builders import Seatlet, today
from tests.cast import Cast
from tests.conftest import over
from tests.journeys.conftest import LAPTOP, PHONE, Enter
from tests.journeys.test_a_volunteer_comes import nearest, plan, sign_up
from tests.journeys.test_everybody_can_use_it import assert_no_barriers
from tests.services.test_rota import offer


def arrived(omar: Page, phone: Page, contest_id: int, name: str) -> None:
    """Omar scans what the phone shows: his own page of that person."""
    omar.goto(f"/contests/{contest_id}/events")
    event = urlsplit(phone.get_by_role("link", name="All about the event").get_attribute("href") or "").path
    omar.goto(f"/contests/{contest_id}/events/{event.rsplit('/', 1)[1]}")
    form = omar.get_by_role("button", name=f"Is there: {name}").locator("xpath=ancestor::form")
    omar.goto((form.get_attribute("action") or "").removesuffix("/there"))
    assert_no_barriers(omar)
    omar.get_by_role("button", name="Is there", exact=True).click()
    expect(omar.get_by_text("There since")).to_be_visible()


@pytest.mark.timeout(240)
def test_from_a_postcode_to_a_walk_on_polling_day(
    place: str, enter: Enter, browser: Browser, seatlet: Seatlet, cast: Cast, home: House
) -> None:
    omar = enter(cast.omar, **LAPTOP)
    plan(omar, seatlet, places=5)
    day = f"/contests/{seatlet.contest_id}/polling-day"
    omar.goto(day)
    omar.get_by_label("Meeting point").fill("1 High Street")
    omar.get_by_role("button", name="Let people pledge the day").click()
    omar.get_by_label("Hours of a teller's shift").fill("8")
    omar.get_by_role("button", name="Make the shifts that are not there").click()
    expect(omar.get_by_role("status").first).to_contain_text("shifts were made.")
    ann = browser.new_context(base_url=place, locale="en-GB", **PHONE)
    phone = ann.new_page()

    # A weekend session, and what to know before it.
    nearest(phone, "Doors of the Alder estate")
    sign_up(phone, "Ann")
    phone.get_by_role("link", name="Your own link").tap()
    expect(phone.get_by_text("Ann, you have a place.")).to_be_visible()
    phone.get_by_text("Show this at the door").tap()
    expect(phone.locator("svg.qr")).to_be_visible()
    arrived(omar, phone, seatlet.contest_id, "Ann")
    phone.get_by_role("link", name="Learn how, in ten minutes").tap()
    expect(phone.get_by_role("heading", name="Learn how")).to_be_visible()
    assert_no_barriers(phone)
    phone.get_by_role("link", name="Knockers-up").tap()
    expect(phone.get_by_role("heading", name="Knocking up: remind, help, go on")).to_be_visible()
    assert_no_barriers(phone)
    phone.get_by_role("button", name="I have read it").tap()
    expect(phone.get_by_text("Noted. Thank you")).to_be_visible()

    # The day off.
    nearest(phone, "Polling day")
    assert_no_barriers(phone)
    phone.get_by_role("button", name="I pledge the day").tap()
    phone.get_by_label("Your name").fill("Ann")
    phone.get_by_label("Email or phone").fill("ann@example.org")
    phone.get_by_label("From where (postcode)").fill("ZA1")
    phone.get_by_role("button", name="I pledge the day").tap()
    expect(phone.get_by_role("alert")).to_have_text("What you can do: tick at least one.")
    phone.get_by_label("Knocking up").check()
    phone.get_by_role("button", name="I pledge the day").tap()
    expect(phone.get_by_text("Thank you! You have pledged the day.")).to_be_visible()
    phone.get_by_role("link", name="Your own link").tap()
    expect(phone.get_by_text("You have none yet")).to_be_visible()
    own = phone.url

    # A shift: Omar knows her from the weekend, and sees that she is trained.
    omar.goto(day)
    expect(omar.get_by_role("row", name="Ann").get_by_text("was at an event")).to_be_visible()
    expect(omar.get_by_role("row", name="Ann").get_by_text("knocker", exact=True)).to_be_visible()
    slots = omar.get_by_role("region", name="Knockers-up").get_by_role("link")
    slots.last.click()
    expect(omar.get_by_role("heading", name="Who has time")).to_be_visible()
    omar.get_by_role("button", name="Ask Ann").click()
    expect(omar.get_by_role("status").first).to_contain_text("Ann is asked.")
    assert_no_barriers(omar)
    phone.reload()
    expect(phone.get_by_role("button", name="Yes: ")).to_be_visible()
    assert_no_barriers(phone)
    phone.get_by_role("button", name="Yes: ").tap()
    expect(phone.get_by_text("you said yes")).to_be_visible()
    omar.goto(day)
    expect(omar.get_by_role("row", name="Ann").get_by_text("confirmed", exact=True)).to_be_visible()

    # The evening before: Omar sends her the words, and with their link her phone is armed.
    expect(phone.get_by_role("link", name="Open it on this phone")).to_have_count(0)
    omar.get_by_role("link", name="Words, ticks and who to tell").click()
    words = omar.locator(".to-tell li", has_text="Ann").locator(".words").inner_text()
    omar.go_back()
    phone.goto(words[words.index("/enter#") :].split()[0])
    phone.get_by_role("button", name="Start").tap()
    expect(phone).to_have_url(f"{place}/knocking")
    omar.reload()
    expect(omar.get_by_role("row", name="Ann").get_by_text("armed", exact=True)).to_be_visible()

    # The day: she arrives, and is given a walk.
    other = ann.new_page()
    other.goto(own)
    expect(other.get_by_text("Ann, you have pledged the day.")).to_be_visible()
    arrived(omar, other, seatlet.contest_id, "Ann")
    omar.get_by_role("link", name="Give a walk").click()
    row = omar.get_by_role("row", name="AB 1: AB Elm Road")
    row.get_by_text("Give", exact=True).click()
    expect(row.locator("label", has_text="Ann").get_by_text("trained")).to_be_visible()
    row.get_by_label("Ann").check()
    row.get_by_role("button", name="Give the walk").click()
    expect(omar.get_by_role("heading", name="AB 1: AB Elm Road")).to_be_visible()
    phone.reload()
    expect(phone.get_by_role("heading", name="AB 1: AB Elm Road")).to_be_visible()
    omar.goto(day)
    expect(omar.get_by_role("row", name="Ann").get_by_text("arrived", exact=True)).to_be_visible()
    ann.close()


@pytest.mark.timeout(180)
def test_an_organisers_way_from_nothing_to_a_rota_that_is_filled(
    running: Household, enter: Enter, seatlet: Seatlet, cast: Cast, home: House
) -> None:
    asha = enter(cast.asha, **LAPTOP)
    day = f"/contests/{seatlet.contest_id}/polling-day"
    asha.goto(day)
    expect(asha.get_by_text("Nobody can pledge the day yet.")).to_be_visible()
    assert_no_barriers(asha)
    asha.get_by_label("Meeting point").fill("1 High Street")
    asha.get_by_role("button", name="Let people pledge the day").click()
    expect(asha.get_by_text("Nobody yet. Pass the link on.")).to_be_visible()
    asha.get_by_label("Tellers for each place").fill("2")
    asha.get_by_role("button", name="Make the shifts that are not there").click()
    expect(asha.get_by_role("heading", name="Where a gap costs most")).to_be_visible()
    first = asha.locator(".gaps li").first
    expect(first).to_contain_text("pledge-hours")
    event_id = days_off.polling_day(home.database, seatlet.contest_id)
    for name in ("Ann", "Bob", "Cat"):
        signing_up.sign_up(home.database, home.key, seatlet.contest_id, event_id, offer(name), home.clock.now())
    asha.get_by_role("button", name="Suggest who goes where").click()
    # A real worker thinks about it; the page reads itself again.
    expect(asha.get_by_text("people.", exact=False).filter(has_text="Suggested at")).to_be_visible(timeout=30_000)
    expect(asha.locator(".slot", has_text="(idea)").first).to_be_visible()
    asha.get_by_role("button", name="Ask all 3 who are suggested").click()
    expect(asha.get_by_role("status").first).to_contain_text("3 people are asked.")
    expect(asha.locator(".slot", has_text="?").first).to_be_visible()
    assert_no_barriers(asha)
    asha.get_by_role("button", name="I know Bob").click()
    expect(asha.get_by_role("row", name="Bob").get_by_role("button", name="Not known after all: Bob")).to_be_visible()
    for page in ("organisation/weekends", "organisation/doors", "organisation/settings", "concerns"):
        asha.goto(f"/contests/{seatlet.contest_id}/{page}")
        assert_no_barriers(asha)


@pytest.mark.timeout(180)
def test_a_course_ends_on_an_invented_seat_and_what_is_heard_waits_for_signal(
    running: Household, enter: Enter, browser: Browser, seatlet: Seatlet, cast: Cast, home: House
) -> None:
    stage = set_the_stage(home, invent_seat(electors=200, districts=2, places=2, rooms=1), today(), lambda _: None)
    kit = enter(cast.kit, **PHONE)
    kit.goto("/learn/conversation")
    assert_no_barriers(kit)
    keep = kit.get_by_role("button", name="Keep it")
    kit.get_by_label("Theme").select_option("Housing")
    kit.get_by_label("In their words, if you like").fill("She has damp walls")
    keep.tap()
    expect(kit.get_by_text("Write the issue, not the person")).to_be_visible()
    expect(kit.get_by_label("In their words, if you like")).to_have_value("She has damp walls")
    kit.context.set_offline(True)
    kit.get_by_label("In their words, if you like").fill("damp walls")
    keep.tap()
    expect(kit.get_by_text("Kept on this phone; 1 to send.")).to_be_visible()
    kit.context.set_offline(False)
    expect(kit.get_by_text("Kept. Thank you: next door.")).to_be_visible()
    # What is refused late does not write over what is being typed: it comes back after it.
    kit.context.set_offline(True)
    typed = kit.get_by_label("In their words, if you like")
    kit.get_by_label("Theme").select_option("Housing")
    typed.fill("He shouts")
    keep.tap()
    expect(kit.get_by_text("Kept on this phone; 1 to send.")).to_be_visible()
    kit.get_by_label("Theme").select_option("Housing")
    typed.fill("potholes")
    kit.context.set_offline(False)
    expect(kit.get_by_text("One before this one was not taken, and comes back here after it")).to_be_visible()
    expect(typed).to_have_value("potholes")
    typed.fill("")
    kit.evaluate("dispatchEvent(new Event('online'))")
    expect(typed).to_have_value("He shouts")
    asha = enter(cast.asha, **LAPTOP)
    asha.goto(f"/contests/{seatlet.contest_id}/concerns")
    expect(asha.get_by_role("row", name="Housing")).to_contain_text("damp walls")
    assert_no_barriers(asha)
    kit.goto("/learn/teller")
    kit.get_by_role("button", name="Practise on this phone").tap()
    expect(kit.get_by_text("This phone is signed in already. To practise signs that out")).to_be_visible()
    kit.get_by_role("button", name="Practise all the same").tap()
    kit.get_by_role("button", name="Start").tap()
    expect(kit.get_by_text("Rehearsal.")).to_be_visible()
    expect(kit.get_by_role("button", name="No number")).to_be_enabled()
    over(home, Seatlet(home, stage.contest))


def test_figures_on_an_open_page_are_not_replaced_by_the_way_in(enter: Enter, seatlet: Seatlet, cast: Cast) -> None:
    """Whoever was signed out meanwhile would type their code into a page that is none."""
    omar = enter(cast.omar, **LAPTOP)
    omar.goto(f"/contests/{seatlet.contest_id}/organisation/doors")
    look = "document.dispatchEvent(new Event('visibilitychange'))"
    with omar.expect_response("**/organisation/doors?fragment=1"):
        omar.evaluate(look)
    omar.context.clear_cookies()
    with omar.expect_response("**/enter"):
        omar.evaluate(look)
    expect(omar.get_by_text("doors knocked today")).to_be_visible()
    expect(omar.get_by_label("Code on your card")).to_have_count(0)
