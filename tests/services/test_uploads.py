"""A file's way in, through the real database: checked, confirmed, applied; or refused, changing nothing."""

import csv
import io
import re
from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import text

from gotv.errors import Conflict, NotThere
from gotv.house import House
from gotv.services import refused_rows, uploads
from gotv.services.committee_room import board
from gotv.services.recount import recount
from tests.builders import REGISTER_HEADINGS, Seatlet, csv_of, electors, load_ok, marked
from tests.cast import Cast

DISTRICTS = ["AB", "AC", "BA"]
PDCODE = "PDCode,RollNo,ElectorSurname,ElectorForename,FranchiseMarker,RegisteredAddress1,PostCode".split(",")


def receive(seatlet: Seatlet, kind: str, content: bytes, *, whole: bool = True) -> int:
    return uploads.receive(seatlet.home.database, seatlet.contest_id, kind, "a.csv", content, "Asha", whole=whole)


def check(seatlet: Seatlet, kind: str, content: bytes) -> dict[str, Any]:
    return uploads.check(seatlet.home.database, seatlet.contest_id, receive(seatlet, kind, content))


def load(seatlet: Seatlet, kind: str, content: bytes, *, whole: bool = True) -> dict[str, Any]:
    """Check, confirm and apply."""
    database, contest_id = seatlet.home.database, seatlet.contest_id
    upload_id = receive(seatlet, kind, content, whole=whole)
    uploads.check(database, contest_id, upload_id)
    uploads.confirm(database, contest_id, upload_id)
    return uploads.apply(database, contest_id, upload_id)


def register(
    districts: Iterable[str] = DISTRICTS, *, without: Iterable[tuple[str, int, int]] = (), more: Iterable[Any] = ()
) -> bytes:
    """The seatlet's register, without some numbers, with some rows more."""
    gone = set(without)
    kept = [row for row in electors(list(districts)) if (row[0], row[1], row[2]) not in gone]
    return csv_of(REGISTER_HEADINGS, [*kept, *more])


def elector_row(district: str, number: int, suffix: int = 0, surname: str = "New") -> tuple[Any, ...]:
    return (district, number, suffix, "", "", surname, "Pat", "N1 4QD", f"{number} {district} Elm Road", "Sampleton")


def changes(*rows: tuple[str, str, str]) -> bytes:
    """A monthly file: kind of change, district and number, surname."""
    lines = [
        (kind, *number.split("-"), surname, "Pat", "E", f"1 {number[:2]} Elm Road", "N1 4QD")
        for kind, number, surname in rows
    ]
    return csv_of(["ChangeTypeID", *PDCODE], lines)


def elector(seatlet: Seatlet, number: str) -> dict[str, Any]:
    """One elector as kept; ``AB-10/1``."""
    district, bare = number.split("-")
    where = dict(zip(("n", "s"), [*map(int, bare.split("/")), 0], strict=False))
    with seatlet.home.database.snapshot() as connection:
        found = connection.execute(
            text("SELECT * FROM elector WHERE contest_id = :c AND district = :d AND number = :n AND suffix = :s"),
            {"c": seatlet.contest_id, "d": district, **where},
        ).one()
    return dict(found._mapping)


def kept(seatlet: Seatlet) -> list[Any]:
    """All that an import may change."""
    questions = (
        "SELECT * FROM elector WHERE contest_id = :c ORDER BY elector_id",
        "SELECT * FROM canvass_return WHERE contest_id = :c ORDER BY elector_id",
        "SELECT * FROM polling_district WHERE contest_id = :c ORDER BY district",
        "SELECT * FROM polling_station WHERE contest_id = :c ORDER BY station_id",
        "SELECT * FROM polling_place WHERE contest_id = :c ORDER BY place_id",
        "SELECT * FROM ledger_head WHERE contest_id = :c",
        "SELECT * FROM walk_street WHERE contest_id = :c ORDER BY walk_id, street",
        "SELECT * FROM door WHERE contest_id = :c ORDER BY door_id",
    )
    with seatlet.home.database.snapshot() as connection:
        return [list(connection.execute(text(each), {"c": seatlet.contest_id})) for each in questions]


def total(seatlet: Seatlet) -> dict[str, Any]:
    return dict(board(seatlet.home.database, seatlet.contest, seatlet.home.clock.now())["total"])


def differences(seatlet: Seatlet) -> list[str]:
    return recount(seatlet.home.database, seatlet.contest, seatlet.home.clock.now()).differences


def tell(cast: Cast, home: House, *numbers: str, district: str = "AB") -> list[str]:
    person = cast.tess.person
    sent = [marked(number, district) for number in numbers]
    answers = home.telling.take(person, home.telling.post_of(person), sent)["answers"]
    return [str(one["outcome"]) for one in answers]


FILES = {
    "register": register(["AB", "ZZ"]),
    "absent": csv_of(["PD", "ENO", "Type"], [("AB", 1, "Postal")]),
    "pledges": csv_of(["elector_number", "code"], [("AB-1", "Theirs"), ("AB-9", "Ours")]),
    "stations": csv_of(["PD", "Name", "Postcode"], [("ZZ", "Chapel", "N1 1AB")]),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_check_says_what_would_change_and_changes_nothing(seatlet: Seatlet, kind: str) -> None:
    before = kept(seatlet)
    report = check(seatlet, kind, FILES[kind])
    assert report["added"] + report["changed"] + report["removed"] > 0
    assert kept(seatlet) == before


@pytest.mark.parametrize("kind", FILES)
def test_the_check_foretells_what_applying_does(seatlet: Seatlet, kind: str) -> None:
    foretold = check(seatlet, kind, FILES[kind])
    assert load(seatlet, kind, FILES[kind]) == foretold


@pytest.mark.parametrize("kind", FILES)
def test_the_same_file_again_changes_nothing(seatlet: Seatlet, kind: str) -> None:
    first = load(seatlet, kind, FILES[kind])
    again = load(seatlet, kind, FILES[kind])
    assert (again["added"], again["changed"], again["removed"]) == (0, 0, 0)
    assert again["unchanged"] == first["added"] + first["changed"] + first["unchanged"]


@pytest.mark.parametrize(
    ("kind", "column"),
    [("register", "columns"), ("absent", "type"), ("pledges", "voting_intention"), ("stations", "place")],
)
def test_a_file_that_is_not_what_it_claims_names_the_column_and_changes_nothing(
    seatlet: Seatlet, kind: str, column: str
) -> None:
    before = kept(seatlet)
    report = check(seatlet, kind, csv_of(["PD", "ENO", "Dish"], [("AB", 1, "Soup")]))
    assert column in report["error"]
    assert kept(seatlet) == before


def test_a_file_refused_as_a_whole_cannot_be_confirmed(seatlet: Seatlet) -> None:
    upload_id = receive(seatlet, "register", b"%PDF-1.7")
    report = uploads.check(seatlet.home.database, seatlet.contest_id, upload_id)
    assert report["error"].startswith("This is a PDF")
    with pytest.raises(Conflict):
        uploads.confirm(seatlet.home.database, seatlet.contest_id, upload_id)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (csv_of(REGISTER_HEADINGS, []), "The file has headings, but below them no row that can be used"),
        (csv_of(REGISTER_HEADINGS, [elector_row("", 1)]), r"Not one row .* No polling district \(1 rows\)"),
    ],
)
def test_a_file_without_one_good_row_is_refused(seatlet: Seatlet, content: bytes, words: str) -> None:
    report = check(seatlet, "register", content)
    assert report.keys() == {"error"}
    assert re.search(words, report["error"])


def test_an_empty_file_is_not_received(seatlet: Seatlet) -> None:
    with pytest.raises(Conflict, match="The file is empty"):
        receive(seatlet, "register", b"")


def test_a_file_of_no_known_kind_is_not_received(seatlet: Seatlet) -> None:
    with pytest.raises(Conflict, match="Choose what kind of file"):
        receive(seatlet, "menu", b"Dish,Price\n")


def test_refused_rows_are_grouped_by_cause_with_their_row_numbers(seatlet: Seatlet) -> None:
    bad = [elector_row("AB", 0), elector_row("", 3), elector_row("AB", 0), elector_row("AB", 1)]
    report = check(seatlet, "register", register(["AB"], more=bad))
    assert report["refused"] == 4
    assert report["refused_by_cause"] == [
        {"cause": "The elector number cannot be read", "count": 2, "rows": [14, 16]},
        {"cause": "No polling district", "count": 1, "rows": [15]},
        {"cause": "This elector number came before in the file", "count": 1, "rows": [17]},
    ]


def rows_refused(seatlet: Seatlet, kind: str, content: bytes) -> list[list[str]]:
    upload_id = receive(seatlet, kind, content)
    uploads.check(seatlet.home.database, seatlet.contest_id, upload_id)
    return list(csv.reader(io.StringIO(refused_rows.as_csv(seatlet.home.database, seatlet.contest_id, upload_id))))


def test_refused_rows_can_be_downloaded_with_their_reasons(seatlet: Seatlet) -> None:
    headings, row = rows_refused(seatlet, "register", register(["AB"], more=[elector_row("AB", 0)]))
    assert headings == ["Row", "Why it was refused", "Value", *REGISTER_HEADINGS]
    assert row[:4] == ["14", "The elector number cannot be read", "0/0", "AB"]


def test_a_formula_in_a_refused_row_is_only_text(seatlet: Seatlet) -> None:
    spoilt = ("AB", "=1+1", 0, "", "", "@SUM(A1)", "-Pat", "N1 4QD", "+44 Elm Road", "")
    _, row = rows_refused(seatlet, "register", register(["AB"], more=[spoilt]))
    assert row[2:] == ["'=1+1/0", "AB", "'=1+1", "0", "", "", "'@SUM(A1)", "'-Pat", "N1 4QD", "'+44 Elm Road", ""]


def test_refused_rows_of_a_file_without_headings_are_the_right_rows(seatlet: Seatlet) -> None:
    rows = [["ZZ", f"{n}/1", "", "", f"Elector{n}", "Pat", "1 Elm Road", *[""] * 14, "N1 4QD"] for n in range(1, 31)]
    rows[0][0] = rows[20][0] = ""
    found = rows_refused(seatlet, "register", csv_of(rows[0], rows[1:]))
    assert [(row[0], row[7]) for row in found[1:]] == [("1", "Elector1"), ("21", "Elector21")]


def test_without_refused_rows_there_is_nothing_to_download(seatlet: Seatlet) -> None:
    with pytest.raises(NotThere):
        rows_refused(seatlet, "register", register())
    with pytest.raises(NotThere):
        rows_refused(seatlet, "register", b"%PDF-1.7")


def test_a_register_with_fewer_electors_removes_the_missing_ones_in_its_own_districts_only(seatlet: Seatlet) -> None:
    report = load_ok(seatlet, "register", register(["AB"], without=[("AB", 3, 0), ("AB", 10, 1)]))
    assert (report["added"], report["changed"], report["removed"]) == (0, 0, 2)
    assert not elector(seatlet, "AB-3")["registered"]
    assert not elector(seatlet, "AB-10/1")["registered"]
    assert elector(seatlet, "AB-10")["registered"]
    assert elector(seatlet, "BA-3")["registered"]
    assert total(seatlet)["electors"] == 34


def test_a_file_of_additions_only_removes_nobody(seatlet: Seatlet) -> None:
    report = load(seatlet, "register", csv_of(REGISTER_HEADINGS, [elector_row("AB", 11)]), whole=False)
    assert (report["added"], report["removed"], report["whole"]) == (1, 0, False)
    assert total(seatlet)["electors"] == 37


def test_a_late_addition_is_another_elector(seatlet: Seatlet) -> None:
    load_ok(seatlet, "register", register(more=[elector_row("AB", 1, 1, "Late")]))
    assert elector(seatlet, "AB-1/1")["surname"] == "Late"
    assert elector(seatlet, "AB-1")["surname"] == "Elector1"


def test_monthly_changes_add_amend_and_delete(seatlet: Seatlet) -> None:
    report = load_ok(seatlet, "register", changes(("N", "AB-11", "New"), ("M", "AB-1", "Wed"), ("D", "AB-2", "Gone")))
    assert (report["added"], report["changed"], report["removed"], report["whole"]) == (1, 1, 1, False)
    assert elector(seatlet, "AB-11")["registered"]
    assert elector(seatlet, "AB-1")["surname"] == "Wed"
    assert not elector(seatlet, "AB-2")["registered"]
    assert differences(seatlet) == []


def test_monthly_changes_of_electors_we_do_not_have_are_remarked_upon(seatlet: Seatlet) -> None:
    report = load_ok(seatlet, "register", changes(("M", "AB-77", "Wed"), ("D", "AB-78", "Gone")))
    assert {remark["cause"]: remark["rows"] for remark in report["remarks"]} == {
        "Amended, but new to us: added": [2],
        "To be deleted, but not on the register": [3],
    }
    assert (report["added"], report["removed"]) == (1, 0)


def test_marks_taken_before_a_register_comes_again_still_stand(cast: Cast, seatlet: Seatlet, home: House) -> None:
    assert tell(cast, home, "1", "10/1", "9") == ["marked", "marked", "marked"]
    load_ok(seatlet, "register", register(more=[elector_row("AB", 11)]))
    assert (total(seatlet)["marks"], total(seatlet)["pledges_marked"]) == (3, 2)
    assert differences(seatlet) == []


def test_the_mark_of_an_elector_who_leaves_the_register_attaches_again_when_they_return(
    cast: Cast, seatlet: Seatlet, home: House
) -> None:
    tell(cast, home, "1")
    load_ok(seatlet, "register", register(without=[("AB", 1, 0)]))
    assert (total(seatlet)["marks"], total(seatlet)["unmatched"], differences(seatlet)) == (0, 1, [])
    load_ok(seatlet, "register", register())
    assert (total(seatlet)["marks"], total(seatlet)["unmatched"], differences(seatlet)) == (1, 0, [])


def test_an_unmatched_number_matches_once_a_later_register_lists_it(cast: Cast, seatlet: Seatlet, home: House) -> None:
    assert tell(cast, home, "11", "10/3") == ["unmatched", "unmatched"]
    load(seatlet, "register", csv_of(REGISTER_HEADINGS, [elector_row("AB", 11)]), whole=False)
    assert (total(seatlet)["marks"], total(seatlet)["unmatched"]) == (1, 1)
    assert differences(seatlet) == []


def test_a_number_of_a_district_we_did_not_know_matches_once_the_register_has_it(
    cast: Cast, seatlet: Seatlet, home: House
) -> None:
    assert tell(cast, home, "ZZ-1", district="") == ["unmatched"]
    load_ok(seatlet, "register", register(["ZZ"]))
    assert (total(seatlet)["marks"], total(seatlet)["unmatched"]) == (1, 0)
    assert differences(seatlet) == []


def test_a_pledge_loaded_after_the_mark_counts_as_seen(cast: Cast, seatlet: Seatlet, home: House) -> None:
    tell(cast, home, "9")
    load_ok(seatlet, "pledges", csv_of(["elector_number", "code"], [("AB-9", "Ours")]))
    assert total(seatlet)["pledges_marked"] == 1
    assert differences(seatlet) == []


def test_an_objection_survives_the_register_and_later_answers(seatlet: Seatlet) -> None:
    load_ok(seatlet, "pledges", csv_of(["elector_number", "code", "do not knock"], [("AB-1", "Ours", "Y")]))
    load_ok(seatlet, "register", register())
    load_ok(seatlet, "pledges", csv_of(["elector_number", "code", "do not knock"], [("AB-1", "Ours", "")]))
    assert elector(seatlet, "AB-1")["objects"]


def test_a_list_of_objections_takes_back_no_pledge(seatlet: Seatlet) -> None:
    report = load_ok(seatlet, "pledges", csv_of(["elector_number", "do not knock"], [("AB-1", "Y"), ("AB-2", "Y")]))
    assert (report["changed"], report["unchanged"]) == (2, 0)
    assert elector(seatlet, "AB-1")["pledged"]
    assert elector(seatlet, "AB-1")["objects"]
    assert differences(seatlet) == []


def test_an_older_file_of_returns_does_not_take_back_a_later_answer(seatlet: Seatlet) -> None:
    headings = ["elector_number", "code", "contacted_at"]
    load_ok(seatlet, "pledges", csv_of(headings, [("AB-9", "Ours", "20/06/2024")]))
    report = load_ok(seatlet, "pledges", csv_of(headings, [("AB-9", "Theirs", "01/06/2024")]))
    assert (report["changed"], report["unchanged"]) == (0, 1)
    assert elector(seatlet, "AB-9")["pledged"]


def test_a_later_answer_takes_the_place_of_the_one_before(seatlet: Seatlet) -> None:
    report = load_ok(seatlet, "pledges", csv_of(["elector_number", "code"], [("AB-1", "Theirs")]))
    assert report["changed"] == 1
    assert not elector(seatlet, "AB-1")["pledged"]


def test_a_pledge_survives_that_its_elector_leaves_and_returns(seatlet: Seatlet) -> None:
    load_ok(seatlet, "register", register(without=[("AB", 1, 0)]))
    assert total(seatlet)["pledges"] == 20
    load_ok(seatlet, "register", register())
    assert (elector(seatlet, "AB-1")["pledged"], total(seatlet)["pledges"]) == (True, 21)
    assert differences(seatlet) == []


def test_a_whole_list_of_absent_voters_takes_back_those_it_lacks_in_its_districts(seatlet: Seatlet) -> None:
    report = load_ok(seatlet, "absent", csv_of(["PD", "ENO", "Type"], [("AB", 6, "Postal")]))
    assert (report["added"], report["removed"], report["unchanged"]) == (0, 2, 1)
    assert elector(seatlet, "AB-7")["absent"] == ""
    assert elector(seatlet, "BA-7")["absent"] == "postal"


def test_numbers_that_nobody_has_are_refused_and_the_rest_is_loaded(seatlet: Seatlet) -> None:
    report = load(seatlet, "absent", csv_of(["PD", "ENO", "Type"], [("AB", 99, "Postal"), ("AB", 1, "Postal")]))
    assert report["refused_by_cause"][0] == {
        "cause": "No elector on the register has this number",
        "count": 1,
        "rows": [2],
    }
    assert elector(seatlet, "AB-1")["absent"] == "postal"


def test_an_upload_applied_twice_does_nothing_the_second_time(seatlet: Seatlet) -> None:
    database, contest_id = seatlet.home.database, seatlet.contest_id
    upload_id = receive(seatlet, "register", register(["ZZ"]))
    uploads.check(database, contest_id, upload_id)
    uploads.confirm(database, contest_id, upload_id)
    first = uploads.apply(database, contest_id, upload_id)
    before = kept(seatlet)
    assert uploads.apply(database, contest_id, upload_id) == first
    assert kept(seatlet) == before


def test_a_file_nobody_confirmed_is_not_applied(seatlet: Seatlet) -> None:
    upload_id = receive(seatlet, "register", register(["ZZ"]))
    before = kept(seatlet)
    with pytest.raises(Conflict, match="not been confirmed"):
        uploads.apply(seatlet.home.database, seatlet.contest_id, upload_id)
    assert kept(seatlet) == before


def test_a_check_asked_for_twice_does_not_take_back_the_yes(seatlet: Seatlet) -> None:
    database, contest_id = seatlet.home.database, seatlet.contest_id
    upload_id = receive(seatlet, "register", register(["ZZ"]))
    report = uploads.check(database, contest_id, upload_id)
    uploads.confirm(database, contest_id, upload_id)
    assert uploads.check(database, contest_id, upload_id) == report
    assert uploads.find_upload(database, contest_id, upload_id)["state"] == "confirmed"


def test_a_file_is_confirmed_once(seatlet: Seatlet) -> None:
    upload_id = receive(seatlet, "register", register())
    uploads.check(seatlet.home.database, seatlet.contest_id, upload_id)
    uploads.confirm(seatlet.home.database, seatlet.contest_id, upload_id)
    with pytest.raises(Conflict):
        uploads.confirm(seatlet.home.database, seatlet.contest_id, upload_id)


def test_a_list_of_stations_without_rooms_leaves_each_place_in_its_room(seatlet: Seatlet) -> None:
    load_ok(seatlet, "stations", csv_of(["PD", "Name", "Postcode"], [("BA", "Library", "S1 1AA"), ("AB", "Gym", "")]))
    found = board(seatlet.home.database, seatlet.contest, seatlet.home.clock.now())
    rooms = {row["district"]: row["committee_room_id"] for row in found["districts"]}
    assert (rooms["BA"], rooms["AB"]) == (seatlet.rooms["South"], seatlet.rooms["North"])
    assert differences(seatlet) == []


def test_a_file_belongs_to_its_contest(seatlet: Seatlet, cast: Cast) -> None:
    upload_id = receive(seatlet, "register", register())
    with pytest.raises(NotThere):
        uploads.find_upload(seatlet.home.database, cast.sam.person.contest_id, upload_id)


def test_a_whole_register_with_unreadable_rows_removes_nobody(seatlet: Seatlet) -> None:
    """An elector whose row lost a comma would else be struck off with their pledge."""
    rows = [row for row in electors(["AB"]) if row[1] != 3]
    content = csv_of(REGISTER_HEADINGS, [*rows, ("AB", "3")])
    report = load(seatlet, "register", content)
    assert (report["removed"], report["refused"]) == (0, 1)
    assert "Nobody is removed" in report["held_back"]


def test_a_district_in_other_capitals_is_the_same_district(seatlet: Seatlet) -> None:
    report = load(seatlet, "register", csv_of(REGISTER_HEADINGS, electors(["ab"])))
    assert (report["added"], report["changed"], report["removed"]) == (0, 12, 0)
