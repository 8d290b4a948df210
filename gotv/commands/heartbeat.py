"""gotv heartbeat: a synthetic teller, all day long, and an alarm that does not depend on the house."""

import json
import sys
from datetime import datetime

import click

from gotv.commands.reach import answer, as_json, fail, reached_house, screen
from gotv.commands.run import stop_on_signal
from gotv.commands.seats import ALL_DAY, reached


@click.command()
@click.option("--every", type=click.FloatRange(1, 3600), default=30.0, show_default=True, help="Seconds between beats.")
@click.option("--alarm", default="", help="A command to run when two beats in a row are missing; $GOTV_BEAT tells why.")
@click.option("--beats", type=click.IntRange(1), default=None, help="End after so many; without it: never.")
@click.option("--address", default="", help="Where phones reach the house; GOTV_PUBLIC_URL by default.")
@click.option("--ca", "ca_file", default=None, type=click.Path(exists=True), help="A certificate to trust, over TLS.")
@as_json
def heartbeat(every: float, alarm: str, beats: int | None, address: str, ca_file: str | None, json_: bool) -> None:
    """Send a number as a teller does, every half minute, and see it on a board: by the public address.

    Run it wherever the house's settings are, best on another machine. It beats in a small rehearsal of its own;
    `gotv rehearse --wipe` removes it. Status 1 when the alarm was raised.
    """
    from gotv.rehearsal.demo import set_the_stage
    from gotv.rehearsal.heartbeat import Beat, Heart, watch
    from gotv.rehearsal.seat import invent_seat

    stop = stop_on_signal()
    seen: list[Beat] = []

    def tell(beat: Beat, raised: bool) -> None:
        seen.append(beat)
        words = f"{datetime.now().astimezone():%H:%M:%S}  {beat}{'  ALARM' if raised else ''}"
        click.echo(json.dumps({"answered": beat.answered, "shown": beat.shown, "alarm": raised}) if json_ else words)
        if beats and len(seen) >= beats:
            stop.set()

    with reached_house() as home:
        where = reached(address or home.settings.public_url, ca_file)
        seat = invent_seat(electors=500, districts=2, places=1, rooms=1)
        stage = set_the_stage(home, seat, home.clock.now().date(), lambda _words: None, ALL_DAY)
        try:
            heart = Heart(stage, where)
        except OSError as why:
            fail(f"The house is not reached at {where.origin}: {why}. Start it, or name --address.")
        screen.print(f"Beating at {where.origin} every {every:g} s. Ctrl-C ends it.")
        try:
            raised = watch(heart, every, alarm, stop, tell)
        finally:
            heart.close()
    well = sum(beat.well for beat in seen)
    if not json_:
        answer(None, False, f"{well} of {len(seen)} beats arrived; the alarm was raised {raised} times.")
    sys.exit(1 if raised else 0)
