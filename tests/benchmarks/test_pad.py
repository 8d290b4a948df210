"""The teller's pad in Chromium: bytes of the first load, time to the first key on a bad line, time from key to paint
on a slow phone, and keys lost when keyed fast. Medians of three runs."""

import statistics
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from gotv.embedded.household import Household
from tests.benchmarks.conftest import report
from tests.builders import Seatlet
from tests.cast import Cast
from tests.journeys.conftest import PHONE, Enter

pytestmark = pytest.mark.long
RUNS = 3
# 400 kbit/s and 400 ms there and back.
BAD_LINE = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
SLOW_PHONE = 6

PAINTED = """async (many) => {
  const field = document.getElementById("number"), last = document.getElementById("last"), took = [];
  const enter = document.querySelector('[data-key="enter"]');
  for (let n = 1; n <= many; n++) {
    await new Promise((ready) => setTimeout(ready, 100));
    field.value = String(1000 + n);
    const began = performance.now();
    enter.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
    while (!last.textContent.endsWith(String(1000 + n))) await new Promise(requestAnimationFrame);
    // A frame begins when the one before is on the screen.
    await new Promise(requestAnimationFrame);
    took.push(performance.now() - began);
  }
  return took;
}"""


def line_of(pad: Page) -> CDPSession:
    return pad.context.new_cdp_session(pad)


def test_first_load(running: Household, enter: Enter, seatlet: Seatlet, cast: Cast) -> None:
    sizes, ready = [], []
    for _ in range(RUNS):
        pad = enter(cast.tess, **PHONE, service_workers="block")
        line = line_of(pad)
        line.send("Network.enable")
        line.send("Network.clearBrowserCache")
        line.send("Network.emulateNetworkConditions", BAD_LINE)
        received: list[float] = []
        line.on("Network.loadingFinished", lambda done, received=received: received.append(done["encodedDataLength"]))
        pad.goto("/telling", wait_until="commit")
        pad.locator('[data-key="1"]').tap()
        expect(pad.get_by_label("Elector number")).to_have_value("1")
        ready.append(pad.evaluate("performance.now()") / 1000)
        pad.wait_for_load_state()
        sizes.append(sum(received) / 1024)
    report(
        f"first load of the pad: {statistics.median(sizes):.1f} KB on the line, first key after "
        f"{statistics.median(ready):.1f} s at 400 kbit/s and 400 ms"
    )
    assert min(sizes) > 0


def test_key_to_paint_on_a_slow_phone(enter: Enter, cast: Cast) -> None:
    p50, p99 = [], []
    for _ in range(RUNS):
        pad = enter(cast.tess, **PHONE)
        line_of(pad).send("Emulation.setCPUThrottlingRate", {"rate": SLOW_PHONE})
        took: list[float] = pad.evaluate(PAINTED, 100)
        p50.append(statistics.median(took))
        p99.append(statistics.quantiles(took, n=100)[98])
    report(
        f"Enter to paint with a processor {SLOW_PHONE} times slower: p50 {statistics.median(p50):.0f} ms, "
        f"p99 {statistics.median(p99):.0f} ms"
    )
    assert min(p50) > 0


def test_keys_lost_at_ten_a_second(enter: Enter, cast: Cast) -> None:
    """Fifty numbers of three digits and Enter, a key every tenth of a second, on a slow phone without signal."""
    pad = enter(cast.tess, **PHONE)
    pad.context.set_offline(True)
    line_of(pad).send("Emulation.setCPUThrottlingRate", {"rate": SLOW_PHONE})
    wanted = [str(number) for number in range(101, 151)]
    field = pad.get_by_label("Elector number")
    for number in wanted:
        field.press_sequentially(number, delay=100)
        pad.keyboard.press("Enter", delay=100)
    expect(pad.locator("#state")).to_contain_text(f"{len(wanted)} waiting")
    kept: list[dict[str, Any]] = pad.evaluate("import('/static/js/outbox.js').then((outbox) => outbox.all())")
    lost = [number for number in wanted if number not in {entry["number"] for entry in kept}]
    report(f"keys at ten a second, {4 * len(wanted)} of them: {len(lost)} numbers lost")
    assert lost == []
