"""gotv practise: a seat on which people practise with their own phones; everybody in it is invented."""

from datetime import time

import click

from gotv.commands.reach import answer, as_json, reached_house
from gotv.rehearsal.demo import set_the_stage
from gotv.rehearsal.seat import invent_seat
from gotv.services import knocking_up
from gotv.services.places import every_room
from gotv.services.signing_in import uk_day


@click.command()
@click.option("--electors", type=click.IntRange(200, 20_000), default=1_200, show_default=True, help="How many.")
@as_json
def practise(electors: int, json_: bool) -> None:
    """Make a small invented seat. The courses under /learn then lead to it; wipe it when everybody has practised."""
    with reached_house() as home:
        now = home.clock.now()
        seat = invent_seat(electors=electors, districts=4, places=3, rooms=2)
        stage = set_the_stage(home, seat, uk_day(now), lambda _: None, (time(0), time(23, 59)))
        contest_id = stage.contest.contest_id
        for room in every_room(home.database, contest_id):
            knocking_up.make_lists(home.database, contest_id, room["committee_room_id"], None, now)
        told = {
            "contest_id": contest_id,
            "name": stage.contest.name,
            "courses": f"{home.settings.public_url}/learn",
            "agent_link": stage.agent_link.link(home.settings.public_url),
        }
    lines = [
        f"{told['name']} is there: {electors:,} invented electors.",
        f"People practise at the end of each course: {told['courses']}",
        f"To look on, and to wipe it: {told['agent_link']}",
    ]
    answer(told, json_, "\n".join(lines))
