"""The purge: everything personal of a contest is erased, looked for, and certified to be gone (promise P13)."""

import hmac
import os
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Engine

from gotv.domain.contests import Contest
from gotv.errors import Conflict, NotThere
from gotv.services import backups
from gotv.services.backup_place import Place, of_others
from gotv.services.canaries import Search, search
from gotv.store import contests, purge
from gotv.store.database import Database

CANARIES = 25
AN_HOUR = timedelta(hours=1)
BY_DATE = "the retention date"


def ask(database: Database, contest: Contest, by: str, now: datetime) -> str:
    """Order the purge. Everybody of the contest is signed out at once. Returns the certificate's id.

    Raises Conflict, in words, while the poll is not over: a rehearsal can go at any time.
    """
    if contest.purged_at:
        raise Conflict(f"{contest.name} has been purged already.")
    if not contest.rehearsal and not contest.is_over(now):
        raise Conflict(
            f"The poll of {contest.name} closes on {contest.polling_day:%d %B %Y} at {contest.closes:%H:%M}. "
            "Nothing can be erased before."
        )
    certificate_id = str(uuid.uuid4())
    with database.transaction() as connection:
        if purge.ask(connection, contest.contest_id, certificate_id, by, now):
            return certificate_id
        found = purge.newest_certificate(connection, contest.contest_id)
    return str(found["certificate_id"]) if found else certificate_id


def due(database: Database, now: datetime) -> list[Contest]:
    """The contests whose retention date has come and that nobody has purged."""
    with database.snapshot() as connection:
        every, asked = contests.every(connection), {contest_id for contest_id, _ in purge.active(connection)}
    return [
        one
        for one in every
        if one.purged_at is None
        and one.contest_id not in asked
        and one.retention_date
        and one.is_over(now)
        and one.local(now).date() >= one.retention_date
    ]


def waiting(database: Database, now: datetime) -> list[tuple[int, str]]:
    """The purges to be done now. None while a poll is open elsewhere in this house: tables are taken from everybody."""
    with database.snapshot() as connection:
        return [] if _polling(connection, now) else purge.active(connection)


def _polling(connection: Connection, now: datetime) -> list[str]:
    """The real polls that are open, or open within the hour."""
    soon = now + AN_HOUR
    return [one.name for one in contests.every(connection)
            if not one.rehearsal and one.purged_at is None and (one.is_open(now) or one.is_open(soon))]  # fmt: skip


def run(database: Database, place: Place, home: Path, contest_id: int, certificate_id: str, now: datetime) -> bool:
    """Do what was ordered. May run twice, and goes on where it was left. Returns False if there is nothing to do.

    One at a time in the whole house. Every file of the database (if it is on this machine), of the home and of the
    backups is looked through for addresses of the register, before and after. Raises Conflict while a poll is open
    elsewhere in the house.
    """
    with purge.as_owner(place.url) as engine, purge.alone(engine):
        with engine.begin() as connection:
            found = purge.certificate(connection, certificate_id)
            contest = contests.find(connection, contest_id)
            busy = _polling(connection, now)
            if contest is None or found is None or found["state"] not in ("asked", "erased"):
                return False
            if busy and not contest.rehearsal:
                raise Conflict(f"The poll of {busy[0]} is open, or soon will be: erasing waits for its close.")
            words = purge.canaries(connection, contest_id, CANARIES)
        _do(database, engine, place, home, contest, found, words, now)
    return True


def _do(
    database: Database,
    engine: Engine,
    place: Place,
    home: Path,
    contest: Contest,
    found: dict[str, Any],
    words: list[str],
    now: datetime,
) -> None:
    contest_id, certificate_id = contest.contest_id, found["certificate_id"]
    data, recycles = purge.folder(engine)
    there = {Path(data), home.resolve(), place.folder} if data else {home.resolve(), place.folder}
    folders = [path for path in there if path.is_dir() and _readable(path)]
    # A rehearsal's people are invented: their rows go, and that is all.
    thorough = not contest.rehearsal
    before = _looked(engine, folders, words) if thorough and words else None
    if found["state"] == "asked":
        with engine.begin() as connection:
            erased = purge.erase(connection, contest_id)
            purge.keep(connection, certificate_id, state="erased", erased=erased)
    checks = _rewritten(engine, recycles) if thorough else []
    checks += _backups_dropped(database, place, now) if thorough else []
    with engine.begin() as connection:
        left = purge.rows_left(connection, contest_id)
    checks.append(_check("no row of the contest is left in any table", str(left) if left else ""))
    if thorough:
        checks.append(_searched(words, before, _looked(engine, folders, words), bool(data) and Path(data) in folders))
    with database.transaction() as connection:
        purge.keep(connection, certificate_id, state="done", done_at=now, checks=checks)
        done = purge.certificate(connection, certificate_id)
        if done:
            purge.keep(connection, certificate_id, seal=seal(done, place.key))


def _readable(folder: Path) -> bool:
    return os.access(folder, os.R_OK | os.X_OK)


def _looked(engine: Engine, folders: Sequence[Path], words: Sequence[str]) -> Search:
    purge.to_disk(engine)
    return search(folders, words)


def _check(words: str, trouble: str = "") -> dict[str, str]:
    """One line of the certificate: what was done or seen, and what kept it from being so."""
    return {"words": words, "trouble": trouble}


def _rewritten(engine: Any, recycles: str) -> list[dict[str, str]]:
    reading = purge.wait_for_readers(engine)
    checks = [_check(words, trouble) for words, trouble in purge.rewrite(engine)]
    if reading:
        checks.append(_check("nobody still reads what was there before", f"it was read for too long by {reading}"))
    if recycles == "on":
        why = "wal_recycle is on: old log files stay, to be written over. Set it off, and purge before a restart."
        checks.append(_check("old files of the log are not used again", why))
    return checks


def _backups_dropped(database: Database, place: Place, now: datetime) -> list[dict[str, str]]:
    """They hold what was erased. Where other contests are in the house, a new one is made first."""
    old = backups.every_backup(place.folder)
    backups.sweep(place.folder)
    with database.snapshot() as connection:
        others = [one for one in contests.every(connection) if one.purged_at is None]
    if others and old:
        backups.make(database, place, now)
    for one in old:
        backups.drop(one)
    words = f"{_backups(len(old))} from before dropped" if old else "there were no backups here"
    left = of_others(place)
    told = f"not touched: {_backups(len(left))} of another house, another key or an earlier release"
    return [_check(words, f"{told}: {', '.join(map(str, left[:5]))}" if left else "")]


def _backups(many: int) -> str:
    return f"{many} backup{'' if many == 1 else 's'}"


def _searched(words: Sequence[str], before: Search | None, after: Search, with_database: bool) -> dict[str, str]:
    if not words:
        return _check("no address was left to look for", "the register was empty, or an earlier try was cut short")
    seen = f"before it, {len(before.found) if before else 0} files held some of them"
    said = (
        f"{len(words)} addresses of the register were looked for in {after.files:,} files "
        f"({after.size / 1_000_000:,.0f} MB): none was found; {seen}"
    )
    trouble = []
    if after.found:
        trouble.append(f"still found in {', '.join(after.found[:5])}")
    if not with_database:
        trouble.append("the database's own files are on another machine and could not be looked through")
    if after.shut:
        trouble.append(f"{len(after.shut)} files could not be opened")
    return _check(said, "; ".join(trouble))


SEALED = ("contest_id", "certificate_id", "name", "polling_day", "asked_by", "asked_at", "done_at", "erased", "checks")


def seal(certificate: dict[str, Any], key: str) -> str:
    """Says whether a certificate is as this house wrote it."""
    parts = [certificate[name] for name in SEALED]
    return hmac.new(key.encode(), orjson.dumps(parts, option=orjson.OPT_SORT_KEYS), "sha256").hexdigest()[:32]


NAMED = {
    "elector": "Electors",
    "canvass_return": "Canvass returns",
    "door": "Doors",
    "mark": "Numbers called, and corrections",
    "knock_up_list": "Knock-up lists",
    "door_result": "Results at doors",
    "lift": "Lifts",
    "slip": "Slips of paper",
    "slip_photo": "Photographs of slips",
    "bundle": "Bundles of paper",
    "upload": "Files that were loaded",
    "person": "People invited",
    "device": "Phones and browsers let in",
}


def erased_in_words(erased: dict[str, int]) -> list[tuple[str, int]]:
    """What was erased, the most telling first; all that nobody would know by name together at the end."""
    named = [(words, erased[table]) for table, words in NAMED.items() if table in erased]
    rest = sum(rows for table, rows in erased.items() if table not in NAMED)
    return [*named, ("Everything else that belonged to them", rest)]


def certificate(database: Database, certificate_id: str) -> dict[str, Any]:
    """Raises NotThere."""
    with database.snapshot() as connection:
        found = purge.certificate(connection, _as_id(certificate_id))
    if found is None:
        raise NotThere("There is no such certificate.")
    return found


def of_contest(database: Database, contest_id: int) -> dict[str, Any] | None:
    """The newest certificate of a contest."""
    with database.snapshot() as connection:
        return purge.newest_certificate(connection, contest_id)


def _as_id(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise NotThere("There is no such certificate.") from None
