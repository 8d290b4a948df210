"""The audit trail's chain shows what was changed, taken out or put in."""

from dataclasses import replace
from datetime import UTC, datetime

from gotv.domain.audit import Entry, breaks, seal

NOON = datetime(2026, 5, 7, 12, tzinfo=UTC)


def trail(many: int) -> list[tuple[Entry, str]]:
    made, before = [], ""
    for n in range(1, many + 1):
        entry = Entry(n, NOON, 7, "GET", "people.people", "", 200)
        before = seal(before, entry)
        made.append((entry, before))
    return made


def test_a_trail_as_it_was_written_is_whole() -> None:
    assert breaks([]) == []
    assert breaks(trail(5)) == []


def test_a_changed_entry_shows() -> None:
    changed = trail(5)
    changed[2] = (replace(changed[2][0], person_id=8), changed[2][1])
    assert breaks(changed) == ["audit trail: 3 is not as it was written"]


def test_an_entry_changed_with_its_seal_shows_at_the_next() -> None:
    changed = trail(5)
    other = replace(changed[2][0], person_id=8)
    changed[2] = (other, seal(changed[1][1], other))
    assert breaks(changed) == ["audit trail: 4 is not as it was written"]


def test_one_taken_out_shows() -> None:
    kept = trail(5)
    assert breaks(kept[:2] + kept[3:]) == ["audit trail: 3 to 3 are missing"]
