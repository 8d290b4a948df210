"""A sheet that is out: what is to be crossed out of it by now, and what came back on it, keyed by row number."""

import re
import uuid
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection

from gotv.domain.contests import Contest
from gotv.domain.doors import LONGEST_LIST, MOST_PASSENGERS, SETTLES, Result
from gotv.domain.people import Person
from gotv.domain.sheets import LETTERS, WORDS, Keyed, NotARow, SheetRow, code_of, promised, read_keyed, rows_of
from gotv.domain.sheets import strike_off as in_words
from gotv.errors import Conflict, NotThere
from gotv.services import doors
from gotv.services.walks import find_walk
from gotv.store import door_results, lists, sheets
from gotv.store.database import Database

LONGEST_KEYED = 20_000
Rows = list[tuple[SheetRow, int]]


def find(database: Database, person: Person, walk_id: int, version: int) -> dict[str, Any]:
    """One version of a walk's sheet: ``code``, ``rows``, ``text`` (what to cross out), ``newest`` version.

    Raises NotThere or NotYours.
    """
    with database.snapshot() as connection:
        walk = find_walk(connection, person, walk_id, retired=True)
        found = _list(connection, person.contest_id, walk_id, version)
        rows = _rows(found)
        newest = lists.newest_versions(connection, person.contest_id, [walk_id])[walk_id]
        told = _told(connection, person.contest_id, walk_id, version, rows)
        keyed = door_results.newest_at(connection, person.contest_id, [door for _, door in rows])
    shown = [{"row": row, "crossed": row.number in told["crossed"], "found": keyed.get(door)} for row, door in rows]
    return told | {"walk": walk, "newest": newest, "made_at": found["made_at"], "rows": shown}


def _list(connection: Connection, contest_id: int, walk_id: int, version: int) -> dict[str, Any]:
    found = lists.find(connection, contest_id, walk_id, version)
    if found is None:
        raise NotThere(f"There is no version {version} of sheet {code_of(walk_id)}. Look at the paper again.")
    return found


def _rows(found: dict[str, Any]) -> Rows:
    """The rows of that version, each with its door."""
    in_order = [door["door_id"] for street in found["streets"] for door in street["doors"]]
    return list(zip(rows_of(found["streets"]), in_order, strict=True))


def _told(connection: Connection, contest_id: int, walk_id: int, version: int, rows: Rows) -> dict[str, Any]:
    """What whoever holds the sheet is told: ``crossed``, ``left``, ``code``, ``version``, ``text``."""
    door_ids = [door for _, door in rows]
    wanted = sheets.doors_still_wanted(connection, contest_id, door_ids)
    walks = sheets.walks_of_doors(connection, contest_id, door_ids)
    crossed = [row.number for row, door in rows if door not in wanted]
    elsewhere = [row.number for row, door in rows if door in wanted and walks.get(door) != walk_id]
    code = code_of(walk_id)
    return {
        "code": code,
        "version": version,
        "crossed": crossed,
        "left": len(rows) - len(crossed),
        "text": in_words(code, version, crossed, elsewhere),
    }


def strike_offs(database: Database, person: Person) -> list[dict[str, Any]]:
    """For each sheet that was printed in the person's scope what is to be crossed out by now."""
    with database.snapshot() as connection:
        out = sheets.printed(connection, person.contest_id)
        mine = sheets.walks_named(connection, person.contest_id, person.committee_room_id, [walk for walk, _ in out])
        told = []
        for walk_id, version in out:
            if walk_id in mine:
                rows = _rows(_list(connection, person.contest_id, walk_id, version))
                one = _told(connection, person.contest_id, walk_id, version, rows)
                told.append(one | {"walk_id": walk_id, "name": mine[walk_id]})
    return told


def find_code(text: str) -> tuple[int, int]:
    """Walk and version of what is written on a sheet, as ``K-17 3``. Raises Conflict when it is no such code."""
    numbers = re.findall(r"[0-9]+", text)
    if len(numbers) != 2 or max(map(len, numbers)) > 9:
        raise Conflict(f"{text.strip()[:30]!r} is no sheet: write its code and its version, as in K-17 3.")
    return int(numbers[0]), int(numbers[1])


def keep(
    database: Database, contest: Contest, person: Person, walk_id: int, version: int, form_id: str, text: str,
    found_at: str, now: datetime,
) -> list[str]:  # fmt: skip
    """Keep what came back on a sheet. Returns a line in words for each row. All of it is kept, or nothing.

    ``form_id``: a form sent twice keeps each row once. ``found_at``: when the doors were knocked, as ``HH:MM``; empty:
    just now. Raises Conflict, naming the row that cannot be read.
    """
    if len(text) > LONGEST_KEYED:
        raise Conflict("That is more than a sheet holds. Key it in parts.")
    with database.snapshot() as connection:
        find_walk(connection, person, walk_id, retired=True)
        found = _list(connection, contest.contest_id, walk_id, version)
        rows = _rows(found)
        at = _found_at(found_at, contest, found["made_at"], now)
        try:
            keyed = read_keyed(text, len(rows))
            times = [promised(one, at, contest) for one in keyed]
        except NotARow as why:
            raise Conflict(str(why)) from None
        homes = sheets.homes(connection, contest.contest_id, [n for one in keyed for n in rows[one.row - 1][0].numbers])
    sent = [
        _result(one, *rows[one.row - 1], homes) | {"at": at.isoformat(), "promised_at": then and then.isoformat()}
        for one, then in zip(keyed, times, strict=True)
    ]
    for one in sent:
        one["id"] = str(uuid.uuid5(uuid.UUID(form_id), f"{one['row']}{one['kind']}{found_at}{one['promised_at']}"))
    answers = _taken(database, person, sent, now)
    return [
        _said(rows[one.row - 1][0], one, then and contest.local(then), answer)
        for one, then, answer in zip(keyed, times, answers, strict=True)
    ]


def _taken(database: Database, person: Person, sent: Sequence[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = []
    for start in range(0, len(sent), LONGEST_LIST):
        answers += doors.take(database, person, list(sent[start : start + LONGEST_LIST]), now)["answers"]
    return answers


def _result(one: Keyed, row: SheetRow, door_id: int, homes: dict[tuple[str, int, int], int]) -> dict[str, Any]:
    """A result as a phone would send it.

    Of those on that row who live there still. Whose address was written anew is followed; where nobody of the row is
    known any more (a new number), it is about whoever lives behind that door.
    """
    kind = LETTERS[one.letter]
    there = [number for number in row.numbers if homes.get(number) == door_id]
    if not there and (moved := [homes[number] for number in row.numbers if number in homes]):
        door_id = moved[0]
        there = [number for number in row.numbers if homes.get(number) == door_id]
    return {
        "row": one.row,
        "kind": kind,
        "door_id": door_id,
        "electors": [list(number) for number in there] if kind in SETTLES else [],
        "passengers": min(row.people, MOST_PASSENGERS),
    }


def _found_at(text: str, contest: Contest, made_at: datetime, now: datetime) -> datetime:
    if not text.strip():
        return now
    try:
        at = contest.at(time.fromisoformat(text.strip().zfill(5)))
    except ValueError:
        raise Conflict(f"{text.strip()[:20]!r} is no time. Write it as 14:30, or leave it empty.") from None
    if at > now:
        raise Conflict(f"{text.strip()} is still to come. When were the doors knocked?")
    if at < made_at.replace(second=0, microsecond=0):
        raise Conflict(f"This sheet was only made at {contest.local(made_at):%H:%M}. When were the doors knocked?")
    return at


def _said(row: SheetRow, one: Keyed, then: datetime | None, answer: dict[str, Any]) -> str:
    """A line for the clerk: what was kept of a row, or why not."""
    words = WORDS[one.letter].removesuffix(" (at …)") + (f" at {then:%H:%M}" if then else "")
    line = f"Row {one.row}, {row.street} {row.door}: {words}"
    if answer["outcome"] == doors.REFUSED:
        return f"{line}. Not kept: {answer['reason']}"
    if answer["outcome"] == doors.REPEATED:
        return f"{line}. Not kept again: this form was sent before. Open the sheet anew to key more."
    return line


def undo(database: Database, person: Person, result_id: str, now: datetime) -> None:
    """Take one result back. Raises Conflict, saying why it cannot be."""
    with database.snapshot() as connection:
        if not door_results.known(connection, person.contest_id, [result_id]):
            raise Conflict("There is no such result.")
    back = {"id": str(uuid.uuid4()), "kind": Result.WITHDRAW, "withdraws": result_id, "at": now.isoformat()}
    answer = doors.take(database, person, [back], now)["answers"][0]
    if answer["outcome"] == doors.REFUSED:
        raise Conflict(answer["reason"])
