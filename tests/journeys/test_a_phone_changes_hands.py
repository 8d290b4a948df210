"""What happens to numbers when something happens to the phone: other hands, other tabs, a broken store, a hung line."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from gotv.house import House
from gotv.services import control_totals, inviting
from gotv.services.committee_room import place_ledger
from tests.builders import Seatlet
from tests.cast import Cast
from tests.journeys.conftest import PHONE, Enter, over
from tests.journeys.test_a_number_reaches_the_board import key
from tests.journeys.test_signal_lost_and_found import called
from tests.journeys.test_teller_lines import status, without_sockets
from tests.services.test_control_totals import lose
from tests.tcp_proxy import TcpProxy


def without_signal(pad: Page) -> None:
    pad.evaluate("navigator.serviceWorker.ready.then(() => true)")
    pad.context.set_offline(True)


def who_called(home: House, seatlet: Seatlet, cast: Cast) -> list[tuple[str, str]]:
    entries = place_ledger(home.database, cast.omar.person, seatlet.places["St Mark's Hall"])["entries"]
    return [(entry["called_by"], entry["typed"]) for entry in reversed(entries)]


def kept_ids(pad: Page) -> list[str]:
    kept: list[dict[str, Any]] = pad.evaluate("import('/static/js/outbox.js').then((outbox) => outbox.all())")
    return [entry["id"] for entry in kept]


def test_numbers_of_the_teller_before_go_out_in_their_own_name(
    enter: Enter, network: TcpProxy, home: House, seatlet: Seatlet, cast: Cast, another_teller: Any
) -> None:
    pad = enter(cast.tess, **PHONE, **over(network))
    pad.evaluate("navigator.serviceWorker.ready.then(() => true)")
    network.cut()
    key(pad, "1")
    expect(status(pad)).to_contain_text("1 waiting to send – saved on this phone")
    theo = another_teller("Theo")
    post = {"place": "St Mark's Hall", "teller": "Theo", "contest": "x", "districts": ["AB", "AC"]}
    pad.evaluate(
        "([token, post]) => import('/static/js/phone.js').then((p) => { p.keepToken(token); p.keepPost(post); })",
        [theo.device, post],
    )
    pad.close(run_before_unload=False)
    again = pad.context.new_page()
    again.goto("/telling")
    expect(again.locator("#who")).to_contain_text("Theo")
    expect(again.locator("#history li")).to_have_count(0)
    expect(status(again)).to_contain_text("1 waiting")
    key(again, "2")
    network.mend()
    expect(status(again)).to_contain_text("All sent", timeout=20_000)
    assert sorted(who_called(home, seatlet, cast)) == [("Tess", "1"), ("Theo", "2")]


def test_a_tab_follows_when_another_tab_signs_in_somebody_else(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast, another_teller: Any
) -> None:
    one = enter(cast.tess, **PHONE)
    expect(one.locator("#who")).to_contain_text("Tess")
    two = one.context.new_page()
    two.goto(f"/enter#{another_teller('Theo').card.token}")
    two.get_by_role("button", name="Start").tap()
    expect(one.locator("#who")).to_contain_text("Theo")
    key(two, "4")
    expect(status(two)).to_contain_text("All sent", timeout=10_000)
    assert who_called(home, seatlet, cast) == [("Theo", "4")]


def test_a_stint_does_not_end_while_the_server_misses_something(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    pad = enter(cast.tess, **PHONE)
    without_sockets(pad)
    pad.reload()
    for number in ("1", "2"):
        key(pad, number)
    expect(status(pad)).to_contain_text("All sent", timeout=10_000)
    lose(home, *({"id": entry_id} for entry_id in kept_ids(pad)))
    pad.route("**/telling/numbers", lambda route: route.abort())
    pad.get_by_role("button", name="My stint").tap()
    expect(pad.get_by_role("alert")).to_contain_text("The missing 2 are being sent again")
    expect(status(pad)).to_contain_text("2 waiting")
    pad.get_by_role("button", name="End stint, or change place").tap()
    expect(pad.get_by_role("button", name="End stint", exact=True)).to_be_hidden()
    (row,) = control_totals.of_contest(home.database, cast.omar.person, home.clock.now())
    assert sorted(row["missing"]) == ["1", "2"]
    pad.unroute_all()
    expect(status(pad)).to_contain_text("All sent", timeout=15_000)
    assert called(home, seatlet, cast) == ["1", "2"]
    pad.get_by_role("button", name="End stint", exact=True).tap()
    pad.wait_for_url("**/enter")


def test_what_is_keyed_while_a_stint_ends_is_not_forgotten(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    pad = enter(cast.tess, **PHONE)
    without_sockets(pad)
    pad.reload()
    key(pad, "1")
    expect(status(pad)).to_contain_text("All sent", timeout=10_000)
    pad.get_by_role("button", name="My stint").tap()
    expect(pad.locator("#stint-held")).to_contain_text("held 1 of 1")
    pad.get_by_role("button", name="End stint, or change place").tap()
    held: list[Route] = []
    pad.route("**/telling/control-total", lambda route: held.append(route))
    pad.route("**/telling/numbers", lambda route: route.abort())
    with pad.expect_request("**/telling/control-total"):
        pad.get_by_role("button", name="End stint", exact=True).tap()
    pad.get_by_role("button", name="Back to keys").tap()
    key(pad, "2")
    expect(status(pad)).to_contain_text("1 waiting")
    held[0].continue_()
    pad.get_by_role("button", name="My stint").tap()
    expect(pad.locator("#stint-sure-words")).to_contain_text("1 numbers are not sent yet")
    assert len(kept_ids(pad)) == 2
    assert pad.evaluate("localStorage.getItem('gotv-device')") == cast_token(pad)


def cast_token(pad: Page) -> str:
    """The token that the kept entries carry."""
    kept: list[dict[str, Any]] = pad.evaluate("import('/static/js/outbox.js').then((outbox) => outbox.all())")
    return str(kept[0]["token"])


def test_a_store_that_the_browser_closed_is_opened_again(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    pad = enter(cast.tess, **PHONE)
    key(pad, "1")
    expect(status(pad)).to_contain_text("All sent")
    line = pad.context.new_cdp_session(pad)
    origin = pad.evaluate("location.origin")
    line.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "indexeddb"})
    key(pad, "2")
    key(pad, "3")
    expect(status(pad)).to_contain_text("All sent", timeout=15_000)
    assert called(home, seatlet, cast) == ["1", "2", "3"]


def test_a_disk_that_is_full_holds_up_nothing(enter: Enter, home: House, seatlet: Seatlet, cast: Cast) -> None:
    pad = enter(cast.tess, **PHONE)
    without_signal(pad)
    field = pad.get_by_label("Elector number")
    for number in range(1, 206):
        field.press_sequentially(str(number))
        field.press("Enter")
    expect(status(pad)).to_contain_text("205 waiting")
    pad.evaluate("""() => { for (const name of ["put", "add"])
      IDBObjectStore.prototype[name] = () => { throw new DOMException("full", "QuotaExceededError"); }; }""")
    key(pad, "9")
    expect(pad.get_by_role("alert")).to_contain_text("write each number on paper too")
    expect(status(pad)).to_contain_text("206 waiting to send – keep this page open")
    pad.context.set_offline(False)
    expect(status(pad)).to_contain_text("All sent", timeout=20_000)
    assert len(called(home, seatlet, cast, most=500)) == 206


def test_a_line_that_hangs_is_given_up(enter: Enter, home: House, seatlet: Seatlet, cast: Cast) -> None:
    pad = enter(cast.tess, **PHONE)
    hung: list[Any] = []
    pad.route("**/telling/numbers", lambda route: hung.append(route) if not hung else route.continue_())
    without_sockets(pad)
    pad.reload()
    key(pad, "1")
    expect(status(pad)).to_contain_text("All sent", timeout=25_000)
    assert len(hung) == 1
    assert called(home, seatlet, cast) == ["1"]


def test_the_district_stays_chosen_when_the_page_is_loaded_anew(enter: Enter, cast: Cast) -> None:
    pad = enter(cast.tess, **PHONE)
    pad.locator("label", has_text="AC").tap()
    pad.reload()
    key(pad, "1")
    expect(pad.locator("#last")).to_have_text("AC 1")


def test_an_undo_that_waits_is_not_said_to_be_sent(enter: Enter, cast: Cast) -> None:
    pad = enter(cast.tess, **PHONE)
    key(pad, "1")
    expect(status(pad)).to_contain_text("All sent")
    without_signal(pad)
    pad.get_by_role("button", name="Undo AB 1").tap()
    expect(pad.locator("#last-words")).to_have_text("Undone")
    pad.context.set_offline(False)
    expect(pad.locator("#last-words")).to_have_text("Undone, sent", timeout=20_000)


def test_what_was_wrong_is_not_said_any_longer_when_it_is_over(enter: Enter, cast: Cast) -> None:
    pad = enter(cast.tess, **PHONE)
    answer = {"status": 413, "content_type": "application/json"}
    words = json.dumps({"ok": False, "reason": "Too much just now."})
    pad.route("**/telling/numbers", lambda route: route.fulfill(**answer, body=words))
    without_sockets(pad)
    pad.reload()
    key(pad, "1")
    expect(pad.get_by_role("alert")).to_contain_text("Too much just now", timeout=15_000)
    pad.unroute_all()
    expect(status(pad)).to_contain_text("All sent", timeout=15_000)
    expect(pad.get_by_role("alert")).to_be_hidden()


def test_a_code_shown_for_hand_over_holds_what_was_keyed_since(enter: Enter, cast: Cast) -> None:
    pad = enter(cast.tess, **PHONE)
    without_signal(pad)
    key(pad, "1")
    pad.get_by_role("button", name="My stint").tap()
    pad.get_by_role("button", name="Hand over by QR code").tap()
    before = pad.locator("#stint-code").get_attribute("data-text")
    pad.get_by_role("button", name="Undo AB 1").tap()
    expect(pad.locator("#stint-code")).not_to_have_attribute("data-text", before or "")
    expect(pad.get_by_text("2 not yet sent")).to_be_visible()


def test_a_code_that_cannot_be_read_is_said_so(enter: Enter, cast: Cast) -> None:
    pad = enter(cast.tess, **PHONE)
    pad.goto("/telling#take=AAAAbroken")
    expect(pad.get_by_role("alert")).to_contain_text("could not be read")


def test_undo_by_keyboard_keeps_the_focus_in_the_list(enter: Enter, cast: Cast) -> None:
    pad = enter(cast.tess, **PHONE)
    for number in ("1", "2"):
        key(pad, number)
    expect(status(pad)).to_contain_text("All sent")
    pad.get_by_role("button", name="Undo AB 1").focus()
    pad.keyboard.press("Enter")
    expect(pad.get_by_role("button", name="Undo AB 1")).to_have_count(0)
    assert pad.evaluate("document.activeElement.id") == "history"


@pytest.mark.parametrize("button", ["right", "middle"])
def test_only_the_main_button_of_a_mouse_presses_a_key(enter: Enter, cast: Cast, button: Any) -> None:
    pad = enter(cast.tess, **PHONE)
    pad.locator('[data-key="7"]').click(button=button)
    expect(pad.get_by_label("Elector number")).to_have_value("")


def test_numbers_of_a_teller_switched_off_stand_in_nobodys_way(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast, another_teller: Any
) -> None:
    """More of them than fit into one message."""
    theo = another_teller("Theo")
    inviting.revoke(home.database, cast.omar.person, theo.person.person_id)
    pad = enter(cast.tess, **PHONE)
    pad.evaluate(
        """async (token) => {
          const [outbox, phone] = await Promise.all([import("/static/js/outbox.js"), import("/static/js/phone.js")]);
          for (let n = 0; n < 210; n++) await outbox.add({ id: phone.newId(), kind: "no_number", at: "", token });
        }""",
        theo.device,
    )
    key(pad, "1")
    expect(pad.locator("#last-words")).to_have_text("Sent", timeout=10_000)
    expect(status(pad)).to_contain_text("210 waiting")
    assert called(home, seatlet, cast) == ["1"]


def test_what_was_keyed_after_the_hand_over_is_not_forgotten_with_it(enter: Enter, cast: Cast) -> None:
    pad = enter(cast.tess, **PHONE)
    without_signal(pad)
    key(pad, "1")
    pad.get_by_role("button", name="My stint").tap()
    pad.get_by_role("button", name="Hand over by QR code").tap()
    pad.get_by_role("button", name="End stint, or change place").tap()
    forget = pad.get_by_role("button", name="Forget them here and end stint")
    expect(forget).to_be_visible()
    pad.get_by_role("button", name="Back to keys").tap()
    key(pad, "2")
    expect(status(pad)).to_contain_text("2 waiting")
    pad.evaluate("document.getElementById('stint-codes').classList.add('hidden')")
    pad.get_by_role("button", name="My stint").tap()
    expect(forget).to_be_hidden()
