"""Promise P6 among writers who commit late: each list is right at the position it states, whoever wrote meanwhile."""

import random
import threading
import uuid
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gotv.house import House
from gotv.services import doors, knocking_up
from gotv.services.recount import recount
from gotv.store import recount as reads
from tests.builders import Seatlet, marked, withdrawal
from tests.cast import Cast

PLEDGES = {"1", "2", "3", "4", "5", "10/1"}


def number(written: str) -> tuple[str, int, int]:
    whole, _, suffix = written.partition("/")
    return "AB", int(whole), int(suffix or 0)


def every_list(home: House, contest_id: int, walk_id: int) -> list[Any]:
    from sqlalchemy import text

    with home.database.snapshot() as connection:
        sql = """SELECT version, position, streets FROM knock_up_list WHERE contest_id = :c AND walk_id = :w
                  ORDER BY version"""
        return list(connection.execute(text(sql), {"c": contest_id, "w": walk_id}))


def wanted_at(position: int, marks: list[Any], results: list[Any]) -> list[tuple[str, int, int]]:
    """Worked out here from the two logs, and nothing else."""
    seen = [row for row in marks if row.position <= position]
    taken_back = {row.withdraws for row in seen if row.kind == "withdraw"}
    gone = {
        (r.district, r.number, r.suffix) for r in seen if r.kind == "mark" and not r.doubt and r.id not in taken_back
    }
    found = [row for row in results if row.position <= position]
    undone = {row.withdraws for row in found if row.kind == "withdraw"}
    for row in found:
        if row.kind in ("voted", "gone", "no_calls") and row.id not in undone:
            gone |= {tuple(one) for one in row.electors} if row.kind != "no_calls" else shut(row)
    return sorted(number(one) for one in PLEDGES if number(one) not in gone)


def shut(row: Any) -> set[tuple[str, int, int]]:
    return {number(one) for one in PLEDGES if DOORS[row.door_id] == one.partition("/")[0]}


DOORS: dict[int, str] = {}


def writer(home: House, cast: Cast, seed: int) -> None:
    """Marks, takes back, finds and undoes, in an order of its own."""
    draw = random.Random(seed)
    houses = {door: door_id for door_id, door in DOORS.items()}
    sent: list[Any] = []
    for _ in range(12):
        what = draw.random()
        if what < 0.5:
            entry = marked(draw.choice(sorted(PLEDGES)))
            sent.append(("telling", entry))
            home.telling.take(cast.tess.person, home.telling.post_of(cast.tess.person), [entry])
        elif what < 0.65 and sent:
            kind, entry = draw.choice(sent)
            if kind == "telling":
                home.telling.take(cast.tess.person, home.telling.post_of(cast.tess.person), [withdrawal(entry)])
            else:
                back = {"id": str(uuid.uuid4()), "kind": "withdraw", "withdraws": entry["id"]}
                doors.take(home.database, cast.omar.person, [back], datetime.now(UTC))
        else:
            kind = draw.choice(["voted", "not_in", "gone", "no_calls"])
            found = {"id": str(uuid.uuid4()), "kind": kind, "door_id": houses[draw.choice(sorted(houses))]}
            sent.append(("door", found))
            doors.take(home.database, cast.kit.person, [found], datetime.now(UTC))


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_a_list_at_a_position_holds_nobody_gone_by_then_and_everybody_else_once(
    home: House, seatlet: Seatlet, cast: Cast, seed: int
) -> None:
    contest_id, walk = seatlet.contest_id, knocking_up.walks(home.database, cast.omar.person)[0]["walk_id"]
    knocking_up.make_list(home.database, contest_id, walk, datetime.now(UTC))
    if contest_id not in SEEN:
        SEEN.add(contest_id)
        DOORS.clear()
        for street in every_list(home, contest_id, walk)[0].streets:
            DOORS.update({door["door_id"]: door["door"] for door in street["doors"]})
    writers = [threading.Thread(target=writer, args=(home, cast, seed + n)) for n in range(4)]
    for one in writers:
        one.start()
    while any(one.is_alive() for one in writers):
        knocking_up.make_list(home.database, contest_id, walk, datetime.now(UTC))
    for one in writers:
        one.join()
    knocking_up.make_list(home.database, contest_id, walk, datetime.now(UTC))
    with home.database.snapshot() as connection:
        marks, results = reads.ledger(connection, contest_id), reads.door_results(connection, contest_id)
    made = every_list(home, contest_id, walk)
    for one in made:
        listed = sorted(tuple(e) for street in one.streets for door in street["doors"] for e in door["electors"])
        assert listed == wanted_at(one.position, marks, results), (one.version, one.position)
    assert [one.position for one in made] == sorted(one.position for one in made)
    assert recount(home.database, seatlet.contest, datetime.now(UTC)).differences == []


SEEN: set[int] = set()
