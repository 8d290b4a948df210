"""Rounds: numbered sweeps through the walks of a committee room, opened by an organiser or by the clock."""

from datetime import datetime

from sqlalchemy import Connection

from gotv.domain.people import Person
from gotv.domain.priority import knocking_rules
from gotv.errors import NotYours
from gotv.store import contests, rounds
from gotv.store.database import Database


def round_of(connection: Connection, contest_id: int, room: int) -> int:
    """The round that is open in a committee room. The first needs nobody to open it."""
    found = rounds.opened(connection, contest_id).get(room)
    return int(found["number"]) if found else 1


def open_round(database: Database, by: Person, room: int, seen: int, now: datetime) -> int:
    """Open the round after the one ``seen`` on the page: two organisers who click at once open one. Returns it."""
    with database.transaction() as connection:
        there = {one["committee_room_id"] for one in contests.rooms(connection, by.contest_id)}
        if room not in there or not by.sees_room(room):
            raise NotYours("That is another committee room.")
        if seen == round_of(connection, by.contest_id, room):
            rounds.open_one(connection, by.contest_id, room, seen + 1, by.name, now)
        return round_of(connection, by.contest_id, room)


def open_rounds_by_the_clock(database: Database, now: datetime) -> int:
    """Open every round whose time has come, in every contest that is polling. Returns how many."""
    opened = 0
    with database.transaction() as connection:
        for contest in contests.every(connection):
            if not contest.is_open(now):
                continue
            due = 1 + sum(f"{contest.local(now):%H:%M}" >= at for at in knocking_rules(contest.knocking_rules).rounds)
            known = rounds.opened(connection, contest.contest_id)
            for room in contests.rooms(connection, contest.contest_id):
                room_id = room["committee_room_id"]
                if known.get(room_id, {"number": 1})["number"] < due:
                    opened += rounds.open_one(connection, contest.contest_id, room_id, due, "the clock", now)
    return opened
