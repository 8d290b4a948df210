"""Keying a paper slip: every box is an entry of the ledger at once; the slip only says which box it came from."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gotv.domain.contests import Contest
from gotv.domain.elector_numbers import ElectorNumber, read_elector_number
from gotv.domain.entries import LONGEST_LIST, Entry, Kind, seconds, uuid_of
from gotv.domain.people import Person
from gotv.domain.slips import TALLY, Heading, State
from gotv.errors import Conflict, TooMuch
from gotv.services.slips import find, hold, read_heading_in_scope, stands
from gotv.services.telling import Telling
from gotv.store import contests, slips
from gotv.store.control_totals import held_among
from gotv.store.database import Database

LONGEST_REASON = 200
MOST_STATED = 1_000


def keep(telling: Telling, person: Person, slip_id: str, sent: object) -> dict[str, Any]:
    """Keep what was keyed into boxes, as the page sent it, and answer each entry; the slip is made by the first.

    ``sent`` is ``{"heading": {...}, "entries": [an entry of the wire with its "box"]}``. Returns what `Telling.take`
    does, and what the ledger now holds of the slip: ``held`` boxes, the ``tally``, and the id that ``stands`` in each
    box. Raises Conflict when the slip is void or somebody else's, and then nothing was kept; the same list sent again
    counts nothing twice and opens no closed slip.
    """
    heading_sent, entries = _read(sent)
    now = telling.clock.now()
    with telling.database.transaction() as connection:
        heading = read_heading_in_scope(connection, person, heading_sent)
        me: dict[str, Any] = {"claimed_by": person.person_id, "claimed_at": now}
        slips.add(connection, person.contest_id, slip_id, heading, State.OPEN, now, **me)
        slip = hold(connection, person, slip_id, now)
        if slip["state"] == State.WAITING:
            # What the paper says is known only now; once something is keyed, `move` changes it.
            slip |= asdict(heading)
            slips.change(connection, person.contest_id, slip_id, **asdict(heading))
        # More boxes may be wanted while it is keyed.
        me["boxes"] = slip["boxes"] = max(slip["boxes"], heading.boxes)
        boxes = _boxes_of(entries, slip["boxes"])
        news = _look_at(connection, person.contest_id, slip_id, entries, boxes)
        if slip["state"] != State.CLOSED or news:
            # Whoever keys into a closed slip has to close it anew.
            slips.change(connection, person.contest_id, slip_id, state=State.OPEN, closed_by=None, closed_at=None, **me)
        slips.add_boxes(connection, person.contest_id, slip_id, boxes)
        contest = contests.find(connection, person.contest_id)
    written = [_as_on_paper(one, slip, contest) for one in entries]
    answer = telling.take(person, telling.post_of(replace(person, place_id=slip["place_id"])), written)
    return answer | _one_number_a_box(telling, person, slip_id, now)


def _look_at(
    connection: Connection, contest_id: int, slip_id: str, entries: list[dict[str, Any]], boxes: Mapping[str, int]
) -> bool:
    """Whether the list says anything new. Raises Conflict when it names an entry that is not of this slip."""
    withdrawals = [one for one in entries if one.get("kind") == Kind.WITHDRAW]
    targets = {target for one in withdrawals if (target := uuid_of(one.get("withdraws")))}
    ours, strangers = slips.kept(connection, contest_id, slip_id, {*boxes, *targets})
    if strangers:
        raise Conflict("An entry of this list belongs to another slip, or to a teller. Nothing was kept.")
    ids = {entry_id for one in withdrawals if (entry_id := uuid_of(one.get("id")))}
    return bool(set(boxes) - ours) or bool(ids - held_among(connection, contest_id, ids))


def _one_number_a_box(telling: Telling, person: Person, slip_id: str, now: datetime) -> dict[str, Any]:
    """Where two pages keyed into one box, the later number stands and the earlier falls. Returns what stands."""
    with telling.database.snapshot() as connection:
        rows = [row for row in slips.boxes(connection, person.contest_id, slip_id) if stands(row)]
    last = {row["box"]: row["id"] for row in rows if row["box"] != TALLY}
    fallen = [row for row in rows if row["box"] != TALLY and row["id"] != last[row["box"]]]
    if fallen:
        withdrawals = [_withdrawal(person, row["place_id"], row["id"], now) for row in fallen]
        telling.keep(person.contest_id, withdrawals)
    tally = sum(row["box"] == TALLY for row in rows)
    return {"held": len(last), "tally": tally, "stands": {str(box): entry_id for box, entry_id in last.items()}}


def close(
    database: Database, person: Person, slip_id: str, stated: object, reason: str, now: datetime
) -> dict[str, Any]:
    """Compare the sum on the paper with what was keyed, and close the slip.

    Raises Conflict when they differ and no reason is given; the slip stays open then.
    """
    with database.transaction() as connection:
        found = hold(connection, person, slip_id, now)
        if type(stated) is not int or not 0 <= stated <= MOST_STATED:
            raise Conflict("Enter how many numbers the paper says there are in all.")
        reason = " ".join(reason.split())[:LONGEST_REASON]
        if stated != found["keyed"] and not reason:
            raise Conflict(
                f"The paper says {stated}, keyed are {found['keyed']}. Look for the difference, or say why it is so."
            )
        slips.change(
            connection,
            person.contest_id,
            slip_id,
            state=State.CLOSED,
            stated=stated,
            reason=reason if stated != found["keyed"] else "",
            closed_by=person.person_id,
            closed_at=now,
            claimed_by=None,
            claimed_at=None,
        )
    return {"ok": True, "keyed": found["keyed"], "stated": stated}


def void(telling: Telling, person: Person, slip_id: str, reason: str) -> dict[str, Any]:
    """Take back all that was keyed from a slip. The ledger and the slip keep the trace.

    Done again after a failure half-way it does the rest. Raises Conflict while somebody else is keying it.
    """
    now = telling.clock.now()
    with telling.database.transaction() as connection:
        slip = hold(connection, person, slip_id, now, even_void=True)
        if slip["state"] != State.VOID:
            slips.change(
                connection,
                person.contest_id,
                slip_id,
                state=State.VOID,
                reason=" ".join(reason.split())[:LONGEST_REASON],
                closed_by=person.person_id,
                closed_at=now,
                claimed_by=None,
                claimed_at=None,
            )
        ids = slips.entries(connection, person.contest_id, slip_id)
        standing = sum(stands(row) for row in slips.boxes(connection, person.contest_id, slip_id))
    # Also of those that are on their way: a withdrawal that comes before its mark still wins.
    telling.keep(person.contest_id, [_withdrawal(person, slip["place_id"], one, now) for one in ids])
    return slip | {"withdrawn": standing}


def move(telling: Telling, person: Person, slip_id: str, sent: object) -> dict[str, Any]:
    """Give a slip another heading: every number keyed from it then counts for that place and district.

    Done again after a failure half-way it does the rest. Raises Conflict while somebody else is keying it, or
    when the slip is void.
    """
    now = telling.clock.now()
    with telling.database.transaction() as connection:
        heading = read_heading_in_scope(connection, person, sent)
        hold(connection, person, slip_id, now)
        standing = [row for row in slips.boxes(connection, person.contest_id, slip_id) if stands(row)]
        districts = contests.districts(connection, person.contest_id)
        contest = contests.find(connection, person.contest_id)
        at = contest.at(heading.hour) if contest and heading.hour else None
        moved = [entry for row in standing for entry in _moved(person, row, heading, districts, at)]
        by_id = {row["id"]: row["box"] for row in standing}
        marks = {entry.id: by_id[entry.replaces] for entry in moved if entry.replaces}
        heading = replace(heading, boxes=max([heading.boxes, *by_id.values()]))
        slips.add_boxes(connection, person.contest_id, slip_id, marks)
        slips.change(connection, person.contest_id, slip_id, **asdict(heading))
    telling.keep(person.contest_id, moved)
    return find(telling.database, person, slip_id) | {"moved": len(marks)}


def _moved(
    person: Person, row: Mapping[str, Any], heading: Heading, districts: list[str], at: datetime | None
) -> list[Entry]:
    """A withdrawal and a new mark for what does not stand where the heading says; nothing for what does.

    ``at`` is the hour on the paper. Tally strokes stay with the place that heard them.
    """
    if row["kind"] != Kind.MARK:
        return []
    number = read_elector_number(row["typed"], heading.district, districts)
    if row["place_id"] == heading.place_id and number == ElectorNumber(row["district"], row["number"], row["suffix"]):
        return []
    mark = Entry(
        id=str(uuid.uuid4()),
        kind=Kind.MARK,
        person_id=person.person_id,
        place_id=heading.place_id,
        typed=row["typed"],
        number=number,
        called_at=seconds(at or row["called_at"]),
        replaces=row["id"],
    )
    return [_withdrawal(person, row["place_id"], row["id"], row["called_at"]), mark]


def _withdrawal(person: Person, place_id: int, entry_id: str, at: datetime | None) -> Entry:
    return Entry(
        id=str(uuid.uuid4()),
        kind=Kind.WITHDRAW,
        person_id=person.person_id,
        place_id=place_id,
        withdraws=entry_id,
        called_at=seconds(at),
    )


def _read(sent: object) -> tuple[object, list[dict[str, Any]]]:
    """Heading and entries as the page sent them. Raises TooMuch for what is no list of at most 200 objects."""
    entries = sent.get("entries") if isinstance(sent, dict) else None
    if not isinstance(sent, dict) or not isinstance(entries, list) or len(entries) > LONGEST_LIST:
        raise TooMuch(f"Send a heading and a list of at most {LONGEST_LIST} entries.")
    if not all(isinstance(one, dict) for one in entries):
        raise TooMuch("Each entry must be an object with id, kind, number and box.")
    return sent.get("heading"), entries


def _boxes_of(entries: list[dict[str, Any]], most: int) -> dict[str, int]:
    """The box of each mark and tally stroke by its id. Raises Conflict for a box that is not on the slip."""
    boxes: dict[str, int] = {}
    for one in entries:
        entry_id, kind = uuid_of(one.get("id")), one.get("kind", Kind.MARK)
        if entry_id is None or kind == Kind.WITHDRAW:
            continue
        box: Any = TALLY if kind == Kind.NO_NUMBER else one.get("box")
        if kind != Kind.NO_NUMBER and (type(box) is not int or not 1 <= box <= most):
            raise Conflict(f"This slip has the boxes 1 to {most}.")
        boxes[entry_id] = box
    return boxes


def _as_on_paper(one: dict[str, Any], slip: Mapping[str, Any], contest: Contest | None) -> dict[str, Any]:
    """The entry with what the slip's heading says of it: district and, when it is written there, the hour."""
    told = {"district": slip["district"]} if one.get("kind", Kind.MARK) == Kind.MARK else {}
    if slip["hour"] and contest:
        told["at"] = contest.at(slip["hour"]).isoformat()
    return one | told
