"""A small country: five seats in a row, their results, outlines and postcodes, loaded as an organisation does."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import orjson
from sqlalchemy import text

from gotv.house import House
from gotv.services import seats

ELECTION = date(2024, 7, 4)
HEADINGS = "ONS ID,Constituency name,Region name,Country name,First party,Second party,Electorate,Valid votes,Majority"
# Each seat is a square of a tenth of a degree; the first begins in the west, and so on.
NAMES = {
    "E14000001": ("Alder", "Lab", "Con", 15),
    "E14000002": ("Birch", "Con", "Lab", 900),
    "E14000003": ("Cedar", "Lab", "Con", 20_000),
    "E14000004": ("Dogwood", "LD", "Con", 300),
    "W07000005": ("Elder & Ffynnon", "Lab", "PC", 2_500),
}
WEST, SOUTH, SIDE = -0.5, 51.5, 0.1


def results() -> bytes:
    rows = [f"{code},{name},South,England,{first},{second},70000,40000,{majority}"
            for code, (name, first, second, majority) in NAMES.items()]  # fmt: skip
    return "\n".join([HEADINGS, *rows]).encode()


def boundaries() -> bytes:
    features = []
    for n, code in enumerate(NAMES):
        west, east = WEST + n * SIDE, WEST + (n + 1) * SIDE
        corners = [[west, SOUTH], [east, SOUTH], [east, SOUTH + SIDE], [west, SOUTH + SIDE], [west, SOUTH]]
        geometry = {"type": "Polygon", "coordinates": [corners]}
        features.append({"type": "Feature", "properties": {"PCON24CD": code}, "geometry": geometry})
    return orjson.dumps({"type": "FeatureCollection", "features": features})


def postcodes() -> bytes:
    """ZA1 lies in the first seat, ZB1 in the second, and so on."""
    rows = [f"Z{chr(65 + n)}1,{SOUTH + SIDE / 2:.3f},{WEST + (n + 0.5) * SIDE:.3f}" for n in range(len(NAMES))]
    return "\n".join(["outcode,lat,lon", *rows]).encode()


@contextmanager
def loaded(home: House) -> Iterator[None]:
    """The small country, with Labour's battlegrounds within 10 %; nothing of it is left afterwards."""
    empty(home)
    seats.load_results(home.database, results(), ELECTION)
    seats.load_boundaries(home.database, boundaries())
    seats.load_places(home.database, [postcodes()])
    seats.set_rules(home.database, name="Sampleton Forward", party="Lab", within_pct=10)
    yield
    empty(home)


def empty(home: House) -> None:
    with home.database.transaction() as connection:
        for table in ("named_seat", "seat_result", "seat", "place_point"):
            connection.execute(text(f"DELETE FROM {table}"))
    seats.set_rules(home.database, name="", party="", within_pct=10, held=True, targets=True)


def look_again(home: House) -> House:
    """What a process holds is read anew at its next question, without waiting for its time."""
    home.country.looked = -1e9
    return home
