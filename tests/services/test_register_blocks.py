"""The ledger asks for letters in blocks; they must say of each number what the register says."""

from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import Connection, text

from gotv.domain.elector_numbers import ElectorNumber
from gotv.domain.entries import Outcome
from gotv.domain.telling import Elector
from gotv.house import House
from gotv.store import facts, register_blocks
from gotv.store.register_blocks import BLOCK
from tests.builders import REGISTER_HEADINGS, Seatlet, csv_of, load_ok, marked
from tests.cast import Cast

EDGES = [1, BLOCK - 1, BLOCK, BLOCK + 1, 5 * BLOCK, 99_999]
MIGRATION = import_module("gotv.store.migrations.versions.0015_register_blocks")


@pytest.fixture
def spread(seatlet: Seatlet) -> Seatlet:
    """AC has numbers at the edges of the blocks, and far away; one of them pledged, one under a suffix only."""
    rows = [("AC", n, 0, "", "", f"Elector{n}", "Pat", "N1 4QD", f"{n} Elm Road", "Sampleton") for n in EDGES]
    rows.append(("AC", 700, 1, "", "", "Late", "Lee", "N1 4QD", "9 Elm Road", "Sampleton"))
    load_ok(seatlet, "register", csv_of(REGISTER_HEADINGS, rows))
    pledges = [(f"AC-{BLOCK}", "Ours"), ("AC-700/1", "Ours")]
    load_ok(seatlet, "pledges", csv_of(["elector_number", "voting_intention"], pledges))
    return seatlet


def registered(connection: Connection, contest_id: int) -> dict[ElectorNumber, Elector]:
    """Everybody, as the register itself has them."""
    rows = connection.execute(
        text("""SELECT district, number, suffix, pledged, may_vote, objects, absent FROM elector
                 WHERE contest_id = :c AND registered"""),
        {"c": contest_id},
    )
    by_post = ("postal", "postal_proxy")
    return {
        ElectorNumber(r.district, r.number, r.suffix): Elector(
            r.pledged, r.absent in by_post, r.pledged and r.may_vote and not r.objects and r.absent not in by_post
        )
        for r in rows
    }


def test_every_number_is_known_as_the_register_has_it(spread: Seatlet) -> None:
    every = [ElectorNumber(d, n) for d in ("AB", "AC", "BA", "ZZ") for n in (*range(1, 2 * BLOCK), *EDGES)]
    suffixed = [ElectorNumber(d, n, s) for d in ("AB", "AC", "BA") for n in (10, 11, 700) for s in (1, 2, 3)]
    with spread.home.database.snapshot() as connection:
        known = facts.of_numbers(connection, spread.contest_id, [*every, *suffixed]).electors
        assert known == registered(connection, spread.contest_id)
    assert len(set(known.values())) > 3, "pledged, postal and neither"


def test_who_is_no_longer_registered_is_nobody(seatlet: Seatlet, home: House, cast: Cast) -> None:
    """A full register without AB 9: the ledger takes its number for nobody's at once."""
    rows = [("AB", n, 0, "", "", f"Elector{n}", "Pat", "N1 4QD", f"{n} Elm Road", "Sampleton") for n in range(1, 9)]
    load_ok(seatlet, "register", csv_of(REGISTER_HEADINGS, rows))
    post = home.telling.posts.now(cast.tess.person)
    answers = home.telling.take(cast.tess.person, post, [marked("8"), marked("9")])["answers"]
    assert [one["outcome"] for one in answers] == [Outcome.MARKED, Outcome.UNMATCHED]


def test_the_migration_fills_the_blocks_as_they_are_made_anew(spread: Seatlet) -> None:
    def blocks(connection: Connection) -> list[Any]:
        sql = "SELECT district, block, letters FROM register_block WHERE contest_id = :c ORDER BY district, block"
        return list(connection.execute(text(sql), {"c": spread.contest_id}))

    # Never committed: nothing of it shall stay.
    with spread.home.database.engine.connect() as connection:
        connection.execute(text("DELETE FROM register_block"))
        connection.execute(text(MIGRATION.FILL))
        filled = blocks(connection)
        register_blocks.rebuild(connection, spread.contest_id)
        assert filled == blocks(connection) != []
