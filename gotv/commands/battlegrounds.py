"""gotv seats: seats and their results, where postcodes are, and what counts as a battleground."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.progress import track

from gotv.commands.contest import DAY
from gotv.commands.reach import answer, as_json, of_contest, reached_house, screen
from gotv.domain.battlegrounds import LEFT_OUT, NAMED
from gotv.services import contests, events
from gotv.services import seats as service

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
COUNT = {True: "count", False: "do not count"}
polled = click.option("--polling-day", type=DAY, required=True, help="As 2024-07-04.")


@click.group()
def seats() -> None:
    """Seats and battlegrounds: what the public page /nearest tells people.

    Load results, then boundaries (or centres), then postcodes; then say what counts, with: gotv seats rules.
    """


@seats.command()
@click.argument("file", type=FILE)
@polled
@as_json
def results(file: Path, polling_day: datetime, json_: bool) -> None:
    """Load the results of a general election, as the House of Commons Library publishes them."""
    with reached_house() as home:
        report = service.load_results(home.database, file.read_bytes(), polling_day.date())
    words = _words("seats", report)
    if missing := report["without_place"]:
        words.append(f"{len(missing)} have no place yet ({', '.join(missing[:3])} …): load boundaries or centres.")
    answer(report, json_, "\n".join(words))


@seats.command()
@click.argument("file", type=FILE)
@as_json
def boundaries(file: Path, json_: bool) -> None:
    """Load boundaries for the map, as GeoJSON in degrees; ultra generalised ones are right."""
    with reached_house() as home:
        report = service.load_boundaries(home.database, file.read_bytes())
    answer(report, json_, "\n".join(_words("boundaries", report)))


@seats.command()
@click.argument("file", type=FILE)
@as_json
def centres(file: Path, json_: bool) -> None:
    """Load a point for each seat: a table with code, lat and lon."""
    with reached_house() as home:
        report = service.load_centres(home.database, file.read_bytes())
    answer(report, json_, "\n".join(_words("places of seats", report)))


@seats.command()
@click.argument("files", type=FILE, nargs=-1, required=True)
@as_json
def postcodes(files: Sequence[Path], json_: bool) -> None:
    """Load where postcodes are: outcodes, sectors, or the files of Code-Point Open, all at once."""
    with reached_house() as home:
        contents = (file.read_bytes() for file in track(files, "Reading", console=screen, transient=True))
        report = service.load_places(home.database, contents)
    answer(report, json_, "\n".join(_words("postcodes", report)))


def _words(what: str, report: dict[str, Any]) -> list[str]:
    lines = [f"{report['read']:,} {what} loaded, {report['refused']:,} rows refused."]
    for title, groups in (("Refused", report["refused_by_cause"]), ("Remark", report["remarks"])):
        for group in groups:
            rows = ", ".join(map(str, group["rows"])) + (" …" if group["count"] > len(group["rows"]) else "")
            lines.append(f"{title}: {group['cause']} ({group['count']}): rows {rows}")
    return lines


@seats.command()
@click.argument("seat")
@polled
@click.option("--by-election", "kind", flag_value=service.BY_ELECTION, default=service.BY_ELECTION, show_default=True)
@click.option("--correction", "kind", flag_value=service.CORRECTION, help="The file of that day is wrong.")
@click.option("--first", help="The party that won, as in the file.")
@click.option("--second", help="The party that came second.")
@click.option("--majority", type=click.IntRange(min=0))
@click.option("--votes", type=click.IntRange(min=1), help="All valid votes.")
@click.option("--take-back", is_flag=True, help="Forget what was put in by hand for that day.")
@as_json
def result(seat: str, polling_day: datetime, kind: str, take_back: bool, json_: bool, **figures: Any) -> None:
    """Put in a by-election, or put a result right, by hand. SEAT is a code or a name."""
    missing = [f"--{name}" for name, value in figures.items() if value is None]
    if missing and not take_back:
        raise click.UsageError(f"Say also {', '.join(missing)}.")
    with reached_house() as home:
        code, name = service.find_seat(home.database, seat)
        if take_back:
            service.take_back(home.database, code, polling_day.date(), kind)
        else:
            service.put_right(home.database, code, polling_day.date(), kind, **figures)
    answer({"code": code, "name": name}, json_, f"{name}: the {kind} of {polling_day:%d %B %Y} is "
           f"{'forgotten' if take_back else 'kept'}.")  # fmt: skip


@seats.command()
@click.option("--organisation", "name", default=None, help="Its name, for the page.")
@click.option("--party", default=None, help="As in the results: Lab, LD, Green, … '' for none.")
@click.option("--within", "within_pct", type=click.FloatRange(0, 100), default=None, help="Largest majority, in %.")
@click.option("--held/--no-held", default=None, help="Whether seats of the party count.")
@click.option("--targets/--no-targets", default=None, help="Whether seats count in which it came second.")
@as_json
def rules(json_: bool, **wishes: Any) -> None:
    """Say what counts as a battleground; without options, what counts now."""
    changed = {name: value for name, value in wishes.items() if value is not None}
    with reached_house() as home:
        if changed:
            service.set_rules(home.database, **changed)
        found, counted = service.counted(home.database)
    lines = [
        f"Party: {found.party or 'none: every close seat counts'}; majorities within {found.within_pct:g} %; "
        f"held seats {COUNT[found.held]}, targets {COUNT[found.targets]}.",
        f"{len(counted)} battlegrounds.",
    ]
    told = {"party": found.party, "within_pct": found.within_pct, "held": found.held, "targets": found.targets}
    answer(told | {"battlegrounds": len(counted)}, json_, "\n".join(lines))


@seats.command("name")
@click.argument("seat")
@click.option(
    "--in", "word", flag_value=NAMED, default=NAMED, show_default=True, help="It is one, whatever the rules say."
)
@click.option("--out", "word", flag_value=LEFT_OUT, help="It is none, whatever the rules say.")
@click.option("--by-the-rules", "word", flag_value="", help="As the rules say, again.")
@click.option("--why", default="", help="In words, for the page.")
@as_json
def name_(seat: str, word: str, why: str, json_: bool) -> None:
    """Name a seat a battleground by hand, or leave it out. SEAT is a code or a name."""
    with reached_house() as home:
        code, name = service.find_seat(home.database, seat)
        service.name_seat(home.database, code, word, why)
    said = {NAMED: "is a battleground", LEFT_OUT: "is left out"}.get(word, "goes by the rules")
    answer({"code": code, "name": name, "word": word}, json_, f"{name} {said}.")


@seats.command("contest")
@click.argument("seat")
@of_contest
@as_json
def contest_(seat: str, contest_id: int, json_: bool) -> None:
    """Say in which SEAT a contest is: its events are then shown to people who live near. '' for none."""
    with reached_house() as home:
        contest = contests.find_contest(home.database, contest_id)
        code, name = service.find_seat(home.database, seat) if seat else ("", "no seat")
        events.set_seat(home.database, contest, code)
    answer({"contest_id": contest_id, "code": code}, json_, f"{contest.name} is in {name}.")


@seats.command("list")
@as_json
def list_(json_: bool) -> None:
    """Every battleground, the closest result first."""
    with reached_house() as home:
        _, counted = service.counted(home.database)
    told = [
        {"code": one.seat.code, "name": one.seat.name, "majority": one.seat.result.majority,
         "majority_pct": round(one.seat.result.majority_pct, 2), "why": one.why}
        for one in counted
    ]  # fmt: skip
    lines = [f"{one['code']}  {one['majority_pct']:6.2f} %  {one['name']}: {one['why']}" for one in told]
    answer(told, json_, "\n".join(lines) or "None. Load results and places, then say: gotv seats rules --party …")
