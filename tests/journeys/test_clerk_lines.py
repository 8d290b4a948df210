"""The fifteen lines of the clerk (K1 to K15), each in a real Chromium."""

import re
import uuid
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import text

from gotv.domain.people import Role
from gotv.house import House
from gotv.services import keying, slip_checks, slips
from gotv.services.committee_room import board
from tests.builders import Seatlet, marked
from tests.cast import Cast, Member, member
from tests.journeys.conftest import LAPTOP, Enter, Handset
from tests.services.test_slip_photos import photo
from tests.services.test_slips import heading, in_box
from tests.tcp_proxy import TcpProxy
from tests.waiting import wait_until

# Every number of AB and AC with its suffix: what a slip of St Mark's Hall may hold.
NUMBERS = [f"{d}-{n}" for d in ("AB", "AC") for n in (*range(1, 11), "10/1", "10/2")]
NAMES = re.compile(r"Elector\d|\bPat\b|Elm Road|Sampleton|N1 4QD|\bOurs\b|pledge")

NOTHING_WAITS = """() => new Promise((resolve) => {
  indexedDB.open(document.body.dataset.outbox).onsuccess = ({ target: { result: db } }) => {
    const waiting = db.transaction("entries").objectStore("entries").index("waiting").count();
    waiting.onsuccess = () => { db.close(); resolve(waiting.result === 0); };
  };
})"""


def slips_page(page: Page, seatlet: Seatlet) -> Page:
    page.goto(f"/contests/{seatlet.contest_id}/slips", wait_until="load")
    return page


def grid(enter: Enter, seatlet: Seatlet, who: Member, **asked: str) -> Page:
    """The grid, opened by this person, with what the page knows of the place already there."""
    page = enter(who, **LAPTOP)
    return open_grid(page, seatlet, **asked)


def open_grid(page: Page, seatlet: Seatlet, **asked: str) -> Page:
    with page.expect_response("**/slips/places/*.json"):
        page.goto(f"/contests/{seatlet.contest_id}/slips/grid?" + "&".join(f"{k}={v}" for k, v in asked.items()))
    expect(box(page, 1)).to_be_focused()
    return page


def box(page: Page, number: int) -> Any:
    return page.locator(f"#box-{number}")


def sign(page: Page, number: int) -> Any:
    return page.locator(f"#sign-{number}")


def key_in(page: Page, *numbers: str) -> None:
    """As a clerk does: the number, Enter, the next."""
    for number in numbers:
        page.keyboard.type(number)
        page.keyboard.press("Enter")


def held(page: Page) -> Any:
    return page.locator("#held")


def in_ledger(home: House, who: Member, slip_id: str) -> dict[int, str]:
    found = slips.find(home.database, who.person, slip_id)["in_boxes"]
    return {int(one): what["typed"] for one, what in found.items() if what["typed"]}


def only_slip(home: House, who: Member) -> dict[str, Any]:
    (found,) = slips.of_contest(home.database, who.person, home.clock.now())
    return found


def marks(home: House, seatlet: Seatlet) -> int:
    return int(board(home.database, seatlet.contest, home.clock.now())["total"]["marks"])


def test_k1_a_sheet_is_keyed_from_opening_to_closing_with_the_keyboard_alone(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    page = slips_page(enter(cast.clem, **LAPTOP), seatlet)
    page.keyboard.press("k")
    expect(box(page, 1)).to_be_focused()
    numbers = [*NUMBERS, *(str(n) for n in range(50, 70))]
    key_in(page, *numbers)
    expect(page.get_by_label("How many numbers in all")).to_be_focused()
    page.keyboard.type("44")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Slip 1 is closed: 44 numbers.")).to_be_visible()
    expect(box(page, 1)).to_be_focused()
    done = only_slip(home, cast.clem)
    assert (done["state"], done["keyed"], done["stated"], done["closed_by_name"]) == ("closed", 44, 44, "Clem")
    assert in_ledger(home, cast.clem, done["slip_id"]) == dict(enumerate(numbers, 1))


@pytest.mark.parametrize("key", ["Enter", "NumpadEnter", "Tab"])
def test_k2_enter_and_tab_accept_and_move_on(enter: Enter, home: House, seatlet: Seatlet, cast: Cast, key: str) -> None:
    page = grid(enter, seatlet, cast.clem)
    page.keyboard.press("8")
    page.keyboard.press(key)
    expect(box(page, 2)).to_be_focused()
    for stroke in ("1", "0", "NumpadDivide", "1", key, "1", "0", "NumpadDecimal", "2", key):
        page.keyboard.press(stroke)
    expect(box(page, 4)).to_be_focused()
    expect(held(page)).to_contain_text("3 keyed, all held")
    assert in_ledger(home, cast.clem, only_slip(home, cast.clem)["slip_id"]) == {1: "8", 2: "10/1", 3: "10.2"}
    assert marks(home, seatlet) == 3, "both ways of writing a suffix are understood"


def test_k3_place_district_hour_and_teller_stick_and_the_sheet_number_rises(
    enter: Enter, seatlet: Seatlet, cast: Cast
) -> None:
    page = grid(enter, seatlet, cast.clem)
    page.get_by_label("District").select_option("AC")
    page.get_by_label("Hour from").select_option("09:00")
    page.get_by_label("Teller").fill("Tess")
    page.get_by_label("Slip no.").fill("7")
    box(page, 1).focus()
    key_in(page, "1", "", "1")
    expect(page.get_by_text("Slip 7 is closed")).to_be_visible()
    expect(page.get_by_label("Slip no.")).to_have_value("8")
    expect(page.get_by_label("Polling place")).to_have_value(str(seatlet.places["St Mark's Hall"]))
    expect(page.get_by_label("District")).to_have_value("AC")
    expect(page.get_by_label("Hour from")).to_have_value("09:00")
    expect(page.get_by_label("Teller")).to_have_value("Tess")
    expect(box(page, 1)).to_be_focused()
    open_grid(page, seatlet)
    expect(page.get_by_label("Teller")).to_have_value("Tess")
    expect(page.get_by_label("District")).to_have_value("AC")


def test_k4_the_boxes_stand_as_on_the_paper_and_their_number_can_be_set(
    enter: Enter, seatlet: Seatlet, cast: Cast
) -> None:
    page = grid(enter, seatlet, cast.clem)
    expect(page.locator(".key-boxes li")).to_have_count(44)
    expect(page.locator(".key-boxes label").nth(10)).to_have_text("11")
    on_screen = [box(page, n).bounding_box() or {} for n in (1, 11, 12, 34)]
    first, eleventh, twelfth, thirty_fourth = on_screen
    assert first["x"] == eleventh["x"] < twelfth["x"] < thirty_fourth["x"]
    assert first["y"] == twelfth["y"] == thirty_fourth["y"] < eleventh["y"]
    page.get_by_role("spinbutton", name="Boxes").fill("20")
    page.get_by_role("spinbutton", name="Boxes").press("Tab")
    expect(page.locator(".key-boxes li")).to_have_count(20)
    hall = seatlet.places["St Mark's Hall"]
    page.goto(f"/contests/{seatlet.contest_id}/paper/slips?place={hall}")
    printed = [page.locator(".numbers li").nth(n - 1).bounding_box() or {} for n in (1, 11, 12, 34)]
    assert printed[0]["x"] == printed[1]["x"] < printed[2]["x"] < printed[3]["x"]


def test_k5_ten_keys_a_second_and_a_line_two_seconds_slow_lose_nothing(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    page = grid(enter, seatlet, cast.clem)
    line = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 2_000, "downloadThroughput": -1, "uploadThroughput": -1}
    line.send("Network.emulateNetworkConditions", slow)
    numbers = [str(n) for n in range(101, 145)]
    for number in numbers:
        page.keyboard.type(number, delay=100)
        page.keyboard.press("Enter", delay=100)
    assert [box(page, n).input_value() for n in range(1, 45)] == numbers
    expect(held(page)).to_contain_text("44 keyed, all held", timeout=20_000)
    assert in_ledger(home, cast.clem, only_slip(home, cast.clem)["slip_id"]) == dict(enumerate(numbers, 1))


SIGN_SHOWN = """async () => {
  const input = document.getElementById("box-1"), sign = document.getElementById("sign-1");
  input.focus(); input.value = "8";
  const began = performance.now();
  input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  while (!sign.textContent.includes("match")) await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return performance.now() - began;
}"""


def test_k6_each_box_shows_its_sign_at_once_by_symbol_and_word(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    home.telling.take(cast.tess.person, home.telling.post_of(cast.tess.person), [marked("2")])
    page = grid(enter, seatlet, cast.clem)
    page.context.set_offline(True)
    assert page.evaluate(SIGN_SHOWN) < 100
    box(page, 2).focus()
    key_in(page, "6", "99", "2", "8", "?!", "BA-1")
    shown = {1: "= as box 5", 2: "✉ postal", 3: "? unknown", 4: "= duplicate", 5: "= as box 1", 6: "! no number"}
    for number, words in shown.items():
        expect(sign(page, number)).to_contain_text(words)
    expect(sign(page, 7)).to_contain_text("? elsewhere")
    expect(page.locator("#said")).to_contain_text("Box 7: BA-1, another district")
    expect(page.get_by_label("Sounds")).not_to_be_checked()


def test_what_is_below_the_words_stays_where_it_is_while_numbers_are_kept(
    enter: Enter, seatlet: Seatlet, cast: Cast
) -> None:
    """Else whoever reaches for a switch misses it."""
    page = enter(cast.clem, **LAPTOP)
    open_grid(page, seatlet)
    page.evaluate(WATCHED)
    key_in(page, "99")
    expect(page.locator("#held")).to_have_text("1 keyed, all held by the ledger.")
    assert page.evaluate("words.length") > 2, "it said that one waits"
    assert len(page.evaluate("tops")) == 1


WATCHED = """() => {
  [globalThis.tops, globalThis.words] = [[], []];
  const add = (kept, one) => kept.at(-1) === one || kept.push(one);
  const look = () => {
    add(tops, document.getElementById("sounds").getBoundingClientRect().top);
    add(words, document.getElementById("held").textContent);
    requestAnimationFrame(look);
  };
  look();
}"""


def test_k6_sounds_are_off_until_asked_for_and_distinct(enter: Enter, seatlet: Seatlet, cast: Cast) -> None:
    page = enter(cast.clem, **LAPTOP)
    page.add_init_script("""
      globalThis.heard = [];
      const start = OscillatorNode.prototype.start;
      OscillatorNode.prototype.start = function (...when) {
        heard.push(this.frequency.value);
        return start.apply(this, when);
      };
    """)
    open_grid(page, seatlet)
    key_in(page, "99")
    assert page.evaluate("heard") == []
    page.get_by_label("Sounds").check()
    box(page, 2).focus()
    key_in(page, "8", "6", "98", "8", "x")
    assert len(set(page.evaluate("heard"))) == 4, "match is silent; postal, unknown, duplicate and no number differ"


def test_k7_with_permission_initial_and_street_are_shown_and_a_switch_hides_them(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    page = grid(enter, seatlet, cast.clem)
    key_in(page, "8")
    expect(sign(page, 1)).to_contain_text("match")
    assert not NAMES.search(page.content())
    assert not NAMES.search(page.request.get(places_json(seatlet)).text()), "nor does the page know them"
    agent = slips_page(enter(cast.asha, **LAPTOP), seatlet)
    agent.get_by_role("button", name="Show initial and street").click()
    expect(agent.get_by_text("Clerks now see initial and street.")).to_be_visible()
    open_grid(page, seatlet, slip=only_slip(home, cast.clem)["slip_id"])
    expect(sign(page, 1)).to_contain_text("E, AB Elm Road")
    assert not re.search(r"Elector8|\bPat\b|Sampleton|N1 4QD", page.content())
    page.get_by_label("Initial and street").uncheck()
    expect(sign(page, 1)).not_to_contain_text("Elm Road")


def places_json(seatlet: Seatlet) -> str:
    hall = seatlet.places["St Mark's Hall"]
    return f"/contests/{seatlet.contest_id}/slips/places/{hall}.json"


def test_k8_another_sum_on_the_paper_is_said_before_closing_and_closing_anyway_asks_why(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    page = grid(enter, seatlet, cast.clem)
    key_in(page, "1", "2", "3", "", "4")
    expect(page.get_by_text("The paper says 4, keyed are 3.")).to_be_visible()
    expect(page.get_by_label("Why close it all the same?")).to_be_focused()
    page.keyboard.press("Enter")
    expect(held(page)).to_contain_text("3 keyed, all held")
    assert only_slip(home, cast.clem)["state"] == "open"
    key_in(page, "one was illegible")
    expect(page.get_by_text("Slip 1 is closed: 3 numbers.")).to_be_visible()
    done = only_slip(home, cast.clem)
    assert (done["stated"], done["keyed"], done["reason"]) == (4, 3, "one was illegible")
    expect(slips_page(page, seatlet).get_by_text("differs by 1")).to_be_visible()


def sign_in_at(network: TcpProxy, page: Page, seatlet: Seatlet, cast: Cast) -> Page:
    """Clem at the grid, over a line that can be cut."""
    page.goto(f"http://127.0.0.1:{network.port}/enter#{cast.clem.card.token}")
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/board")
    page.goto(f"http://127.0.0.1:{network.port}/contests/{seatlet.contest_id}/slips/grid")
    return page


def test_k9_a_crash_loses_at_most_the_box_being_typed(
    handset: Handset, network: TcpProxy, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    page = sign_in_at(network, handset.switch_on(LAPTOP), seatlet, cast)
    expect(box(page, 1)).to_be_focused()
    network.cut()
    key_in(page, *(str(n) for n in range(1, 11)))
    page.keyboard.type("77")
    expect(held(page)).to_contain_text("10 waiting to be sent, saved on this computer")
    handset.battery_dies()
    network.mend()
    again = sign_in_at(network, handset.switch_on(LAPTOP), seatlet, cast)
    expect(again.get_by_text("This slip was not closed yet.")).to_be_visible()
    assert [box(again, n).input_value() for n in range(1, 12)] == [*map(str, range(1, 11)), ""]
    expect(held(again)).to_contain_text("10 keyed, all held", timeout=15_000)
    assert len(in_ledger(home, cast.clem, only_slip(home, cast.clem)["slip_id"])) == 10


def test_k9_what_was_kept_while_the_slip_was_read_stands_in_its_boxes(
    handset: Handset, network: TcpProxy, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    """The house makes the slip first and keeps its numbers a moment later: the page may read it just between."""
    page = sign_in_at(network, handset.switch_on(LAPTOP), seatlet, cast)
    expect(box(page, 1)).to_be_focused()
    network.cut()
    key_in(page, "1", "2")
    expect(held(page)).to_contain_text("2 waiting to be sent, saved on this computer")
    slip_id = page.url.split("slip=")[1]
    handset.battery_dies()
    network.mend()
    empty: dict[str, Any] = {"heading": heading(seatlet), "entries": []}
    keying.keep(home.telling, cast.clem.person, slip_id, empty)
    again = handset.switch_on(LAPTOP)
    read: list[tuple[Route, Any]] = []
    sent: list[Route] = []

    def after_the_page_has_read(route: Route) -> None:
        sent.append(route)
        if len(read) == 2:
            route.continue_()

    def before_the_numbers_are_sent(route: Route) -> None:
        """Read at once, told later; the page looks twice."""
        read.append((route, route.fetch().json()))
        if len(read) == 1:
            route.fulfill(json=read[0][1])
        else:
            for post in sent:
                post.continue_()

    again.route(f"**/slips/{slip_id}", after_the_page_has_read)
    again.route(f"**/slips/{slip_id}.json", before_the_numbers_are_sent)
    with again.expect_response(f"**/slips/{slip_id}"):
        sign_in_at(network, again, seatlet, cast)
    again.wait_for_function(NOTHING_WAITS)
    slip, told = read[1]
    slip.fulfill(json=told)
    expect(again.get_by_text("This slip was not closed yet.")).to_be_visible()
    assert [box(again, n).input_value() for n in (1, 2, 3)] == ["1", "2", ""]
    expect(held(again)).to_contain_text("2 keyed, all held")


def test_k10_the_same_sheet_again_warns_with_who_and_when_and_shows_the_first_beside(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    first = {"heading": heading(seatlet, sheet=3), "entries": [in_box(1, "1"), in_box(2, "2")]}
    slip_id = str(uuid.uuid4())
    keying.keep(home.telling, cast.omar.person, slip_id, first)
    keying.close(home.database, cast.omar.person, slip_id, 2, "", home.clock.now())
    when = seatlet.contest.local(home.clock.now())
    page = grid(enter, seatlet, cast.clem)
    page.get_by_label("Hour from").select_option("09:00")
    expect(page.locator("#same")).to_be_hidden()
    page.get_by_label("Slip no.").fill("3")
    page.get_by_label("Slip no.").press("Tab")
    notice = page.locator("#same")
    expect(notice).to_contain_text(re.compile(rf"was keyed by Omar at {when:%H}:\d\d: 2 numbers"))
    box(page, 1).focus()
    key_in(page, "1", "9")
    notice.get_by_role("button", name="Show it beside this one").click()
    beside = page.get_by_role("region", name="The other slip")
    expect(beside).to_contain_text("1 of 2 boxes say the same")
    expect(beside.get_by_role("listitem")).to_have_text(["1 =", "2 "])


def test_k11_up_returns_to_a_box_typing_over_keeps_the_former_and_delete_can_be_undone(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    page = grid(enter, seatlet, cast.clem)
    key_in(page, "8", "3")
    page.keyboard.press("ArrowUp")
    expect(box(page, 2)).to_be_focused()
    key_in(page, "4")
    expect(sign(page, 2)).to_contain_text("3")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Delete")
    expect(box(page, 2)).to_have_value("")
    expect(page.get_by_text("Box 2 is cleared. Ctrl Z brings it back.")).to_be_visible()
    expect(held(page)).to_contain_text("1 keyed, all held")
    assert marks(home, seatlet) == 1
    page.keyboard.press("Control+z")
    expect(box(page, 2)).to_have_value("4")
    expect(held(page)).to_contain_text("2 keyed, all held")
    page.keyboard.press("Control+z")
    expect(box(page, 2)).to_have_value("3")
    slip_id = only_slip(home, cast.clem)["slip_id"]
    wait_until(lambda: in_ledger(home, cast.clem, slip_id) == {1: "8", 2: "3"})
    kept = slips.find(home.database, cast.clem.person, slip_id)["in_boxes"]["2"]
    assert (kept["typed"], [was["typed"] for was in kept["before"]]) == ("3", ["3", "4", "4"])


def test_k12_neighbours_of_an_unknown_number_are_offered_on_one_key_and_nothing_corrects_itself(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    page = grid(enter, seatlet, cast.clem)
    key_in(page, "20")
    expect(sign(page, 1)).to_contain_text("10? +")
    expect(page.locator("#said")).to_contain_text("Box 1: 20, not on the register. + takes 10.")
    expect(box(page, 1)).to_have_value("20")
    page.keyboard.press("+")
    expect(box(page, 1)).to_have_value("10")
    expect(box(page, 2)).to_be_focused()
    key_in(page, "18")
    page.keyboard.press("+")
    expect(box(page, 2)).to_have_value("10")
    key_in(page, "99")
    page.keyboard.press("+")
    expect(box(page, 3)).to_have_value("99")
    expect(page.get_by_text("No number is offered here.")).to_be_visible()


def test_k13_a_sampled_slip_is_keyed_again_blind_and_the_error_rate_is_shown(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    slip_id = str(uuid.uuid4())
    sent = {"heading": heading(seatlet), "entries": [in_box(1, "1"), in_box(2, "8"), in_box(3, "9"), in_box(4, "10/1")]}
    keying.keep(home.telling, cast.omar.person, slip_id, sent)
    keying.close(home.database, cast.omar.person, slip_id, 4, "", home.clock.now())
    page = slips_page(enter(cast.clem, **LAPTOP), seatlet)
    told: list[str] = []
    page.on("response", lambda answer: ".json" in answer.url and told.append(answer.text()))
    page.keyboard.press("c")
    expect(page.get_by_role("heading", name="Check a slip, blind")).to_be_visible()
    expect(box(page, 1)).to_be_focused()
    assert [box(page, n).input_value() for n in range(1, 5)] == ["", "", "", ""]
    assert not [text for text in told if '"typed"' in text], "the page does not know what was keyed first"
    key_in(page, "1", "8", "6", "10/1", "")
    page.keyboard.press("Enter")
    differences = page.get_by_role("region", name="What differs")
    expect(differences).to_contain_text("1 of 4 boxes differ")
    expect(differences.get_by_role("row").last).to_have_text("396")
    expect(differences).to_contain_text("1 of 4 boxes differed (25.0 %)")
    assert in_ledger(home, cast.clem, slip_id)[3] == "9", "the check changes nothing"
    assert slip_checks.rate(home.database, cast.clem.person)["differing"] == 1
    expect(slips_page(page, seatlet).get_by_text("1 of 4 boxes differed (25.0 %)")).to_be_visible()


def test_k14_waiting_slips_are_claimed_with_one_key_and_a_claim_runs_out(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    page = slips_page(enter(cast.clem, **LAPTOP), seatlet)
    page.get_by_label("Slip no.").fill("5")
    page.get_by_label("Photos").set_input_files(
        [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": photo(300, 200)} for n in (1, 2)]
    )
    page.get_by_role("button", name="Put into the queue").click()
    expect(page.get_by_text("2 slips are waiting to be keyed.")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("n")
    expect(page.get_by_label("Slip no.")).to_have_value("5")
    expect(page.get_by_role("img", name="Photo of the slip")).to_be_visible(timeout=15_000)
    cora = member(home, seatlet.contest_id, Role.CLERK, "Cora", committee_room_id=seatlet.rooms["North"])
    other = slips_page(enter(cora, **LAPTOP), seatlet)
    expect(other.get_by_text("Clem is at it")).to_be_visible()
    other.keyboard.press("n")
    expect(other.get_by_label("Slip no.")).to_have_value("6")
    expect(box(page, 1)).to_be_focused()
    key_in(page, "1", "", "1")
    expect(page.get_by_role("button", name="Next waiting slip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("No slip is waiting")).to_be_visible()
    page.wait_for_load_state()
    with home.database.transaction() as connection:
        earlier = "UPDATE slip SET claimed_at = claimed_at - interval '11 minutes' WHERE contest_id = :c"
        connection.execute(text(earlier), {"c": seatlet.contest_id})
    page.keyboard.press("n")
    expect(page.get_by_label("Slip no.")).to_have_value("6")


def test_k15_pasting_fills_boxes_and_a_whole_sheet_is_voided_at_once(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    watching = enter(cast.omar, **LAPTOP)
    expect(watching.get_by_text("Live, as of")).to_be_visible()
    total = watching.locator('[data-row="total"] [data-cell="marks"]').first
    page = grid(enter, seatlet, cast.clem)
    paste(page, "1, 2, 10/1")
    expect(page.locator("#said")).to_have_text("3 numbers pasted.")
    assert [box(page, n).input_value() for n in range(1, 5)] == ["1", "2", "10/1", ""]
    expect(total).to_have_text("3", timeout=3_000)
    expect(held(page)).to_contain_text("3 keyed, all held")
    slips_page(page, seatlet)
    page.get_by_text("Void", exact=True).click()
    expect(page.get_by_text("3 numbers will be taken back")).to_be_visible()
    page.get_by_role("button", name="Void this slip").click()
    expect(total).to_have_text("0", timeout=2_000)
    expect(page.get_by_text("is void: 3 numbers taken back")).to_be_visible()


def paste(page: Page, words: str) -> None:
    page.evaluate(
        """words => {
          const pasted = new DataTransfer();
          pasted.setData("text", words);
          const paste = new ClipboardEvent("paste", { clipboardData: pasted, bubbles: true, cancelable: true });
          document.activeElement.dispatchEvent(paste);
        }""",
        words,
    )
