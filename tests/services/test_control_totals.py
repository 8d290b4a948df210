"""Phone and ledger compare what they hold, entry by entry, and the organiser sees a gap by its numbers."""

import uuid
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from gotv.errors import TooMuch
from gotv.house import House
from gotv.services import control_totals
from tests.builders import Seatlet, marked
from tests.cast import Cast

STINT = str(uuid.uuid4())


def sent(*entries: dict[str, str], waiting: int = 0) -> dict[str, Any]:
    return {"stint": STINT, "waiting": waiting, "entries": [{"id": e["id"], "number": e["number"]} for e in entries]}


def lose(home: House, *entries: dict[str, str]) -> None:
    """As if an older backup had been put back: the owner of the database takes rows out of the ledger."""
    engine = create_engine(home.settings.database_url.replace("postgresql:", "postgresql+psycopg:", 1))
    with engine.begin() as connection:
        for table in ("standing_mark", "mark"):
            sql = f"DELETE FROM {table} WHERE id = ANY(CAST(:ids AS uuid[]))"
            connection.execute(text(sql), {"ids": [entry["id"] for entry in entries]})
    engine.dispose()


def test_what_was_sent_and_is_held_agrees(home: House, cast: Cast) -> None:
    entries = [marked("1"), marked("99")]
    home.telling.take(cast.tess.person, home.telling.post_of(cast.tess.person), entries)
    now = home.clock.now()
    told = control_totals.compare(home.database, cast.tess.person, sent(*entries, waiting=2), now)
    assert told == {"ok": True, "held": 2, "missing": []}
    (row,) = control_totals.of_contest(home.database, cast.omar.person, now)
    assert (row["teller"], row["place"]) == ("Tess", "St Mark's Hall")
    assert (row["sent"], row["held"], row["waiting"], row["missing"]) == (2, 2, 2, [])


def test_a_gap_is_named_by_entry(home: House, cast: Cast) -> None:
    entries = [marked("1"), marked("2"), marked("10/1")]
    home.telling.take(cast.tess.person, home.telling.post_of(cast.tess.person), entries)
    lose(home, *entries[1:])
    told = control_totals.compare(home.database, cast.tess.person, sent(*entries), home.clock.now())
    assert told["missing"] == [entry["id"] for entry in entries[1:]]
    (row,) = control_totals.of_contest(home.database, cast.omar.person, home.clock.now())
    assert row["missing"] == ["2", "10/1"]


def test_the_newest_count_of_a_stint_takes_the_place_of_the_last(home: House, cast: Cast) -> None:
    for _ in range(2):
        control_totals.compare(home.database, cast.tess.person, sent(waiting=1), home.clock.now())
    assert len(control_totals.of_contest(home.database, cast.omar.person, home.clock.now())) == 1


def test_an_organiser_sees_the_stints_of_their_own_room(
    home: House, seatlet: Seatlet, cast: Cast, another_teller: Any
) -> None:
    south = another_teller("Theo", place="Library")
    control_totals.compare(home.database, south.person, sent(), home.clock.now())
    assert control_totals.of_contest(home.database, cast.omar.person, home.clock.now()) == []
    assert len(control_totals.of_contest(home.database, cast.asha.person, home.clock.now())) == 1


@pytest.mark.parametrize(
    "nonsense",
    [None, [], {}, {"stint": "x", "waiting": 0, "entries": []}, {"stint": STINT, "waiting": "1", "entries": []}]
    + [{"stint": STINT, "waiting": 0, "entries": [one]} for one in (None, {}, {"id": "1"}, "x")]
    + [{"stint": STINT, "waiting": 0, "entries": [{"id": STINT}] * 10_001}],
)
def test_nonsense_is_refused_and_nothing_kept(home: House, cast: Cast, nonsense: Any) -> None:
    with pytest.raises(TooMuch):
        control_totals.compare(home.database, cast.tess.person, nonsense, home.clock.now())
    assert control_totals.of_contest(home.database, cast.omar.person, home.clock.now()) == []
