"""Kill switches: what may be switched off, in a moment and without a restart, so that numbers are still taken."""

from collections.abc import Iterable

from gotv.domain.contests import Contest
from gotv.errors import NotThere, SwitchedOff
from gotv.store import contests
from gotv.store.database import Database

# What each is called, and what people are told who meet it.
SWITCHES = {
    "boards": "Boards are switched off for now. Numbers are still taken, and lists still made.",
    "exports": "Exports and new paper are switched off for now. Try again later.",
    "lists": "No new lists are made for now. The last ones stay good: work from them.",
    "phones": "No new phone is let in for now. Whoever is in stays in. Write on paper, and try again in a while.",
}


def turn(database: Database, contest_ids: Iterable[int], name: str, *, off: bool) -> int:
    """Switch a part of the house off, or on again, for these contests. Returns for how many that changed anything.

    Raises NotThere for a switch that does not exist.
    """
    if name not in SWITCHES:
        raise NotThere(f"There is no switch {name!r}. There are: {', '.join(SWITCHES)}.")
    changed = 0
    with database.transaction() as connection:
        for contest_id in contest_ids:
            contest = contests.find_to_change(connection, contest_id)
            if contest and (name in contest.switched_off) != off:
                kept = {*contest.switched_off, name} if off else {*contest.switched_off} - {name}
                contests.change(connection, contest_id, switched_off=sorted(kept))
                changed += 1
    return changed


def refuse_if_off(contest: Contest, name: str) -> None:
    """Raises SwitchedOff, in words."""
    if name in contest.switched_off:
        raise SwitchedOff(SWITCHES[name])
