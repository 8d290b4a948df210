"""gotv rehearse: the polling day before the polling day, on the deployment that will carry it."""

import sys
from typing import Any

import click

from gotv.commands import seats
from gotv.commands.reach import answer, as_json, fail, reached_house
from gotv.commands.run import stop_on_signal
from gotv.commands.seats import Wishes, reached
from gotv.domain.fault_cards import BY_HAND, CARDS
from gotv.house import House
from gotv.services import contests, purging, readiness

# As `gotv.rehearsal.seat` has them.
PLACES = 46
# A rehearsal with fewer electors says less about the day.
WHOLE_SEAT = 20_000


@click.command()
@click.option("--speed", type=click.FloatRange(1, 600), default=60.0, show_default=True, help="Times as fast as life.")
@click.option("--seats", type=click.IntRange(1, 650), default=1, show_default=True, help="How many at once.")
@click.option("--electors", type=click.IntRange(500, 200_000), default=75_000, show_default=True, help="Of each seat.")
@click.option(
    "--places",
    type=click.IntRange(3, 200),
    default=PLACES,
    show_default=True,
    help="Polling places of each seat, each with its teller.",
)
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
    cards, until = wishes.pop("cards"), wishes.pop("until")
    wanted = Wishes(until=_seconds("--until", until), cards=sorted(_card(text) for text in cards), **wishes)
    with reached_house() as home:
        if wipe:
            wiped = _wipe(home, [one.contest_id for one in contests.every_contest(home.database)])
            answer({"wiped": wiped}, json_, f"Wiped: {', '.join(wiped) or 'there was no rehearsal'}.")
            return
        figures, mine = _play(home, wanted)
        answer(figures, json_, in_words(figures))
        if not keep:
            _wipe(home, mine)
    sys.exit(0 if figures["verdict"] == "go" else 1)


def _tell_of_cards(json_: bool) -> None:
    lines = [f"{card.name:12} {card.what}" for card in CARDS.values()]
    by_hand = [f"{what}:\n             {how}" for what, how in BY_HAND.items()]
    words = [
        "Played by --card NAME@HH:MM, or meanwhile on the page Rehearsal",
        *lines,
        "",
        "Played by your own hands, meanwhile",
        *by_hand,
    ]
    known = {card.name: card.what for card in CARDS.values()}
    answer({"cards": known, "by_hand": BY_HAND}, json_, "\n".join(words))


def _card(text: str) -> tuple[float, str]:
    """When in the day, in seconds after seven, and which."""
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


def _play(home: House, wanted: Wishes) -> tuple[dict[str, Any], list[int]]:
    """The figures of all together, and the contests that were played."""
    from gotv.rehearsal.demo import next_number
    from gotv.rehearsal.verdict import together

    reached(wanted.address or home.settings.public_url, wanted.ca_file)
    first = next_number(home)
    every = seats.play(home, wanted, [*range(first, first + wanted.seats)], stop_on_signal())
    figures = together(every) | {"part": wanted.until < 15 * 3600 or wanted.electors < WHOLE_SEAT or not wanted.boards}
    readiness.keep_rehearsal(home.database, figures.pop("contest_id"), figures, home.clock.now())
    return figures, [one["contest_id"] for one in every]


def in_words(figures: dict[str, Any]) -> str:
    """The figures as a person reads them, the verdict first."""
    lines = [
        f"{figures['verdict'].upper()}: {figures['answered']:,} of {figures['keyed']:,} numbers answered, "
        f"{figures['refused']} refused; {figures['phones']} phones, {figures['boards']} boards, {figures['speed']:g}x",
        *(f"  !! {trouble}" for trouble in figures["troubles"]),
        f"  lost {figures['lost']}, twice {figures['twice']}, ghost {figures['ghost']}, stuck {figures['stuck']}",
        f"  answered within (ms): half {figures['p50_ms']}, 95 % {figures['p95_ms']}, 99 % {figures['p99_ms']}",
        f"  from the key, with all waiting for a line (ms): half {figures['key_p50_ms']}, 99 % {figures['key_p99_ms']}",
        f"  on boards within (ms): half {figures['board_p50_ms']}, 99 % {figures['board_p99_ms']}",
        f"  lists of {figures['lists']} hours, {figures['lists_late']} late, slowest {figures['lists_slowest_s']} s",
        f"  results at doors: {sum(figures['door_results'].values()):,}",
    ]
    return "\n".join(lines)
