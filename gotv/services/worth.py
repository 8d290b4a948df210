"""What knocking up was worth so far: for the board, for a page of its own, and as a file."""

from datetime import datetime
from typing import Any

from gotv.domain.contests import Contest
from gotv.domain.people import Person
from gotv.domain.worth import Worth, total
from gotv.errors import NotYours
from gotv.services.exports import csv_of
from gotv.store import lists, outstanding, worth
from gotv.store.database import Database

HEADINGS = (
    *("committee_room", "walk", "doors_left", "first_knocks_left", "pledges_left", "knocks", "contacts"),
    *("wasted_knocks", "saved_knocks", "team_hours", "doors_an_hour"),
)


def of_walks(
    database: Database, contest: Contest, person: Person, now: datetime, *, room: int | None = None
) -> dict[str, Any]:
    """In the person's scope, or of one room of it: ``walks``, each a row with its ``worth``; ``total``; ``hours``."""
    if room is not None and not person.sees_room(room):
        raise NotYours("That is another committee room.")
    room = room if room is not None else person.committee_room_id
    with database.snapshot() as connection:
        walks = lists.walks_of_room(connection, contest.contest_id, room, retired=True)
        figures = {row["walk_id"]: row for row in worth.by_walk(connection, contest.contest_id, now)}
        left = outstanding.left_by_walk(connection, contest.contest_id)
        hours = worth.by_hour(connection, contest.contest_id, room)
    rows = [walk | figures[walk["walk_id"]] | _left(left.get(walk["walk_id"])) for walk in walks]
    # A walk that was joined to another keeps the hours that were walked on it.
    rows = [row for row in rows if not row["retired"] or row["hours"] or row["knocks"]]
    return {
        "walks": [row | {"worth": total([row])} for row in rows],
        "total": total(rows),
        "hours": [hour | {"clock": f"{contest.local(hour['hour']):%H:%M}"} for hour in hours],
    }


def _left(row: Any) -> dict[str, int]:
    return {"doors_left": row.doors, "firsts_left": row.firsts, "pledges_left": row.pledges} if row else {}


def as_csv(database: Database, contest: Contest, person: Person, now: datetime) -> str:
    """The same by walk, for a spreadsheet. Counts only: no elector, no door, no forecast."""
    walks = of_walks(database, contest, person, now)["walks"]
    return csv_of([HEADINGS, *(_cells(row, row["worth"]) for row in walks)])


def _cells(row: dict[str, Any], figures: Worth) -> tuple[Any, ...]:
    return (
        row["committee_room"],
        row["name"],
        figures.doors_left,
        figures.firsts_left,
        figures.pledges_left,
        figures.knocks,
        figures.contacts,
        figures.wasted,
        figures.saved,
        f"{figures.hours:.2f}",
        figures.doors_an_hour.replace("–", ""),
    )
