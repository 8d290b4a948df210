"""The fifteen lines of the teller (T1 to T15), each in a real Chromium."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import zxingcpp
from playwright.sync_api import Browser, Page, Route, expect

from gotv.embedded.household import Household
from gotv.house import House
from gotv.services.committee_room import place_ledger
from tests.builders import Seatlet
from tests.cast import Cast
from tests.journeys.conftest import LAPTOP, PHONE, Enter, over
from tests.journeys.test_a_number_reaches_the_board import cell, key
from tests.journeys.test_signal_lost_and_found import called
from tests.tcp_proxy import TcpProxy

SMALL = PHONE | {"viewport": {"width": 320, "height": 640}}
NAMES = re.compile(r"Elector\d|\bPat\b|Elm Road|Sampleton|N1 4QD|\bOurs\b|pledge")


def status(pad: Page) -> Any:
    return pad.locator("#state")


def without_sockets(pad: Page) -> None:
    pad.route_web_socket("**/socket.io/**", lambda socket: socket.close())


def test_t1_from_the_qr_code_to_the_first_digit_is_one_tap_and_no_typing(
    running: Household, browser: Browser, cast: Cast
) -> None:
    with browser.new_context(**PHONE) as context:
        pad = context.new_page()
        pad.goto(f"http://127.0.0.1:{running.port}/enter#{cast.tess.card.token}")
        pad.get_by_role("button", name="Start").tap()
        pad.locator('[data-key="1"]').tap()
        expect(pad.get_by_label("Elector number")).to_have_value("1")
        expect(pad.locator("#place")).to_have_text("St Mark's Hall")


@pytest.mark.parametrize("size", [PHONE, SMALL], ids=["390", "320"])
def test_t2_keys_are_large_low_on_the_screen_and_without_gaps(enter: Enter, cast: Cast, size: Any) -> None:
    pad = enter(cast.tess, **size)
    missed = pad.evaluate("""() => {
      const keys = document.querySelector(".keys").getBoundingClientRect(), missed = [];
      for (let x = keys.left + 6; x < keys.right - 6; x += 3)
        for (let y = keys.top + 6; y < keys.bottom - 6; y += 3)
          if (!document.elementFromPoint(x, y)?.closest("[data-key]")) missed.push([x, y]);
      return missed;
    }""")
    assert missed == []
    boxes = [key.bounding_box() or {} for key in pad.locator("[data-key]").all()]
    assert all(box["width"] >= 60 and box["height"] >= 60 for box in boxes)
    assert min(box["y"] for box in boxes) >= 0.4 * size["viewport"]["height"]


def test_t3_one_two_three_on_top_and_a_field_for_other_keyboards(enter: Enter, cast: Cast) -> None:
    pad = enter(cast.tess, **PHONE)
    top = [pad.locator(f'[data-key="{digit}"]').bounding_box() or {} for digit in "123"]
    assert len({box["y"] for box in top}) == 1
    assert top[0]["x"] < top[1]["x"] < top[2]["x"]
    enter_key = pad.get_by_role("button", name="Enter").bounding_box() or {}
    assert enter_key["width"] > 1.8 * top[0]["width"]
    expect(pad.get_by_role("button", name="slash")).to_be_visible()
    field = pad.get_by_role("textbox", name="Elector number")
    field.press_sequentially("10/1")
    field.press("Enter")
    expect(pad.locator("#last")).to_have_text("AB 10/1")


def test_t4_a_number_may_be_written_in_every_usual_way(enter: Enter, home: House, seatlet: Seatlet, cast: Cast) -> None:
    pad = enter(cast.tess, **PHONE)
    field = pad.get_by_label("Elector number")
    ways = ["8", "008", "10/1", "10.1", "AB-8", "ab 8"]
    for typed in ways:
        field.press_sequentially(typed)
        field.press("Enter")
    expect(status(pad)).to_contain_text("All sent")
    entries = place_ledger(home.database, cast.omar.person, seatlet.places["St Mark's Hall"])["entries"]
    understood = {entry["typed"]: (entry["district"], entry["number"], entry["suffix"]) for entry in entries}
    assert understood == {typed: ("AB", 10, 1) if "1" in typed else ("AB", 8, 0) for typed in ways}


PAINTED = """async () => {
  const field = document.getElementById("number"), last = document.getElementById("last");
  field.value = "7";
  const began = performance.now();
  document.querySelector('[data-key="enter"]').dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
  while (last.textContent !== "AB 7") await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return [performance.now() - began, parseFloat(getComputedStyle(last).fontSize)];
}"""


@pytest.mark.parametrize("size", [PHONE, SMALL], ids=["390", "320"])
@pytest.mark.parametrize("signal", ["slow", "none"])
def test_t5_the_number_shows_large_within_a_tenth_of_a_second(enter: Enter, cast: Cast, size: Any, signal: str) -> None:
    pad = enter(cast.tess, **size)
    expect(pad.get_by_label("AB")).to_be_checked()
    line = pad.context.new_cdp_session(pad)
    offline = {"offline": signal == "none", "latency": 2_000, "downloadThroughput": -1, "uploadThroughput": -1}
    line.send("Network.emulateNetworkConditions", offline)
    milliseconds, pixels = pad.evaluate(PAINTED)
    assert milliseconds < 100
    assert pixels >= 40


def test_t6_numbers_survive_a_closed_page(
    enter: Enter, network: TcpProxy, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    """With five hundred numbers and a killed browser: test_a_long_day_without_signal."""
    pad = enter(cast.tess, **PHONE, **over(network))
    pad.evaluate("navigator.serviceWorker.ready.then(() => true)")
    network.cut()
    field = pad.get_by_label("Elector number")
    for number in range(1, 51):
        field.press_sequentially(str(number))
        field.press("Enter")
    expect(status(pad)).to_contain_text("50 waiting to send – saved on this phone")
    pad.close(run_before_unload=False)
    again = pad.context.new_page()
    again.goto("/telling")
    expect(status(again)).to_contain_text("50 waiting")
    assert called(home, seatlet, cast) == []
    network.mend()
    expect(status(again)).to_contain_text("All sent", timeout=20_000)
    assert called(home, seatlet, cast) == [str(number) for number in range(1, 51)]


def test_t7_a_lost_answer_counts_nothing_twice(enter: Enter, home: House, seatlet: Seatlet, cast: Cast) -> None:
    pad = enter(cast.tess, **PHONE)
    lost: list[int] = []

    def lose_the_first_two(route: Route) -> None:
        answer = route.fetch()
        if len(lost) < 2:
            lost.append(answer.status)
            route.abort()
        else:
            route.fulfill(response=answer)

    pad.route("**/telling/numbers", lose_the_first_two)
    without_sockets(pad)
    pad.reload()
    key(pad, "4")
    key(pad, "5")
    expect(status(pad)).to_contain_text("All sent", timeout=25_000)
    assert lost == [200, 200]
    assert called(home, seatlet, cast) == ["4", "5"]


def test_t8_what_waits_is_said_in_words_in_every_state(enter: Enter, cast: Cast) -> None:
    pad = enter(cast.tess, **PHONE)
    told = pad.get_by_role("status").first
    expect(told).to_have_text("0 waiting – ready")
    pad.context.set_offline(True)
    key(pad, "1")
    expect(told).to_have_text("1 waiting to send – saved on this phone")
    pad.get_by_role("button", name="My stint").tap()
    expect(told).to_have_text("1 waiting to send – saved on this phone")
    pad.context.set_offline(False)
    expect(told).to_have_text(re.compile(r"All sent \d\d:\d\d"), timeout=20_000)


def test_t9_any_entry_of_the_stint_is_undone_in_two_taps_without_signal(enter: Enter, cast: Cast) -> None:
    board, pad = enter(cast.omar, **LAPTOP), enter(cast.tess, **PHONE)
    for number in ("1", "2", "3"):
        key(pad, number)
    expect(cell(board, "total", "marks")).to_have_text("3")
    pad.context.set_offline(True)
    pad.get_by_role("button", name="My stint").tap()
    pad.get_by_role("button", name="Undo AB 1").tap()
    expect(status(pad)).to_contain_text("1 waiting")
    pad.context.set_offline(False)
    expect(status(pad)).to_contain_text("All sent", timeout=20_000)
    expect(cell(board, "total", "marks")).to_have_text("2", timeout=2_000)


def test_t10_a_number_given_before_is_a_remark_and_never_a_question(enter: Enter, cast: Cast) -> None:
    pad = enter(cast.tess, **PHONE)
    asked: list[str] = []
    pad.on("dialog", lambda dialog: asked.append(dialog.message))
    key(pad, "3")
    key(pad, "3")
    expect(pad.locator("#last-words")).to_have_text(re.compile(r"Already given \d\d:\d\d – that is fine. Sent"))
    key(pad, "4")
    expect(pad.locator("#last")).to_have_text("AB 4")
    assert asked == []
    assert pad.locator("dialog, [role=dialog], [role=alertdialog]").count() == 0


def test_t11_a_number_not_on_the_register_is_kept_and_said_so(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    pad = enter(cast.tess, **PHONE)
    key(pad, "99")
    expect(pad.locator("#last-words")).to_contain_text("Not on our list – kept for the organiser")
    expect(pad.locator("#last-words")).to_contain_text("Check: numbers of AB go from 1 to 10")
    assert called(home, seatlet, cast) == ["99"]


def test_t12_no_number_is_one_tap_and_counts_in_the_hour(enter: Enter, cast: Cast) -> None:
    board, pad = enter(cast.omar, **LAPTOP), enter(cast.tess, **PHONE)
    pad.get_by_role("button", name="No number").tap()
    expect(status(pad)).to_contain_text("All sent")
    expect(cell(board, "total", "no_number")).to_have_text("1")
    pad.get_by_role("button", name="My stint").tap()
    expect(pad.locator("#stint-hours tr").last).to_have_text(re.compile(r"All\s*0\s*1"))


def test_t13_nothing_this_phone_can_hear_names_anybody(running: Household, browser: Browser, cast: Cast) -> None:
    heard: list[str] = []
    with browser.new_context(**PHONE, service_workers="block") as context:
        pad = context.new_page()
        pad.on("response", lambda answer: heard.append(body_of(answer)))
        pad.on("websocket", lambda ws: ws.on("framereceived", lambda frame: heard.append(str(frame))))
        pad.goto(f"http://127.0.0.1:{running.port}/enter#{cast.tess.card.token}")
        pad.get_by_role("button", name="Start").tap()
        for number in ("1", "6", "99"):
            key(pad, number)
        expect(status(pad)).to_contain_text("All sent")
        pad.get_by_role("button", name="My stint").tap()
        expect(pad.locator("#stint-held")).to_contain_text("held 3 of 3")
    assert any("ranges" in text for text in heard)
    assert any("marked" in text for text in heard)
    assert [text[:200] for text in heard if NAMES.search(text)] == []


def body_of(answer: Any) -> str:
    if answer.url.endswith(".css"):
        return ""  # one stylesheet for all: it names the board's parts, no person
    try:
        return str(answer.text())
    except Exception:
        return ""  # a redirect or an aborted request has none


def test_t14_the_first_load_is_small_and_soon_there_on_a_bad_line(
    running: Household, browser: Browser, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    """The figures in detail: tests/benchmarks. Blocked sockets: test_signal_lost_and_found."""
    with browser.new_context(**PHONE, service_workers="block") as context:
        pad = context.new_page()
        pad.goto(f"http://127.0.0.1:{running.port}/enter#{cast.tess.card.token}")
        pad.get_by_role("button", name="Start").tap()
        pad.wait_for_url("**/telling")
        line = context.new_cdp_session(pad)
        line.send("Network.enable")
        line.send("Network.clearBrowserCache")
        slow = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
        line.send("Network.emulateNetworkConditions", slow)
        received: list[float] = []
        line.on("Network.loadingFinished", lambda done: received.append(done["encodedDataLength"]))
        pad.goto(f"http://127.0.0.1:{running.port}/telling", wait_until="commit")
        pad.locator('[data-key="1"]').tap()
        expect(pad.get_by_label("Elector number")).to_have_value("1", timeout=5_000)
        ready = pad.evaluate("performance.now()")
        expect(pad.locator("#place")).to_have_text("St Mark's Hall")
    assert ready < 5_000
    assert sum(received) <= 60 * 1024


LOCKS = """
  window.locks = [];
  Object.defineProperty(navigator, "wakeLock", {
    value: { request: (what) => { window.locks.push(what); return Promise.reject(new Error("not now")); } } });
"""


def test_t15_the_screen_is_asked_to_stay_on_at_the_first_tap(enter: Enter, cast: Cast) -> None:
    pad = enter(cast.tess, **PHONE)
    pad.add_init_script(LOCKS)
    pad.reload()
    assert pad.evaluate("window.locks") == []
    key(pad, "1")
    pad.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert pad.evaluate("window.locks") == ["screen", "screen"]


def test_t15_leaving_with_numbers_not_sent_warns(enter: Enter, cast: Cast) -> None:
    pad = enter(cast.tess, **PHONE)
    asked: list[str] = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept()

    pad.on("dialog", stay)
    pad.evaluate("navigator.serviceWorker.ready.then(() => true)")
    pad.reload()
    assert asked == []
    pad.context.set_offline(True)
    key(pad, "1")
    expect(status(pad)).to_contain_text("1 waiting")
    pad.reload()
    assert asked == ["beforeunload"]


def test_t15_the_end_of_a_stint_shows_totals_and_forgets_the_phone(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    pad = enter(cast.tess, **PHONE)
    for number in ("1", "2"):
        key(pad, number)
    expect(status(pad)).to_contain_text("All sent")
    pad.get_by_role("button", name="My stint").tap()
    expect(pad.locator("#stint-hours tr").last).to_have_text(re.compile(r"All\s*2\s*0"))
    pad.get_by_role("button", name="End stint, or change place").tap()
    pad.get_by_role("button", name="End stint", exact=True).tap()
    pad.wait_for_url("**/enter")
    assert pad.evaluate("localStorage.getItem('gotv-device')") is None
    pad.goto("/telling")
    pad.wait_for_url("**/enter")
    assert called(home, seatlet, cast) == ["1", "2"]


def test_t15_a_stint_cannot_end_while_numbers_wait(enter: Enter, cast: Cast) -> None:
    pad = enter(cast.tess, **PHONE)
    pad.context.set_offline(True)
    key(pad, "1")
    pad.get_by_role("button", name="My stint").tap()
    pad.get_by_role("button", name="End stint, or change place").tap()
    expect(pad.get_by_text("1 numbers are not sent yet and would be lost")).to_be_visible()
    expect(pad.get_by_role("button", name="End stint", exact=True)).to_be_hidden()


def test_t15_a_queue_without_signal_is_handed_over_by_qr_code(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast, another_teller: Callable[[str], Any]
) -> None:
    pad = enter(cast.tess, **PHONE)
    key(pad, "1")
    expect(status(pad)).to_contain_text("All sent")
    pad.context.set_offline(True)
    for number in ("2", "10/1"):
        key(pad, number)
    pad.get_by_role("button", name="Undo AB 1", exact=True).tap()
    expect(status(pad)).to_contain_text("3 waiting")
    pad.get_by_role("button", name="My stint").tap()
    pad.get_by_role("button", name="Hand over by QR code").tap()
    expect(pad.get_by_text("Code 1 of 1")).to_be_visible()
    address = pad.locator("#stint-code").get_attribute("data-text") or ""
    other = enter(another_teller("Theo"), **PHONE)
    other.goto(address)
    expect(other.get_by_text("3 numbers from another phone")).to_be_visible()
    other.get_by_role("button", name="Send them").tap()
    expect(status(other)).to_contain_text("All sent")
    assert called(home, seatlet, cast) == ["1", "2", "10/1", ""]
    pad.context.set_offline(False)
    expect(status(pad)).to_contain_text("All sent", timeout=20_000)
    assert called(home, seatlet, cast) == ["1", "2", "10/1", ""]


def test_the_id_of_a_number_begins_with_the_time(enter: Enter, cast: Cast) -> None:
    """As a UUID of version 7 does. It is one also on a phone whose clock was never set and stands before 1970."""
    pad = enter(cast.tess, **PHONE)
    made, before, after, unset = pad.evaluate("""async () => {
      const { newId } = await import('/static/js/phone.js');
      const before = Date.now();
      const made = Array.from({ length: 50 }, newId);
      const after = Date.now();
      Date.now = () => -3600000;
      return [made, before, after, newId()];
    }""")
    ids = [uuid.UUID(one) for one in [*made, unset]]
    assert {(one.version, one.variant) for one in ids} == {(7, uuid.RFC_4122)}
    assert [str(one) for one in ids] == [*made, unset]
    assert len(set(ids)) == 51
    assert all(before <= one.int >> 80 <= after for one in ids[:-1])
    assert ids[-1].int >> 80 == 0


@pytest.mark.parametrize("length", [1, 17, 100, 190, 300, 450, 650, 858])
def test_our_qr_codes_are_read_by_somebody_elses_reader(enter: Enter, cast: Cast, length: int) -> None:
    """Versions on both sides of every change in the format, up to the largest."""
    pad = enter(cast.tess, **PHONE)
    text = ("https://gotv.example/telling#take=" + "AzZ09-_" * 200)[-length:]
    rows = pad.evaluate("text => import('/static/js/qr.js').then(({ qr }) => qr(text))", text)
    assert [code.text for code in zxingcpp.read_barcodes(picture_of(rows))] == [text]


def picture_of(rows: list[list[bool]]) -> memoryview:
    """Grey levels, four pixels to a module, with the quiet edge of four modules."""
    blank, edge = [False] * (len(rows) + 8), [False] * 4
    modules = [blank] * 4 + [edge + row + edge for row in rows] + [blank] * 4
    pixels = b"".join(bytes(0 if dark else 255 for dark in row for _ in range(4)) * 4 for row in modules)
    return memoryview(pixels).cast("B", shape=[4 * len(modules), 4 * len(blank)])


def test_two_tabs_of_one_link_send_each_number_once(enter: Enter, home: House, seatlet: Seatlet, cast: Cast) -> None:
    one = enter(cast.tess, **PHONE)
    two = one.context.new_page()
    two.goto("/telling")
    expect(two.locator("#place")).to_have_text("St Mark's Hall")
    key(two, "1")
    key(one, "2")
    for tab in (one, two):
        expect(status(tab)).to_contain_text("All sent")
        expect(tab.locator("#history li")).to_have_count(2)
    one.close()
    key(two, "3")
    expect(status(two)).to_contain_text("All sent", timeout=10_000)
    assert sorted(called(home, seatlet, cast)) == ["1", "2", "3"]


def test_a_phone_that_cannot_save_says_so_and_sends_all_the_same(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    pad = enter(cast.tess, **PHONE)
    pad.add_init_script("IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); }")
    pad.reload()
    key(pad, "1")
    expect(pad.get_by_role("alert")).to_contain_text("write each number on paper too")
    expect(status(pad)).to_contain_text("All sent")
    assert called(home, seatlet, cast) == ["1"]


def test_a_new_version_waits_until_nothing_waits(enter: Enter, cast: Cast) -> None:
    pad = enter(cast.tess, **PHONE)
    pad.evaluate("navigator.serviceWorker.ready.then(() => true)")
    without_sockets(pad)
    pad.route("**/telling/numbers", lambda route: route.abort())
    pad.reload()
    pad.evaluate("document.documentElement.dataset.same = 'yes'")
    key(pad, "1")
    expect(status(pad)).to_contain_text("1 waiting")
    # Another address of the worker is another worker to the browser: a new version, as after an update.
    pad.evaluate("""async () => {
      const { installing } = await navigator.serviceWorker.register("/telling-worker.js?next", { scope: "/telling" });
      await new Promise((done) => { installing.onstatechange = () => installing.state === "installed" && done(); });
    }""")
    key(pad, "2")
    expect(pad.locator("html[data-same]")).to_be_attached()
    with pad.expect_navigation():
        pad.unroute_all()
    expect(status(pad)).to_contain_text("All sent", timeout=20_000)
    # The page registers its own address again, and may be on its way to that version already.
    expect(pad.locator("html[data-same]")).not_to_be_attached()
