"""The coordinator's lines about walks: given in three actions, never twice, seen by the other, and reversible."""

import re

from playwright.sync_api import Page, expect

from gotv.house import House
from tests.builders import Seatlet
from tests.cast import Cast, Member, member
from tests.journeys.conftest import LAPTOP, PHONE, Enter
from tests.journeys.knocking import door, found, give, make_lists, tell


def open_walks(enter: Enter, who: Member, seatlet: Seatlet) -> Page:
    page = enter(who, **LAPTOP)
    page.goto(f"/contests/{seatlet.contest_id}/walks")
    return page


def test_c11_a_walk_is_one_click_away_and_back_is_where_one_was(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    make_lists(home, seatlet)
    page = open_walks(enter, cast.omar, seatlet)
    page.get_by_role("link", name=re.compile("^AB 1")).click()
    expect(page.get_by_role("heading", name=re.compile("^AB 1"))).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Walks and knock-up lists")).to_be_visible()


def test_c12_a_walk_is_given_in_three_actions_and_never_twice(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    make_lists(home, seatlet)
    omar, asha = (open_walks(enter, who, seatlet) for who in (cast.omar, cast.asha))
    row = omar.locator("tr", has_text="AB 1")
    row.get_by_text("Give", exact=True).click()
    row.get_by_label("Kit").check()
    theirs = asha.locator("tr", has_text="AB 1")
    theirs.get_by_text("Give", exact=True).click()
    theirs.get_by_label("Kit").check()
    row.get_by_role("button", name="Give the walk").click()
    expect(omar.get_by_text("given by Omar")).to_be_visible()
    expect(theirs).to_contain_text(re.compile("out with Kit since .*, given by Omar"), timeout=2_500)
    asha.evaluate("document.querySelectorAll('details[hidden]').forEach((one) => { one.hidden = false; })")
    theirs.get_by_role("button", name="Give the walk").click()
    expect(asha.get_by_text(re.compile(r"is out with Kit since \d\d:\d\d, given by Omar"))).to_be_visible()


def test_c14_an_ending_shows_who_and_when_and_can_be_taken_back(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    give(home, seatlet, cast)
    omar = open_walks(enter, cast.omar, seatlet)
    omar.get_by_role("link", name="QR and team").click()
    omar.get_by_role("button", name="The walk is finished").click()
    lately = omar.locator(".lately li").first
    expect(lately).to_contain_text(re.compile(r"AB 1.*out with Kit \d\d:\d\d, given by Omar; finished \d\d:\d\d, Omar"))
    lately.get_by_role("button", name="Undo").click()
    expect(omar.locator("tr", has_text="AB 1")).to_contain_text("out with Kit")


def test_one_scan_opens_the_walk_that_was_given(enter: Enter, home: House, seatlet: Seatlet, cast: Cast) -> None:
    make_lists(home, seatlet)
    omar = open_walks(enter, cast.omar, seatlet)
    row = omar.locator("tr", has_text="AB 1")
    row.get_by_text("Give", exact=True).click()
    row.get_by_label("Or new names, with commas between").fill("Lee, Max")
    row.get_by_role("button", name="Give the walk").click()
    expect(omar.locator(".person-card")).to_have_count(2)
    expect(omar.locator(".person-card svg")).to_have_count(2)
    code = omar.locator(".person-card .code").first.inner_text()
    phone = enter(cast.kit, **PHONE)
    phone.goto("/enter")
    phone.get_by_label(re.compile("code", re.IGNORECASE)).fill(code)
    phone.get_by_role("button", name="Sign in with code").click()
    expect(phone.get_by_role("heading", name=re.compile("^AB 1"))).to_be_visible()


def test_a_teller_strikes_a_door_under_the_eyes_of_two_phones(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    from gotv.domain.people import Role

    jo = member(home, seatlet.contest_id, Role.KNOCKER, "Jo", committee_room_id=seatlet.rooms["North"])
    give(home, seatlet, cast, cast.kit, jo)
    phones = [enter(who, **PHONE) for who in (cast.kit, jo)]
    for phone in phones:
        expect(door(phone, "5")).to_be_visible()
    tess = enter(cast.tess, **PHONE)
    tess.get_by_text("AB", exact=True).click()
    tess.get_by_label("Elector number").fill("5")
    tess.get_by_role("button", name="Enter").click()
    for phone in phones:
        expect(door(phone, "5")).to_have_class(re.compile(r"\bstruck\b"), timeout=5_000)
        expect(phone.locator("#summary")).to_contain_text("1 of 6 doors, 1 voted")


def test_a_phone_fifty_minutes_without_signal_loses_no_result_and_brings_back_no_struck_door(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    give(home, seatlet, cast)
    phone = enter(cast.kit, **PHONE)
    expect(door(phone, "1")).to_be_visible()
    tell(home, cast, "2")
    expect(door(phone, "2")).to_have_class(re.compile(r"\bstruck\b"))
    phone.context.set_offline(True)
    phone.clock.install()
    found(phone, "1", "Not in")
    phone.clock.fast_forward("25:00")
    found(phone, "3", "Voted")
    tell(home, cast, "4")
    phone.clock.fast_forward("25:00")
    found(phone, "5", "Do not call again")
    phone.clock.resume()
    expect(door(phone, "2")).to_have_class(re.compile(r"\bstruck\b"))
    phone.context.set_offline(False)
    expect(door(phone, "4")).to_have_class(re.compile(r"\bstruck\b"), timeout=20_000)
    expect(phone.get_by_text("all sent")).to_be_visible(timeout=20_000)
    expect(door(phone, "2")).to_have_class(re.compile(r"\bstruck\b"))
    make_lists(home, seatlet)
    phone.get_by_role("button", name="Use the newer list").click()
    expect(phone.locator(".door-row b")).to_have_text(["1", "10"])
