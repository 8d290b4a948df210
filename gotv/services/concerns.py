"""What canvassers and knockers-up hear at doors: kept by theme, with nobody and no door."""

import re
from datetime import datetime
from typing import Any

from gotv.domain.concerns import NotAnIssue, read_concern
from gotv.domain.contests import Contest
from gotv.domain.people import Person
from gotv.errors import Conflict, NotThere
from gotv.services.own_links import as_id
from gotv.store import concerns, contests
from gotv.store.database import Database

# So many of each theme's words are shown.
SHOWN = 40


def note(database: Database, contest: Contest, by: Person, sent: dict[str, Any], now: datetime) -> None:
    """Keep what somebody cares about; with the day, so that not even the hour tells whose door it was.

    Raises Conflict for what names a person: a name of the register that is written like one is one.
    """
    concern_id = as_id(str(sent.get("id", "")))
    if not concern_id:
        raise Conflict("The id must be a UUID.")
    try:
        theme, words = read_concern(str(sent.get("theme", "")), str(sent.get("words", "")))
    except NotAnIssue as why:
        raise Conflict(str(why)) from None
    # The first word is written large anyhow.
    named = [word.lower() for word in re.findall(r"(?<=\s)[^\W\d_][\w'’-]+", words) if word[0].isupper()]
    with database.transaction() as connection:
        if not contests.living(connection, contest.contest_id):
            raise NotThere("This contest has been purged.")
        if named and (found := concerns.names_of(connection, contest.contest_id, named)):
            raise Conflict(f"“{found[0].capitalize()}” is a name on the register. Write the issue, not the person.")
        day = contest.local(now).date()
        concerns.add(connection, contest.contest_id, concern_id, theme, words, by.committee_room_id, day)


def by_theme(database: Database, person: Person) -> list[dict[str, Any]]:
    with database.snapshot() as connection:
        return concerns.by_theme(connection, person.contest_id, person.committee_room_id, SHOWN)
