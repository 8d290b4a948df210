"""The built-in courses: who has read which, and a seat to practise on where everybody is invented."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gotv.domain.contests import Contest
from gotv.domain.people import Person, Role
from gotv.domain.work import TAUGHT, Work
from gotv.errors import Conflict, NotThere
from gotv.services.inviting import Invitation, invite_within
from gotv.services.own_links import read_own_token
from gotv.services.signing_in import uk_day
from gotv.store import contests, events, people, training
from gotv.store.database import Database

# Whoever canvasses practises on a knocker-up's phone: the door is the same.
PRACTISED_AS = {Work.TELLER: Role.TELLER, Work.CLERK: Role.CLERK}
MOST_PRACTISING = 2_000


def taught(work: str) -> Work:
    """Raises NotThere for what no course teaches."""
    if work not in TAUGHT:
        raise NotThere("There is no such course.")
    return Work(work)


def has_read(database: Database, key: str, work: Work, token: str, person: Person | None, now: datetime) -> None:
    """Somebody says that they have read a course: by their own link, or signed in. Raises NotLetIn, NotThere."""
    with database.transaction() as connection:
        contest_id, who = _who(connection, key, token, person)
        if not contests.living(connection, contest_id):
            raise NotThere("This sign-up is not kept any more.")
        training.has_read(connection, contest_id, work, who, now)


def _who(connection: Connection, key: str, token: str, person: Person | None) -> tuple[int, str]:
    if person is not None and not token:
        return person.contest_id, f"#{person.person_id}"
    contest_id, sign_up_id = read_own_token(key, token)
    found = events.find_sign_up(connection, contest_id, sign_up_id)
    if found is None:
        raise NotThere("This sign-up is not kept any more.")
    return contest_id, str(found["contact"])


def practice_seat(database: Database) -> Contest | None:
    """The newest rehearsal in this house, if there is one: everybody in it is invented."""
    with database.snapshot() as connection:
        seats = [one for one in contests.every(connection) if one.rehearsal and not one.purged_at]
        seats.sort(key=lambda one: -one.contest_id)
        return next((one for one in seats if _place(connection, one)), None)


def _place(connection: Connection, seat: Contest) -> dict[str, Any] | None:
    """Where one could tell."""
    return next((one for one in contests.places(connection, seat.contest_id) if one["districts"]), None)


def practise(database: Database, key: str, work: Work, token: str, person: Person | None, now: datetime) -> Invitation:
    """A link for the seat to practise on, for today. Raises NotLetIn, Conflict when there is none, in words."""
    seat = practice_seat(database)
    if seat is None:
        raise Conflict("There is no seat to practise on just now. Ask your organiser for one.")
    role = PRACTISED_AS.get(work, Role.KNOCKER)
    with database.transaction() as connection:
        _who(connection, key, token, person)
        if len(people.every(connection, seat.contest_id)) >= MOST_PRACTISING:
            raise Conflict("Too many have practised on this seat. Ask your organiser for a new one.")
        place = _place(connection, seat)
        if place is None:
            raise Conflict("This seat has just changed. Try once more.")
        who = invite_within(
            connection, key, seat, role, "Practising", place["place_id"], place["committee_room_id"],
            valid_on=uk_day(now),
        )  # fmt: skip
    return Invitation.of(key, seat.contest_id, who, 1, role=role, name="Practising", where=str(place["name"]))


def by_person(database: Database, contest_id: int) -> dict[int, set[str]]:
    """What those who were let in are trained for."""
    with database.snapshot() as connection:
        return training.trained_people(connection, contest_id)
