"""A real Chromium, phones and boards in it, and the running house."""

import contextlib
import os
import shutil
import signal
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright

from gotv.embedded.household import Household
from gotv.house import House
from gotv.services import events
from tests.builders import REGISTER_HEADINGS, Seatlet, csv_of, electors, load_ok
from tests.cast import Cast, Member
from tests.country import loaded
from tests.tcp_proxy import TcpProxy
from tests.waiting import wait_until

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LAPTOP = {"viewport": {"width": 1280, "height": 720}}
ARGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
]
Enter = Callable[..., Page]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The system's Chromium. Without it these tests fail, they do not skip."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert found, "Chromium is needed for these tests: see the README"
    return {"executable_path": found, "args": ARGS}


@pytest.fixture
def enter(running: Household, browser: Browser) -> Iterator[Enter]:
    """Open a member's link in a browser of its own and tap Start. Any error in a page fails the test."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def let_in(who: Member, **size: Any) -> Page:
        where = {"base_url": f"http://127.0.0.1:{running.port}", "locale": "en-GB", **size}
        context = browser.new_context(**where)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto(f"/enter#{who.card.token}")
        page.get_by_role("button", name="Start").click()
        page.wait_for_url({"teller": "**/telling", "knocker": "**/knocking"}.get(who.person.role, "**/contests/**"))
        return page

    yield let_in
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture
def network(running: Household) -> Iterator[TcpProxy]:
    proxy = TcpProxy(running.port)
    yield proxy
    proxy.close()


def over(network: TcpProxy) -> dict[str, str]:
    """For `enter`: a phone whose signal the test cuts. The browser's own switch comes a moment late for a new page."""
    return {"base_url": f"http://127.0.0.1:{network.port}"}


class Handset:
    """A phone (or laptop) with a memory of its own: a Chromium profile that outlives its process."""

    def __init__(self, playwright: Playwright, executable: str, folder: Path) -> None:
        self.playwright, self.executable, self.folder = playwright, executable, folder

    def switch_on(self, size: Any = PHONE) -> Page:
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.folder), executable_path=self.executable, args=ARGS, **size
        )
        return self.context.pages[0]

    def battery_dies(self) -> None:
        """SIGKILL to every process of this Chromium."""
        mine = [pid for pid in os.listdir("/proc") if pid.isdigit() and self._is_mine(pid)]
        assert mine, "the browser was not found"
        for pid in mine:
            os.kill(int(pid), signal.SIGKILL)
        self.switch_off()

    def switch_off(self) -> None:
        """What is dead already need not be closed."""
        with contextlib.suppress(Error):
            self.context.close()

    def _is_mine(self, pid: str) -> bool:
        try:
            return f"--user-data-dir={self.folder}".encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False


@pytest.fixture
def handset(playwright: Playwright, browser_type_launch_args: dict[str, Any], tmp_path: Path) -> Iterator[Handset]:
    phone = Handset(playwright, browser_type_launch_args["executable_path"], tmp_path / "phone")
    yield phone
    phone.switch_off()


@pytest.fixture
def two_at_one_door(home: House, seatlet: Seatlet) -> Seatlet:
    """Ann and Bob Ash (201 and 202) live at 7 Elm Road of AB, both of them pledges."""
    rows = [("AB", n, 0, "", "", "Ash", name, "N1 4QD", "7 AB Elm Road", "Sampleton") for n, name in PAIR]
    load_ok(seatlet, "register", csv_of(REGISTER_HEADINGS, [*electors(["AB", "AC", "BA"]), *rows]))
    load_ok(seatlet, "pledges", csv_of(["elector_number", "voting_intention"], [(f"AB-{n}", "Ours") for n, _ in PAIR]))
    return seatlet


PAIR = [(201, "Ann"), (202, "Bob")]


@pytest.fixture
def cast_of_two(two_at_one_door: Seatlet, cast: Cast) -> Cast:
    """The cast, once Ann and Bob live there."""
    return cast


@pytest.fixture
def place(running: Household, home: House, seatlet: Seatlet) -> Iterator[str]:
    """The contest lies in Alder, of the small country. Where the running house is."""
    origin = f"http://127.0.0.1:{running.port}"
    with loaded(home):
        events.set_seat(home.database, seatlet.contest, "E14000001")
        page = f"{origin}/nearest"
        wait_until(lambda: b"Sampleton Forward" in urllib.request.urlopen(page, timeout=5).read())
        yield origin
        events.set_seat(home.database, seatlet.contest, "")
