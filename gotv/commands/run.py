"""gotv run, demo, migrate: the whole house on one machine."""

import signal
import threading
import time
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click
from rich.live import Live
from rich.table import Table

from gotv.clock import Clock
from gotv.commands.reach import fail, screen
from gotv.config import NotConfigured, load_settings
from gotv.domain.contests import Contest
from gotv.errors import HouseError
from gotv.house import open_house
from gotv.services import contests
from gotv.store.migrate import migrate as bring_up_to_date

if TYPE_CHECKING:
    from gotv.rehearsal.demo import Play

PORT = click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
HOME = click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="Where the embedded database lives; GOTV_HOME, else .gotv, by default.",
)


@click.command()
@PORT
@HOME
def run(port: int, home: Path | None) -> None:
    """Run the house on this machine: database, Valkey, web, worker, timekeeper. Ctrl-C ends it."""
    from gotv.embedded.household import Household

    stop = stop_on_signal()
    household = Household(home or load_settings().home, port=port)
    try:
        house = open_house(household.start())
        screen.print(f"The house is open at [bold]{household.public_url}[/bold]; logs are in {household.home}")
        if not contests.every_contest(house.database):
            screen.print(
                "No contest yet. In another terminal: [bold]gotv contest create NAME --polling-day YYYY-MM-DD[/bold]"
            )
        household.watch(stop)
    except (NotConfigured, RuntimeError) as why:
        fail(str(why))
    finally:
        screen.print("Closing the house…")
        household.stop()


@click.command()
@PORT
@HOME
@click.option("--speed", type=click.FloatRange(1, 3600), default=60.0, show_default=True, help="Times as fast as life.")
@click.option("--seed", type=int, default=2026, show_default=True, help="The same seed invents the same seat.")
@click.option("--electors", type=click.IntRange(500, 200_000), default=75_000, show_default=True)
@click.option("--stay/--no-stay", default=True, help="Whether to stay open after the close of poll.")
def demo(port: int, home: Path | None, speed: float, seed: int, electors: int, stay: bool) -> None:
    """Invent a seat and play a polling day in it: 15 hours in 15 minutes at the default speed."""
    from gotv.embedded.household import Household
    from gotv.rehearsal.address import Address
    from gotv.rehearsal.day import play
    from gotv.rehearsal.demo import Play, set_the_stage
    from gotv.rehearsal.seat import invent_seat

    stop = stop_on_signal()
    household = Household((home or load_settings().home) / "demo", port=port)
    try:
        screen.print("Inventing a seat…")
        seat = invent_seat(seed=seed, electors=electors)
        called = play(seat)
        household.start_servers()
        house = open_house(household.settings, statement_timeout_ms=120_000)
        day = Contest(0, "", house.clock.now().date())
        stage = set_the_stage(house, seat, day.polling_day, screen.print)
        clock = Clock(speed, time.time(), day.at(day.opens) - timedelta(minutes=1))
        house = open_house(household.start_processes(clock))
        for what, link in stage.links.items():
            screen.print(f"[bold]{what}[/bold]\n  {link}", soft_wrap=True)
        threading.Thread(target=household.watch, args=(stop,), daemon=True).start()
        screen.print(f"Private windows let you be several people at once. Playing at {speed:g} times life.")
        address, opens = Address("127.0.0.1", port), stage.contest.at(stage.contest.opens)
        _show(Play(stage, called, address, lambda: (house.clock.now() - opens).total_seconds()), stop)
        if stay and not stop.is_set():
            screen.print("The poll is closed; the house stays open. Ctrl-C ends it.")
            stop.wait()
    except (NotConfigured, RuntimeError, HouseError) as why:
        fail(str(why))
    finally:
        screen.print("Closing the house…")
        household.stop()


def _show(play: "Play", stop: threading.Event) -> None:
    """Play, with one table that is renewed in place."""
    with Live(console=screen, refresh_per_second=4) as live:
        play.run(stop, lambda: live.update(_table(play)))


def _table(play: "Play") -> Table:
    table = Table(title=f"Polling day: {play.next:,} of {len(play.called):,} called")
    table.add_column("Outcome")
    table.add_column("Answered", justify="right")
    for outcome, count in sorted(play.outcomes.items()):
        table.add_row(outcome.replace("_", " "), f"{count:,}")
    return table


@click.command()
def migrate() -> None:
    """Bring the database named by GOTV_OWNER_URL (or GOTV_DATABASE_URL) up to this release."""
    settings = load_settings()
    url = settings.owner_url or settings.database_url
    if not url:
        fail("GOTV_OWNER_URL or GOTV_DATABASE_URL must name the database")
    bring_up_to_date(url)
    click.echo("The database is up to date.")


def stop_on_signal() -> threading.Event:
    stop = threading.Event()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, ask)
    signal.signal(signal.SIGTERM, ask)
    return stop
