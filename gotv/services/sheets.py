"""A sheet that is out: what is to be crossed out of it by now, and what came back on it, keyed by row number."""

import uuid
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection

from gotv.domain.contests import Contest
from gotv.domain.doors import Result
from gotv.domain.people import Person
from gotv.domain.sheets import LETTERS, WORDS, Keyed, NotARow, SheetRow, code_of, crossed_out, read_keyed, rows_of
from gotv.domain.sheets import strike_off as in_words
from gotv.errors import Conflict, NotThere
from gotv.services import doors
from gotv.services.walks import find_walk
from gotv.store import bundles, door_results, lists, outstanding
from gotv.store.database import Database


def find(database: Database, person: Person, walk_id: int, version: int) -> dict[str, Any]:
    """One version of a walk's sheet: ``code``, ``rows``, ``crossed`` (row numbers), ``text``, ``results`` by row.

    Raises NotThere or NotYours.
    """
    with database.snapshot() as connection:
        walk = find_walk(connection, person, walk_id, retired=True)
        rows = _rows(connection, person.contest_id, walk_id, version)
        newest = lists.newest_versions(connection, person.contest_id, [walk_id])[walk_id]
        crossed = _crossed(connection, person.contest_id, [row for row, _ in rows])
        keyed = door_results.newest_at(connection, person.contest_id, [door for _, door in rows])
    code = code_of(walk_id)
    return {
        "walk": walk,
        "code": code,
        "version": version,
        "newest": newest,
        "rows": [{"row": row, "crossed": row.number in crossed, "found": keyed.get(door)} for row, door in rows],
        "crossed": crossed,
        "text": in_words(code, version, crossed),
    }


def _rows(connection: Connection, contest_id: int, walk_id: int, version: int) -> list[tuple[SheetRow, int]]:
    """The rows of that version, each with its door."""
    found = lists.find(connection, contest_id, walk_id, version)
    if found is None:
        raise NotThere(f"There is no version {version} of sheet {code_of(walk_id)}. Look at the paper again.")
    doors_in_order = [door["door_id"] for street in found["streets"] for door in street["doors"]]
    return list(zip(rows_of(found["streets"]), doors_in_order, strict=True))


def _crossed(connection: Connection, contest_id: int, rows: Sequence[SheetRow]) -> list[int]:
    numbers = {number for row in rows for number in row.numbers}
    return crossed_out(rows, outstanding.wanted_among(connection, contest_id, numbers))


def strike_offs(database: Database, person: Person) -> list[dict[str, Any]]:
    """For each sheet on paper in the person's scope what is to be crossed out: ``code``, ``version``, ``text``."""
    with database.snapshot() as connection:
        out = bundles.printed(connection, person.contest_id)
        mine = lists.walks_of_room(connection, person.contest_id, person.committee_room_id)
        told = []
        for walk in mine:
            if version := out.get(walk["walk_id"]):
                rows = [row for row, _ in _rows(connection, person.contest_id, walk["walk_id"], version)]
                crossed = _crossed(connection, person.contest_id, rows)
                code = code_of(walk["walk_id"])
                told.append(
                    walk | {"code": code, "version": version, "crossed": crossed, "left": len(rows) - len(crossed)}
                    | {"text": in_words(code, version, crossed)}
                )  # fmt: skip
    return told


def find_code(text: str) -> tuple[int, int]:
    """Walk and version of what is written on a sheet, as ``K-17 3``. Raises Conflict when it is no such code."""
    parts = text.upper().replace("VERSION", " ").replace("SHEET", " ").replace("K-", " ").replace(",", " ").split()
    if len(parts) != 2 or not all(part.isdecimal() and part.isascii() and len(part) < 10 for part in parts):
        raise Conflict("Write the sheet's code and its version, as in K-17 3.")
    return int(parts[0]), int(parts[1])


def keep(
    database: Database, contest: Contest, person: Person, walk_id: int, version: int, form_id: str, text: str,
    found_at: str, now: datetime,
) -> list[str]:  # fmt: skip
    """Keep what came back on a sheet. Returns a line in words for each row. All of it is kept, or nothing.

    ``form_id``: a form sent twice keeps each row once. ``found_at``: when the doors were knocked, as ``HH:MM``; empty:
    just now. Raises Conflict, naming the row that cannot be read.
    """
    with database.snapshot() as connection:
        find_walk(connection, person, walk_id, retired=True)
        rows = _rows(connection, contest.contest_id, walk_id, version)
    try:
        keyed = read_keyed(text, len(rows))
    except NotARow as why:
        raise Conflict(str(why)) from None
    at = _found_at(found_at, contest, now)
    sent = [_result(one, *rows[one.row - 1], contest, form_id, at) for one in keyed]
    answers = doors.take(database, person, sent, now)["answers"]
    return [
        f"Row {one.row}, {rows[one.row - 1][0].street} {rows[one.row - 1][0].door}: {_said(one)}"
        + (f". Not kept: {answer['reason']}" if answer["outcome"] == doors.REFUSED else "")
        for one, answer in zip(keyed, answers, strict=True)
    ]


def _result(one: Keyed, row: SheetRow, door_id: int, contest: Contest, form_id: str, at: datetime) -> dict[str, Any]:
    """A result as a phone would send it: of everybody on that row."""
    return {
        "id": str(uuid.uuid5(uuid.UUID(form_id), f"{one.row}{one.letter}{one.at or ''}")),
        "kind": LETTERS[one.letter],
        "door_id": door_id,
        "at": at.isoformat(),
        "electors": [list(number) for number in row.numbers],
        "promised_at": contest.at(one.at).isoformat() if one.at else None,
    }


def _found_at(text: str, contest: Contest, now: datetime) -> datetime:
    if not text.strip():
        return now
    try:
        at = contest.at(time.fromisoformat(text.strip().zfill(5)))
    except ValueError:
        raise Conflict(f"{text.strip()[:20]!r} is no time. Write it as 14:30, or leave it empty.") from None
    if at > now:
        raise Conflict(f"{text.strip()} is still to come. When were the doors knocked?")
    return at


def _said(one: Keyed) -> str:
    at = f" at {one.at:%H:%M}" if one.at else ""
    return WORDS[one.letter].removesuffix(" (at …)") + at


def undo(database: Database, person: Person, result_id: str, now: datetime) -> None:
    """Take one result back. Raises Conflict, saying why it cannot be."""
    back = {"id": str(uuid.uuid4()), "kind": Result.WITHDRAW, "withdraws": result_id, "at": now.isoformat()}
    answer = doors.take(database, person, [back], now)["answers"][0]
    if answer["outcome"] == doors.REFUSED:
        raise Conflict(answer["reason"])
