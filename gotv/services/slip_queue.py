"""The queue of slips that came in and are not keyed yet: put in, claimed by one clerk, given back."""

import uuid
from datetime import datetime

from gotv.domain.people import Person
from gotv.domain.slips import State
from gotv.errors import Conflict
from gotv.services.slips import hold, read_heading_in_scope
from gotv.store import slips
from gotv.store.database import Database


def put(database: Database, person: Person, heading: object, now: datetime) -> str:
    """Put a slip into the queue. Returns its id. Raises Conflict for a heading that cannot be read."""
    slip_id = str(uuid.uuid4())
    with database.transaction() as connection:
        read = read_heading_in_scope(connection, person, heading)
        slips.add(connection, person.contest_id, slip_id, read, State.WAITING, now)
    return slip_id


def claim_next(database: Database, person: Person, now: datetime, *, but: str | None = None) -> str | None:
    """Claim the slip that has waited longest and that nobody holds, or None. One's own claim comes first.

    ``but`` is a slip just keyed, of which nothing may have arrived yet.
    """
    scope = person.contest_id, person.committee_room_id, person.person_id
    with database.transaction() as connection:
        return slips.claim_next(connection, *scope, now, but=but)


def claim(database: Database, person: Person, slip_id: str, now: datetime) -> None:
    """Go on with a slip. Raises Conflict when it is void, or while somebody else works on it."""
    with database.transaction() as connection:
        hold(connection, person, slip_id, now)
        slips.change(connection, person.contest_id, slip_id, claimed_by=person.person_id, claimed_at=now)


def give_back(database: Database, person: Person, slip_id: str, now: datetime) -> None:
    """Let somebody else have it. Raises Conflict while somebody else holds it."""
    with database.transaction() as connection:
        slip = hold(connection, person, slip_id, now)
        if slip["claimed_by"] != person.person_id:
            raise Conflict("You do not hold this slip.")
        slips.change(connection, person.contest_id, slip_id, claimed_by=None, claimed_at=None)
