"""Where a teller stands is read once for many phones, and again when it may have changed."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import event

from gotv.errors import NotThere
from gotv.house import House
from gotv.services import posts
from gotv.store import contests
from tests.builders import Seatlet
from tests.cast import Cast


@pytest.fixture
def readings(home: House) -> Iterator[list[str]]:
    """Every time the posts are read, one line."""
    seen: list[str] = []

    def note(_c: object, _k: object, statement: str, *_rest: object) -> None:
        if "FROM polling_place p" in statement:
            seen.append(statement)

    event.listen(home.database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(home.database.engine, "before_cursor_execute", note)


def test_many_phones_at_once_share_a_reading_or_two(seatlet: Seatlet, cast: Cast, readings: list[str]) -> None:
    known = posts.Posts(seatlet.home.database)
    start, found = threading.Barrier(20), []

    def ask() -> None:
        start.wait(5)
        found.extend(known.of(cast.tess.person).place for _ in range(10))

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert len(found) == 200
    assert len(readings) <= 2


def test_a_teller_at_a_place_just_added_need_not_wait(seatlet: Seatlet, cast: Cast) -> None:
    known = posts.Posts(seatlet.home.database)
    known.of(cast.tess.person)
    with seatlet.home.database.transaction() as connection:
        added = contests.keep_place(connection, seatlet.contest_id, seatlet.rooms["North"], "Scout Hut", "", "")
    assert known.of(replace(cast.tess.person, place_id=added)).place == "Scout Hut"


def test_what_changed_is_known_after_a_few_seconds(
    seatlet: Seatlet, cast: Cast, readings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = posts.Posts(seatlet.home.database)
    for _ in range(3):
        known.of(cast.tess.person)
    assert len(readings) == 1
    monkeypatch.setattr(posts, "REMEMBERED_SECONDS", 0)
    known.of(cast.tess.person)
    assert len(readings) == 2


def test_a_place_that_is_gone_is_said_in_words(seatlet: Seatlet, cast: Cast) -> None:
    with pytest.raises(NotThere, match="no longer in this contest"):
        posts.Posts(seatlet.home.database).of(replace(cast.tess.person, place_id=999_999))
