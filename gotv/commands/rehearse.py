"""gotv rehearse: the polling day before the polling day, on the deployment that will carry it."""

import sys
import threading
from collections.abc import Callable
from datetime import datetime, time
from functools import partial
from typing import TYPE_CHECKING, Any

import click
from rich.live import Live
from rich.table import Table

from gotv import queues
from gotv.commands.reach import answer, as_json, fail, reached_house, screen
from gotv.commands.run import stop_on_signal
from gotv.house import House
from gotv.services import contests, knocking_up, purging, readiness

if TYPE_CHECKING:
    from gotv.rehearsal.address import Address
    from gotv.rehearsal.rehearse import Rehearsal

# It can be rehearsed at any hour of the day.
ALL_DAY = (time(0), time(23, 59))
# A rehearsal with fewer electors says less about the day.
WHOLE_SEAT = 20_000


@click.command()
@click.option("--speed", type=click.FloatRange(1, 600), default=60.0, show_default=True, help="Times as fast as life.")
@click.option("--seats", type=click.IntRange(1, 650), default=1, show_default=True, help="How many at once.")
@click.option("--electors", type=click.IntRange(500, 200_000), default=75_000, show_default=True, help="Of each seat.")
@click.option("--boards", type=click.IntRange(0, 500), default=20, show_default=True, help="Open boards of each seat.")
@click.option("--seed", type=int, default=2026, show_default=True, help="The same seed plays the same day.")
@click.option("--card", "cards", multiple=True, metavar="NAME@HH:MM", help="Play a fault card; may be repeated.")
@click.option("--cards", "show_cards", is_flag=True, help="Tell of the fault cards, and end.")
@click.option("--until", default="22:00", show_default=True, metavar="HH:MM", help="Play a part of the day only.")
@click.option("--address", default="", help="Where phones reach the house; GOTV_PUBLIC_URL by default.")
@click.option("--ca", "ca_file", default=None, type=click.Path(exists=True), help="A certificate to trust, over TLS.")
@click.option("--wipe", is_flag=True, help="Erase every rehearsal there is in this house, and end.")
@click.option("--keep/--no-keep", default=True, show_default=True, help="Whether the seat stays when the day is over.")
@as_json
def rehearse(json_: bool, show_cards: bool, wipe: bool, keep: bool, **wishes: Any) -> None:
    """Play a whole polling day on the house as it is deployed, and measure it from outside.

    The house must be running. Everybody in it is invented; real phones may join by the links that are printed.
    Ends with status 1 on a no-go.
    """
    if show_cards:
        _tell_of_cards(json_)
        return
    wanted = _Wishes(**wishes)
    with reached_house() as home:
        if wipe:
            wiped = _wipe(home, [one.contest_id for one in contests.every_contest(home.database)])
            answer({"wiped": wiped}, json_, f"Wiped: {', '.join(wiped) or 'there was no rehearsal'}.")
            return
        before = {one.contest_id for one in contests.every_contest(home.database)}
        figures = _play(home, wanted)
        answer(figures, json_, in_words(figures))
        if not keep:
            mine = [one.contest_id for one in contests.every_contest(home.database) if one.contest_id not in before]
            _wipe(home, mine)
    sys.exit(0 if figures["verdict"] == "go" else 1)


class _Wishes:
    """The options, understood. Fails in words where one makes no sense."""

    def __init__(self, cards: tuple[str, ...], until: str, **rest: Any) -> None:
        self.speed: float = rest["speed"]
        self.seats: int = rest["seats"]
        self.electors: int = rest["electors"]
        self.boards: int = rest["boards"]
        self.seed: int = rest["seed"]
        self.address: str = rest["address"]
        self.ca_file: str | None = rest["ca_file"]
        self.until = _seconds("--until", until)
        self.cards = sorted(_card(text) for text in cards)


def _tell_of_cards(json_: bool) -> None:
    from gotv.rehearsal.cards import BY_HAND, CARDS

    lines = [f"{card.name:12} {card.what}" for card in CARDS.values()]
    by_hand = [f"{what}:\n             {how}" for what, how in BY_HAND.items()]
    words = ["Played by --card NAME@HH:MM", *lines, "", "Played by your own hands, meanwhile", *by_hand]
    known = {card.name: card.what for card in CARDS.values()}
    answer({"cards": known, "by_hand": BY_HAND}, json_, "\n".join(words))


def _card(text: str) -> tuple[float, str]:
    """When in the day, in seconds after seven, and which."""
    from gotv.rehearsal.cards import CARDS

    name, _, clock = text.partition("@")
    if name not in CARDS:
        fail(f"There is no card {name!r}. There are: {', '.join(CARDS)}. See them with --cards.")
    return _seconds(f"--card {text}", clock), name


def _seconds(option: str, clock: str) -> float:
    """Seconds after seven of a time of the day that is played."""
    try:
        hour, minute = (int(part) for part in clock.split(":"))
    except ValueError:
        fail(f"{option}: write the time as 12:30, and a card as no-signal@12:30.")
    seconds = (hour - 7) * 3600 + minute * 60.0
    if not 0 <= seconds <= 15 * 3600:
        fail(f"{option}: the day that is played lasts from 07:00 to 22:00.")
    return seconds


def _wipe(home: House, among: list[int]) -> list[str]:
    """Wipe the rehearsals among these contests; no other can be. Returns their names."""
    wiped = []
    for contest in contests.every_contest(home.database):
        if contest.contest_id in among and contest.rehearsal and contest.purged_at is None:
            now = home.clock.now()
            asked = purging.ask(home.database, contest, "gotv rehearse", now)
            purging.run(home.database, home.backups, home.settings.home, contest.contest_id, asked, now)
            wiped.append(contest.name)
    return wiped


def _play(home: House, wanted: _Wishes) -> dict[str, Any]:
    from gotv.rehearsal.rehearse import together

    running = []
    for n in range(wanted.seats):
        screen.print(f"Inventing seat {n + 1} of {wanted.seats}…")
        running.append(_seat(home, wanted, n))
    screen.print(f"Playing at {wanted.speed:g} times life. Ctrl-C ends the day early.")
    figures = together(_all(running, stop_on_signal())) | {
        "part": wanted.until < 15 * 3600 or wanted.electors < WHOLE_SEAT or not wanted.boards
    }
    readiness.keep_rehearsal(home.database, running[0].stage.contest.contest_id, figures, home.clock.now())
    return figures


def _seat(home: House, wanted: _Wishes, n: int) -> "Rehearsal":
    """One seat, ready to be played; the links of the first are told, for real phones to join."""
    from gotv.rehearsal.day import play
    from gotv.rehearsal.demo import set_the_stage
    from gotv.rehearsal.rehearse import Rehearsal
    from gotv.rehearsal.seat import invent_seat

    where = reached(wanted.address or home.settings.public_url, wanted.ca_file)
    seat = invent_seat(seed=wanted.seed + n, electors=wanted.electors)
    stage = set_the_stage(home, seat, home.clock.now().date(), screen.print, ALL_DAY)
    for what, link in stage.links.items() if n == 0 else ():
        screen.print(f"[bold]{what}[/bold]\n  {link}", soft_wrap=True)
    contest_id = stage.contest.contest_id
    ask = partial(_ask, home.settings.redis_url, contest_id)
    wanting = partial(knocking_up.rooms_waiting, home.database, contest_id)
    called = [one for one in play(seat) if one.at < wanted.until]
    return Rehearsal(home, stage, called, where, wanted.speed, ask, wanting, wanted.boards, list(wanted.cards))


def reached(url: str, ca_file: str | None) -> "Address":
    """The address, at which somebody answers: before anything is invented. Fails in words."""
    from gotv.rehearsal.address import address_of

    try:
        where = address_of(url, ca_file)
        where.connect().close()
    except (OSError, ValueError) as why:
        fail(f"The house is not reached at {url}: {why}. Start it, or name --address.")
    return where


def _ask(url: str, contest_id: int, slot: datetime) -> int:
    return queues.ask_for_hour(url, [contest_id], slot)


def _all(running: list["Rehearsal"], stop: threading.Event) -> list[dict[str, Any]]:
    """Each seat in a thread of its own; the first is shown."""
    figures: list[dict[str, Any]] = []

    def play(one: "Rehearsal", tell: Callable[[], None]) -> None:
        try:
            figures.append(one.run(stop, tell))
        except Exception as error:
            # Whatever it was, the day was not lived through.
            figures.append(one.figures() | {"verdict": "no-go", "troubles": [f"it ended with {type(error).__name__}"]})

    rest = [threading.Thread(target=play, args=(one, lambda: None)) for one in running[1:]]
    for thread in rest:
        thread.start()
    with Live(console=screen, refresh_per_second=4) as live:
        play(running[0], lambda: live.update(_table(running[0])))
    for thread in rest:
        thread.join()
    return figures


def _table(one: "Rehearsal") -> Table:
    minutes = int(7 * 60 + one.played() // 60)
    table = Table(title=f"Rehearsal, {minutes // 60:02}:{minutes % 60:02}")
    table.add_column("")
    table.add_column("", justify="right")
    rows = {
        "Called": f"{one.play.next:,} of {len(one.called):,}",
        "Answered": f"{len(one.play.history.acked_ids):,}",
        "Waiting on phones": f"{one.play.phones.waiting():,}",
        "Hours with their lists": f"{sum(hour.took is not None for hour in one.hours)} of {len(one.hours)}",
        "Results at doors": f"{one.knockers.outcomes['kept']:,}",
        "Cards": ", ".join(one.played_cards) or "none",
    }
    for what, figure in rows.items():
        table.add_row(what, figure)
    return table


def in_words(figures: dict[str, Any]) -> str:
    """The figures as a person reads them, the verdict first."""
    lines = [
        f"{figures['verdict'].upper()}: {figures['answered']:,} of {figures['keyed']:,} numbers answered, "
        f"{figures['refused']} refused; {figures['phones']} phones, {figures['boards']} boards, {figures['speed']:g}x",
        *(f"  !! {trouble}" for trouble in figures["troubles"]),
        f"  lost {figures['lost']}, twice {figures['twice']}, ghost {figures['ghost']}, stuck {figures['stuck']}",
        f"  answered within (ms): half {figures['p50_ms']}, 95 % {figures['p95_ms']}, 99 % {figures['p99_ms']}",
        f"  on boards within (ms): half {figures['board_p50_ms']}, 99 % {figures['board_p99_ms']}",
        f"  lists of {figures['lists']} hours, {figures['lists_late']} late, slowest {figures['lists_slowest_s']} s",
        f"  results at doors: {sum(figures['door_results'].values()):,}",
    ]
    return "\n".join(lines)
