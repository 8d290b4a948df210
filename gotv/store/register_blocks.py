"""The register as the ledger looks at it: one letter for each number, in blocks of `BLOCK` numbers.

A turn at the ledger asks for a few blocks instead of for hundreds of electors. The blocks are made anew with the
counters (`store.counts`), in the transaction that changed the register: they never say anything else than it does.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, text

from gotv.domain.telling import Elector, Number

BLOCK = 256
NOBODY = "."
ELECTORS = {
    "w": Elector(pledged=True, postal=False, wanted=True),
    "b": Elector(pledged=True, postal=True, wanted=False),
    "p": Elector(pledged=True, postal=False, wanted=False),
    "a": Elector(pledged=False, postal=True, wanted=False),
    "e": Elector(pledged=False, postal=False, wanted=False),
}

WANTED = "e.pledged AND e.may_vote AND NOT e.objects AND e.absent NOT IN ('postal', 'postal_proxy')"
LETTER = f"""CASE WHEN {WANTED} THEN 'w'
                  WHEN e.absent IN ('postal', 'postal_proxy') THEN CASE WHEN e.pledged THEN 'b' ELSE 'a' END
                  WHEN e.pledged THEN 'p' ELSE 'e' END"""


def rebuild(connection: Connection, contest_id: int) -> None:
    """Write the blocks of a contest anew. Numbers with a suffix are few, and are not in them."""
    bind = {"contest": contest_id, "size": BLOCK, "nobody": NOBODY}
    connection.execute(text("DELETE FROM register_block WHERE contest_id = :contest"), bind)
    connection.execute(
        text(f"""
            INSERT INTO register_block (contest_id, district, block, letters)
            SELECT :contest, district, block,
                   rpad(string_agg(repeat(:nobody, number - before - 1) || letter, '' ORDER BY number), :size, :nobody)
              FROM (SELECT e.district, e.number, {LETTER} AS letter, e.number / :size AS block,
                           lag(e.number, 1, e.number / :size * :size - 1) OVER (
                               PARTITION BY e.district, e.number / :size ORDER BY e.number) AS before
                      FROM elector e
                     WHERE e.contest_id = :contest AND e.registered AND e.suffix = 0) one
             GROUP BY district, block
        """),
        bind,
    )


def electors(numbers: Iterable[Number], blocks: Mapping[tuple[str, int], str]) -> dict[Number, Elector]:
    """Those of these numbers that have no suffix and are somebody's, as the blocks say."""
    found = {}
    for one in numbers:
        district, number, suffix = one
        letters = blocks.get((district, number // BLOCK))
        if letters and not suffix and (elector := ELECTORS.get(letters[number % BLOCK])):
            found[one] = elector
    return found
