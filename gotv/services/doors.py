"""Taking what knockers-up found at doors: check, commit, answer each by its id."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gotv.domain.doors import LONGEST_LIST, SETTLES, DoorResult, NotAResult, Result, fold, read_result
from gotv.domain.elector_numbers import ElectorNumber
from gotv.domain.people import Person, Role
from gotv.errors import NotLetIn, TooMuch
from gotv.store import door_results, ledger, lifts, outings, people
from gotv.store.database import Database

KEPT, REPEATED, REFUSED = "kept", "repeated", "refused"
REVOKED = "This link was switched off by your organiser."


def take(database: Database, person: Person, sent: Any, now: datetime) -> dict[str, Any]:
    """Keep a list of results. Returns ``ok``, ``position`` and one answer for each, in the order sent.

    An answer is ``{"id", "outcome": kept | repeated | refused, "reason"}``. The same id never counts twice, whoever
    sends it. Raises TooMuch for more than a list may hold, NotLetIn for somebody switched off.
    """
    if not isinstance(sent, list) or len(sent) > LONGEST_LIST:
        raise TooMuch(f"Send a list of at most {LONGEST_LIST} results.")
    answers: list[dict[str, Any]] = [{} for _ in sent]
    good: dict[int, DoorResult] = {}
    for n, one in enumerate(sent):
        try:
            good[n] = read_result(one, now)
        except NotAResult as why:
            answers[n] = _refused(one.get("id") if isinstance(one, dict) else None, str(why))
    with database.transaction() as connection:
        last = ledger.lock_head(connection, person.contest_id)
        if people.revoked(connection, person.contest_id, [person.person_id]):
            raise NotLetIn(REVOKED)
        fresh = _sort_out(connection, person, good, answers)
        if fresh:
            last = door_results.append(connection, person.contest_id, last, fresh, now)
            fold_doors(connection, person.contest_id, _doors_of(connection, person.contest_id, fresh))
            lifts.follow_results(connection, person.contest_id, fresh, person.name, now)
        outings.heard(connection, person.contest_id, person.person_id, now)
    return {"ok": True, "position": last, "answers": answers}


def _sort_out(
    connection: Connection, person: Person, good: dict[int, DoorResult], answers: list[dict[str, Any]]
) -> list[DoorResult]:
    """Fill in the answers; returns those to keep."""
    ids = [one.id for one in good.values()] + [one.withdraws for one in good.values() if one.withdraws]
    known = door_results.known(connection, person.contest_id, ids)
    named = [one.door_id for one in good.values()] + [row.door_id for row in known.values()]
    wanted = {door for door in named if door}
    rooms = door_results.rooms_of(connection, person.contest_id, wanted)
    living = door_results.living_at(connection, person.contest_id, wanted)
    # Of a walk given to them, whose committee room may have changed since.
    mine = outings.doors_given(connection, person.contest_id, person.person_id, wanted)
    fresh: dict[str, DoorResult] = {}
    for n, one in good.items():
        target = known.get(one.withdraws or "")
        door = one.door_id or (target.door_id if target else None)
        if one.id in known or one.id in fresh:
            answers[n] = {"id": one.id, "outcome": REPEATED}
        elif door and door not in rooms:
            answers[n] = _refused(one.id, "There is no such door in this contest.")
        elif door and not person.sees_room(rooms[door]) and door not in mine:
            answers[n] = _refused(one.id, "That door belongs to another committee room.")
        elif target and target.person_id != person.person_id and person.role is Role.KNOCKER:
            answers[n] = _refused(one.id, "Only who found it, or the committee room, can take a result back.")
        elif strangers := set(one.electors) - living.get(one.door_id or 0, set()):
            answers[n] = _refused(one.id, f"{min(strangers)} is not registered at that door.")
        else:
            fresh[one.id] = _of(one, person, living.get(one.door_id or 0, set()))
            answers[n] = {"id": one.id, "outcome": KEPT}
    return list(fresh.values())


def _of(one: DoorResult, person: Person, living: Collection[ElectorNumber]) -> DoorResult:
    """With who found it, and with everybody named when it was about everybody: others may move in later."""
    everybody = tuple(sorted(living)) if one.kind in SETTLES else ()
    return replace(one, person_id=person.person_id, electors=one.electors or everybody)


def _refused(entry_id: Any, reason: str) -> dict[str, Any]:
    return {"id": str(entry_id)[:64] if entry_id else None, "outcome": REFUSED, "reason": reason}


def _doors_of(connection: Connection, contest_id: int, fresh: Collection[DoorResult]) -> set[int]:
    """The doors that these results, and the withdrawals among them, speak of."""
    named = [one.withdraws for one in fresh if one.kind is Result.WITHDRAW and one.withdraws]
    targets = door_results.known(connection, contest_id, named).values()
    return {one.door_id for one in fresh if one.door_id} | {row.door_id for row in targets if row.door_id}


def fold_doors(connection: Connection, contest_id: int, door_ids: Collection[int]) -> None:
    """Work out anew what all the results of these doors come to."""
    results = door_results.of_doors(connection, contest_id, door_ids)
    withdrawn = door_results.withdrawn_at(connection, contest_id, door_ids)
    for door_id in door_ids:
        door_results.keep_state(connection, contest_id, door_id, fold(results.get(door_id, ()), withdrawn))
