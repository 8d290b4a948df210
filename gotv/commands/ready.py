"""gotv ready: the GO / NO-GO sheet."""

import sys

import click

from gotv.commands.reach import answer, as_json, of_contest, reached_house
from gotv.services import contests, readiness
from gotv.services.readiness import Line, Verdict


@click.command()
@of_contest
@as_json
def ready(contest_id: int, json_: bool) -> None:
    """Is the contest ready for its polling day? The GO / NO-GO sheet; status 1 when any line is a no-go."""
    with reached_house() as home:
        contest = contests.find_contest(home.database, contest_id)
        lines = readiness.sheet(home.database, contest, home.surroundings, home.clock.now())
    found = readiness.verdict(lines)
    words = [f"{found.upper()}: {contest.name}, {contest.polling_day:%d %B %Y}", *(in_words(line) for line in lines)]
    answer({"verdict": found, "lines": readiness.as_kept(lines)}, json_, "\n".join(words))
    sys.exit(1 if found is Verdict.NO_GO else 0)


def in_words(line: Line) -> str:
    to_do = f"\n         {line.mend}" if line.mend else ""
    return f"{line.verdict.upper():6}  {line.what}: {line.seen}{to_do}"
