"""What was found at doors: the append-only log, and what it comes to for each door."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, text

from gotv.domain.doors import DoorResult, DoorState, Result
from gotv.domain.elector_numbers import ElectorNumber


def known(connection: Connection, contest_id: int, ids: Collection[str]) -> dict[str, Any]:
    """Which of these results are in the log already: kind, door, person."""
    rows = connection.execute(
        text("""SELECT u.id::text AS id, r.kind, r.door_id, r.person_id
                  FROM unnest(CAST(:ids AS uuid[])) AS u(id),
                       LATERAL (SELECT kind, door_id, person_id FROM door_result
                                 WHERE contest_id = :contest AND id = u.id OFFSET 0) r"""),
        {"contest": contest_id, "ids": list(ids)},
    )
    return {row.id: row for row in rows}


def rooms_of(connection: Connection, contest_id: int, door_ids: Collection[int]) -> dict[int, int]:
    """The committee room of each of these doors."""
    rows = connection.execute(
        text("""
            SELECT u.door_id, p.committee_room_id
              FROM unnest(CAST(:doors AS bigint[])) AS u(door_id),
                   LATERAL (SELECT district FROM door WHERE contest_id = :contest AND door_id = u.door_id OFFSET 0) d,
                   LATERAL (SELECT committee_room_id FROM polling_district
                             WHERE contest_id = :contest AND district = d.district OFFSET 0) p
        """),
        {"contest": contest_id, "doors": list(door_ids)},
    )
    return {row.door_id: row.committee_room_id for row in rows}


def append(connection: Connection, contest_id: int, last: int, results: Iterable[DoorResult], now: datetime) -> int:
    """Write results behind position ``last``, the head locked, and move the head. Returns the new last."""
    rows = [
        {
            "position": last + n,
            "id": one.id,
            "kind": one.kind,
            "door": one.door_id,
            "electors": [list(number) for number in one.electors],
            "at": one.at,
            "promised": one.promised_at,
            "passengers": one.passengers,
            "both_ways": one.both_ways,
            "note": one.note,
            "withdraws": one.withdraws,
            "person": one.person_id,
        }
        for n, one in enumerate(results, 1)
    ]
    connection.execute(
        text("""
            INSERT INTO door_result (contest_id, position, id, kind, door_id, electors, at, received_at, promised_at,
                                     passengers, both_ways, note, withdraws, person_id)
            SELECT :contest, position, id, kind, door, electors, at, :now, promised, passengers, both_ways, note,
                   withdraws, person
              FROM json_to_recordset(CAST(:rows AS json)) AS r(
                   position bigint, id uuid, kind text, door bigint, electors jsonb, at timestamptz,
                   promised timestamptz, passengers int, both_ways boolean, note text, withdraws uuid, person int)
        """),
        {"contest": contest_id, "now": now, "rows": orjson.dumps(rows).decode()},
    )
    connection.execute(
        text("UPDATE ledger_head SET position = :new WHERE contest_id = :contest"),
        {"contest": contest_id, "new": last + len(rows)},
    )
    return last + len(rows)


def of_doors(connection: Connection, contest_id: int, door_ids: Collection[int]) -> dict[int, list[DoorResult]]:
    """Everything found at these doors, withdrawn or not."""
    rows = connection.execute(
        text("""SELECT id::text AS id, kind, at, door_id, electors, promised_at, person_id FROM door_result
                 WHERE contest_id = :contest AND door_id = ANY(:doors)"""),
        {"contest": contest_id, "doors": list(door_ids)},
    )
    found: dict[int, list[DoorResult]] = {}
    for row in rows:
        numbers = tuple(ElectorNumber(*number) for number in row.electors)
        found.setdefault(row.door_id, []).append(
            DoorResult(row.id, Result(row.kind), row.at, row.door_id, numbers, row.promised_at, person_id=row.person_id)
        )
    return found


def withdrawn_at(connection: Connection, contest_id: int, door_ids: Collection[int]) -> set[str]:
    """Which results of these doors were taken back."""
    return set(
        connection.execute(
            text("""
                SELECT r.id::text FROM door_result r
                  JOIN door_result w ON w.contest_id = r.contest_id AND w.withdraws = r.id AND w.kind = 'withdraw'
                 WHERE r.contest_id = :contest AND r.door_id = ANY(:doors)
            """),
            {"contest": contest_id, "doors": list(door_ids)},
        ).scalars()
    )


def living_at(connection: Connection, contest_id: int, door_ids: Collection[int]) -> dict[int, set[ElectorNumber]]:
    rows = connection.execute(
        text("""SELECT door_id, district, number, suffix FROM elector
                 WHERE contest_id = :contest AND registered AND door_id = ANY(:doors)"""),
        {"contest": contest_id, "doors": list(door_ids)},
    )
    there: dict[int, set[ElectorNumber]] = {}
    for row in rows:
        there.setdefault(row.door_id, set()).add(ElectorNumber(row.district, row.number, row.suffix))
    return there


def keep_state(connection: Connection, contest_id: int, door_id: int, state: DoorState) -> None:
    """What the results of a door come to now, in place of what they came to before."""
    bind = {"contest": contest_id, "door": door_id}
    connection.execute(
        text("""
            INSERT INTO door_state AS s (contest_id, door_id, knocks, contacts, last_kind, last_at, promised_at, shut)
            VALUES (:contest, :door, :knocks, :contacts, :last_kind, :last_at, :promised_at, :shut)
            ON CONFLICT (contest_id, door_id) DO UPDATE
               SET knocks = :knocks, contacts = :contacts, last_kind = :last_kind, last_at = :last_at,
                   promised_at = :promised_at, shut = :shut
        """),
        {
            **bind,
            "knocks": state.knocks,
            "contacts": state.contacts,
            "last_kind": state.last_kind,
            "last_at": state.last_at,
            "promised_at": state.promised_at,
            "shut": state.shut,
        },
    )
    connection.execute(text("DELETE FROM settled_at_door WHERE contest_id = :contest AND door_id = :door"), bind)
    connection.execute(
        text("""
            INSERT INTO settled_at_door (contest_id, district, number, suffix, door_id)
            SELECT :contest, s.d, s.n, s.s, :door
              FROM json_to_recordset(CAST(:settled AS json)) AS s(d text, n int, s int)
            ON CONFLICT DO NOTHING
        """),
        {**bind, "settled": orjson.dumps([{"d": d, "n": n, "s": s} for d, n, s in state.settled]).decode()},
    )


def newest_at(connection: Connection, contest_id: int, door_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """The newest standing result of each of these doors: ``id``, ``kind``, ``at``, ``promised_at``, ``by``."""
    rows = connection.execute(
        text("""
            SELECT r.door_id, r.id::text AS id, r.kind, r.at, r.promised_at, p.name AS by
              FROM unnest(CAST(:doors AS bigint[])) AS u(door_id),
                   LATERAL (SELECT * FROM door_result r
                             WHERE r.contest_id = :contest AND r.door_id = u.door_id AND r.kind <> 'withdraw'
                               AND NOT EXISTS (SELECT FROM door_result w
                                                WHERE w.contest_id = r.contest_id AND w.withdraws = r.id OFFSET 0)
                             ORDER BY r.at DESC, r.position DESC LIMIT 1) r,
                   LATERAL (SELECT name FROM person
                             WHERE contest_id = :contest AND person_id = r.person_id OFFSET 0) p
        """),
        {"contest": contest_id, "doors": list(door_ids)},
    )
    return {row.door_id: dict(row._mapping) for row in rows}


def since(connection: Connection, contest_id: int, out: Collection[tuple[int, datetime]]) -> list[dict[str, Any]]:
    """The doors of these walks where something was found since a team went out: what, when, by whom.

    ``out``: (walk, moment).
    """
    rows = connection.execute(
        text("""
            SELECT o.walk_id, s.door_id, s.last_kind, s.last_at, s.promised_at, r.id::text AS id, p.name AS by
              FROM unnest(CAST(:walks AS int[]), CAST(:moments AS timestamptz[])) AS o(walk_id, out_at)
              JOIN LATERAL (SELECT door_id FROM door
                             WHERE contest_id = :contest AND walk_id = o.walk_id OFFSET 0) d ON true
              JOIN LATERAL (SELECT * FROM door_state s
                             WHERE s.contest_id = :contest AND s.door_id = d.door_id AND s.last_kind <> ''
                               AND (s.last_at >= o.out_at OR s.promised_at >= o.out_at) OFFSET 0) s ON true
              LEFT JOIN LATERAL (SELECT r.person_id, r.id FROM door_result r
                                  WHERE r.contest_id = s.contest_id AND r.door_id = s.door_id AND r.at = s.last_at
                                  ORDER BY r.position DESC LIMIT 1) r ON true
              LEFT JOIN LATERAL (SELECT name FROM person
                                  WHERE contest_id = :contest AND person_id = r.person_id OFFSET 0) p ON true
        """),
        {"contest": contest_id, "walks": [walk for walk, _ in out], "moments": [moment for _, moment in out]},
    )
    return [dict(row._mapping) for row in rows]


def names_on(connection: Connection, contest_id: int, walk_id: int) -> dict[tuple[str, int, int], str]:
    """Names of the pledges of a walk, by number, for the phone of who is out with it."""
    rows = connection.execute(
        text("""
            SELECT e.district, e.number, e.suffix, e.forename, e.surname FROM elector e
              JOIN door d ON d.contest_id = e.contest_id AND d.door_id = e.door_id AND d.walk_id = :walk
             WHERE e.contest_id = :contest AND e.registered AND e.pledged
        """),
        {"contest": contest_id, "walk": walk_id},
    )
    return {(row.district, row.number, row.suffix): f"{row.forename} {row.surname}".strip() for row in rows}
