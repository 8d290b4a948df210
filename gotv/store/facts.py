"""What the store knows about the entries at hand: one question for all of it."""

from collections.abc import Collection, Iterable
from itertools import chain
from typing import Any

import orjson
from sqlalchemy import Connection

from gotv.domain.elector_numbers import ElectorNumber
from gotv.domain.entries import Kind
from gotv.domain.telling import Elector, Facts, Kept, Marks, Number
from gotv.store.register_blocks import BLOCK, ELECTORS, LETTER, electors

# In the place of an id: the first of the marks that stand, whichever it is.
FIRST = ""


def of_numbers(connection: Connection, contest_id: int, numbers: Collection[ElectorNumber]) -> Facts:
    """What is known of these numbers, without taking a turn: for questions, not for marks."""
    bind = {"contest": contest_id, "ids": "{}", "people": "{}", "named": "{}", **asked(numbers)}
    return sort(connection.exec_driver_sql(FACTS, bind).all(), numbers)[1]


def asked(numbers: Collection[tuple[str | None, int | None, int | None]]) -> dict[str, str]:
    """Numbers as the question takes them: columns, and in the place of each district its place among the districts."""
    places: dict[str | None, int] = {}
    return {
        "d": array([places.setdefault(number[0], len(places) + 1) for number in numbers]),
        "n": array([number[1] for number in numbers]),
        "s": array([number[2] for number in numbers]),
        "districts": orjson.dumps(list(places)).decode(),
    }


def array(values: Iterable[object]) -> str:
    """An array as PostgreSQL reads it. Printable text only: other characters are spelled as JSON does."""
    return "{" + orjson.dumps(list(values))[1:-1].decode() + "}"


def sort(rows: Iterable[Any], numbers: Iterable[Number]) -> tuple[set[int], Facts]:
    """Sort the rows of the one question into who was revoked and what is known."""
    revoked: set[int] = set()
    facts = Facts()
    kept: dict[str, Kept] = {}
    blocks: dict[tuple[str, int], str] = {}
    suffixed: dict[Number, Elector] = {}
    firsts: dict[Number, Marks] = {}
    for what, text, kind, outcome, district, number, suffix, place_or_person, doubt, received_at in rows:
        if what == "block":
            blocks[district, number] = text
        elif what == "first":
            firsts[district, number, suffix] = {FIRST: received_at}
        elif what == "standing":
            facts.standing.setdefault((district, number, suffix), {})[text] = received_at
        elif what == "elector":
            suffixed[district, number, suffix] = ELECTORS[text]
        elif what == "entry":
            called = ElectorNumber(district, number, suffix) if number is not None else None
            kept[text] = Kept(Kind(kind), outcome, called, place_or_person, doubt)
        elif what == "withdrawn":
            facts.withdrawn.add(text)
        else:
            revoked.add(place_or_person)
    # Where a mark is to fall, all that stand are known by their ids.
    facts.standing = firsts | facts.standing
    of_kept = (one.number for one in kept.values() if one.number)
    facts.kept, facts.electors = kept, electors(chain(numbers, of_kept), blocks) | suffixed
    return revoked, facts


# All questions in one: which of these people were revoked, which of these ids are in the ledger, which does a
# withdrawal name, who has these numbers (and those of the marks to be withdrawn) and which marks of them stand.
# An entry comes with its doubt; who has a number comes as letters (`register_blocks`): whole blocks, and those with a
# suffix one by one. Of the standing marks the first is enough: the elector counts in its hour. Where one is to be
# withdrawn, all are needed. The laterals keep the planner to one index look-up each, whatever it believes about sizes:
# on polling day the tables grow faster than its statistics do. The first marks are looked up a district at a time, its
# numbers lie side by side: `= ANY` is good there because `standing_mark` has one index only, and may get no second.
FACTS = f"""
    WITH spelled AS MATERIALIZED (SELECT ARRAY(SELECT json_array_elements_text(%(districts)s::json)) AS districts),
    named AS MATERIALIZED (
      SELECT DISTINCT found.district AS d, found.number AS n, found.suffix AS s
        FROM unnest(%(named)s::uuid[]) AS u(id),
             LATERAL (SELECT district, number, suffix FROM mark m
                       WHERE m.contest_id = %(contest)s AND m.id = u.id OFFSET 0) AS found
       WHERE found.number IS NOT NULL),
    called AS MATERIALIZED (
      SELECT spelled.districts[u.d] AS d, u.n, u.s
        FROM spelled, unnest(%(d)s::int[], %(n)s::int[], %(s)s::int[]) AS u(d, n, s)
       UNION ALL
      SELECT d, n, s FROM named)
    SELECT 'revoked', NULL::text, NULL::text, NULL::text, NULL::text, NULL::int, NULL::int, u.id,
           NULL::text, NULL::timestamptz
      FROM unnest(%(people)s::int[]) AS u(id),
           LATERAL (SELECT revoked_at FROM person p
                     WHERE p.contest_id = %(contest)s AND p.person_id = u.id OFFSET 0) AS found
     WHERE found.revoked_at IS NOT NULL
     UNION ALL
    SELECT found.what, u.id::text, found.kind, found.outcome, found.district, found.number, found.suffix,
           found.place_id, found.doubt, NULL
      FROM unnest(%(ids)s::uuid[]) AS u(id),
           LATERAL (SELECT 'entry' AS what, kind, outcome, district, number, suffix, place_id, doubt FROM mark m
                     WHERE m.contest_id = %(contest)s AND m.id = u.id
                     UNION ALL
                    SELECT 'withdrawn', NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM mark m
                     WHERE m.contest_id = %(contest)s AND m.withdraws = u.id AND m.kind = 'withdraw') AS found
     UNION ALL
    SELECT 'block', found.letters, NULL, NULL, wanted.d, wanted.block, NULL, NULL, NULL, NULL
      FROM (SELECT DISTINCT d, n / {BLOCK} AS block FROM called WHERE s = 0) AS wanted,
           LATERAL (SELECT b.letters FROM register_block b
                     WHERE b.contest_id = %(contest)s AND b.district = wanted.d AND b.block = wanted.block
                    OFFSET 0) AS found
     UNION ALL
    SELECT 'elector', found.letter, NULL, NULL, called.d, called.n, called.s, NULL, NULL, NULL
      FROM called, LATERAL (SELECT {LETTER} AS letter FROM elector e
                             WHERE e.contest_id = %(contest)s AND e.district = called.d AND e.number = called.n
                               AND e.suffix = called.s AND e.registered OFFSET 0) AS found
     WHERE called.s <> 0
     UNION ALL
    SELECT 'first', NULL, NULL, NULL, asked.d, found.number, found.suffix, NULL, NULL, found.first
      FROM (SELECT d, array_agg(n) AS numbers FROM called GROUP BY d) AS asked,
           LATERAL (SELECT s.number, s.suffix, min(s.received_at) AS first FROM standing_mark s
                     WHERE s.contest_id = %(contest)s AND s.district = asked.d AND s.number = ANY(asked.numbers)
                     GROUP BY s.number, s.suffix OFFSET 0) AS found
     UNION ALL
    SELECT 'standing', found.id, NULL, NULL, named.d, named.n, named.s, NULL, NULL, found.received_at
      FROM named, LATERAL (SELECT s.id::text AS id, s.received_at FROM standing_mark s
                            WHERE s.contest_id = %(contest)s AND s.district = named.d AND s.number = named.n
                              AND s.suffix = named.s OFFSET 0) AS found
"""
