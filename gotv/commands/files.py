"""gotv import: the same files and the same checks as on the page, with progress in the terminal."""

import time
from pathlib import Path
from typing import Any

import click
from rich.progress import Progress

from gotv import queues
from gotv.commands.contest import worker_listens
from gotv.commands.reach import answer, as_json, fail, of_contest, reached_house, screen
from gotv.house import House
from gotv.services import contests, uploads

LOOK_EVERY_SECONDS = 0.2
SETTLED = {"check": ("checked", "failed"), "apply": ("applied", "failed")}


@click.command("import")
@click.argument("kind", type=click.Choice(list(uploads.KINDS)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@of_contest
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--additions", is_flag=True, help="Additions and changes only: whoever is missing from the file stays.")
@as_json
def import_(kind: str, file: Path, contest_id: int, dry_run: bool, additions: bool, json_: bool) -> None:
    """Load a register, absent voters, polling stations or canvass returns.

    A worker does it when one is listening; else it is done here.
    """
    with reached_house() as home:
        contests.find_contest(home.database, contest_id)
        upload_id = uploads.receive(
            home.database, contest_id, kind, file.name, file.read_bytes(), "command line", whole=not additions
        )
        report = _do(home, "check", contest_id, upload_id)
        if not report["error"] and not dry_run:
            uploads.confirm(home.database, contest_id, upload_id)
            report = _do(home, "apply", contest_id, upload_id)
    if json_:
        answer(report, json_, "")
    if report["error"]:
        fail(f"{report['error']} Nothing was changed.")
    if not json_:
        click.echo("\n".join(_words(report, dry_run)))


def _do(home: House, what: str, contest_id: int, upload_id: int) -> dict[str, Any]:
    """Check or apply, by a worker or here, showing how far it is."""
    with Progress(console=screen, transient=True) as progress:
        task = progress.add_task(f"{what.capitalize()}ing" if what == "check" else "Applying", total=None)

        def show(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total or None)

        if not worker_listens(home.settings.redis_url, queues.IMPORTS):
            work = uploads.check if what == "check" else uploads.apply
            return work(home.database, contest_id, upload_id, show)
        ask = queues.ask_to_check if what == "check" else queues.ask_to_apply
        ask(home.settings.redis_url, contest_id, upload_id)
        while True:
            upload = uploads.find_upload(home.database, contest_id, upload_id)
            show(upload["rows_done"], upload["rows_total"])
            if upload["state"] in SETTLED[what]:
                return dict(upload["report"])
            time.sleep(LOOK_EVERY_SECONDS)


def _words(report: dict[str, Any], dry_run: bool) -> list[str]:
    counted = ", ".join(
        f"{report[name]:,} {words}"
        for name, words in (
            *(("added", "added"), ("changed", "changed"), ("removed", "removed")),
            *(("unchanged", "as before"), ("refused", "refused")),
        )
    )
    lines = [
        f"Read as {report['layout']}, {report['encoding']}, separated by {report['delimiter']}.",
        f"{'Would be: ' if dry_run else ''}{counted}.",
    ]
    if report["held_back"]:
        lines.append(report["held_back"])
    for title, groups in (("Refused", report["refused_by_cause"]), ("Remark", report["remarks"])):
        for group in groups:
            rows = ", ".join(map(str, group["rows"])) + (" …" if group["count"] > len(group["rows"]) else "")
            lines.append(f"{title}: {group['cause']} ({group['count']}): rows {rows}")
    return lines
