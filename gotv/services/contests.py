"""Setting a contest up, and looking it up."""

from collections.abc import Collection
from datetime import date, time
from typing import Any

from sqlalchemy.exc import IntegrityError

from gotv.domain.contests import CLOSES, OPENS, RETENTION, UK, Contest
from gotv.errors import Conflict, NotThere
from gotv.store import contests, ledger
from gotv.store.counts import rebuild
from gotv.store.database import Database

FIRST_ROOM = "Committee room"


def create_contest(
    database: Database,
    name: str,
    polling_day: date,
    *,
    opens: time = OPENS,
    closes: time = CLOSES,
    voting_age: int = 18,
    pledge_rule: dict[str, Any] | None = None,
    retention_date: date | None = None,
    barred_markers: str = "",
    rehearsal: bool = False,
) -> int:
    """Make a contest with one committee room. Returns its id. Raises Conflict if the name is taken."""
    if closes <= opens:
        raise Conflict(f"The poll cannot close at {closes:%H:%M}, before it opens at {opens:%H:%M}.")
    try:
        with database.transaction() as connection:
            contest_id = contests.create(
                connection,
                name=name,
                polling_day=polling_day,
                opens=opens,
                closes=closes,
                time_zone=UK,
                voting_age=voting_age,
                pledge_rule=pledge_rule or {"codes": [], "strengths": [], "unrated": True},
                barred_markers=barred_markers.upper(),
                retention_date=retention_date or polling_day + RETENTION,
                rehearsal=rehearsal,
            )
            contests.keep_room(connection, contest_id, FIRST_ROOM)
    except IntegrityError:
        raise Conflict(f"There is already a contest called {name!r}.") from None
    return contest_id


def every_contest(database: Database) -> list[Contest]:
    with database.snapshot() as connection:
        return contests.every(connection)


def open_contests(database: Database) -> list[Contest]:
    """Those that an agent may sign in to with a password: not purged, and no rehearsal."""
    return [one for one in every_contest(database) if one.purged_at is None and not one.rehearsal]


def find_contest(database: Database, contest_id: int) -> Contest:
    """Raises NotThere, naming the number."""
    with database.snapshot() as connection:
        contest = contests.find(connection, contest_id)
    if contest is None:
        raise NotThere(f"There is no contest {contest_id}. See them with: gotv contest list")
    return contest


def show_initials(database: Database, contest_id: int, shows: bool) -> None:
    """Whether clerks at the grid see the first letter of the surname and the street of a number."""
    with database.transaction() as connection:
        contests.change(connection, contest_id, shows_initials=shows)


def count_anew(database: Database, contest_id: int) -> int:
    """Rebuild every counter of a contest from what stands. Returns the new position."""
    with database.transaction() as connection:
        last = ledger.lock_head(connection, contest_id)
        rebuild(connection, contest_id, last + 1)
    return last + 1


def positions_of(database: Database, contest_ids: Collection[int]) -> dict[int, int]:
    """The ledger position of each of these contests."""
    with database.snapshot() as connection:
        return ledger.positions(connection, contest_ids)
