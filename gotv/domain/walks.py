"""Walks: the streets one team covers."""

from collections.abc import Iterable, Sequence

# A team covers 100 to 200 doors in one to two hours; a door has about two electors, and not every door is a pledge.
MOST_ELECTORS = 500


def split_into_walks(streets: Iterable[tuple[str, int]], most: int = MOST_ELECTORS) -> list[list[str]]:
    """Neighbouring streets (by name, as given) together until a walk is full; a street is never split."""
    walks: list[list[str]] = []
    in_walk = 0
    for street, electors in streets:
        if not walks or in_walk + electors > most:
            walks.append([])
            in_walk = 0
        walks[-1].append(street)
        in_walk += electors
    return walks


def walk_name(district: str, number: int, streets: Sequence[str]) -> str:
    """``MiA 2: Lion Road to Marsh Road``."""
    reach = streets[0] if len(streets) == 1 else f"{streets[0]} to {streets[-1]}"
    return f"{district} {number}: {reach}"
