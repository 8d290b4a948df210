"""Loading a country, putting it right by hand, and finding what is nearest in it."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from gotv.domain.battlegrounds import Rules, battlegrounds
from gotv.errors import Conflict, NotThere
from gotv.house import House
from gotv.services import seats
from gotv.services.country import LOOK_SECONDS, Country
from gotv.store import seats as store
from gotv.store.database import Database
from tests.country import ELECTION, boundaries, empty, loaded, look_again, postcodes, results
from tests.domain.test_battlegrounds import great_circle

REAL = os.environ.get("GOTV_REAL_DATA", "")


@pytest.fixture
def country(home: House) -> Iterator[Country]:
    with loaded(home):
        yield look_again(home).country


def names(country: Country, postcode: str) -> list[str]:
    return [one["name"] for one in country.nearest(*country.place_of(postcode))]


def test_from_a_postcode_to_the_nearest_battlegrounds(country: Country) -> None:
    assert names(country, "za1") == ["Alder", "Birch", "Elder & Ffynnon"]
    assert names(country, "ZE1 4QD") == ["Elder & Ffynnon", "Birch", "Alder"], "a whole one is found by its first half"
    first = country.nearest(*country.place_of("ZA1"))[0]
    assert (first["distance"], first["why"]) == (
        "less than a mile",
        "Lab won by 15 votes, ahead of Con: it can be lost.",
    )


@pytest.mark.parametrize(
    ("typed", "error", "said"),
    [
        ("London", Conflict, "This is no postcode. Type it like N1 4QD, or only its first half, like N1."),
        ("", Conflict, "This is no postcode"),
        ("BT1 1AA", NotThere, "We do not know where this postcode is. Try one nearby"),
    ],
)
def test_what_cannot_be_found_is_said_in_words(country: Country, typed: str, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        country.place_of(typed)


def test_a_place_abroad_is_refused_in_words(country: Country) -> None:
    for lat, lon in ((48.8, 2.3), (float("nan"), 0.0), (51.5, float("inf"))):
        with pytest.raises(Conflict, match="not in the United Kingdom"):
            country.nearest(lat, lon)


def test_without_any_battleground_it_says_so(home: House) -> None:
    empty(home)
    with pytest.raises(NotThere, match="No battlegrounds are named yet"):
        look_again(home).country.nearest(51.5, -0.1)


def test_a_change_of_the_rules_is_seen_by_every_process_within_seconds(home: House, country: Country) -> None:
    time = [0.0]
    other = Country(home.database, home.clock.now, lambda: time[0])
    assert names(other, "ZC1")[0] == "Birch"
    code, name = seats.find_seat(home.database, "cedar")
    seats.name_seat(home.database, code, "in", "Three votes in every street.")
    assert (name, names(other, "ZC1")[0]) == ("Cedar", "Birch")
    time[0] = LOOK_SECONDS
    assert names(other, "ZC1")[0] == "Cedar"
    assert other.nearest(51.55, -0.25)[0]["why"] == "Three votes in every street."
    seats.name_seat(home.database, code, "out")
    seats.name_seat(home.database, seats.find_seat(home.database, "E14000002")[0], "out")
    time[0] *= 2
    assert names(other, "ZD1") == ["Elder & Ffynnon", "Alder"]
    seats.name_seat(home.database, code, "")
    assert store_words(home) == {"E14000002": "out"}


def store_words(home: House) -> dict[str, str]:
    with home.database.snapshot() as connection:
        return store.rules(connection)[2].words


def test_what_was_known_is_told_while_the_database_is_away(home: House, country: Country) -> None:
    assert names(country, "ZA1")[0] == "Alder"
    away = Country(Database("postgresql://127.0.0.1:9/nowhere"), home.clock.now)
    with pytest.raises(OperationalError):
        away.nearest(51.55, -0.45)
    away.known, away.looked = country.known, -1e9
    assert names(away, "ZA1")[0] == "Alder"


def majority_of(home: House, name: str) -> tuple[str, int]:
    with home.database.snapshot() as connection:
        found = next(one for one in store.current(connection) if one.name == name)
    return found.result.kind, found.result.majority


def test_a_by_election_counts_until_the_next_general_election(home: House, country: Country) -> None:
    code, _ = seats.find_seat(home.database, "Cedar")
    seats.put_right(home.database, code, date(2025, 5, 1), "by-election", "RUK", "Lab", 6, 32_655)
    assert majority_of(home, "Cedar") == ("by-election", 6)
    seats.load_results(home.database, results(), date(2029, 5, 3))
    assert majority_of(home, "Cedar") == ("general", 20_000)


def test_a_correction_goes_before_the_file_and_can_be_taken_back(home: House, country: Country) -> None:
    code, _ = seats.find_seat(home.database, "Alder")
    seats.put_right(home.database, code, ELECTION, "correction", "Con", "Lab", 1, 40_000)
    seats.load_results(home.database, results(), ELECTION)
    assert majority_of(home, "Alder") == ("correction", 1), "the file, loaded again, does not undo it"
    seats.take_back(home.database, code, ELECTION, "correction")
    assert majority_of(home, "Alder") == ("general", 15)
    with pytest.raises(NotThere, match="no correction of 04 July 2024"):
        seats.take_back(home.database, code, ELECTION, "correction")
    with pytest.raises(Conflict, match="A majority of 9 cannot come of 8 votes"):
        seats.put_right(home.database, code, ELECTION, "correction", "Con", "Lab", 9, 8)


def test_a_seat_that_is_not_there_is_named(home: House, country: Country) -> None:
    with pytest.raises(NotThere, match="There is no seat 'Atlantis'"):
        seats.find_seat(home.database, "Atlantis")
    twin = results().replace(b"E14000001", b"E14000009")
    seats.load_results(home.database, twin, date(2019, 12, 12))
    with pytest.raises(Conflict, match=r"2 seats are called 'Alder'\. Say which, by its code: E14000001 or E14000009"):
        seats.find_seat(home.database, "Alder")


@pytest.mark.parametrize(
    ("load", "content", "said"),
    [
        ("results", b"name,votes\nAlder,3\n", "no column for"),
        ("results", b"PK\x03\x04...", "This is an Excel workbook"),
        ("boundaries", b"{", "This is no GeoJSON"),
        ("boundaries", b"[]", "This is no file of boundaries"),
        ("places", b"outcode,lat\nN1,51\n", "neither lat and lon"),
        ("centres", b"code,lat,lon\nE14000001,0,0\n", "No row of this file of places of seats can be used"),
    ],
)
def test_a_broken_file_changes_nothing_and_says_why(
    home: House, country: Country, load: str, content: bytes, said: str
) -> None:
    before = country.now().version
    do = {
        "results": lambda: seats.load_results(home.database, content, ELECTION),
        "boundaries": lambda: seats.load_boundaries(home.database, content),
        "centres": lambda: seats.load_centres(home.database, content),
        "places": lambda: seats.load_places(home.database, [postcodes(), content]),
    }
    with pytest.raises(Conflict, match=f"{said}.*Nothing was changed"):
        do[load]()
    with home.database.snapshot() as connection:
        assert store.version(connection) == before


def test_seats_without_a_place_are_told_and_left_out(home: House) -> None:
    empty(home)
    report = seats.load_results(home.database, results(), ELECTION)
    assert len(report["without_place"]) == 5
    assert seats.counted(home.database)[1] == []
    seats.load_boundaries(home.database, boundaries())
    seats.set_rules(home.database, party="Lab")
    assert [one.seat.name for one in seats.counted(home.database)[1]] == ["Alder", "Birch", "Elder & Ffynnon"]
    empty(home)


def test_sectors_and_outcodes_are_the_middle_of_their_postcodes(home: House) -> None:
    empty(home)
    # As Code-Point Open has two of Islington, and the degrees that go with them.
    rows = ["E8 2BB,10,533464,184799", "E8 2LA,10,533445,184841", "E8 3AA,10,534000,185000"]
    report = seats.load_places(home.database, ["\n".join(rows).encode()])
    assert (report["read"], report["refused"]) == (3, 0)
    with home.database.snapshot() as connection:
        known = store.parts(connection)
    assert sorted(known) == ["E8", "E8 2", "E8 3"]
    assert known["E8 2"] == pytest.approx((51.54650, -0.07679), abs=5e-5)
    country = look_again(home).country
    country.known.grounds = []
    assert country.place_of("e82la") == pytest.approx((51.54669, -0.07692), abs=5e-5)
    assert country.place_of("E8 2ZZ") == known["E8 2"]
    empty(home)


@pytest.mark.skipif(not REAL, reason="the public files are not here")
def test_of_the_whole_country_the_nearest_is_what_the_great_circle_says(home: House) -> None:
    """The published files of three elections, 2,880 outcodes, and each answer counted out."""
    empty(home)
    folder = Path(REAL)
    for year, day in (("2017", date(2017, 6, 8)), ("2019", date(2019, 12, 12)), ("2024", ELECTION)):
        content = (folder / f"constituencies/hoc_ge{year}_by_constituency.csv").read_bytes()
        assert seats.load_results(home.database, content, day)["read"] == 650
    for file in ("boundaries_2010_buc", "boundaries_2024_buc"):
        assert (
            seats.load_boundaries(home.database, (folder / f"constituencies/{file}.geojson").read_bytes())["read"]
            == 650
        )
    assert seats.load_places(home.database, [(folder / "postcodes/outcodes_gb.csv").read_bytes()])["read"] == 2880
    seats.set_rules(home.database, party="Lab", within_pct=5)
    country = look_again(home).country
    with home.database.snapshot() as connection:
        every = store.current(connection)
        outcodes = store.parts(connection)
    grounds = battlegrounds(every, Rules("Lab", 5))
    assert (len(every), len(outcodes)) == (650, 2880)
    assert 60 < len(grounds) < 120
    assert len(country.now().outlines) < 50_000, "the whole page is to stay under 150 KB"
    for outcode, (lat, lon) in outcodes.items():
        km = min(great_circle(lat, lon, one.seat.lat, one.seat.lon) for one in grounds)
        assert country.nearest(*country.place_of(outcode))[0]["km"] == pytest.approx(km, abs=0.006), outcode
    empty(home)
