"""Results, places and outlines of seats, as the published files have them and as they come broken."""

import pytest

from gotv.domain.outlines import inside, read_outlines
from gotv.domain.postcodes import PlaceRow, parts, read_places
from gotv.domain.seats import ResultRow, code_named, read_centres, read_results
from gotv.domain.table_files import FileRefused, TableFile

# The first columns of the Library's files of 2019 and of 2024, as far as they matter.
OF_2019 = (
    "ons_id,constituency_name,region_name,country_name,result,first_party,second_party,electorate,valid_votes,majority"
)
OF_2024 = (
    "ONS ID,Constituency name,Region name,Country name,Result,First party,Second party,Electorate,Valid votes,Majority"
)
ROW = "E14001279,Hendon,London,England,Lab gain from Con,Lab,Con,74865,41256,15"


def table(headings: str, *rows: str) -> TableFile:
    return TableFile(tuple(headings.split(",")), [row.split(",") for row in rows], "UTF-8", "comma")


@pytest.mark.parametrize("headings", [OF_2019, OF_2024])
def test_results_are_read_in_both_ways_they_are_published(headings: str) -> None:
    reading = read_results(table(headings, ROW))
    assert reading.good == [ResultRow("E14001279", "Hendon", "London", "England", "Lab", "Con", 15, 41256, 74865)]


@pytest.mark.parametrize(
    ("row", "cause", "value"),
    [
        (ROW.replace("E14001279", "Hendon"), "This is no code of a seat, as E14001279", "Hendon"),
        (ROW.replace(",15", ",many"), "The majority must be a whole number", "many"),
        (ROW.replace(",15", ",41257"), "A majority cannot be larger than the votes", "Hendon: 41,257 of 41,256"),
        (ROW, "This seat came before in the file", "Hendon"),
        (ROW[:-3], "The row does not have as many cells as there are headings", "9 of 10"),
    ],
)
def test_a_row_that_cannot_be_is_set_aside_with_its_reason(row: str, cause: str, value: str) -> None:
    reading = read_results(table(OF_2024, ROW, row))
    assert (len(reading.good), reading.refused) == (1, [{"row": 3, "cause": cause, "value": value}])


def test_a_file_that_is_none_is_refused_by_what_it_lacks() -> None:
    with pytest.raises(FileRefused, match="no column for majority"):
        read_results(table(OF_2024.replace(",Majority", ",Lead"), ROW))
    with pytest.raises(FileRefused, match=r"No row .* can be used: row 2, the majority must be a whole number \(x\)"):
        read_results(table(OF_2024, ROW.replace(",15", ",x")))


def test_a_point_inside_goes_before_a_middle_that_may_lie_outside() -> None:
    headings = "code,name,centroid_lat,centroid_lon,inside_lat,inside_lon"
    reading = read_centres(table(headings, "E14001279,Hendon,51.6,-0.2,51.5,-0.1", "E14001280,Atlantis,0,0,0,0"))
    assert [(one.code, one.lat, one.lon) for one in reading.good] == [("E14001279", 51.5, -0.1)]
    assert reading.refused[0]["cause"] == "This place is not in the United Kingdom"


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("n1 4qd", ["N1 4QD", "N1 4", "N1"]),
        ("N14QD", ["N1 4QD", "N1 4", "N1"]),
        ("  sw1a  1aa ", ["SW1A 1AA", "SW1A 1", "SW1A"]),
        ("AB10 1", ["AB10 1", "AB10"]),
        ("N14", ["N14"]),
        ("W1A", ["W1A"]),
        ("ec1a1bb", ["EC1A 1BB", "EC1A 1", "EC1A"]),
        *((typed, []) for typed in ("", "N", "London", "N1 4Q", "N1 QD", "1 4QD", "N1 4QDX", "N1; DROP", "٣")),
    ],
)
def test_a_postcode_is_known_by_its_parts(typed: str, known: list[str]) -> None:
    assert [place for _, place in parts(typed)] == known


def grid(east: float, north: float) -> tuple[float, float]:
    return 51 + north / 1e7, -east / 1e7


def test_postcodes_are_read_in_degrees_and_in_metres() -> None:
    degrees = read_places(table("outcode,lat,lon,easting,northing", "N1,51.54,-0.1,533000,184000"), grid)
    assert degrees.good == [PlaceRow("N1", "outcode", 51.54, -0.1)]
    # Code-Point Open has no headings.
    metres = read_places(table("N1 4QD,10,533000,184000,E92000001", "N14QE,10,0,0,E92000001"), grid)
    assert metres.good == [PlaceRow("N1 4QD", "unit", *grid(533000, 184000))]
    assert metres.refused == [{"row": 2, "cause": "This postcode has no place", "value": "0, 0"}]
    with pytest.raises(FileRefused, match="neither lat and lon nor easting and northing"):
        read_places(table("postcode,ward", "N1 4QD,Mildmay"), grid)


SQUARE = [[-0.2, 51.4], [-0.1, 51.4], [-0.1, 51.5], [-0.2, 51.5], [-0.2, 51.4]]


def collection(geometry: object, **properties: object) -> dict[str, object]:
    feature = {"type": "Feature", "properties": {"PCON24CD": "E14001279"} | properties, "geometry": geometry}
    return {"type": "FeatureCollection", "features": [feature]}


def test_an_outline_is_kept_in_steps_with_a_point_inside() -> None:
    found = read_outlines(collection({"type": "Polygon", "coordinates": [SQUARE]}))
    assert found == {"E14001279": ([[-200, 51400, 100, 0, 0, 100, -100, 0]], (51.45, -0.15))}
    island = {"type": "MultiPolygon", "coordinates": [[SQUARE], [[[x + 1, y] for x, y in SQUARE]]]}
    assert len(read_outlines(collection(island))["E14001279"][0]) == 2


def test_the_point_lies_inside_even_of_a_horseshoe() -> None:
    shoe = [(0, 51), (3, 51), (3, 54), (2, 54), (2, 52), (1, 52), (1, 54), (0, 54), (0, 51)]
    lat, lon = inside([(float(x), float(y)) for x, y in shoe])
    assert 0 < lon < 3
    assert 51 < lat < 54
    assert not (1 <= lon <= 2 and lat >= 52)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ([], "This is no file of boundaries"),
        (collection(None), "Boundary 1 is no polygon of degrees"),
        (collection({"type": "Point", "coordinates": [0, 51]}), "Boundary 1 is no polygon of degrees"),
        (collection({"type": "Polygon", "coordinates": [SQUARE]}, PCON24CD=""), "Boundary 1 has no code of a seat"),
        (
            collection({"type": "Polygon", "coordinates": [[[x * 1e5, y * 1e4] for x, y in SQUARE]]}),
            "Boundary 1 is not in degrees within the United Kingdom. Export it as WGS84.",
        ),
    ],
)
def test_a_broken_file_of_boundaries_is_refused_by_name(content: object, said: str) -> None:
    with pytest.raises(FileRefused, match=said):
        read_outlines(content)


def test_the_code_of_a_seat_goes_by_many_names() -> None:
    for name in ("code", "PCON13CD", "pcon24cd", "ONS ID", "gss_code"):
        assert code_named({"name": "Hendon", name: "E14001279"}) == "E14001279"
    assert code_named({"PCON24NM": "E14001279", "other": "E14001279"}) == ""
