"""Where postcodes are, as files have it: metres, degrees, or Code-Point Open without headings."""

import math

import pytest

from gotv.domain.points import PointRow, read_points
from gotv.domain.table_files import FileRefused, TableFile


def points_of(headings: list[str], *rows: list[str]) -> list[PointRow]:
    good: list[PointRow] = read_points(TableFile(tuple(headings), rows, "UTF-8", "comma")).good
    return good


def test_metres_are_taken_as_they_are_and_postcodes_are_tidied() -> None:
    assert points_of(["Postcode", "Easting", "Northing"], ["n14qd", "531 123".replace(" ", ""), "184799.4"]) == [
        PointRow("N1 4QD", 531123, 184799)
    ]


def test_degrees_become_metres_that_are_right_next_door() -> None:
    one, other = points_of(["pcds", "lat", "long"], ["N1 4QD", "51.5", "-0.1"], ["N1 4QE", "51.501", "-0.1"])
    assert math.dist(one[1:], other[1:]) == pytest.approx(111, abs=1)


def test_code_point_open_has_no_headings() -> None:
    assert points_of(
        ["PR0 2AD", "10", "355008", "429378", "E92000001"], ["PR0 2AE", "10", "355009", "429379", "x"]
    ) == [
        PointRow("PR0 2AD", 355008, 429378),
        PointRow("PR0 2AE", 355009, 429379),
    ]


def test_rows_without_a_place_are_refused_by_cause() -> None:
    rows = [
        ["N1 4QD", "0", "0"],
        ["nowhere", "1", "1"],
        ["N1 4QE", "east", "2"],
        ["N1 4QF", "5", "6"],
        ["N14QF", "7", "8"],
    ]
    reading = read_points(TableFile(("postcode", "x", "y"), rows, "UTF-8", "comma"))
    assert reading.good == [PointRow("N1 4QF", 5, 6)]
    assert [(one["row"], one["cause"]) for one in reading.refused] == [
        (2, "This postcode has no place"),
        (3, "This is no postcode"),
        (4, "An easting and a northing must be numbers"),
    ]
    assert reading.remarks == {"This postcode came before in the file: the first counts": [6]}


def test_a_file_without_places_is_refused_whole() -> None:
    with pytest.raises(FileRefused, match="no columns easting and northing"):
        points_of(["postcode", "ward"], ["N1 4QD", "Mildmay"])
    with pytest.raises(FileRefused, match="more than a contest needs"):
        points_of(["postcode", "x", "y"], *([["N1 4QD", "1", "1"]] * 200_001))
