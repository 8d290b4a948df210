"""Paper: the same rows as on the phone, drawn as a worker does, and what comes back on it keyed by row number."""

import io
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from gotv.domain.sheets import Sheet, SheetRow
from gotv.errors import Conflict, NotThere, NotYours
from gotv.house import House
from gotv.paper import pads, walk_sheets
from gotv.paper.page import SMALLEST, canvas_for
from gotv.rehearsal.demo import set_the_stage
from gotv.rehearsal.seat import invent_seat
from gotv.services import knocking_up, outings, paper, sheets, walk_on_phone, walks
from gotv.store import bundles
from tests.builders import REGISTER_HEADINGS, Seatlet, csv_of, electors, load_ok, marked, today
from tests.cast import Cast
from tests.conftest import over
from tests.services.test_doors import Walk, ab, result

__all__ = ["ab"]

URL = "https://gotv.example.org"


def draw(ab: Walk, kind: str = "sheets", copies: int = 2, room: str | None = "North") -> PdfReader:
    """Ask as Asha and draw as a worker does."""
    database, now = ab.home.database, ab.home.clock.now()
    person = ab.cast.asha.person
    bundle = paper.ask(database, person, kind, ab.seatlet.rooms[room] if room else None, copies, now)
    assert paper.draw(database, ab.seatlet.contest_id, bundle, URL, now)
    return PdfReader(io.BytesIO(paper.content(database, person, bundle)[1]))


def text_of(pdf: PdfReader) -> list[str]:
    return [page.extract_text() for page in pdf.pages]


def page_of(pdf: PdfReader, name: str) -> str:
    return next(page for page in text_of(pdf) if page.startswith(name))


def long_sheet(households: int = 90) -> Sheet:
    """Long house names and reasons that need several lines."""
    rows = [
        SheetRow(
            number=n,
            section="now" if n < 4 else "walk",
            street=f"Street {n // 17}",
            door=f"Flat {n}, The Very Long Name of a Mansion House, {n} SW1A {n % 9}AA"
            if n % 5 == 0
            else f"{n} N1 4QD",
            said="said they would vote by 18:00, not seen yet, wants a lift, 3 people" if n % 7 == 0 else "",
            people=1,
            numbers=(("AB", n, 0),),
        )
        for n in range(1, households + 1)
    ]
    return Sheet("K-9", "AB 1: Street 0 to Street 5", 2, "09:02", 77, "Library", f"{URL}/x", tuple(rows))


def test_n10_the_sheet_has_the_phones_order_and_row_numbers_version_time_and_position(ab: Walk) -> None:
    ab.take(result(ab.door_ids["2"], "not_in"))
    pdf = draw(ab)
    home, now = ab.home, ab.home.clock.now()
    outings.give(home.database, home.key, ab.cast.omar.person, ab.walk_id, [ab.cast.kit.person.person_id], [], now)
    phone = walk_on_phone.on_phone(home.database, ab.cast.kit.person, now)["walk"]
    page = page_of(pdf, phone["name"])
    drawn = re.findall(r"^(\d+)\n(.+)$", page, re.MULTILINE)
    assert drawn == [(str(row["row"]), f"{row['door']} {row['postcode']}") for row in phone["rows"]]
    assert f"Sheet K-{ab.walk_id} version {phone['version']}, as of " in page
    assert re.search(r"Ledger position \d+", page)
    assert "page 1 of 1" in page


def test_n10_nothing_on_paper_is_smaller_than_ten_points_or_coloured() -> None:
    canvas, written = canvas_for("test")
    walk_sheets.draw(canvas, long_sheet(), "Test")
    canvas.save()
    sizes: set[float] = set()
    for page in PdfReader(io.BytesIO(written.getvalue())).pages:
        page.extract_text(visitor_text=lambda text, _c, _t, _f, size: sizes.add(size) if text.strip() else None)
        assert not re.search(rb"[\d.]+ [\d.]+ [\d.]+ (rg|RG)\b", page.get_contents().get_data())  # type: ignore[union-attr]
    assert min(sizes) >= SMALLEST


def test_n10_no_name_and_no_party_code_is_on_a_sheet(ab: Walk) -> None:
    words = "\n".join(text_of(draw(ab)))
    assert not re.search(r"Elector\d|\bPat\b|\bOurs\b|pledge", words)


@pytest.mark.parametrize("paged", [walk_sheets.paged, pads.paged])
def test_n11_no_household_is_split_and_none_is_lost(paged: Callable[[Sheet], Any]) -> None:
    sheet = long_sheet()
    pages = [[block.row.number for block in page] for page in paged(sheet)]
    assert len(pages) > 2
    assert [n for page in pages for n in page] == [row.number for row in sheet.rows]


def test_n11_heading_and_page_x_of_y_are_on_every_page() -> None:
    canvas, written = canvas_for("test")
    pages = walk_sheets.draw(canvas, long_sheet(), "Test")
    canvas.save()
    drawn = text_of(PdfReader(io.BytesIO(written.getvalue())))
    assert len(drawn) == pages > 2
    for n, page in enumerate(drawn, 1):
        assert page.startswith("AB 1: Street 0 to Street 5")
        assert "Sheet K-9 version 2, as of 09:02" in page
        assert f"page {n} of {pages}" in page


def test_a_street_that_goes_on_is_named_again_and_never_stands_alone_at_the_foot() -> None:
    canvas, written = canvas_for("test")
    walk_sheets.draw(canvas, long_sheet(), "Test")
    canvas.save()
    drawn = text_of(PdfReader(io.BytesIO(written.getvalue())))
    assert "(continued)" in drawn[1]
    for page in drawn:
        last = [line for line in page.splitlines() if re.match(r"Street \d|\d+ N1|Flat", line)][-1]
        assert not last.startswith("Street")


def test_the_dawn_print_has_slips_sheets_pads_and_a_finder_in_one_file(ab: Walk) -> None:
    pages = text_of(draw(ab, "dawn", copies=3, room=None))
    assert sum("Gave no number (tally)" in page for page in pages) == 2 * 3
    assert sum(page.startswith(("AB", "AC", "BA")) for page in pages) == 3
    for copy, when in ((1, "from the opening"), (2, "at 09:30"), (3, "at 13:00")):
        assert sum(f"Copy {copy} of 3, for the round {when}" in page for page in pages) == 3
    finder = next(page for page in pages if page.startswith("Finder for AB"))
    assert f"K-{ab.walk_id} / 1" in finder
    assert "AB-1" in next(page for page in pages if page.startswith(f"Pad K-{ab.walk_id}"))


def test_paper_asked_for_twice_is_drawn_once(ab: Walk) -> None:
    database, now = ab.home.database, ab.home.clock.now()
    ask = [paper.ask(database, ab.cast.omar.person, "sheets", ab.seatlet.rooms["North"], 1, now) for _ in range(5)]
    assert len(set(ask)) == 1
    assert paper.draw(database, ab.seatlet.contest_id, ask[0], URL, now)
    assert not paper.draw(database, ab.seatlet.contest_id, ask[0], URL, now)
    assert paper.ask(database, ab.cast.omar.person, "sheets", ab.seatlet.rooms["North"], 1, now) not in ask


def test_paper_is_drawn_on_fresh_lists(ab: Walk) -> None:
    ab.home.telling.take(ab.cast.tess.person, ab.home.telling.post_of(ab.cast.tess.person), [marked("1")])
    assert "1 N1 4QD" not in page_of(draw(ab), "AB").splitlines()


def test_another_committee_rooms_paper_is_not_given(ab: Walk) -> None:
    database, now = ab.home.database, ab.home.clock.now()
    with pytest.raises(NotYours):
        paper.ask(database, ab.cast.omar.person, "sheets", ab.seatlet.rooms["South"], 1, now)
    with pytest.raises(NotYours):
        paper.ask(database, ab.cast.omar.person, "sheets", None, 1, now)
    bundle = paper.ask(database, ab.cast.asha.person, "sheets", ab.seatlet.rooms["South"], 1, now)
    with pytest.raises(NotThere, match="not drawn yet"):
        paper.content(database, ab.cast.asha.person, bundle)
    with pytest.raises(NotYours):
        paper.content(database, ab.cast.omar.person, bundle)


class Clerk:
    """Clem with a sheet of walk AB in hand."""

    def __init__(self, ab: Walk) -> None:
        self.ab = ab
        draw(ab)
        self.version = sheets.strike_offs(ab.home.database, ab.cast.clem.person)[0]["version"]
        self.rows = {row["row"].door.split()[0]: row["row"].number for row in self.sheet()["rows"]}

    def sheet(self) -> dict[str, Any]:
        return sheets.find(self.ab.home.database, self.ab.cast.clem.person, self.ab.walk_id, self.version)

    def key(self, text: str, form: str | None = None, at: str = "") -> list[str]:
        home, now = self.ab.home, self.ab.home.clock.now()
        form = form or str(uuid.uuid4())
        contest, person = self.ab.seatlet.contest, self.ab.cast.clem.person
        return sheets.keep(home.database, contest, person, self.ab.walk_id, self.version, form, text, at, now)


@pytest.fixture
def clerk(ab: Walk) -> Clerk:
    return Clerk(ab)


def test_results_are_keyed_back_by_row_number(clerk: Clerk) -> None:
    one, two, three = clerk.rows["1"], clerk.rows["2"], clerk.rows["3"]
    said = clerk.key(f"{one}v {two}n {three}w23:58")
    assert said[0].endswith(": all voted")
    assert said[2].endswith("will vote at 23:58")
    houses = clerk.ab.houses()
    assert "1" not in houses
    assert {"2", "3"} <= set(houses)
    assert clerk.ab.agrees()


def test_a_sheet_that_was_printed_before_is_keyed_by_its_own_rows(clerk: Clerk) -> None:
    four = clerk.rows["4"]
    clerk.key(f"{clerk.rows['1']}v")
    assert "1" not in clerk.ab.houses()
    clerk.key(f"{four}m")
    assert "4" not in clerk.ab.houses()


def test_a_form_sent_twice_keeps_each_row_once(clerk: Clerk) -> None:
    form = str(uuid.uuid4())
    for _ in range(2):
        clerk.key("1n", form)
    row = next(row for row in clerk.sheet()["rows"] if row["row"].number == 1)
    assert row["found"]["kind"] == "not_in"
    assert clerk.ab.agrees()


def test_one_row_that_cannot_be_read_keeps_nothing(clerk: Clerk) -> None:
    before = clerk.ab.houses()
    with pytest.raises(Conflict, match="'99v': the sheet has rows 1 to"):
        clerk.key("1v 99v")
    assert clerk.ab.houses() == before


def test_a_result_keyed_can_be_taken_back(clerk: Clerk) -> None:
    clerk.key(f"{clerk.rows['1']}v")
    found = next(row["found"] for row in clerk.sheet()["rows"] if row["found"])
    sheets.undo(clerk.ab.home.database, clerk.ab.cast.clem.person, found["id"], clerk.ab.home.clock.now())
    assert "1" in clerk.ab.houses()


def test_a_strike_off_slip_names_the_rows_of_the_version_that_is_out(clerk: Clerk, cast: Cast, home: House) -> None:
    numbers = [marked("1"), marked("3")]
    home.telling.take(cast.tess.person, home.telling.post_of(cast.tess.person), numbers)
    clerk.ab.houses()
    rows = sorted([clerk.rows["1"], clerk.rows["3"]])
    wanted = f"Sheet K-{clerk.ab.walk_id} version {clerk.version}: cross out {rows[0]}, {rows[1]}"
    assert clerk.sheet()["text"] == wanted
    told = {sheet["walk_id"]: sheet for sheet in sheets.strike_offs(home.database, cast.omar.person)}
    assert told[clerk.ab.walk_id]["text"] == wanted
    assert told[clerk.ab.walk_id]["left"] == len(clerk.rows) - 2


@pytest.mark.parametrize("code", ["K-17 3", "k-17 version 3", "17 3", "Sheet K-17, 3"])
def test_a_sheet_is_found_by_what_is_written_on_it(code: str) -> None:
    assert sheets.find_code(code) == (17, 3)


@pytest.mark.parametrize("code", ["", "K-17", "K-x 3", "1 2 3"])
def test_what_is_no_code_is_said(code: str) -> None:
    with pytest.raises(Conflict, match="as in K-17 3"):
        sheets.find_code(code)


def test_a_sheet_of_another_room_or_of_no_version_is_not_shown(clerk: Clerk, seatlet: Seatlet) -> None:
    south = Walk(clerk.ab.home, seatlet, clerk.ab.cast, "BA")
    with pytest.raises(NotYours):
        sheets.find(clerk.ab.home.database, clerk.ab.cast.clem.person, south.walk_id, 1)
    with pytest.raises(NotThere, match="no version 99"):
        sheets.find(clerk.ab.home.database, clerk.ab.cast.clem.person, clerk.ab.walk_id, 99)


def test_the_timekeeper_asks_again_for_paper_whose_job_was_lost(ab: Walk) -> None:
    now = ab.home.clock.now() - timedelta(minutes=5)
    bundle = paper.ask(ab.home.database, ab.cast.asha.person, "sheets", None, 1, now)
    assert (ab.seatlet.contest_id, bundle) in paper.undrawn(ab.home.database)


def register_with(clerk: Clerk, *rows: tuple[object, ...], without: tuple[object, ...] = ()) -> None:
    """The register anew: some of AB gone or changed, others there."""
    everybody = [row for row in electors(["AB", "AC", "BA"]) if not (row[0] == "AB" and row[1] in without)]
    load_ok(clerk.ab.seatlet, "register", csv_of(REGISTER_HEADINGS, [*everybody, *rows]))


def test_who_left_the_register_does_not_keep_the_others_of_the_row_from_being_keyed(clerk: Clerk) -> None:
    three = clerk.rows["3"]
    register_with(clerk, without=(3,))
    said = clerk.key(f"{three}v")
    assert "Not kept" not in said[0]
    assert three in clerk.sheet()["crossed"]


def test_an_address_with_another_postcode_is_still_the_same_row(clerk: Clerk) -> None:
    three = clerk.rows["3"]
    register_with(clerk, ("AB", 3, 0, "", "", "Elector3", "Pat", "N1 4QE", "3 AB Elm Road", "Sampleton"), without=(3,))
    assert three not in clerk.sheet()["crossed"]
    clerk.key(f"{three}v")
    assert three in clerk.sheet()["crossed"]
    assert "3" not in clerk.ab.houses()


def test_a_form_sent_again_after_an_undo_says_that_it_keeps_nothing(clerk: Clerk) -> None:
    form = str(uuid.uuid4())
    clerk.key("1v", form)
    found = next(row["found"] for row in clerk.sheet()["rows"] if row["found"])
    sheets.undo(clerk.ab.home.database, clerk.ab.cast.clem.person, found["id"], clerk.ab.home.clock.now())
    assert "Not kept again" in clerk.key("1v", form)[0]


def test_a_sheet_of_a_walk_that_was_joined_to_another_is_still_told_and_keyed(clerk: Clerk) -> None:
    database, omar = clerk.ab.home.database, clerk.ab.cast.omar.person
    door = clerk.ab.door_ids["5"]
    new, _ = walks.split(database, omar, clerk.ab.walk_id, door)
    moved = [row["row"].number for row in clerk.sheet()["rows"]]
    text = clerk.sheet()["text"]
    assert "another team's now: " in text
    assert {int(n) for n in text.rpartition(": ")[2].split(", ")} < set(moved)
    walks.join(database, omar, new, clerk.ab.walk_id)
    assert (clerk.ab.walk_id, clerk.version) in [
        (sheet["walk_id"], sheet["version"]) for sheet in sheets.strike_offs(database, omar)
    ]
    assert "Not kept" not in clerk.key(f"{clerk.rows['1']}v")[0]


def test_every_version_that_is_in_the_street_has_its_slip(clerk: Clerk) -> None:
    clerk.key(f"{clerk.rows['1']}v")
    draw(clerk.ab)
    out = sheets.strike_offs(clerk.ab.home.database, clerk.ab.cast.omar.person)
    versions = {sheet["version"]: sheet["crossed"] for sheet in out if sheet["walk_id"] == clerk.ab.walk_id}
    assert versions == {clerk.version: [clerk.rows["1"]], clerk.version + 1: []}


@pytest.mark.parametrize(("at", "words"), [("99:99", "is no time"), ("23:58", "is still to come")])
def test_when_the_doors_were_knocked_must_make_sense(clerk: Clerk, at: str, words: str) -> None:
    with pytest.raises(Conflict, match=words):
        clerk.key("1v", at=at)


def test_who_asks_for_other_copies_is_told_what_is_being_drawn(ab: Walk) -> None:
    database, now = ab.home.database, ab.home.clock.now()
    north = ab.seatlet.rooms["North"]
    paper.ask(database, ab.cast.omar.person, "pads", north, 1, now)
    with pytest.raises(Conflict, match="1 copies asked by Omar are being drawn"):
        paper.ask(database, ab.cast.omar.person, "pads", north, 8, now)


def test_paper_that_no_worker_survives_is_given_up(ab: Walk) -> None:
    database, now = ab.home.database, ab.home.clock.now()
    bundle = paper.ask(database, ab.cast.asha.person, "sheets", ab.seatlet.rooms["South"], 1, now)
    with database.transaction() as connection:
        assert [bundles.begin(connection, ab.seatlet.contest_id, bundle) for _ in range(3)] == [1, 2, 3]
    assert not paper.draw(database, ab.seatlet.contest_id, bundle, URL, now)
    found = paper.of_contest(database, ab.cast.asha.person)[0]
    assert (found["bundle_id"], found["state"]) == (bundle, "failed")


def test_paper_drawn_after_the_hour_counts_as_the_hours_lists(ab: Walk) -> None:
    now = ab.home.clock.now()
    slot = ab.seatlet.contest.current_slot(now)
    assert slot is not None, "this test means nothing in the last minute of the day"
    draw(ab, room=None)
    assert ab.seatlet.contest_id not in knocking_up.due(ab.home.database, now).get(slot, [])


def test_paper_of_a_rehearsal_says_so_on_every_page(home: House) -> None:
    stage = set_the_stage(home, invent_seat(electors=200, districts=2, places=2, rooms=1), today(), lambda _: None)
    database, now, contest_id = home.database, home.clock.now(), stage.contest.contest_id
    bundle = paper.ask(database, stage.agent, "dawn", None, 1, now)
    assert paper.draw(database, contest_id, bundle, URL, now)
    pages = text_of(PdfReader(io.BytesIO(paper.content(database, stage.agent, bundle)[1])))
    assert [page for page in pages if "REHEARSAL, nothing is real" not in page] == []
    over(home, Seatlet(home, stage.contest))
