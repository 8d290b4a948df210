"""A clerk's day when things go wrong: two pages, no line, a slip taken or voided by others, slips of the finger."""

import uuid
from typing import Any

from playwright.sync_api import Page, Route, expect

from gotv.domain.people import Role
from gotv.house import House
from gotv.services import keying, slip_queue, slips
from tests.builders import Seatlet
from tests.cast import Cast, member
from tests.journeys.conftest import LAPTOP, Enter
from tests.journeys.test_clerk_lines import (
    box,
    grid,
    held,
    in_ledger,
    key_in,
    marks,
    only_slip,
    open_grid,
    paste,
    sign,
    slips_page,
)
from tests.services.test_slips import heading, in_box
from tests.waiting import wait_until


def typed(page: Page, *numbers: int) -> list[str]:
    return [box(page, number).input_value() for number in numbers]


def every(home: House, cast: Cast) -> list[dict[str, Any]]:
    return slips.of_contest(home.database, cast.asha.person, home.clock.now())


def test_a_cleared_box_that_is_no_longer_drawn_stops_nothing(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    page = grid(enter, seatlet, cast.clem)
    key_in(page, "1", "2")
    box(page, 30).focus()
    key_in(page, "9")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Delete")
    page.get_by_role("spinbutton", name="Boxes").fill("20")
    page.get_by_role("spinbutton", name="Boxes").press("Tab")
    box(page, 3).focus()
    key_in(page, "8")
    expect(held(page)).to_contain_text("3 keyed, all held")
    assert in_ledger(home, cast.clem, only_slip(home, cast.clem)["slip_id"]) == {1: "1", 2: "2", 3: "8"}


def test_what_is_keyed_into_a_slip_that_was_voided_becomes_a_slip_of_its_own_as_it_stands(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    page = grid(enter, seatlet, cast.clem)
    key_in(page, "1")
    expect(held(page)).to_contain_text("1 keyed, all held")
    slip_id = only_slip(home, cast.clem)["slip_id"]
    keying.void(home.telling, cast.clem.person, slip_id, "")
    key_in(page, "2")
    expect(page.get_by_text("This slip was voided.")).to_be_visible()
    key_in(page, "8", "3")
    page.keyboard.press("ArrowUp")
    key_in(page, "4")
    expect(held(page)).to_contain_text("waiting to be sent")
    with page.expect_navigation():
        page.get_by_role("button", name="Key what is not sent as a new slip").click()
    expect(held(page)).to_contain_text("3 keyed, all held")
    (anew,) = (each["slip_id"] for each in every(home, cast) if each["state"] == "open")
    assert in_ledger(home, cast.clem, anew) == {2: "2", 3: "8", 4: "4"}
    assert marks(home, seatlet) == 3


def test_what_could_not_be_read_and_was_put_right_does_not_come_back(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    page = grid(enter, seatlet, cast.clem)
    key_in(page, "1", "x")
    expect(held(page)).to_contain_text("In box 2 no number can be read.")
    page.reload()
    expect(box(page, 2)).to_have_value("x")
    box(page, 2).focus()
    key_in(page, "2")
    expect(held(page)).to_have_text("2 keyed, all held by the ledger.")
    page.reload()
    expect(box(page, 2)).to_have_value("2")
    expect(held(page)).to_have_text("2 keyed, all held by the ledger.")


def test_a_heading_is_put_right_before_it_is_locked(enter: Enter, home: House, seatlet: Seatlet, cast: Cast) -> None:
    page = grid(enter, seatlet, cast.clem)
    page.get_by_label("Slip no.").fill("1000")
    page.get_by_label("Teller").fill("Te\u200bss")
    page.get_by_role("spinbutton", name="Boxes").fill("440")
    box(page, 1).focus()
    key_in(page, "1", "", "1")
    expect(page.get_by_text("Slip 999 is closed")).to_be_visible()
    expect(page.get_by_label("Slip no.")).to_have_value("1")
    done = only_slip(home, cast.clem)
    assert (done["sheet"], done["teller"], done["boxes"]) == (999, "Tess", 100)


def test_more_boxes_may_be_wanted_while_there_is_no_line(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    page = grid(enter, seatlet, cast.clem)
    page.context.set_offline(True)
    key_in(page, "1")
    page.get_by_role("spinbutton", name="Boxes").fill("60")
    page.get_by_role("spinbutton", name="Boxes").press("Tab")
    box(page, 50).focus()
    key_in(page, "2")
    page.context.set_offline(False)
    expect(held(page)).to_contain_text("2 keyed, all held", timeout=15_000)
    assert in_ledger(home, cast.clem, only_slip(home, cast.clem)["slip_id"]) == {1: "1", 50: "2"}


def test_plus_on_a_new_sheet_changes_no_good_number(enter: Enter, home: House, seatlet: Seatlet, cast: Cast) -> None:
    page = grid(enter, seatlet, cast.clem)
    key_in(page, "20")
    page.keyboard.press("+")
    expect(box(page, 1)).to_have_value("10")
    key_in(page, "", "1")
    expect(page.get_by_text("Slip 1 is closed")).to_be_visible()
    key_in(page, "10")
    page.keyboard.press("+")
    expect(box(page, 1)).to_have_value("10")
    expect(page.get_by_text("No number is offered here.")).to_be_visible()


def test_letters_between_blanks_belong_to_their_number(enter: Enter, home: House, seatlet: Seatlet, cast: Cast) -> None:
    page = grid(enter, seatlet, cast.clem)
    paste(page, "AC 3 AC 4 8")
    expect(held(page)).to_contain_text("3 keyed, all held")
    assert typed(page, 1, 2, 3) == ["AC 3", "AC 4", "8"]


def test_the_next_slip_is_another_one_though_the_line_is_slow(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    for sheet in (5, 6):
        slip_queue.put(home.database, cast.clem.person, heading(seatlet, sheet=sheet), home.clock.now())
    page = slips_page(enter(cast.clem, **LAPTOP), seatlet)
    page.keyboard.press("n")
    expect(page.get_by_label("Slip no.")).to_have_value("5")
    expect(box(page, 1)).to_be_focused()
    hung: list[Route] = []
    page.route("**/slips/????????-*", lambda route: hung.append(route))
    key_in(page, "1", "", "1")
    expect(page.get_by_role("button", name="Next waiting slip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Slip no.")).to_have_value("6", timeout=15_000)
    page.unroute_all()
    wait_until(lambda: [each["state"] for each in every(home, cast) if each["sheet"] == 5] == ["closed"])


def test_two_pages_with_one_slip_leave_one_number_in_a_box_and_say_so(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    first = grid(enter, seatlet, cast.clem)
    key_in(first, "1")
    expect(held(first)).to_contain_text("1 keyed, all held")
    slip_id = only_slip(home, cast.clem)["slip_id"]
    second = open_grid(first.context.new_page(), seatlet, slip=slip_id)
    box(second, 2).focus()
    key_in(second, "8")
    expect(held(second)).to_contain_text("2 keyed, all held")
    first.bring_to_front()
    box(first, 2).focus()
    key_in(first, "9")
    expect(held(first)).to_contain_text("2 keyed, all held")
    assert in_ledger(home, cast.clem, slip_id) == {1: "1", 2: "9"}
    assert marks(home, seatlet) == 2
    second.bring_to_front()
    box(second, 3).focus()
    key_in(second, "10")
    expect(second.get_by_text("This slip was changed on another page.")).to_be_visible()


def test_a_move_that_is_left_changes_nothing_and_nothing_is_keyed_meanwhile(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    page = grid(enter, seatlet, cast.clem)
    key_in(page, "1")
    expect(held(page)).to_contain_text("1 keyed, all held")
    page.get_by_role("button", name="Move this slip…").click()
    page.get_by_label("District").select_option("AC")
    assert page.evaluate("document.getElementById('key-boxes').inert && document.getElementById('closing').inert")
    page.get_by_role("button", name="Leave it").click()
    expect(page.get_by_label("District")).to_have_value("AB")
    page.get_by_role("button", name="Move this slip…").click()
    page.get_by_label("District").select_option("AC")
    page.get_by_role("button", name="Move it here").click()
    expect(page.get_by_text("Moved: 1 numbers now count for St Mark's Hall, AC.")).to_be_visible()
    assert slips.find(home.database, cast.clem.person, only_slip(home, cast.clem)["slip_id"])["district"] == "AC"
    box(page, 2).focus()
    key_in(page, "2")
    expect(held(page)).to_contain_text("2 keyed, all held")


def test_a_correction_after_closing_says_that_the_slip_is_open_again(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    slip_id = str(uuid.uuid4())
    keying.keep(home.telling, cast.clem.person, slip_id, {"heading": heading(seatlet), "entries": [in_box(1, "1")]})
    keying.close(home.database, cast.clem.person, slip_id, 1, "", home.clock.now())
    page = grid(enter, seatlet, cast.clem, slip=slip_id)
    key_in(page, "2")
    expect(page.get_by_text("It is open again: close it anew")).to_be_visible()
    wait_until(lambda: only_slip(home, cast.clem)["state"] == "open")
    # Its numbers are kept a moment after the slip is open.
    wait_until(lambda: in_ledger(home, cast.clem, slip_id) == {1: "2"})


def test_a_sheet_with_nobody_on_it_is_closed_as_well(enter: Enter, home: House, seatlet: Seatlet, cast: Cast) -> None:
    page = grid(enter, seatlet, cast.clem)
    key_in(page, "", "0")
    expect(page.get_by_text("Slip 1 is closed: 0 numbers.")).to_be_visible()
    done = only_slip(home, cast.clem)
    assert (done["state"], done["stated"], done["keyed"]) == ("closed", 0, 0)


def test_a_slip_that_somebody_else_keys_is_named_with_what_was_not_sent(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    cora = member(home, seatlet.contest_id, Role.CLERK, "Cora", committee_room_id=seatlet.rooms["North"])
    slip_id = str(uuid.uuid4())
    keying.keep(home.telling, cora.person, slip_id, {"heading": heading(seatlet), "entries": [in_box(1, "1")]})
    page = grid(enter, seatlet, cast.clem, slip=slip_id)
    expect(page.get_by_text("Cora is at this slip just now.").first).to_be_visible()
    box(page, 2).focus()
    key_in(page, "2")
    expect(page.get_by_text("Not sent: 2.")).to_be_visible()
    slip_queue.give_back(home.database, cora.person, slip_id, home.clock.now())
    page.get_by_role("button", name="Try again").click()
    expect(box(page, 3)).to_be_focused()
    expect(held(page)).to_contain_text("2 keyed, all held")


def test_the_register_may_come_late_and_nothing_false_is_said_before(
    enter: Enter, seatlet: Seatlet, cast: Cast
) -> None:
    page = enter(cast.clem, **LAPTOP)
    page.route("**/slips/places/*.json", lambda route: route.abort())
    page.goto(f"/contests/{seatlet.contest_id}/slips/grid")
    expect(box(page, 1)).to_be_focused()
    page.context.set_offline(True)
    key_in(page, "8")
    expect(sign(page, 1)).to_have_text("")
    page.context.set_offline(False)
    page.unroute_all()
    expect(sign(page, 1)).to_contain_text("match", timeout=15_000)


def test_the_tally_is_counted_and_a_slip_of_the_finger_in_it_is_not(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    page = grid(enter, seatlet, cast.clem)
    key_in(page, "1")
    expect(held(page)).to_contain_text("1 keyed, all held")
    tally = page.get_by_label("Gave no number")
    tally.fill("3")
    tally.press("Tab")
    wait_until(lambda: only_slip(home, cast.clem)["tally"] == 3)
    tally.fill("2")
    tally.press("ArrowUp")
    wait_until(lambda: only_slip(home, cast.clem)["tally"] == 2)
    tally.fill("5000")
    tally.press("Tab")
    expect(tally).to_have_value("200")
