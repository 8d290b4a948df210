"""The walks as an organiser sees them: what is left, who is out with which, and what was done lately."""

from datetime import datetime, timedelta
from typing import Any

from gotv.domain.contests import Contest
from gotv.domain.people import Person
from gotv.domain.priority import knocking_rules
from gotv.services.outings import free_knockers
from gotv.store import contests, lists, outings, outstanding, rounds
from gotv.store.database import Database

LATELY = 30


def walks_and_rooms(database: Database, contest: Contest, person: Person, now: datetime) -> dict[str, Any]:
    """Shape: ``rooms`` with their ``round``, ``walks`` with ``left``, ``out`` and ``knockers``, ``lately``."""
    with database.snapshot() as connection:
        opened = rounds.opened(connection, contest.contest_id)
        rooms = [
            room | {"round": opened.get(room["committee_room_id"], {"number": 1, "opened_at": None, "opened_by": ""})}
            for room in contests.rooms(connection, contest.contest_id)
            if person.sees_room(room["committee_room_id"])
        ]
        walks = lists.newest_of_room(connection, contest.contest_id, person.committee_room_id)
        left = outstanding.left_by_walk(connection, contest.contest_id)
        newest = outings.newest(connection, contest.contest_id)
        lately = outings.history(connection, contest.contest_id, person.committee_room_id, LATELY)
        free = free_knockers(connection, contest.contest_id, now)
    for walk in walks:
        walk["left"] = left.get(walk["walk_id"])
        walk["out"] = newest.get(walk["walk_id"])
        walk["how"] = how(walk["out"], contest, now)
        walk["knockers"] = free.get(walk["committee_room_id"], [])
    for one in lately:
        is_last = newest[one["walk_id"]]["outing_id"] == one["outing_id"]
        one["undoable"] = is_last and one["ending"] in ("finished", "returned") and one["ends_at"] > now
    in_use = {walk["committee_room_id"] for walk in walks}
    return {
        "rooms": [room for room in rooms if room["committee_room_id"] in in_use] or rooms,
        "walks": walks,
        "lately": lately,
    }


def who_is_out(database: Database, contest: Contest, person: Person, now: datetime) -> dict[str, dict[str, Any]]:
    """For the open page, often: by walk, how it stands."""
    with database.snapshot() as connection:
        newest = outings.newest(connection, contest.contest_id)
    return {
        str(walk_id): how(out, contest, now)
        for walk_id, out in newest.items()
        if person.sees_room(out["committee_room_id"])
    }


def how(out: dict[str, Any] | None, contest: Contest, now: datetime) -> dict[str, Any]:
    """``state`` (free, out, quiet) and ``words`` for a walk by its newest outing."""
    if out is None:
        return {"state": "free", "words": "not out yet"}
    rules = knocking_rules(contest.knocking_rules)
    since = f"{contest.local(out['out_at']):%H:%M}"
    if out["back_at"]:
        back = f"{contest.local(out['back_at']):%H:%M}"
        return {"state": "free", "words": f"{WORDS[out['ending']]} {back}, {out['team']}, round {out['round']}"}
    if out["ends_at"] <= now:
        return {"state": "quiet", "words": f"with {out['team']} since {since}: the shift is over"}
    if out["heard_at"] <= now - timedelta(minutes=rules.quiet_minutes):
        heard = f"{contest.local(out['heard_at']):%H:%M}"
        return {"state": "quiet", "words": f"with {out['team']} since {since}, not heard of since {heard}"}
    return {"state": "out", "words": f"with {out['team']} since {since}, given by {out['given_by']}"}


WORDS = {
    "finished": "finished",
    "returned": "brought back",
    "moved": "moved",
    "aged": "not heard of again, taken back",
    "over": "shift over",
}
