"""gotv switch: parts of the house off and on again, in a moment and without a restart."""

import click

from gotv.commands.reach import answer, as_json, fail, reached_house
from gotv.services import contests, switches


@click.command()
@click.argument("name", required=False, type=click.Choice(list(switches.SWITCHES)))
@click.argument("state", required=False, type=click.Choice(["off", "on"]))
@click.option("--contest", "contest_id", type=int, default=None, help="The contest's number.")
@click.option("--everywhere", is_flag=True, help="In every contest of this house.")
@as_json
def switch(name: str | None, state: str | None, contest_id: int | None, everywhere: bool, json_: bool) -> None:
    """Switch a part of the house off, or on: boards, exports, lists, phones. Without words: what is off now.

    Numbers are taken whatever is off.
    """
    with reached_house() as home:
        every = contests.every_contest(home.database)
        if name and state:
            if (contest_id is None) == (not everywhere):
                fail("Say for which contest: --contest ID, or --everywhere.")
            chosen = [one.contest_id for one in every if everywhere or one.contest_id == contest_id]
            if not chosen:
                fail(f"There is no contest {contest_id}. See them with: gotv contest list")
            switches.turn(home.database, chosen, name, off=state == "off")
            every = contests.every_contest(home.database)
    off = {one.contest_id: list(one.switched_off) for one in every if one.switched_off}
    names = {one.contest_id: one.name for one in every}
    lines = [f"{contest}  {names[contest]}: off are {', '.join(parts)}" for contest, parts in off.items()]
    answer(off, json_, "\n".join(lines) or "Everything is on.")
