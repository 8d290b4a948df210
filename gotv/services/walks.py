"""Walks: made from the register's streets; sorted, split and joined by an organiser."""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter, itemgetter
from statistics import fmean
from typing import Any

from sqlalchemy import Connection

from gotv.domain.people import Person
from gotv.domain.priority import Wish
from gotv.domain.walks import Point, Street, lay_out, shortest_way, walk_name
from gotv.errors import Conflict, NotThere, NotYours
from gotv.store import laying_out, outings, points, walks
from gotv.store.database import Database


def make_walks(connection: Connection, contest_id: int) -> None:
    """Make a door of every new address of the staged register, and give it a walk. Doors that have one keep it.

    A new house in a street that is walked already joins the walk of the house before it, or else of the first.
    """
    new = sorted(laying_out.new_doors(connection, contest_id))
    if not new:
        return
    walks.lock(connection, contest_id, None)
    walked: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for row in laying_out.walked_doors(connection, contest_id):
        walked.setdefault((row.district, row.street), []).append((row.door_order, row.walk_id))
    where = points.every(connection, contest_id)
    placed: list[tuple[Any, ...]] = []
    for district, of_district in groupby(new, attrgetter("district")):
        fresh: list[Street] = []
        given: dict[str, list[Street]] = {}
        for street, rows in groupby(of_district, attrgetter("street")):
            known = sorted(walked.get((district, street), ()))
            for walk, of_walk in groupby(sorted(rows, key=attrgetter("walk")), attrgetter("walk")):
                doors = sorted(of_walk)
                if walk:
                    given.setdefault(walk, []).append(_street(street, doors, where))
                elif known:
                    placed += [(*row[:5], _neighbours_walk(row.door_order, known), 0) for row in doors]
                else:
                    fresh.append(_street(street, doors, where))
        for name, streets in given.items():
            placed += _as_given(connection, contest_id, district, name, streets)
        placed += ((*door[:5], walk, place) for door, walk, place in _lay_out(connection, contest_id, district, fresh))
    laying_out.add_doors(connection, contest_id, placed)
    walks.number_doors(connection, contest_id, {walk for *_, walk, place in placed if not place})


def lay_out_again(connection: Connection, contest_id: int) -> None:
    """Where postcodes are is known better now: lay out the walks that nobody has touched or walked yet anew."""
    walks.lock(connection, contest_id, None)
    where = points.every(connection, contest_id)
    doors = laying_out.take_apart(connection, contest_id)
    for district, of_district in groupby(doors, attrgetter("district")):
        streets = [_street(name, list(rows), where) for name, rows in groupby(of_district, attrgetter("street"))]
        placed = [
            (door.door_id, walk, place) for door, walk, place in _lay_out(connection, contest_id, district, streets)
        ]
        laying_out.place_doors(connection, contest_id, placed)


def _street(name: str, doors: Sequence[Any], where: Mapping[str, Point]) -> Street:
    """A street with its middle, as far as the places of its postcodes are known."""
    known = [where[door.postcode] for door in doors if door.postcode in where]
    middle = (fmean(east for east, _ in known), fmean(north for _, north in known)) if known else None
    return Street(name, tuple(doors), middle)


def _as_given(
    connection: Connection, contest_id: int, district: str, name: str, streets: Sequence[Street]
) -> Iterator[tuple[Any, ...]]:
    """The walk that a file names, however many doors it has: made now, or there already."""
    full = name if name.startswith(district) else f"{district} {name}"
    walk_id = walks.named(connection, contest_id, district, full)
    if walk_id is None:
        walk_id = walks.add(connection, contest_id, district, full, given=True)
    way = shortest_way(streets)
    known = [row["street"] for row in walks.streets(connection, contest_id, walk_id)]
    walks.set_streets(connection, contest_id, walk_id, list(dict.fromkeys([*known, *(one.name for one in way)])))
    yield from ((*door[:5], walk_id, 0) for street in way for door in street.doors)


def _neighbours_walk(door_order: str, known: Sequence[tuple[str, int]]) -> int:
    """The walk of the last known house up to this one, or of the first."""
    at = bisect_right(known, door_order, key=itemgetter(0))
    return known[max(0, at - 1)][1]


def _lay_out(
    connection: Connection, contest_id: int, district: str, streets: Sequence[Street]
) -> Iterator[tuple[Any, int, int]]:
    """New walks for new streets: each of their doors with its walk and its place in it."""
    number = walks.number_in_district(connection, contest_id, district) if streets else 0
    for extra, parts in enumerate(lay_out(streets), 1):
        names = list(dict.fromkeys(part.name for part in parts))
        walk_id = walks.add(connection, contest_id, district, walk_name(district, number + extra, names))
        walks.set_streets(connection, contest_id, walk_id, names)
        doors = [door for part in parts for door in part.doors]
        yield from ((door, walk_id, place) for place, door in enumerate(doors, 1))


def find_walk(connection: Connection, person: Person, walk_id: int, *, retired: bool = False) -> dict[str, Any]:
    """A walk in this person's scope, or (``retired``) one that was. Raises NotThere or NotYours."""
    walk = walks.find(connection, person.contest_id, walk_id, retired=retired)
    if walk is None:
        raise NotThere("There is no such walk in this contest.")
    if not person.sees_room(walk["committee_room_id"]):
        raise NotYours("That walk belongs to another committee room.")
    return walk


def _alone(connection: Connection, person: Person, walk_id: int) -> dict[str, Any]:
    """The walk, once nobody else arranges walks of its polling district. Raises NotThere or NotYours."""
    walks.lock(connection, person.contest_id, find_walk(connection, person, walk_id)["district"])
    return find_walk(connection, person, walk_id)


def streets_and_doors(database: Database, person: Person, walk_id: int) -> dict[str, Any]:
    """A walk as an organiser arranges it: ``walk``, ``streets`` and ``doors`` in order, ``others`` of its district."""
    with database.snapshot() as connection:
        walk = find_walk(connection, person, walk_id)
        others = walks.of_district(connection, person.contest_id, walk["district"])
        return {
            "walk": walk,
            "others": [one for one in others if one["walk_id"] != walk_id],
            "streets": walks.streets(connection, person.contest_id, walk_id),
            "doors": walks.doors(connection, person.contest_id, walk_id),
        }


def sort(database: Database, person: Person, walk_id: int, order: Sequence[str], backwards: Collection[str]) -> None:
    """Walk the streets in this order. Raises Conflict when they are not the streets of this walk."""
    with database.transaction() as connection:
        _alone(connection, person, walk_id)
        there = [row["street"] for row in walks.streets(connection, person.contest_id, walk_id)]
        if sorted(order) != sorted(there):
            raise Conflict("The streets of this walk have changed meanwhile. Look at it again.")
        walks.set_streets(connection, person.contest_id, walk_id, order, backwards)
        _settle(connection, person.contest_id, [walk_id])


def split(database: Database, person: Person, walk_id: int, first_door: int) -> tuple[int, str]:
    """Everything from this door on becomes a walk of its own. Returns its id and name. Raises Conflict."""
    with database.transaction() as connection:
        walk = _alone(connection, person, walk_id)
        doors = walks.doors(connection, person.contest_id, walk_id)
        at = next((n for n, door in enumerate(doors) if door["door_id"] == first_door), 0)
        if not at:
            raise Conflict("Choose a door inside the walk: the new walk begins there.")
        order = walks.streets(connection, person.contest_id, walk_id)
        backwards = [row["street"] for row in order if row["backwards"]]
        stay, go = doors[:at], doors[at:]
        names = list(dict.fromkeys(door["street"] for door in go))
        number = walks.number_in_district(connection, person.contest_id, walk["district"]) + 1
        name = walk_name(walk["district"], number, names)
        new = walks.add(connection, person.contest_id, walk["district"], name)
        walks.give_doors(connection, person.contest_id, new, [door["door_id"] for door in go])
        walks.set_streets(connection, person.contest_id, new, names, backwards)
        left = list(dict.fromkeys(door["street"] for door in stay))
        walks.set_streets(connection, person.contest_id, walk_id, left, backwards)
        _settle(connection, person.contest_id, [walk_id, new])
    return new, name


def join(database: Database, person: Person, walk_id: int, other_id: int) -> None:
    """The doors of the other walk follow those of this one. Both must be of one polling district. Raises Conflict."""
    with database.transaction() as connection:
        walk, other = _alone(connection, person, walk_id), find_walk(connection, person, other_id)
        if walk_id == other_id or walk["district"] != other["district"]:
            raise Conflict("Choose another walk of the same polling district.")
        for one in (walk, other):
            if (out := outings.of_walk(connection, person.contest_id, one["walk_id"])) and not out["back_at"]:
                raise Conflict(f"{out['team']} is out with {one['name']}. Call them back first.")
        rows = [row for one in (walk_id, other_id) for row in walks.streets(connection, person.contest_id, one)]
        doors = walks.doors(connection, person.contest_id, other_id)
        walks.give_doors(connection, person.contest_id, walk_id, [door["door_id"] for door in doors])
        order = list(dict.fromkeys(row["street"] for row in rows))
        walks.set_streets(
            connection, person.contest_id, walk_id, order, [row["street"] for row in rows if row["backwards"]]
        )
        walks.set_streets(connection, person.contest_id, other_id, [])
        walks.retire(connection, person.contest_id, other_id)
        _settle(connection, person.contest_id, [walk_id])


def wish(database: Database, person: Person, walk_id: int, door_id: int, what: Wish) -> None:
    """Pin a door to the top of its list, set it aside, or neither."""
    with database.transaction() as connection:
        _alone(connection, person, walk_id)
        if not walks.set_wish(connection, person.contest_id, walk_id, door_id, what):
            raise NotThere("There is no such door on this walk.")
        walks.touch(connection, person.contest_id, [walk_id])


def _settle(connection: Connection, contest_id: int, walk_ids: Collection[int]) -> None:
    walks.number_doors(connection, contest_id, walk_ids)
    walks.touch(connection, contest_id, walk_ids)
