"""A file's way in: received, checked (a dry run), confirmed, applied; or refused as a whole, changing nothing."""

from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError

from gotv.domain.contests import Contest
from gotv.domain.table_files import FileRefused, Reading, TableFile
from gotv.errors import Conflict, NotThere
from gotv.services.importing import Import, import_of
from gotv.services.table_file import read_table
from gotv.store import contests, counts, ledger, register, to_do, uploads
from gotv.store.database import Database
from gotv.store.planning import each_part_once
from gotv.store.turns import wait_for_turn

log = structlog.get_logger()

# From so many rows on the planner's idea of the tables is wrong enough to matter.
LARGE = 1_000

KINDS = {
    "stations": "Polling stations",
    "register": "Register",
    "absent": "Absent voters",
    "pledges": "Canvass returns",
    "points": "Where postcodes are (to lay out walks by the nearest street)",
}
Progress = Callable[[int, int], None]


def receive(
    database: Database, contest_id: int, kind: str, filename: str, content: bytes, by: str, *, whole: bool = True
) -> int:
    """Keep a file as it came. Returns its id; checking it is a worker's work. Raises Conflict for an empty file."""
    if kind not in KINDS:
        raise Conflict(f"Choose what kind of file this is: {', '.join(KINDS)}.")
    if not content:
        raise Conflict("The file is empty.")
    with database.transaction() as connection:
        return uploads.add(
            connection,
            contest_id=contest_id,
            kind=kind,
            filename=filename[:200] or "unnamed",
            content=content,
            whole=whole,
            uploaded_by=by,
        )


def every_upload(database: Database, contest_id: int) -> list[dict[str, Any]]:
    with database.snapshot() as connection:
        return uploads.every(connection, contest_id)


def find_upload(database: Database, contest_id: int, upload_id: int) -> dict[str, Any]:
    with database.snapshot() as connection:
        upload = uploads.find(connection, contest_id, upload_id)
    if upload is None:
        raise NotThere("There is no such file in this contest.")
    return upload


def confirm(database: Database, contest_id: int, upload_id: int) -> None:
    """Say yes to what the check found. Raises Conflict unless it was checked and nobody said so before."""
    with database.transaction() as connection:
        if not uploads.move(connection, contest_id, upload_id, "confirmed", "checked"):
            raise Conflict("This file is not waiting for a yes: it was applied already, or is being checked.")


def waiting(database: Database) -> list[tuple[int, int, bool]]:
    """Files whose worker has not finished: contest, file, and whether it is confirmed. The timekeeper asks again."""
    found = []
    with database.snapshot() as connection:
        for contest_id in to_do.files(connection):
            for row in uploads.unfinished(connection, contest_id):
                confirmed = row["state"] in ("confirmed", "applying")
                found.append((contest_id, row["upload_id"], confirmed))
    return found


def check(database: Database, contest_id: int, upload_id: int, progress: Progress | None = None) -> dict[str, Any]:
    """The dry run: what would be added, changed, removed and refused. Changes nothing but the report.

    May run twice: it only reads, and writes the same report.
    """
    with database.transaction() as connection:
        mine = uploads.move(connection, contest_id, upload_id, "checking", "received", "checking")
    if not mine:
        return dict(find_upload(database, contest_id, upload_id)["report"])
    return _run(database, contest_id, upload_id, progress, really=False)


def apply(database: Database, contest_id: int, upload_id: int, progress: Progress | None = None) -> dict[str, Any]:
    """Bring the contest up to date with a confirmed file, all of it or nothing.

    May run twice: one import at a time in a contest, and the second finds the file applied. Raises Conflict
    when nobody has confirmed it.
    """
    with database.transaction() as connection:
        mine = uploads.move(connection, contest_id, upload_id, "applying", "confirmed", "applying")
    if not mine:
        upload = find_upload(database, contest_id, upload_id)
        if upload["state"] not in ("applied", "failed"):
            raise Conflict("This file has not been confirmed. Nothing was changed.")
        return dict(upload["report"])
    return _run(database, contest_id, upload_id, progress, really=True)


def _run(
    database: Database, contest_id: int, upload_id: int, progress: Progress | None, *, really: bool
) -> dict[str, Any]:
    try:
        return _work(database, contest_id, upload_id, progress, really=really)
    except MemoryError:
        # What it took is given back by now.
        return _fail(database, contest_id, upload_id, TOO_MUCH_MEMORY, really=really)


def _work(
    database: Database, contest_id: int, upload_id: int, progress: Progress | None, *, really: bool
) -> dict[str, Any]:
    upload = find_upload(database, contest_id, upload_id)
    with database.snapshot() as connection:
        contest = contests.find(connection, contest_id)
        districts = contests.districts(connection, contest_id)
        content = uploads.content(connection, contest_id, upload_id)
    if contest is None:
        raise NotThere(f"There is no contest {contest_id}.")
    kind = import_of(upload["kind"], whole=upload["whole"])
    try:
        file = read_table(content)
        reading = _read(database, contest, upload_id, kind, file, districts, progress)
    except FileRefused as why:
        return _fail(database, contest_id, upload_id, str(why), really=really)
    try:
        return _compare_and_apply(database, contest, upload_id, kind, file, reading, really=really)
    except (DataError, IntegrityError) as why:
        # Asking again would end the same way: say so instead.
        log.error("import", error=type(why.orig).__name__, upload=upload_id)
        return _fail(database, contest_id, upload_id, UNTAKEABLE, really=really)


TOO_MUCH_MEMORY = "This file takes more memory than there is for one. Cut it into several, and send each."
UNTAKEABLE = "The database cannot take a value of this file, such as a text that is far too long."


def _compare_and_apply(
    database: Database,
    contest: Contest,
    upload_id: int,
    kind: Import,
    file: TableFile,
    reading: Reading,
    *,
    really: bool,
) -> dict[str, Any]:
    contest_id = contest.contest_id
    with database.transaction() as connection:
        # Two imports into one contest would compare with a register that the other is changing.
        wait_for_turn(connection, "import", contest_id)
        if (done := _done_by_another(connection, contest_id, upload_id, really=really)) is not None:
            return done
        with each_part_once(connection):
            report = _report(kind, file, reading, kind.compare(connection, contest, reading))
            if really:
                kind.apply(connection, contest, reading)
        if really:
            if len(reading.good) >= LARGE:
                register.refresh_statistics(connection)
            counts.rebuild(connection, contest_id, ledger.lock_head(connection, contest_id) + 1)
        state = "applied" if really else "checked"
        uploads.finish(connection, contest_id, upload_id, state, report, reading.refused)
    return report


def _done_by_another(connection: Connection, contest_id: int, upload_id: int, *, really: bool) -> dict[str, Any] | None:
    """The report of a job that was asked for twice and came first: a late check never takes back a yes."""
    upload = uploads.find(connection, contest_id, upload_id)
    if upload is None or upload["state"] == ("applying" if really else "checking"):
        return None
    return dict(upload["report"])


def _read(
    database: Database,
    contest: Contest,
    upload_id: int,
    kind: Import,
    file: TableFile,
    districts: list[str],
    progress: Progress | None,
) -> Reading:
    total = len(file.rows)

    def tell(done: int) -> None:
        with database.transaction() as connection:
            uploads.progress(connection, contest.contest_id, upload_id, done, total)
        if progress:
            progress(done, total)

    tell(0)
    reading = kind.read(file, contest, districts, tell)
    tell(total)
    if not reading.good and not reading.skipped:
        if not reading.refused:
            raise FileRefused("The file has headings, but below them no row that can be used.")
        raise FileRefused(
            "Not one row of the file can be used. "
            + "; ".join(f"{group['cause']} ({group['count']} rows)" for group in reading.refused_by_cause())
        )
    return reading


def _report(kind: Import, file: TableFile, reading: Reading, counted: dict[str, int]) -> dict[str, Any]:
    return {
        "layout": kind.layout,
        "encoding": file.encoding,
        "delimiter": file.delimiter,
        "headings": list(reading.headings),
        "whole": kind.whole,
        "held_back": reading.held_back,
        "rows": reading.rows,
        **counted,
        "refused": len(reading.refused),
        "refused_by_cause": reading.refused_by_cause(),
        "remarks": reading.remarks_by_cause(),
        "skipped": dict(reading.skipped),
        "error": None,
    }


def _fail(database: Database, contest_id: int, upload_id: int, why: str, *, really: bool) -> dict[str, Any]:
    report = {"error": why}
    with database.transaction() as connection:
        if (done := _done_by_another(connection, contest_id, upload_id, really=really)) is not None:
            return done
        uploads.finish(connection, contest_id, upload_id, "failed", report, [])
    return report
