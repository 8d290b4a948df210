"""A phone in a hall without signal: it opens, it keeps, and the ledger has each number once, in order."""

from playwright.sync_api import Page, expect

from gotv.house import House
from tests.builders import Seatlet
from tests.cast import Cast
from tests.journeys.conftest import Handset
from tests.journeys.test_a_number_reaches_the_board import key
from tests.journeys.test_signal_lost_and_found import called
from tests.tcp_proxy import TcpProxy


def sign_in(page: Page, network: TcpProxy, cast: Cast) -> None:
    page.goto(f"http://127.0.0.1:{network.port}/enter#{cast.tess.card.token}")
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/telling")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def reopen(page: Page, network: TcpProxy) -> None:
    page.goto(f"http://127.0.0.1:{network.port}/telling")


def key_fast(page: Page, numbers: range) -> None:
    """As a hardware keyboard would, one after the other."""
    field = page.get_by_label("Elector number")
    for number in numbers:
        field.press_sequentially(str(number))
        field.press("Enter")


def test_five_hundred_numbers_without_signal_survive_reload_and_a_flat_battery(
    handset: Handset, network: TcpProxy, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    pad = handset.switch_on()
    sign_in(pad, network, cast)
    network.cut()
    key_fast(pad, range(1, 301))
    expect(pad.get_by_role("status").first).to_have_text("300 waiting to send – saved on this phone")
    pad.once("dialog", lambda dialog: dialog.accept())
    reopen(pad, network)
    expect(pad.get_by_role("status").first).to_contain_text("300 waiting to send")
    key_fast(pad, range(301, 501))
    # Shown at once, but said to be saved only when it is on the disk: that is what a flat battery may not undo.
    expect(pad.get_by_role("status").first).to_have_text("500 waiting to send – saved on this phone")
    handset.battery_dies()
    pad = handset.switch_on()
    reopen(pad, network)
    expect(pad.get_by_role("status").first).to_contain_text("500 waiting to send")
    network.mend()
    expect(pad.get_by_role("status").first).to_contain_text("All sent", timeout=30_000)
    assert called(home, seatlet, cast, most=1_000) == [str(number) for number in range(1, 501)]
    for _ in range(3):
        send_everything_again(pad)
    assert len(called(home, seatlet, cast, most=1_000)) == 500


def send_everything_again(pad: Page) -> None:
    """Returns when the server has answered all of it once more."""
    pad.get_by_role("button", name="My stint").click()
    with pad.expect_response("**/telling/control-total"):
        pad.get_by_role("button", name="Compare with the server").click()
    pad.get_by_role("button", name="Send everything again").click()
    expect(pad.get_by_role("status").first).to_contain_text("waiting")
    expect(pad.get_by_role("status").first).to_contain_text("All sent", timeout=15_000)
    pad.get_by_role("button", name="Back to keys").click()


def test_the_pad_opens_without_signal(handset: Handset, network: TcpProxy, cast: Cast) -> None:
    pad = handset.switch_on()
    sign_in(pad, network, cast)
    handset.context.close()
    network.cut()
    pad = handset.switch_on()
    reopen(pad, network)
    expect(pad.get_by_text("St Mark's Hall")).to_be_visible()
    expect(pad.get_by_label("AB")).to_be_checked()
    key(pad, "1")
    expect(pad.locator("#last-words")).to_have_text("Saved on this phone")
