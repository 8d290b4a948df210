"""An independent fold of the ledger, compared with the counters, the board and the lists.

It shares no sum and no question with the live path, only the tables: its own reads, folded in plain Python.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gotv.domain.audit import breaks
from gotv.domain.contests import Contest
from gotv.errors import Conflict
from gotv.services.committee_room import board
from gotv.services.recount_folds import AtDoors, Number, fold, is_wanted, letter_of, not_withdrawn, number_of
from gotv.store import audit
from gotv.store import recount as reads
from gotv.store.database import Database
from gotv.store.planning import each_part_once


@dataclass
class Recount:
    """What was counted and every difference found, each in one line."""

    position: int
    entries: int = 0
    marked: int = 0
    lists: int = 0
    lists_not_compared: int = 0
    differences: list[str] = field(default_factory=list)

    def compare(self, what: str, recounted: Any, kept: Any) -> None:
        if recounted != kept:
            self.differences.append(f"{what}: the ledger gives {recounted}, kept is {kept}")


def entries_of(database: Database, contest_id: int, people: Collection[int]) -> list[str]:
    """The id of every entry of these people in the ledger of a contest, in its order."""
    with database.snapshot() as connection:
        return reads.entries_of(connection, contest_id, people)


def recount(database: Database, contest: Contest, now: datetime) -> Recount:
    """Fold the whole ledger of a contest and compare. ``differences`` is empty when all agree."""
    contest_id = contest.contest_id
    if contest.purged_at:
        raise Conflict(f"{contest.name} has been purged: there is nothing to recount.")
    with database.snapshot() as connection, each_part_once(connection):
        head = reads.head(connection, contest_id)
        rows = reads.ledger(connection, contest_id)
        electors = {(e.district, e.number, e.suffix): e for e in reads.electors(connection, contest_id)}
        blocks = reads.register_blocks(connection, contest_id)
        kept_standing = {row.id for row in reads.standing(connection, contest_id)}
        kept_doubtful = {row.id for row in reads.doubtful(connection, contest_id)}
        kept = {
            "districts": reads.district_counts(connection, contest_id),
            "places": reads.place_counts(connection, contest_id),
            "hours": reads.hour_counts(connection, contest_id),
        }
        districts = reads.districts(connection, contest_id)
        places = reads.places(connection, contest_id)
        results = reads.door_results(connection, contest_id)
        kept_settled = {(row.district, row.number, row.suffix) for row in reads.settled(connection, contest_id)}
        lost = [tuple(row) for row in reads.lost_pledges(connection, contest_id)]
        kept_shut = {row.door_id for row in reads.shut(connection, contest_id)}
        lists = reads.newest_lists(connection, contest_id)
        trail = audit.every(connection, contest_id)
    found = Recount(head.position, entries=len(rows))
    standing = fold(rows)
    found.compare("marks that stand", {row.id for row in standing}, kept_standing)
    _compare_doubtful(found, rows, kept_doubtful, kept["places"])
    _compare_register(found, electors, blocks)
    _compare_districts(found, standing, electors, districts, kept["districts"])
    _compare_places(found, rows, standing, electors, places, kept["places"])
    _compare_hours(found, standing, electors, kept["hours"])
    at_doors = AtDoors(results)
    found.compare("settled at their doors", at_doors.settled(), kept_settled)
    found.compare("pledges that no walk reaches", [], lost)
    found.compare("doors not to be called at again", at_doors.shut(), kept_shut)
    _compare_board(found, board(database, contest, now), kept["districts"])
    for one in lists:
        if one.position < head.register_position or one.walk_changed:
            found.lists_not_compared += 1
        else:
            _compare_list(found, one, rows, electors, at_doors)
    found.differences += breaks(trail)
    found.marked = sum(1 for number in {number_of(row) for row in standing} if number in electors)
    return found


def _compare_doubtful(found: Recount, rows: list[Any], kept: set[str], places: list[Any]) -> None:
    doubtful = [row for row in not_withdrawn(rows) if row.doubt]
    found.compare("doubtful marks", {row.id for row in doubtful}, kept)
    found.compare(
        "doubtful marks by place",
        Counter(row.place_id for row in doubtful),
        Counter({row.place_id: row.doubtful for row in places if row.doubtful}),
    )


def _compare_register(found: Recount, electors: dict[Number, Any], blocks: list[Any]) -> None:
    """The letters by which the ledger knows who has a number; those with a suffix have none."""
    kept = {
        (block.district, 256 * block.block + n, 0): letter
        for block in blocks
        for n, letter in enumerate(block.letters)
        if letter != "."
    }
    recounted = {number: letter_of(elector) for number, elector in electors.items() if not number[2]}
    wrong = sorted(n for n in kept.keys() | recounted.keys() if kept.get(n) != recounted.get(n))
    found.compare("numbers that the ledger takes for somebody else's", [], wrong[:5])


def _compare_districts(
    found: Recount, standing: list[Any], electors: dict[Number, Any], districts: list[str], kept: list[Any]
) -> None:
    marked = {number_of(row) for row in standing} & electors.keys()
    sums: dict[str, Counter[str]] = {district: Counter() for district in districts}
    for number, elector in electors.items():
        count = sums[elector.district]
        for name, holds in (("electors", True), ("pledges", elector.pledged), ("wanted", is_wanted(elector))):
            count[name] += holds
            if number in marked:
                count[{"electors": "marks", "pledges": "pledges_marked", "wanted": "wanted_marked"}[name]] += holds
    for row in standing:
        if number_of(row) not in electors and row.district in sums:
            sums[row.district]["unmatched"] += 1
    found.compare("polling districts counted", sorted(sums), sorted(row.district for row in kept))
    names = ("electors", "pledges", "wanted", "marks", "pledges_marked", "wanted_marked", "unmatched")
    for row in kept:
        for name in names:
            recounted = sums.get(row.district, Counter())[name]
            found.compare(f"district {row.district}, {name}", recounted, getattr(row, name))


def _compare_places(
    found: Recount,
    rows: list[Any],
    standing: list[Any],
    electors: dict[Number, Any],
    places: list[int],
    kept: list[Any],
) -> None:
    withdrawn = {row.withdraws for row in rows if row.kind == "withdraw"}
    # A mark that names another stands in its place: where that one was heard, it is not heard again.
    heard_at = {row.id: row.place_id for row in rows}
    heard = Counter(
        row.place_id for row in rows if row.kind != "withdraw" and heard_at.get(row.withdraws) != row.place_id
    )
    silent = Counter(row.place_id for row in rows if row.kind == "no_number" and row.id not in withdrawn)
    unmatched = Counter(row.place_id for row in standing if number_of(row) not in electors)
    found.compare("polling places counted", sorted(places), sorted(row.place_id for row in kept))
    for row in kept:
        found.compare(f"place {row.place_id}, heard", heard[row.place_id], row.heard)
        found.compare(f"place {row.place_id}, no number", silent[row.place_id], row.no_number)
        found.compare(f"place {row.place_id}, unmatched", unmatched[row.place_id], row.unmatched)


def _compare_hours(found: Recount, standing: list[Any], electors: dict[Number, Any], kept: list[Any]) -> None:
    first: dict[Number, datetime] = {}
    for row in standing:
        number = number_of(row)
        if number in electors:
            first[number] = min(first.get(number, row.received_at), row.received_at)
    marks: Counter[tuple[str, datetime]] = Counter()
    pledges: Counter[tuple[str, datetime]] = Counter()
    for number, at in first.items():
        hour = (number[0], at.replace(minute=0, second=0, microsecond=0))
        marks[hour] += 1
        pledges[hour] += electors[number].pledged
    found.compare("marks by hour", dict(marks), {(row.district, row.hour): row.marks for row in kept})
    kept_pledges = {(row.district, row.hour): row.pledges for row in kept if row.pledges}
    found.compare("marked pledges by hour", dict(+pledges), kept_pledges)


def _compare_board(found: Recount, snapshot: dict[str, Any], kept: list[Any]) -> None:
    """The board may be a few numbers further on than this recount; only one of the same position is compared."""
    if snapshot["position"] != found.position:
        return
    found.compare("board, marks in all", sum(row.marks for row in kept), snapshot["total"]["marks"])
    shown = {row["district"]: row for row in snapshot["districts"]}
    for row in kept:
        on_board = shown.get(row.district, {})
        for name in ("electors", "marks", "pledges", "pledges_marked"):
            found.compare(f"board, district {row.district}, {name}", getattr(row, name), on_board.get(name))
        outstanding = row.wanted - row.wanted_marked
        found.compare(f"board, district {row.district}, outstanding", outstanding, on_board.get("outstanding"))


def _compare_list(found: Recount, one: Any, rows: list[Any], electors: dict[Number, Any], at_doors: AtDoors) -> None:
    """Promise P6: at its position the list holds every wanted pledge not marked and not settled, once, and no other."""
    gone = {number_of(row) for row in fold(rows, one.position)} | at_doors.settled(one.position)
    shut = at_doors.shut(one.position)
    expected = sorted(
        number
        for number, elector in electors.items()
        if elector.walk_id == one.walk_id and elector.door_id not in shut and is_wanted(elector) and number not in gone
    )
    doors = [door for street in one.streets for door in street["doors"]]
    listed = sorted((str(e[0]), int(e[1]), int(e[2])) for door in doors for e in door["electors"])
    found.lists += 1
    what = f"list of walk {one.walk_id}, version {one.version}, position {one.position}"
    if expected != listed:
        wanting = sorted(set(expected) - set(listed))[:5]
        extra = sorted(set(listed) - set(expected))[:5]
        found.differences.append(f"{what}: wanting {wanting}, too many {extra}, {len(listed)} listed")
