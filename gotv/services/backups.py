"""Backups: taken while the house is in use, put where they are told, thinned out, and restored into a fresh house."""

import contextlib
import hashlib
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from gotv.domain.contests import Contest
from gotv.errors import Conflict, HouseError, NotThere
from gotv.services.backup_place import Place, fingerprint
from gotv.services.recount import recount
from gotv.store import contests, dump, ledger
from gotv.store.database import Database
from gotv.store.migrate import knows, migrate

# How old the newest may be while a poll is open; an alarm is raised at twice this.
EVERY = timedelta(minutes=10)
# And on any other day, as long as there is a contest.
EVERY_OTHERWISE = timedelta(hours=24)
# All of the last two hours are kept, and the first of each hour before.
KEPT_ALL, KEPT = timedelta(hours=2), timedelta(days=2)
BEGUN_SECONDS = 3600.0
_STAMP = "%Y%m%dT%H%M%S%fZ"


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup: the dump, and what its note says of it."""

    file: Path
    made_at: datetime
    contests: list[dict[str, Any]]
    note: dict[str, Any]

    @property
    def size(self) -> int:
        return int(self.note["bytes"])


def make(database: Database, place: Place, now: datetime) -> Backup:
    """Take one now. It counts only once its note is written, which is last. Raises HouseError, and leaves no half."""
    _make_folder(place.folder)
    file = place.folder / f"gotv-{now.astimezone(UTC).strftime(_STAMP)}.dump"
    half = file.with_suffix(".half")
    try:
        with database.snapshot() as connection:
            # It stands idle for as long as the dump takes.
            dump.wait_patiently(connection)
            pg_dump = dump.tool("pg_dump", place.tools, dump.server_major(connection))
            every = contests.every(connection)
            positions = ledger.positions(connection, [one.contest_id for one in every])
            revision = dump.revision(connection)
            half.touch(mode=0o600)
            dump.write(pg_dump, place.url, dump.share_snapshot(connection), half)
        note = {
            "made_at": now.astimezone(UTC).isoformat(),
            "revision": revision,
            "contests": [_noted(one, positions.get(one.contest_id, 0)) for one in every],
            "bytes": half.stat().st_size,
            "sha256": _sum(half),
            "key": fingerprint(place.key),
        }
        _to_disk(half)
        half.rename(file)
    except BaseException:
        half.unlink(missing_ok=True)
        raise
    _write_note(file, note)
    return _read(file)


def _noted(contest: Contest, position: int) -> dict[str, Any]:
    return {"contest_id": contest.contest_id, "name": contest.name, "position": position}


def every_backup(folder: Path) -> list[Backup]:
    """Every whole backup there, the newest first."""
    found = []
    for note in folder.glob("gotv-*.dump.json") if folder.is_dir() else ():
        # It may be thinned out while we look.
        with contextlib.suppress(FileNotFoundError):
            found.append(_read(note.with_suffix("")))
    return sorted(found, key=lambda one: one.made_at, reverse=True)


def is_due(folder: Path, every: Iterable[Contest], now: datetime) -> bool:
    """Whether one should be made: each ten minutes while a poll is open, else once a day. Never of an empty house."""
    kept = [contest for contest in every if contest.purged_at is None]
    newest = next(iter(every_backup(folder)), None)
    if not kept or newest is None:
        return bool(kept)
    return now - newest.made_at >= (EVERY if any(one.is_open(now) for one in kept) else EVERY_OTHERWISE)


def due(database: Database, folder: Path, now: datetime) -> bool:
    """As `is_due`, for the contests of this house."""
    with database.snapshot() as connection:
        return is_due(folder, contests.every(connection), now)


def make_if_due(database: Database, place: Place, now: datetime) -> int:
    """Make one if it is time, and thin the others out. Returns how many were made: 1 or 0."""
    if not due(database, place.folder, now):
        return 0
    make(database, place, now)
    thin_out(place.folder, now)
    sweep(place.folder)
    return 1


def thin_out(folder: Path, now: datetime) -> int:
    """Drop those that nobody would go back to. The newest always stays. Returns how many were dropped."""
    hours: set[str] = set()
    dropped = 0
    for one in reversed(every_backup(folder)[1:]):
        age, hour = now - one.made_at, f"{one.made_at:%Y%m%d%H}"
        if age > KEPT or (age > KEPT_ALL and hour in hours):
            drop(one)
            dropped += 1
        hours.add(hour)
    return dropped


def sweep(folder: Path) -> None:
    """Drop what is no whole backup: of a process that died over it. What was begun within the hour stays."""
    for half in [*folder.glob("gotv-*.half"), *folder.glob("gotv-*.dump")]:
        old = half.exists() and time.time() - half.stat().st_mtime > BEGUN_SECONDS
        if old and not _note_of(half).is_file():
            half.unlink(missing_ok=True)


def drop(one: Backup) -> None:
    """The note first: without it the file is no backup any more, whatever happens next."""
    _note_of(one.file).unlink(missing_ok=True)
    one.file.unlink(missing_ok=True)


def restore(database: Database, place: Place, file: Path, now: datetime, *, other_key: bool = False) -> dict[str, Any]:
    """Bring a backup into this house, which must hold no contest yet. Returns what came back, recounted.

    Raises NotThere, Conflict or HouseError, in words, with nothing changed.
    """
    backup = _checked(file, place.key, other_key)
    migrate(place.url)
    with database.snapshot() as connection:
        if there := contests.every(connection):
            names = ", ".join(one.name for one in there[:3])
            raise Conflict(f"This house is in use: it holds {names}. Restore into a fresh one: another --home, or an "
                           "empty database in GOTV_DATABASE_URL.")  # fmt: skip
        pg_restore = dump.tool("pg_restore", place.tools, dump.server_major(connection))
    database.close()
    try:
        dump.read(pg_restore, place.url, backup.file)
    finally:
        # An older release's tables are brought up to date; and a restore that broke off leaves a fresh house again.
        migrate(place.url)
        database.close()
    with database.snapshot() as connection:
        every = [one for one in contests.every(connection) if one.purged_at is None]
    counted = {one.contest_id: recount(database, one, now) for one in every}
    return {
        "made_at": backup.made_at.isoformat(),
        "contests": [
            _noted(one, counted[one.contest_id].position) | {"differences": counted[one.contest_id].differences}
            for one in every
        ],
    }


def _checked(file: Path, key: str, other_key: bool) -> Backup:
    if not file.is_file():
        raise NotThere(f"There is no file {file}.")
    if not _note_of(file).is_file():
        raise NotThere(f"{file.name} is no whole backup: the note {_note_of(file).name} is not beside it.")
    backup = _read(file)
    if _sum(file) != backup.note["sha256"]:
        raise HouseError(f"{file.name} is damaged: it is not what was written on {backup.made_at:%d %B at %H:%M} UTC. "
                         "Take another.")  # fmt: skip
    if not knows(backup.note["revision"]):
        raise Conflict(f"{file.name} was made by a newer release of this house. Bring this one up to date first.")
    if backup.note["key"] != fingerprint(key) and not other_key:
        raise Conflict("This house has another secret key than the one the backup is from: no link, card or phone of "
                       "that day would be let in. Set GOTV_SECRET_KEY to the old one; or say --other-key, and invite "
                       "everybody anew.")  # fmt: skip
    return backup


def _read(file: Path) -> Backup:
    note = orjson.loads(_note_of(file).read_bytes())
    return Backup(file, datetime.fromisoformat(note["made_at"]), note["contests"], note)


def _note_of(file: Path) -> Path:
    return file.with_name(f"{file.name}.json")


def _write_note(file: Path, note: dict[str, Any]) -> None:
    half = file.with_suffix(".half")
    half.touch(mode=0o600)
    half.write_bytes(orjson.dumps(note, option=orjson.OPT_INDENT_2))
    _to_disk(half)
    half.rename(_note_of(file))
    _to_disk(file.parent)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as why:
        raise HouseError(
            f"Backups cannot be put into {folder}: {why.strerror}. Name another in GOTV_BACKUPS."
        ) from None


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sum(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
