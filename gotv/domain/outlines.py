"""Outlines of seats: read from boundaries as GeoJSON, made small, and with a point that lies inside."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from gotv.domain.seats import code_named, is_here
from gotv.domain.table_files import FileRefused

# A thousandth of a degree is 110 metres: as fine as a map of the country needs.
STEPS_A_DEGREE = 1000
Ring = list[tuple[float, float]]
# Of each ring: the first corner, then the way to the next, in steps: east, north, east, north, …
Outline = list[list[int]]


def read_outlines(content: Any) -> dict[str, tuple[Outline, tuple[float, float]]]:
    """Read a GeoJSON FeatureCollection. Returns by code of the seat its outline and a point inside, (lat, lon).

    Raises FileRefused, naming the feature at fault.
    """
    features = content.get("features") if isinstance(content, Mapping) else None
    if not isinstance(features, list) or not features:
        raise FileRefused("This is no file of boundaries: a GeoJSON FeatureCollection was expected.")
    found: dict[str, tuple[Outline, tuple[float, float]]] = {}
    for n, feature in enumerate(features, 1):
        code = code_named(dict(feature.get("properties") or {})) if isinstance(feature, Mapping) else ""
        if not code:
            raise FileRefused(f"Boundary {n} has no code of a seat among its properties.")
        rings = _outer_rings(n, feature.get("geometry"))
        found[code] = ([_in_steps(ring) for ring in rings], inside(max(rings, key=lambda ring: abs(area(ring)))))
    return found


def _outer_rings(n: int, geometry: Any) -> list[Ring]:
    try:
        kind, corners = geometry["type"], geometry["coordinates"]
        polygons = {"Polygon": [corners], "MultiPolygon": corners}[kind]
        rings = [[(float(east), float(north)) for east, north, *_ in polygon[0]] for polygon in polygons]
    except (TypeError, KeyError, ValueError, IndexError):
        raise FileRefused(f"Boundary {n} is no polygon of degrees.") from None
    if not rings or any(len(ring) < 4 or not all(is_here(lat, lon) for lon, lat in ring) for ring in rings):
        raise FileRefused(f"Boundary {n} is not in degrees within the United Kingdom. Export it as WGS84.")
    return rings


def _in_steps(ring: Ring) -> list[int]:
    steps: list[int] = []
    last: tuple[int, int] | None = None
    for lon, lat in ring[:-1]:
        at = round(lon * STEPS_A_DEGREE), round(lat * STEPS_A_DEGREE)
        if at == last:
            continue
        steps += (at[0] - last[0], at[1] - last[1]) if last else at
        last = at
    return steps


def area(ring: Ring) -> float:
    """In square degrees; below nought when it runs clockwise."""
    return sum(x * v - u * y for (x, y), (u, v) in _sides(ring)) / 2


def inside(ring: Ring) -> tuple[float, float]:
    """A point inside, (lat, lon): the middle if it lies inside, else the middle of the widest part of a line across."""
    size = area(ring)
    if size:
        lon = sum((x + u) * (x * v - u * y) for (x, y), (u, v) in _sides(ring)) / (6 * size)
        lat = sum((y + v) * (x * v - u * y) for (x, y), (u, v) in _sides(ring)) / (6 * size)
        if _holds(ring, lon, lat):
            return round(lat, 5), round(lon, 5)
    norths = sorted({y for _, y in ring})
    lat = (norths[len(norths) // 2 - 1] + norths[len(norths) // 2]) / 2 if len(norths) > 1 else norths[0]
    cuts = _crossings(ring, lat)
    west, east = max(zip(cuts[::2], cuts[1::2], strict=False), key=lambda cut: cut[1] - cut[0], default=ring[0])
    return round(lat, 5), round((west + east) / 2, 5)


def _holds(ring: Ring, lon: float, lat: float) -> bool:
    return sum(cut > lon for cut in _crossings(ring, lat)) % 2 == 1


def _crossings(ring: Ring, lat: float) -> list[float]:
    """Where a line along this latitude crosses the sides."""
    return sorted(x + (lat - y) * (u - x) / (v - y) for (x, y), (u, v) in _sides(ring) if (y > lat) != (v > lat))


def _sides(ring: Ring) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    return pairwise(ring)
