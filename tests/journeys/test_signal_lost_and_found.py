"""No signal: numbers wait on the phone, and go out by themselves, once, when it returns."""

from playwright.sync_api import WebSocketRoute, expect

from gotv.house import House
from gotv.services.committee_room import place_ledger
from tests.builders import Seatlet
from tests.cast import Cast
from tests.journeys.conftest import PHONE, Enter
from tests.journeys.test_a_number_reaches_the_board import key


def called(home: House, seatlet: Seatlet, cast: Cast, most: int = 200) -> list[str]:
    """What the ledger holds of Tess's place, oldest first."""
    place = seatlet.places["St Mark's Hall"]
    entries = place_ledger(home.database, cast.omar.person, place, most=most)["entries"]
    return [entry["typed"] for entry in reversed(entries)]


def test_numbers_keyed_without_signal_are_saved_and_sent_in_order(
    enter: Enter, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    pad = enter(cast.tess, **PHONE)
    expect(pad.get_by_text("St Mark's Hall")).to_be_visible()
    pad.context.set_offline(True)
    for number in ("1", "2", "3", "99"):
        key(pad, number)
        expect(pad.locator("#last-words")).to_contain_text("Saved on this phone")
    expect(pad.get_by_role("status")).to_contain_text("4 waiting to send")
    pad.context.set_offline(False)
    expect(pad.get_by_role("status")).to_contain_text("All sent", timeout=20_000)
    assert called(home, seatlet, cast) == ["1", "2", "3", "99"]


def test_numbers_wait_through_a_reload(enter: Enter, home: House, seatlet: Seatlet, cast: Cast) -> None:
    """The server cannot be reached for numbers, the page is loaded anew, and nothing is lost."""
    pad = enter(cast.tess, **PHONE)
    pad.route("**/telling/numbers", lambda route: route.abort())
    pad.route_web_socket("**/socket.io/**", lambda socket: socket.close())
    pad.reload()
    for number in ("4", "5"):
        key(pad, number)
    expect(pad.get_by_role("status")).to_contain_text("2 waiting to send")
    pad.unroute_all()
    pad.close()
    again = pad.context.new_page()
    again.goto("/telling")
    expect(again.get_by_role("status")).to_contain_text("All sent", timeout=10_000)
    assert called(home, seatlet, cast) == ["4", "5"]


def test_a_line_that_is_dead_and_says_nothing_is_left(enter: Enter, home: House, seatlet: Seatlet, cast: Cast) -> None:
    """It seems open, takes numbers, and nothing ever comes back: after the first without an answer another is tried."""
    pad = enter(cast.tess, **PHONE)
    lines: list[WebSocketRoute] = []
    dead: list[bool] = []

    def carry(line: WebSocketRoute) -> None:
        lines.append(line)
        first, server = len(lines) == 1, line.connect_to_server()
        line.on_message(lambda text: None if first and dead else server.send(text))
        server.on_message(lambda text: None if first and dead else line.send(text))

    pad.route_web_socket("**/socket.io/**", carry)
    pad.reload()
    key(pad, "1")
    expect(pad.get_by_role("status")).to_contain_text("All sent", timeout=10_000)
    dead.append(True)
    key(pad, "2")
    expect(pad.get_by_role("status")).to_contain_text("All sent", timeout=15_000)
    assert called(home, seatlet, cast) == ["1", "2"]
    assert len(lines) == 2


def test_where_sockets_are_blocked_numbers_go_by_post(enter: Enter, home: House, seatlet: Seatlet, cast: Cast) -> None:
    pad = enter(cast.tess, **PHONE)
    pad.route_web_socket("**/socket.io/**", lambda socket: socket.close())
    pad.reload()
    key(pad, "8")
    expect(pad.get_by_role("status")).to_contain_text("All sent", timeout=15_000)
    assert called(home, seatlet, cast) == ["8"]
