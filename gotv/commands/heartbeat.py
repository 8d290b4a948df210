"""gotv heartbeat: a synthetic teller, all day long, and an alarm that does not depend on the house."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gotv.commands.reach import answer, as_json, fail, reached_house, screen
from gotv.commands.run import stop_on_signal
from gotv.commands.seats import ALL_DAY, reached

if TYPE_CHECKING:
    from gotv.rehearsal.heartbeat import Heart, Way

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option("--every", type=click.FloatRange(1, 3600), default=30.0, show_default=True, help="Seconds between beats.")
@click.option("--alarm", default="", help="A command to run when two beats in a row are missing; $GOTV_BEAT tells why.")
@click.option("--beats", type=click.IntRange(1), default=None, help="End after so many; without it: never.")
@click.option("--address", default="", help="Where phones reach the house; GOTV_PUBLIC_URL by default.")
@click.option("--ca", "ca_file", default=None, type=click.Path(exists=True), help="A certificate to trust, over TLS.")
@click.option("--prepare", type=FILE, default=None,
              help="Write what it takes to beat into this file, and end: for another machine.")  # fmt: skip
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), default=None,
              help="With --prepare: the day to beat on, today by default. Links open on their day only.")  # fmt: skip
@click.option("--with", "prepared", type=FILE, default=None, help="Beat by what --prepare wrote; needs no settings.")
@as_json
def heartbeat(
    every: float, alarm: str, beats: int | None, address: str, ca_file: str | None,
    prepare: Path | None, day: datetime | None, prepared: Path | None, json_: bool,
) -> None:  # fmt: skip
    """Send a number as a teller does, every half minute, and see it on a board: by the public address.

    Best on another machine than the house's: write a file with --prepare where the house is, carry it there, and beat
    --with it. It beats in a small rehearsal of its own; `gotv rehearse --wipe` removes it. Status 1 when the alarm was
    raised.
    """
    from gotv.rehearsal.heartbeat import Heart

    if (day and not prepare) or (prepare and prepared):
        fail("--day goes with --prepare, and --with without it: first prepare, then beat with what was written.")
    if prepare:
        _prepare(prepare, _new_way(address, ca_file, day), json_)
        return
    way = _read(prepared) if prepared else _new_way(address, ca_file, None)
    where = reached(address or way.address, ca_file)
    try:
        heart = Heart(way, where)
    except OSError as why:
        fail(f"Not let in at {where.origin}: {why}. Is it the house, and the day, that it was prepared for?")
    screen.print(f"Beating at {where.origin} every {every:g} s. Ctrl-C ends it.")
    sys.exit(1 if _beat(heart, every, alarm, beats, json_) else 0)


def _new_way(address: str, ca_file: str | None, day: datetime | None) -> "Way":
    """Through a rehearsal of its own, made for it once the house is reached."""
    from gotv.rehearsal.demo import set_the_stage
    from gotv.rehearsal.heartbeat import Way
    from gotv.rehearsal.seat import invent_seat

    with reached_house() as home:
        address = address or home.settings.public_url
        reached(address, ca_file)
        seat = invent_seat(electors=500, districts=2, places=1, rooms=1)
        polling_day = (day or home.clock.now()).date()
        return Way.across(set_the_stage(home, seat, polling_day, lambda _words: None, ALL_DAY), address)


def _prepare(file: Path, way: "Way", json_: bool) -> None:
    try:
        way.write(file)
    except OSError as why:
        fail(f"{file} cannot be written: {why.strerror}.")
    words = f"Written: {file}. Keep it safe, there are links in it. On the other machine, on the day:\n"
    words += f"  gotv heartbeat --with {file.name} --alarm 'a command'"
    answer({"file": str(file), "contest_id": way.contest_id, "address": way.address}, json_, words)


def _read(file: Path) -> "Way":
    from gotv.rehearsal.heartbeat import Way

    try:
        return Way.read(file)
    except OSError as why:
        fail(f"{file} cannot be read: {why.strerror}.")
    except ValueError as why:
        fail(str(why))


def _beat(heart: "Heart", every: float, alarm: str, beats: int | None, json_: bool) -> int:
    """Returns how often the alarm was raised."""
    from gotv.rehearsal.heartbeat import Beat, watch

    stop = stop_on_signal()
    seen: list[Beat] = []

    def tell(beat: Beat, raised: bool) -> None:
        seen.append(beat)
        words = f"{datetime.now().astimezone():%H:%M:%S}  {beat}{'  ALARM' if raised else ''}"
        click.echo(json.dumps({"answered": beat.answered, "shown": beat.shown, "alarm": raised}) if json_ else words)
        if beats and len(seen) >= beats:
            stop.set()

    try:
        raised = watch(heart, every, alarm, stop, tell)
    finally:
        heart.close()
    well = sum(beat.well for beat in seen)
    if not json_:
        answer(None, False, f"{well} of {len(seen)} beats arrived; the alarm was raised {raised} times.")
    return raised
