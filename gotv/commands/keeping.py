"""gotv backup, backups, restore, purge: what must not be lost, and what must not be kept."""

import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from gotv.commands.reach import answer, as_json, fail, of_contest, reached_house, screen
from gotv.domain.contests import Contest
from gotv.services import backups as service
from gotv.services import contests, purging
from gotv.services.backup_place import Place, on_another_disk
from gotv.services.backups import Backup


@click.command()
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), default=None,
              help="Where to put it; GOTV_BACKUPS, else the folder backups in GOTV_HOME, by default.")  # fmt: skip
@as_json
def backup(folder: Path | None, json_: bool) -> None:
    """Take a backup now, while the house is in use. During a poll the house takes one itself every ten minutes."""
    with reached_house() as home:
        place = home.backups
        if folder:
            place = Place(folder.resolve(), place.url, place.key, place.tools)
        made = service.make(home.database, place, home.clock.now())
        same = not on_another_disk(place.folder, home.settings.home)
    words = [_words(made)]
    if same:
        words.append("It is on the same disk as the house. Name a folder on another in GOTV_BACKUPS.")
    words.append("Keep the secret key too, somewhere else: without it no link or phone of today is let in again.")
    answer(_shown(made), json_, "\n".join(words))


@click.command()
@as_json
def backups(json_: bool) -> None:
    """Every backup there is, the newest first."""
    with reached_house() as home:
        folder, now = home.backups.folder, home.clock.now()
        found = service.every_backup(folder)
    lines = [f"{_age(now - one.made_at)}  {_words(one)}" for one in found]
    answer([_shown(one) for one in found], json_, "\n".join(lines) or f"None in {folder}. Take one with: gotv backup")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--other-key", is_flag=True, help="Restore though the secret key is another: all links are then dead.")
@as_json
def restore(file: Path, other_key: bool, json_: bool) -> None:
    """Bring a backup into a fresh house, and recount it. Phones send what they keyed since by themselves."""
    with reached_house() as home:
        back = service.restore(home.database, home.backups, file, home.clock.now(), other_key=other_key)
    lines = [f"Restored as of {datetime.fromisoformat(back['made_at']):%d %B %H:%M:%S} UTC."]
    for one in back["contests"]:
        agree = "; ".join(one["differences"]) or "recounted, all agree"
        lines.append(f"Contest {one['contest_id']}, {one['name']}: ledger at position {one['position']}, {agree}.")
    lines.append(
        "Now start the house. What phones sent after that moment they still hold, and send again by themselves."
    )
    answer(back, json_, "\n".join(lines))
    if any(one["differences"] for one in back["contests"]):
        raise SystemExit(1)


def _shown(one: Backup) -> dict[str, object]:
    return {"file": str(one.file), **one.note}


def _words(one: Backup) -> str:
    holds = ", ".join(f"{each['name']} at {each['position']}" for each in one.contests) or "no contest"
    return f"{one.file} ({one.size / 1_000_000:.1f} MB): {holds}"


def _age(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    return f"{minutes} min old" if minutes < 120 else f"{minutes // 60} h old"


@click.command()
@of_contest
@click.option("--yes", is_flag=True, help="Do not ask for the contest's name first.")
@as_json
def purge(contest_id: int, yes: bool, json_: bool) -> None:
    """Erase everything personal of a contest, look for what is left, and print the certificate.

    Of a contest that has been purged it prints the certificate again.
    """
    with reached_house() as home:
        contest, now = contests.find_contest(home.database, contest_id), home.clock.now()
        begun = purging.of_contest(home.database, contest_id)
        if contest.purged_at is None and (begun is None or begun["state"] == "done"):
            _confirm(contest, yes)
            purging.ask(home.database, contest, "the command line", now)
            begun = purging.of_contest(home.database, contest_id)
        if begun and begun["state"] != "done":
            with screen.status("Erasing, and looking through every file…"):
                asked = begun["certificate_id"]
                purging.run(home.database, home.backups, home.settings.home, contest_id, asked, now)
        found = purging.of_contest(home.database, contest_id)
    if found is None or found["state"] != "done":
        fail(f"The purge of {contest.name} is under way elsewhere. Say this again in a minute.")
    answer(found, json_, _certificate(found))
    if any(check["trouble"] for check in found["checks"]):
        sys.exit(1)


def _confirm(contest: Contest, yes: bool) -> None:
    if yes:
        return
    screen.print(f"Everything personal of [bold]{escape(contest.name)}[/bold] goes for good: electors, pledges, all.")
    if click.prompt("Type the contest's name to go on", err=True).strip() != contest.name:
        fail("That is another name. Nothing was erased.")


def _certificate(found: dict[str, Any]) -> str:
    lines = [
        f"Certificate {found['certificate_id']}, seal {found['seal']}",
        f"{found['name']}, poll of {found['polling_day']:%d %B %Y}",
        f"Purged on {found['done_at']:%d %B %Y at %H:%M} UTC, ordered by {found['asked_by']}",
        *(f"  {rows:>10,}  {words}" for words, rows in purging.erased_in_words(found["erased"])),
        *(_line(check) for check in found["checks"]),
    ]
    return "\n".join(lines)


def _line(check: dict[str, str]) -> str:
    return f"NOT SO: {check['words']}: {check['trouble']}" if check["trouble"] else f"Yes: {check['words']}"
