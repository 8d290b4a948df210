"""The knock-up list: pledges not marked, not postal, not objecting, door by door in walking order."""

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter
from typing import Any, Protocol

from gotv.domain.doubts import neighbours
from gotv.domain.elector_numbers import ElectorNumber

MOST_MEANT = 3


class Wanted(Protocol):
    """One pledge who has not been seen."""

    walk_id: int
    street: str
    door: str
    postcode: str
    district: str
    number: int
    suffix: int
    doubtful: bool


def lists_by_walk(
    outstanding: Iterable[Wanted], walk_ids: Iterable[int], improbable: Iterable[ElectorNumber] = ()
) -> list[dict[str, Any]]:
    """One list for each walk, an empty one too. ``outstanding`` must be sorted by walk, street and door.

    A list: ``walk_id``, ``doors`` and ``electors`` (how many), ``streets``: [{"street", "doors": [{"door",
    "postcode", "electors": [[district, number, suffix], ...], "maybe": bool}]}]. A door is *maybe* when each pledge
    there has a doubtful mark, or an improbable number was called that is a slip away from theirs: go there last.
    """
    outstanding = list(outstanding)
    meant = _meant(improbable, {ElectorNumber(one.district, one.number, one.suffix) for one in outstanding})
    by_walk = {walk: _streets(rows, meant) for walk, rows in groupby(outstanding, attrgetter("walk_id"))}
    return [_list(walk, by_walk.get(walk, [])) for walk in walk_ids]


def _meant(improbable: Iterable[ElectorNumber], wanted: set[ElectorNumber]) -> set[ElectorNumber]:
    """The pledges that improbable numbers may have been meant for. One that fits many says nothing about any."""
    fitting = (neighbours(number) & wanted for number in improbable)
    return {near for some in fitting if len(some) <= MOST_MEANT for near in some}


def _streets(rows: Iterable[Wanted], meant: set[ElectorNumber]) -> list[dict[str, Any]]:
    return [
        {"street": street, "doors": [_door(*key, list(people), meant) for key, people in groupby(of_street, _door_key)]}
        for street, of_street in groupby(rows, attrgetter("street"))
    ]


_door_key = attrgetter("door", "postcode")


def _door(door: str, postcode: str, people: list[Wanted], meant: set[ElectorNumber]) -> dict[str, Any]:
    return {
        "door": door,
        "postcode": postcode,
        "electors": [[one.district, one.number, one.suffix] for one in people],
        "maybe": all(one.doubtful or (one.district, one.number, one.suffix) in meant for one in people),
    }


def _list(walk_id: int, streets: list[dict[str, Any]]) -> dict[str, Any]:
    doors = [door for street in streets for door in street["doors"]]
    return {
        "walk_id": walk_id,
        "streets": streets,
        "doors": len(doors),
        "electors": sum(len(door["electors"]) for door in doors),
    }


def struck(streets: list[dict[str, Any]], marked: set[tuple[str, int, int]]) -> list[dict[str, Any]]:
    """The same streets with their rows numbered, and for each door how many are still wanted now."""
    row = 0
    shown = []
    for street in streets:
        doors = []
        for door in street["doors"]:
            row += 1
            wanted = sum(tuple(elector) not in marked for elector in door["electors"])
            doors.append({**door, "row": row, "wanted": wanted})
        shown.append({"street": street["street"], "doors": doors})
    return shown
