"""The knock-up list: pledges not marked, not postal, not objecting, not settled at their door, door by door."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple
from zlib import crc32

from gotv.domain.doubts import neighbours
from gotv.domain.elector_numbers import ElectorNumber
from gotv.domain.priority import THIRD_KNOCK, Door, Moment, Placed, order

MOST_MEANT = 3
# District, number and suffix of a wanted pledge; by position, for there are fifteen thousand of them in a seat.
_number = itemgetter(6, 7, 8)


class Wanted(NamedTuple):
    """One pledge who has not been seen, with their door. Rows of a walk stand together, in walking order."""

    walk_id: int
    place_in_walk: int
    door_id: int
    street: str
    door: str
    postcode: str
    district: str
    number: int
    suffix: int
    strength: str
    wants_lift: bool
    wish: str
    knocks: int
    last_kind: str
    last_at: datetime | None
    promised_at: datetime | None
    doubtful: bool


def lists_by_walk(
    outstanding: Sequence[Wanted],
    walks: Mapping[int, Moment],
    position: int,
    improbable: Collection[ElectorNumber] = (),
) -> list[dict[str, Any]]:
    """One list for each of ``walks``, an empty one too. ``outstanding`` must be sorted by walk and place in it.

    A list: ``walk_id``, ``seed`` (of the draw between equals), ``third_knocks_wait`` (for first ones elsewhere),
    ``doors`` and ``electors`` (how many), ``streets``: [{"street", "section", "doors": [{"door_id", "door", "postcode",
    "electors": [[district, number, suffix], ...], "maybe": bool, "reason"}]}]. A door is *maybe* when each pledge there
    has a doubtful mark, or an improbable number was called that is a slip away from theirs: go there last.
    """
    meant = _meant(improbable, outstanding)
    by_walk = {walk: doors_of(rows, meant) for walk, rows in groupby(outstanding, itemgetter(0))}
    made = []
    for walk, moment in walks.items():
        seed = crc32(f"{walk}-{position}".encode())
        made.append(_list(walk, seed, order(by_walk.get(walk, ()), moment, seed), waits=moment.firsts_left))
    return made


def _meant(improbable: Collection[ElectorNumber], outstanding: Iterable[Wanted]) -> set[ElectorNumber]:
    """The pledges that improbable numbers may have been meant for. One that fits many says nothing about any."""
    if not improbable:
        return set()
    wanted = set(map(_number, outstanding))
    fitting = (neighbours(number) & wanted for number in improbable)
    return {near for some in fitting if len(some) <= MOST_MEANT for near in some}


def doors_of(rows: Iterable[Wanted], meant: Collection[ElectorNumber] = ()) -> list[Door]:
    """Wanted pledges put together by door."""
    doors: list[Door] = []
    here = None
    # Unpacked, not asked by name: a seat has fifteen thousand of these, and lists are made at every hour.
    for row in rows:
        (_, at, door_id, street, name, postcode, district, number, suffix, strength, lift, wish, knocks, last_kind,
         last_at, promised_at, doubtful) = row  # fmt: skip
        if here != door_id:
            here = door_id
            door = Door(door_id, street, name, postcode, district, at, [[district, number, suffix]], [strength], True,
                        lift, wish, knocks, last_kind, last_at, promised_at)  # fmt: skip
            doors.append(door)
        else:
            door.electors.append([district, number, suffix])
            door.strengths.append(strength)
            door.lift = door.lift or lift
        door.maybe = door.maybe and (doubtful or (district, number, suffix) in meant)
    return doors


def _list(walk_id: int, seed: int, placed: list[Placed], *, waits: bool) -> dict[str, Any]:
    return {
        "walk_id": walk_id,
        "seed": seed,
        "streets": [
            {"street": street, "section": section, "doors": [_door(door, reason) for _, reason, door in together]}
            for (section, street), together in groupby(placed, lambda one: (one[0], one[2].street))
        ],
        "third_knocks_wait": waits and any(door.knocks >= THIRD_KNOCK for *_, door in placed),
        "doors": len(placed),
        "electors": sum(len(door.electors) for *_, door in placed),
    }


def _door(door: Door, reason: str) -> dict[str, Any]:
    return {
        "door_id": door.door_id,
        "door": door.door,
        "postcode": door.postcode,
        "electors": door.electors,
        "maybe": door.maybe,
        "reason": reason,
    }


def struck(streets: list[dict[str, Any]], wanted: set[tuple[str, int, int]]) -> list[dict[str, Any]]:
    """The same streets with their rows numbered, and for each door how many of its electors are ``wanted`` now."""
    row = 0
    shown = []
    for street in streets:
        doors = []
        for door in street["doors"]:
            row += 1
            doors.append({**door, "row": row, "wanted": sum(tuple(elector) in wanted for elector in door["electors"])})
        shown.append({**street, "doors": doors})
    return shown
