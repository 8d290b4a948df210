"""What the store knows about the entries at hand: one question for all of it."""

from collections.abc import Collection, Iterable
from typing import Any

import orjson
from sqlalchemy import Connection

from gotv.domain.elector_numbers import ElectorNumber
from gotv.domain.entries import Kind
from gotv.domain.telling import Elector, Facts, Kept


def of_numbers(connection: Connection, contest_id: int, numbers: Collection[ElectorNumber]) -> Facts:
    """What is known of these numbers, without taking a turn: for questions, not for marks."""
    bind = {"contest": contest_id, "ids": "{}", "numbers": asked(numbers), "people": "{}", "named": "{}"}
    return sort(connection.exec_driver_sql(FACTS, bind).all())[1]


def asked(numbers: Iterable[ElectorNumber]) -> str:
    """Numbers as the question takes them: one parameter instead of a column of them, and quick at both ends."""
    return orjson.dumps([{"d": district, "n": number, "s": suffix} for district, number, suffix in numbers]).decode()


def sort(rows: Iterable[Any]) -> tuple[set[int], Facts]:
    """Sort the rows of the one question into who was revoked and what is known."""
    revoked: set[int] = set()
    facts = Facts()
    kept: dict[str, Kept] = {}
    electors: dict[ElectorNumber, Elector] = {}
    for what, entry_id, kind, outcome, district, number, suffix, place_or_person, elector, received_at in rows:
        called = ElectorNumber(district, number, suffix) if number is not None else None
        if what == "number" and called:
            if elector is not None:
                electors[called] = Elector("p" in elector, "a" in elector, "w" in elector)
            if entry_id is not None:
                facts.standing.setdefault(called, {})[entry_id] = received_at
        elif what == "entry":
            kept[entry_id] = Kept(Kind(kind), outcome, called, place_or_person, elector)
        elif what == "withdrawn":
            facts.withdrawn.add(entry_id)
        else:
            revoked.add(place_or_person)
    facts.kept, facts.electors = kept, electors
    return revoked, facts


WANTED = "e.pledged AND e.may_vote AND NOT e.objects AND e.absent NOT IN ('postal', 'postal_proxy')"

# All questions in one: which of these people were revoked, which of these ids are in the ledger, which does a
# withdrawal name, who has these numbers (and those of the marks to be withdrawn) and which marks of them stand.
# An entry comes with its doubt, an elector as letters: p for pledged, a for a postal vote, w for wanted on a list. Of
# the standing marks the first is enough to know that there is one; where one is to be withdrawn, all are needed. The
# laterals keep the planner to one index look-up a number, whatever it believes about sizes: on polling day the tables
# grow faster than its statistics do.
FACTS = f"""
    SELECT 'revoked', NULL::text, NULL::text, NULL::text, NULL::text, NULL::int, NULL::int, person_id,
           NULL::text, NULL::timestamptz
      FROM person
     WHERE contest_id = %(contest)s AND person_id = ANY(%(people)s::int[]) AND revoked_at IS NOT NULL
     UNION ALL
    SELECT 'entry', id::text, kind, outcome, district, number, suffix, place_id, doubt, NULL FROM mark
     WHERE contest_id = %(contest)s AND id = ANY(%(ids)s::uuid[])
     UNION ALL
    SELECT 'withdrawn', withdraws::text, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM mark
     WHERE contest_id = %(contest)s AND withdraws = ANY(%(ids)s::uuid[]) AND withdraws IS NOT NULL
       AND kind = 'withdraw'
     UNION ALL
    SELECT 'number', m.id, NULL, NULL, asked.d, asked.n, asked.s, NULL, e.elector, m.received_at
      FROM (SELECT d, n, s, 1 AS most FROM json_to_recordset(%(numbers)s::json) AS called(d text, n int, s int)
             UNION SELECT district, number, suffix, NULL FROM mark
             WHERE contest_id = %(contest)s AND id = ANY(%(named)s::uuid[]) AND number IS NOT NULL) AS asked
      LEFT JOIN LATERAL (
           SELECT CASE WHEN e.pledged THEN 'p' ELSE '' END
               || CASE WHEN e.absent IN ('postal', 'postal_proxy') THEN 'a' ELSE '' END
               || CASE WHEN {WANTED} THEN 'w' ELSE '' END AS elector
             FROM elector e
            WHERE e.contest_id = %(contest)s AND e.district = asked.d AND e.number = asked.n
              AND e.suffix = asked.s AND e.registered
           OFFSET 0) e ON true
      LEFT JOIN LATERAL (
           SELECT s.id::text AS id, s.received_at FROM standing_mark s
            WHERE s.contest_id = %(contest)s AND s.district = asked.d AND s.number = asked.n AND s.suffix = asked.s
            ORDER BY s.received_at LIMIT asked.most) m ON true
"""
