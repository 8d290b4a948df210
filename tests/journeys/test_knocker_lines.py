"""The knocker-up's fifteen lines, in a real Chromium against the running house."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from gotv.house import House
from gotv.services import inviting, knocking_up, outings
from gotv.store import contests
from tests.builders import Seatlet
from tests.cast import Cast, Member, member
from tests.journeys.conftest import LAPTOP, PHONE, Enter, Handset
from tests.journeys.knocking import door, found, give, make_lists, tell, walk_of
from tests.waiting import wait_until

NARROW = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def jo(home: House, seatlet: Seatlet) -> Member:
    """A second knocker-up of the North."""
    from gotv.domain.people import Role

    return member(home, seatlet.contest_id, Role.KNOCKER, "Jo", committee_room_id=seatlet.rooms["North"])


@pytest.fixture
def results(home: House, seatlet: Seatlet) -> Callable[[], list[str]]:
    """The kinds of result in the log, in the order in which they came."""

    def kinds() -> list[str]:
        from gotv.store.recount import door_results as log

        with home.database.snapshot() as connection:
            return [row.kind for row in sorted(log(connection, seatlet.contest_id), key=lambda row: row.position)]

    return kinds


def test_n1_a_list_opened_once_opens_again_without_network(
    handset: Handset, running: object, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    give(home, seatlet, cast)
    phone = handset.switch_on()
    phone.goto(f"http://127.0.0.1:{running.port}/enter#{cast.kit.card.token}")  # type: ignore[attr-defined]
    phone.get_by_role("button", name="Start").click()
    expect(door(phone, "1")).to_be_visible()
    phone.evaluate("navigator.serviceWorker.ready.then(() => {})")
    phone.context.set_offline(True)
    phone.goto(f"http://127.0.0.1:{running.port}/knocking")  # type: ignore[attr-defined]
    expect(door(phone, "1")).to_be_visible(timeout=3_000)
    expect(phone.get_by_text(re.compile(r"Saved on this phone \d\d:\d\d, 6 doors"))).to_be_visible()


def test_n2_doors_come_in_walking_order_one_row_for_each_household(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    give(home, seatlet, cast)
    phone = enter(cast.kit, **PHONE)
    expect(phone.locator(".door-row b")).to_have_text(["1", "3", "5", "2", "4", "10"])
    expect(door(phone, "10").locator(".person")).to_have_count(1)


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        ("Voted", "voted"),
        ("Not in", "not_in"),
        ("Will vote", "will_vote"),
        ("Needs a lift", "lift"),
        ("Moved or wrong address", "gone"),
        ("Do not call again", "no_calls"),
    ],
)
def test_n3_every_result_is_two_taps_away(
    enter: Enter,
    home: House,
    seatlet: Seatlet,
    cast: Cast,
    results: Callable[[], list[str]],
    what: str,
    kind: str,
) -> None:
    give(home, seatlet, cast)
    phone = enter(cast.kit, **PHONE)
    door(phone, "3").locator(".door-row").tap()
    button = door(phone, "3").get_by_role("button", name=what, exact=True)
    box = button.bounding_box()
    assert box
    assert box["height"] >= 48
    assert box["width"] >= 48
    button.tap()
    wait_until(lambda: results() == [kind])


def test_n4_a_door_is_struck_while_somebody_looks_and_stays_where_it_is(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    give(home, seatlet, cast)
    phone = enter(cast.kit, **PHONE, reduced_motion="reduce")
    row = door(phone, "3")
    expect(row.locator(".person")).to_have_text("Pat Elector3")
    before, below = row.bounding_box(), door(phone, "5").bounding_box()
    tell(home, cast, "3")
    expect(row).to_have_class(re.compile(r"\bstruck\b"), timeout=5_000)
    expect(row).to_contain_text("seen at the polling place")
    assert (row.bounding_box(), door(phone, "5").bounding_box()) == (before, below)


def test_n5_a_door_stays_with_only_the_one_who_has_not_voted(
    enter: Enter, home: House, two_at_one_door: Seatlet, cast_of_two: Cast
) -> None:
    give(home, two_at_one_door, cast_of_two)
    phone = enter(cast_of_two.kit, **PHONE)
    expect(door(phone, "7").locator(".person")).to_have_count(2)
    tell(home, cast_of_two, "201")
    expect(door(phone, "7").locator(".person.seen")).to_have_text("Ann Ash")
    assert "struck" not in (door(phone, "7").get_attribute("class") or "")
    make_lists(home, two_at_one_door)
    phone.get_by_role("button", name="Use the newer list").click()
    expect(door(phone, "7").locator(".person")).to_have_text(["Bob Ash"])


def test_n6_not_in_comes_back_on_the_next_list_and_do_not_call_never(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast, results: Callable[[], list[str]]
) -> None:
    outing = give(home, seatlet, cast)
    phone = enter(cast.kit, **PHONE)
    found(phone, "1", "Not in")
    found(phone, "3", "Do not call again")
    wait_until(lambda: results() == ["not_in", "no_calls"])
    outings.come_back(home.database, cast.kit.person, outing, "finished", home.clock.now())
    give(home, seatlet, cast)
    expect(door(phone, "3")).to_have_count(0)
    expect(door(phone, "1")).to_contain_text("not in at")


def test_n7_results_found_offline_are_sent_and_a_struck_door_stays_struck(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast, results: Callable[[], list[str]]
) -> None:
    give(home, seatlet, cast)
    phone = enter(cast.kit, **PHONE)
    expect(door(phone, "1")).to_be_visible()
    phone.context.set_offline(True)
    found(phone, "1", "Not in")
    found(phone, "3", "Voted")
    expect(phone.get_by_text("2 results waiting")).to_be_visible()
    tell(home, cast, "1")
    phone.context.set_offline(False)
    wait_until(lambda: results() == ["not_in", "voted"])
    expect(door(phone, "1")).to_have_class(re.compile(r"\bstruck\b"))
    make_lists(home, seatlet)
    listed = knocking_up.walk_list(home.database, seatlet.contest, cast.omar.person, walk_of(home, cast))
    assert {d["door"] for street in listed["streets"] for d in street["doors"]} == {"5", "2", "4", "10"}


def test_n8_how_far_the_walk_is_and_where_to_go_next_is_always_in_view(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    give(home, seatlet, cast)
    phone = enter(cast.kit, **PHONE)
    expect(phone.locator("#summary")).to_have_text("0 of 6 doors, 0 voted, next: 1 AB Elm Road")
    found(phone, "1", "Voted")
    found(phone, "3", "Not in")
    expect(phone.locator("#summary")).to_have_text("2 of 6 doors, 1 voted, next: 5 AB Elm Road")
    phone.mouse.wheel(0, 4_000)
    expect(phone.locator("#summary")).to_be_in_viewport()


def test_n9_a_result_can_be_undone_at_once_and_later(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast, results: Callable[[], list[str]]
) -> None:
    give(home, seatlet, cast)
    phone = enter(cast.kit, **PHONE)
    found(phone, "1", "Voted")
    phone.locator("#last").get_by_role("button", name="Undo").click()
    expect(door(phone, "1")).not_to_have_class(re.compile(r"\bdone\b"))
    found(phone, "3", "Not in")
    found(phone, "5", "Not in")
    phone.get_by_text("What you found").click()
    phone.get_by_role("button", name=re.compile("Undo .* 3 AB Elm Road: Not in")).click()
    expect(phone.locator("#summary")).to_contain_text("1 of 6 doors")
    wait_until(lambda: results() == ["voted", "withdraw", "not_in", "not_in", "withdraw"])


def test_n12_everything_works_without_coordinates_and_without_a_map(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    give(home, seatlet, cast)
    phone = enter(cast.kit, **PHONE)
    expect(phone.locator("#summary")).to_contain_text("next: 1 AB Elm Road")
    assert phone.locator("canvas, iframe, img, [class*=map]").count() == 0


def test_n13_a_link_switched_off_blanks_the_phone_and_its_disk(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    give(home, seatlet, cast)
    phone = enter(cast.kit, **PHONE)
    expect(door(phone, "1")).to_be_visible()
    inviting.revoke(home.database, cast.asha.person, cast.kit.person.person_id)
    expect(phone.get_by_text("switched off")).to_be_visible(timeout=5_000)
    expect(phone.locator("[data-door]")).to_have_count(0)
    assert "Elector" not in phone.content()
    kept = """new Promise((done) => { const open = indexedDB.open("gotv-knocking-walk");
        open.onsuccess = () => { const all = open.result.transaction("kept").objectStore("kept").getAll();
        all.onsuccess = () => done(all.result.length); }; })"""
    assert phone.evaluate(kept) == 0


def test_n13_at_the_end_of_the_shift_the_walk_leaves_the_phone_without_contact(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    give(home, seatlet, cast)
    phone = enter(cast.kit, **PHONE)
    expect(door(phone, "1")).to_be_visible()
    phone.context.set_offline(True)
    phone.clock.install()
    phone.clock.fast_forward("04:00:00")
    expect(phone.locator("[data-door]")).to_have_count(0)


def test_n14_two_on_one_walk_see_each_other_and_do_not_meet_at_a_door(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast, jo: Member
) -> None:
    give(home, seatlet, cast, cast.kit, jo)
    kit = enter(cast.kit, **PHONE)
    expect(door(kit, "1")).to_have_class(re.compile(r"\bopen\b"))
    other = enter(jo, **PHONE)
    expect(other.get_by_text("Kit is at 1 AB Elm Road")).to_be_visible(timeout=5_000)
    expect(door(other, "3")).to_have_class(re.compile(r"\bopen\b"))
    expect(kit.get_by_text("Jo is at 3 AB Elm Road")).to_be_visible(timeout=5_000)
    found(kit, "1", "Not in")
    expect(door(kit, "5")).to_have_class(re.compile(r"\bopen\b"))
    expect(door(other, "1")).to_contain_text("Kit", timeout=5_000)


def test_n15_at_320_px_and_double_text_nothing_is_cut(enter: Enter, home: House, seatlet: Seatlet, cast: Cast) -> None:
    give(home, seatlet, cast)
    phone = enter(cast.kit, **NARROW)
    expect(door(phone, "1")).to_be_visible()
    for size in ("100%", "200%"):
        phone.evaluate("size => { document.documentElement.style.fontSize = size; }", size)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 320
        cut = """[...document.querySelectorAll("button:not(.hidden), select, b, .why")].filter((one) =>
            one.offsetParent && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline")
            .map((one) => one.textContent)"""
        assert phone.evaluate(cut) == []


def test_n15_a_lift_asked_for_at_a_door_is_on_the_board_within_five_seconds(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    give(home, seatlet, cast)
    board, page = enter(cast.omar, **LAPTOP), enter(cast.clem, **LAPTOP)
    expect(board.get_by_text("Live, as of")).to_be_visible()
    page.get_by_role("link", name="Lifts", exact=True).click()
    expect(page.get_by_text("Nobody waits for a lift.")).to_be_visible()
    phone = enter(cast.kit, **PHONE)
    expect(door(phone, "1").get_by_text("Free of charge.")).to_be_visible()
    found(phone, "1", "Needs a lift")
    expect(board.locator('[data-row="total"] [data-cell="lifts_asked"]')).to_have_text("1", timeout=5_000)
    lift = page.get_by_role("article", name="Lift from 1 AB Elm Road N1 4QD")
    expect(lift).to_be_visible(timeout=5_000)
    page.get_by_label("Driver").fill("Ann")
    page.get_by_role("button", name="Add the car").click()
    lift.get_by_role("button", name="Give this car").click()
    expect(lift.get_by_text("has a car", exact=True)).to_be_visible()
    expect(lift.get_by_text("and home again. Free of charge.")).to_be_visible()
    lift.get_by_role("button", name="Set off").click()
    expect(lift.get_by_text("under way", exact=True)).to_be_visible()
    expect(board.locator('[data-row="total"] [data-cell="lifts_going"]')).to_have_text("1", timeout=5_000)


def test_a_nervous_double_tap_records_one_result_at_one_door(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast, results: Callable[[], list[str]]
) -> None:
    give(home, seatlet, cast)
    phone = enter(cast.kit, **PHONE)
    button = door(phone, "1").get_by_role("button", name="Voted", exact=True)
    expect(button).to_be_enabled()
    button.evaluate("button => { button.click(); button.click(); }")
    expect(door(phone, "3")).to_have_class(re.compile(r"\bopen\b"))
    door(phone, "3").get_by_role("button", name="Voted", exact=True).evaluate("button => button.click()")
    wait_until(lambda: results() == ["voted"])
    expect(phone.get_by_text("all sent")).to_be_visible()
    assert results() == ["voted"]


def test_a_result_given_anew_takes_the_place_of_the_one_before(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast, results: Callable[[], list[str]]
) -> None:
    give(home, seatlet, cast)
    phone = enter(cast.kit, **PHONE)
    found(phone, "1", "Voted")
    found(phone, "1", "Not in")
    expect(door(phone, "1")).to_contain_text("Not in")
    wait_until(lambda: results() == ["voted", "withdraw", "not_in"])
    make_lists(home, seatlet)
    listed = knocking_up.walk_list(home.database, seatlet.contest, cast.omar.person, walk_of(home, cast))
    assert "1" in {d["door"] for street in listed["streets"] for d in street["doors"]}


def test_an_undo_without_signal_shows_at_once(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast, results: Callable[[], list[str]]
) -> None:
    give(home, seatlet, cast)
    phone = enter(cast.kit, **PHONE)
    found(phone, "1", "Voted")
    wait_until(lambda: results() == ["voted"])
    expect(phone.get_by_text("all sent")).to_be_visible()
    phone.context.set_offline(True)
    phone.locator("#last").get_by_role("button", name="Undo").click()
    expect(door(phone, "1")).to_contain_text("first knock")


def test_a_phone_that_changes_hands_does_not_show_the_walk_of_the_one_before(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast, jo: Member
) -> None:
    give(home, seatlet, cast)
    phone = enter(cast.kit, **PHONE)
    expect(door(phone, "1")).to_be_visible()
    phone.route("**/knocking/walk", lambda route: route.abort())
    phone.goto(f"/enter#{jo.card.token}")
    phone.get_by_role("button", name="Start").click()
    phone.wait_for_url("**/knocking")
    expect(phone.get_by_text("Opening your walk")).to_be_visible()
    expect(phone.locator("[data-door]")).to_have_count(0)


def test_when_the_day_is_gone_by_the_walk_leaves_the_phone(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    give(home, seatlet, cast)
    phone = enter(cast.kit, **PHONE)
    expect(door(phone, "1")).to_be_visible()
    with home.database.transaction() as connection:
        contests.change(connection, seatlet.contest_id, polling_day=seatlet.contest.polling_day - timedelta(days=2))
    phone.reload()
    expect(phone.get_by_text("Polling day is over, and walks are not shown any more.")).to_be_visible()
    expect(phone.locator("[data-door]")).to_have_count(0)
    phone.context.set_offline(True)
    phone.reload()
    expect(phone.get_by_text("Opening your walk")).to_be_visible()
    expect(phone.locator("[data-door]")).to_have_count(0)
