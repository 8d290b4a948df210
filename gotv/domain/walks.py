"""Walks: the streets one team covers in one to two hours, and the order in which it walks them.

Without coordinates streets come as the register sorts them; with a point for each street, nearest streets are joined
and the way between them is shortened (nearest neighbour, then 2-opt). A street that is too long for one walk is cut
between two doors.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

# A round is 100 to 200 doors in one to two hours (London organisers' practice).
MOST_DOORS = 200
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Street:
    """Some doors of one street in walking order, whatever stands for a door. ``point``: its middle, in metres."""

    name: str
    doors: tuple[Any, ...]
    point: Point | None = None


def lay_out(streets: Iterable[Street], most: int = MOST_DOORS) -> list[list[Street]]:
    """Walks of at most ``most`` doors, each a list of streets (or parts of one) in walking order. No door is lost."""
    walks: list[list[Street]] = []
    in_walk = 0
    for part in (part for street in shortest_way(list(streets)) for part in cut(street, most)):
        if not walks or in_walk + len(part.doors) > most:
            walks.append([])
            in_walk = 0
        walks[-1].append(part)
        in_walk += len(part.doors)
    return walks


def cut(street: Street, most: int) -> list[Street]:
    """A street in as few even parts as it needs."""
    parts = max(1, math.ceil(len(street.doors) / most))
    size = math.ceil(len(street.doors) / parts) or 1
    return [
        Street(street.name, street.doors[start : start + size], street.point)
        for start in range(0, len(street.doors), size)
    ]


def shortest_way(streets: Sequence[Street]) -> list[Street]:
    """Streets with points first, from the most westerly on, each followed by its nearest; the others as they came."""
    placed = [street for street in streets if street.point is not None]
    lost = [street for street in streets if street.point is None]
    return _two_opt(_nearest_first(placed)) + lost


def _nearest_first(streets: list[Street]) -> list[Street]:
    left = sorted(streets, key=lambda street: (street.point or (0, 0), street.name))
    way = left[:1]
    left = left[1:]
    while left:
        nearest = min(left, key=lambda street: (_apart(way[-1], street), street.name))
        left.remove(nearest)
        way.append(nearest)
    return way


def _two_opt(way: list[Street]) -> list[Street]:
    """Turn round any stretch whose turning shortens the way, until none does. The first street stays the first."""
    shorter = True
    while shorter:
        shorter = False
        for i in range(len(way) - 2):
            for j in range(i + 2, len(way)):
                after = way[j + 1] if j + 1 < len(way) else None
                now = _apart(way[i], way[i + 1]) + (_apart(way[j], after) if after else 0)
                turned = _apart(way[i], way[j]) + (_apart(way[i + 1], after) if after else 0)
                if turned < now - 1e-9:
                    way[i + 1 : j + 1] = reversed(way[i + 1 : j + 1])
                    shorter = True
    return way


def _apart(one: Street, other: Street) -> float:
    return math.dist(one.point or (0, 0), other.point or (0, 0))


def length(way: Sequence[Street]) -> float:
    """Metres from street to street."""
    return sum(_apart(one, other) for one, other in pairwise(way))


def walk_name(district: str, number: int, streets: Sequence[str]) -> str:
    """``MiA 2: Lion Road to Marsh Road``."""
    reach = streets[0] if len(streets) == 1 else f"{streets[0]} to {streets[-1]}"
    return f"{district} {number}: {reach}"
