"""The walk as a knocker-up's phone has it: the doors of its newest list, and what has become of them since."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from gotv.domain.people import Person
from gotv.domain.priority import KnockingRules
from gotv.errors import Conflict
from gotv.services.outings import A_VISIT, current, rules_of, rules_of_the_day
from gotv.store import door_results, ledger, lists, outings, outstanding
from gotv.store.database import Database

Number = tuple[str, int, int]


def on_phone(database: Database, person: Person, now: datetime) -> dict[str, Any]:
    """What the phone shows and keeps: ``walk`` with its rows, or the walks that are free to ``take``.

    Shape: ``now``, ``name``, ``walk`` (None or {"outing_id", "walk_id", "name", "place", "team", "version",
    "made_at", "ends_at", "closes", "rows", "state"}), ``free``. A row: ``row``, ``door_id``, ``street``, ``door``,
    ``postcode``, ``section``, ``reason``, ``people``: [{"number": [district, number, suffix], "name"}].
    ``state`` as in `state_of`. Raises NotLetIn when polling day and the small hours after it are over.
    """
    with database.transaction() as connection:
        outings.heard(connection, person.contest_id, person.person_id, now)
        mine = current(connection, person, now)
        contest, rules = rules_of_the_day(connection, person.contest_id, now)
        told: dict[str, Any] = {"now": now, "name": person.name, "walk": None, "free": []}
        told["rehearsal"] = contest.rehearsal
        if mine is None:
            return told | {"free": _free(connection, person, now)}
        found = lists.find(connection, person.contest_id, mine["walk_id"])
        walk = {name: mine[name] for name in ("outing_id", "walk_id", "team", "out_at", "ends_at", "round")}
        walk |= {
            "closes": contest.at(contest.closes),
            "name": mine["walk"],
            "place": mine["place"],
            "version": None,
            "made_at": None,
            "rows": [],
        }
        if found and found["arrangement"] >= 0:
            walk |= {"version": found["version"], "made_at": found["made_at"]}
            walk["rows"] = _rows(connection, person.contest_id, found, rules)
        state = state_of(connection, [mine], now)[mine["outing_id"]]
        return told | {"me": person.person_id, "walk": walk | {"state": state}}


def _rows(connection: Connection, contest_id: int, found: dict[str, Any], rules: KnockingRules) -> list[dict[str, Any]]:
    names: dict[Number, str] = {}
    if rules.names_on_phones:
        names = door_results.names_on(connection, contest_id, found["walk_id"])
    rows: list[dict[str, Any]] = []
    for street in found["streets"]:
        for door in street["doors"]:
            people = [{"number": e, "name": names.get((e[0], e[1], e[2]), "")} for e in door["electors"]]
            rows.append(
                {
                    "row": len(rows) + 1,
                    "door_id": door["door_id"],
                    "street": street["street"],
                    "door": door["door"],
                    "postcode": door["postcode"],
                    "section": street.get("section", "walk"),
                    "reason": door.get("reason", ""),
                    "people": people,
                }
            )
    return rows


def state_of(connection: Connection, outs: Sequence[dict[str, Any]], now: datetime) -> dict[int, dict[str, Any]]:
    """What has become of the doors of these outings' walks by now, by outing.

    Each is whole: a phone that missed ten of them needs only the next. Shape: ``walk_id``, ``outing_id``, ``version``
    (of the newest list), ``position``, ``wanted``: the numbers still to be knocked up, ``seen``: those marked,
    ``done``: {door: {"kind", "at", "promised_at", "by", "id"}} of this outing, ``there``: {door: [person, name]}.
    """
    if not outs:
        return {}
    contest_id, walk_ids = outs[0]["contest_id"], {one["walk_id"] for one in outs}
    versions = lists.newest_versions(connection, contest_id, walk_ids)
    position = ledger.position(connection, contest_id)
    wanted = outstanding.wanted_now(connection, contest_id, walk_ids)
    seen = outstanding.seen_at_stations(connection, contest_id, walk_ids)
    states = {
        one["walk_id"]: {
            "walk_id": one["walk_id"],
            "outing_id": one["outing_id"],
            "version": versions.get(one["walk_id"]),
            "position": position,
            "wanted": sorted(wanted[one["walk_id"]]),
            "seen": sorted(seen[one["walk_id"]]),
            "done": {},
            "there": {},
        }
        for one in outs
    }
    for row in door_results.since(connection, contest_id, [(one["walk_id"], one["out_at"]) for one in outs]):
        found = {"kind": row["last_kind"], "at": row["last_at"], "promised_at": row["promised_at"]}
        found |= {"by": row["by"], "id": row["id"]}
        states[row["walk_id"]]["done"][str(row["door_id"])] = found
    for visit in outings.visits(connection, contest_id, walk_ids, now - A_VISIT):
        states[visit["walk_id"]]["there"][str(visit["door_id"])] = [visit["person_id"], visit["name"]]
    return {one["outing_id"]: states[one["walk_id"]] for one in outs}


def _free(connection: Connection, person: Person, now: datetime) -> list[dict[str, Any]]:
    """The walks of this person's room that nobody is out with, those with most to do first."""
    _, rules = rules_of(connection, person.contest_id)
    quiet = now - timedelta(minutes=rules.quiet_minutes)
    newest = outings.newest(connection, person.contest_id)
    free = []
    for walk in lists.newest_of_room(connection, person.contest_id, person.committee_room_id):
        out = newest.get(walk["walk_id"])
        if out and not out["back_at"] and out["heard_at"] > quiet and out["ends_at"] > now:
            continue
        if walk["version"] and walk["doors"]:
            free.append({"walk_id": walk["walk_id"], "name": walk["name"], "doors": walk["doors"]})
    return sorted(free, key=lambda walk: -walk["doors"])


def stand_at(database: Database, person: Person, door_id: Any, now: datetime) -> dict[str, Any]:
    """Say which door this person goes to (None: to none). ``ok`` is False, with who is there, when somebody else is."""
    if door_id is None:
        with database.transaction() as connection:
            outings.leave_door(connection, person.contest_id, person.person_id)
        return {"ok": True}
    if not isinstance(door_id, int) or isinstance(door_id, bool) or not 0 < door_id < 2**63:
        raise Conflict("Say which door.")
    with database.transaction() as connection:
        mine = current(connection, person, now)
        if mine is None or not lists.has_door(connection, person.contest_id, mine["walk_id"], door_id):
            raise Conflict("That door is not on your walk.")
        outings.heard(connection, person.contest_id, person.person_id, now)
        if outings.stand_at(connection, person.contest_id, person.person_id, door_id, now - A_VISIT, now):
            return {"ok": True}
        visits = outings.visits(connection, person.contest_id, [mine["walk_id"]], now - A_VISIT)
    return {"ok": False, "there": next((v["name"] for v in visits if v["door_id"] == door_id), "Somebody")}


def states(database: Database, contest_id: int, person_ids: set[int], now: datetime) -> dict[int, dict[str, Any]]:
    """By person: the state of the walk they are out with. Nobody there: not out any more."""
    with database.snapshot() as connection:
        outs = outings.of_people(connection, contest_id, person_ids, now)
        known = state_of(connection, list({one["outing_id"]: one for one in outs.values()}.values()), now)
    return {person_id: known[one["outing_id"]] for person_id, one in outs.items()}
