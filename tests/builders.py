"""Small things to test with, made through the real services: a contest of two committee rooms and its electors."""

import csv
import io
import itertools
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from gotv.domain.contests import Contest
from gotv.house import House
from gotv.rehearsal.demo import load
from gotv.services import contests, places

_count = itertools.count(1)

REGISTER_HEADINGS = [
    *("Elector Number Prefix", "Elector Number", "Elector Number Suffix", "Elector Markers", "Elector DOB"),
    *("Elector Surname", "Elector Forename", "PostCode", "Address1", "Address2"),
]
STATIONS = [
    ("AB", "St Mark's Hall", "N1 1AA", "North"),
    ("AC", "St Mark's Hall", "N1 1AA", "North"),
    ("BA", "Library", "S1 1AA", "South"),
]


@dataclass
class Seatlet:
    """A contest to test with, and the ids a test needs."""

    home: House
    contest: Contest
    places: dict[str, int] = field(default_factory=dict)
    rooms: dict[str, int] = field(default_factory=dict)

    @property
    def contest_id(self) -> int:
        return self.contest.contest_id


def today() -> date:
    return datetime.now(ZoneInfo("Europe/London")).date()


def new_contest(home: House, **given: Any) -> Contest:
    """A contest that is open all day, today; a pledge is `Ours`."""
    rule = {"codes": ["ours"], "strengths": [], "unrated": True}
    named = {"opens": time(0, 0), "closes": time(23, 59), "pledge_rule": rule} | given
    contest_id = contests.create_contest(home.database, f"Test {next(_count)} {uuid.uuid4()}", today(), **named)
    return contests.find_contest(home.database, contest_id)


def build_seatlet(home: House, **given: Any) -> Seatlet:
    """AB and AC vote at St Mark's Hall (North), BA at the Library (South); 12 electors each in Elm Road.

    Numbers 1 to 10 and 10/1, 10/2 in every district. Pledges: 1 to 6 and 10/1. Postal: 6 and 7. Proxy: 5.
    """
    contest = new_contest(home, **given)
    seatlet = Seatlet(home, contest)
    headings = ["Polling district", "Polling place name", "Postcode", "Committee room"]
    load_ok(seatlet, "stations", csv_of(headings, STATIONS))
    load_ok(seatlet, "register", csv_of(REGISTER_HEADINGS, electors(["AB", "AC", "BA"])))
    load_ok(
        seatlet,
        "absent",
        csv_of(
            ["Polling District", "Elector Number", "Suffix", "Absent Vote Type"],
            [row for d in ("AB", "AC", "BA") for row in ((d, 5, 0, "Proxy"), (d, 6, 0, "Postal"), (d, 7, 0, "Postal"))],
        ),
    )
    pledges = [f"{d}-{n}" for d in ("AB", "AC", "BA") for n in (1, 2, 3, 4, 5, 6, "10/1")]
    load_ok(seatlet, "pledges", csv_of(["elector_number", "voting_intention"], [(n, "Ours") for n in pledges]))
    seatlet.places = {p["name"]: p["place_id"] for p in places.every_place(home.database, contest.contest_id)}
    seatlet.rooms = {r["name"]: r["committee_room_id"] for r in places.every_room(home.database, contest.contest_id)}
    return seatlet


def electors(districts: Sequence[str]) -> Iterable[tuple[Any, ...]]:
    for district in districts:
        for n, suffix in [(n, 0) for n in range(1, 11)] + [(10, 1), (10, 2)]:
            yield (district, n, suffix, "", "", f"Elector{n}", "Pat", "N1 4QD", f"{n} {district} Elm Road", "Sampleton")


def csv_of(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue().encode()


def load_ok(seatlet: Seatlet, kind: str, content: bytes) -> dict[str, Any]:
    """Load a file that must be good."""
    report = load(seatlet.home, seatlet.contest_id, kind, content)
    assert not report["error"], report["error"]
    assert not report["refused"], report["refused_by_cause"]
    return report


def marked(number: str, district: str = "AB", entry_id: str | None = None) -> dict[str, str]:
    """A mark as a phone sends it."""
    return {"id": entry_id or str(uuid.uuid4()), "kind": "mark", "number": number, "district": district}


def withdrawal(of: dict[str, str]) -> dict[str, str]:
    return {"id": str(uuid.uuid4()), "kind": "withdraw", "withdraws": of["id"]}


def no_number() -> dict[str, str]:
    return {"id": str(uuid.uuid4()), "kind": "no_number"}
