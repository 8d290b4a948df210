"""What organisers do about single entries: withdraw, correct, confirm. Each is a ledger entry of their own."""

import uuid
from typing import Any

from gotv.domain.elector_numbers import ElectorNumber, read_elector_number
from gotv.domain.entries import Entry, Kind, Outcome, seconds
from gotv.domain.people import Person
from gotv.errors import Conflict, NotThere, NotYours
from gotv.services.telling import Telling
from gotv.store import contests, facts, numbers_called, slips
from gotv.store.database import Database


def withdraw(telling: Telling, person: Person, entry_id: str) -> dict[str, Any]:
    """An organiser takes back one entry of the ledger; the trace stays. Returns the entry withdrawn."""
    entry = _entry_in_scope(telling.database, person, entry_id)
    if entry["kind"] == Kind.WITHDRAW:
        raise Conflict("A withdrawal cannot itself be withdrawn. Key the number again instead.")
    telling.keep(person.contest_id, [_withdrawal(telling, person, entry)])
    return entry


def resolve(telling: Telling, person: Person, entry_id: str, typed: str) -> dict[str, Any]:
    """An organiser says which elector an unmatched number was: the old mark goes, a new one stands.

    Both are ledger entries of the organiser's, made in one commit. Raises ValueError if the number cannot be
    read, Conflict if no elector has it (then nothing changes).
    """
    entry = _entry_in_scope(telling.database, person, entry_id)
    if not (entry["unmatched"] or entry["doubt"] or entry["again"]) or entry["withdrawn_at"]:
        raise Conflict("This number was corrected or withdrawn already, or it has matched by itself.")
    with telling.database.snapshot() as connection:
        districts = contests.districts(connection, person.contest_id)
        number = read_elector_number(typed, entry["district"] or "", districts)
        known = facts.of_numbers(connection, person.contest_id, [number]).electors
    if number not in known:
        raise Conflict(f"{number} is not on the register either. Nothing was changed.")
    mark = _mark(person, entry, typed, ElectorNumber(*number))
    return _put_in_its_place(telling, person, entry, mark)


def confirm(telling: Telling, person: Person, entry_id: str) -> dict[str, str]:
    """An organiser stands for a doubtful number, or one given twice: that mark goes, one of the organiser's stands."""
    entry = _entry_in_scope(telling.database, person, entry_id)
    if not (entry["doubt"] or entry["again"]) or entry["withdrawn_at"]:
        raise Conflict("This number was confirmed, corrected or withdrawn already.")
    number = ElectorNumber(entry["district"], entry["number"], entry["suffix"])
    return _put_in_its_place(telling, person, entry, _mark(person, entry, entry["typed"], number))


def _mark(person: Person, entry: dict[str, Any], typed: str, number: ElectorNumber) -> Entry:
    """A mark of the organiser's in the place of another."""
    return Entry(
        id=str(uuid.uuid4()),
        kind=Kind.MARK,
        person_id=person.person_id,
        place_id=entry["place_id"],
        typed=typed,
        number=number,
        called_at=seconds(entry["called_at"]),
        replaces=entry["id"],
    )


def _put_in_its_place(telling: Telling, person: Person, entry: dict[str, Any], mark: Entry) -> dict[str, str]:
    """Withdraw the entry and let the mark stand, both or, when somebody was quicker, nothing. Raises Conflict then."""
    with telling.database.transaction() as connection:
        # What was keyed from a slip stays in its box: moving, voiding and counting the slip go on with the new mark.
        slips.follow(connection, person.contest_id, entry["id"], mark.id)
    _, answers = telling.keep(person.contest_id, [_withdrawal(telling, person, entry), mark])
    if answers[-1]["outcome"] == Outcome.REFUSED:
        raise Conflict("Somebody confirmed, corrected or withdrew this number a moment ago.")
    return {"number": str(mark.number), "outcome": answers[-1]["outcome"]}


def _withdrawal(telling: Telling, person: Person, entry: dict[str, Any]) -> Entry:
    return Entry(
        id=str(uuid.uuid4()),
        kind=Kind.WITHDRAW,
        person_id=person.person_id,
        place_id=entry["place_id"],
        withdraws=entry["id"],
        called_at=seconds(telling.clock.now()),
    )


def _entry_in_scope(database: Database, person: Person, entry_id: str) -> dict[str, Any]:
    try:
        uuid.UUID(entry_id)
    except ValueError:
        raise NotThere("There is no such entry.") from None
    with database.snapshot() as connection:
        entry = numbers_called.entry(connection, person.contest_id, entry_id)
        rooms = {p["place_id"]: p["committee_room_id"] for p in contests.places(connection, person.contest_id)}
    if entry is None:
        raise NotThere("There is no such entry.")
    if not person.sees_room(rooms.get(entry["place_id"])):
        raise NotYours("That polling place belongs to another committee room.")
    return entry
