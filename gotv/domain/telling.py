"""What a number called by a teller means, and what it changes.

The state of the poll is a fold of the ledger that does not care about order: an elector is *marked* while some
mark of theirs is not withdrawn, and a withdrawal that arrives before its mark still wins.

A doubtful mark (`domain.doubts`) is kept and strikes nobody: an organiser confirms, corrects or withdraws it. When two
tellers disagree, a good mark beats a doubtful one, and a withdrawal takes back the one mark it names, no other.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from gotv.domain.elector_numbers import ElectorNumber
from gotv.domain.entries import MARK, NO_NUMBER, WITHDRAW, Entry, Kind, Outcome

# Looked up once: every number has one (see `entries.MARK`).
UNMATCHED, ALREADY_MARKED = Outcome.UNMATCHED, Outcome.ALREADY_MARKED
POSTAL, MARKED = Outcome.POSTAL, Outcome.MARKED

# Counters to move, by what they belong to.
Moves = defaultdict[Any, dict[str, int]]


# An `ElectorNumber`, or what is equal to it and quicker to make.
Number = tuple[str, int, int]
# By number: how many marks stood before, when the first of them came, and by id with their time those that stand now.
Marks = dict[str, datetime]
Stood = dict[Number, tuple[int, datetime | None, Marks]]


def _no_moves() -> Moves:
    return defaultdict(lambda: defaultdict(int))


class Elector(NamedTuple):
    """What reconciliation needs to know of an elector. ``wanted``: belongs on a knock-up list until marked."""

    pledged: bool
    postal: bool
    wanted: bool


# Not frozen, these: a frozen dataclass takes four times as long to make.


@dataclass(slots=True)
class Kept:
    """An entry that is in the ledger already: as much of an `Entry` as a later one may ask for."""

    kind: Kind
    outcome: str
    number: ElectorNumber | None
    place_id: int
    doubt: str = ""


@dataclass(slots=True)
class Facts:
    """What the store knows about the entries at hand. ``standing``: by number, with time, the marks not withdrawn;
    of a number that is not to be withdrawn the first will do. Numbers that nobody asked for may be among them.
    """

    kept: Mapping[str, Kept] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    electors: Mapping[Number, Elector] = field(default_factory=dict)
    standing: dict[Number, Marks] = field(default_factory=dict)


@dataclass(slots=True)
class Change:
    """What one list of entries does to the poll: rows to append, marks that stand or fall, and counters to move.

    ``doubted``: marks that stand as doubtful ones. ``fallen`` holds marks of either kind. ``taken_back``: what this
    list was the first to withdraw.
    """

    answers: list[dict[str, Any]] = field(default_factory=list)
    rows: list[Entry] = field(default_factory=list)
    standing: set[str] = field(default_factory=set)
    fallen: dict[str, ElectorNumber] = field(default_factory=dict)
    doubted: set[str] = field(default_factory=set)
    taken_back: set[str] = field(default_factory=set)
    # By district, by place, and by district and hour.
    districts: Moves = field(default_factory=_no_moves)
    places: Moves = field(default_factory=_no_moves)
    hours: Moves = field(default_factory=_no_moves)


def reconcile(entries: Iterable[Entry], facts: Facts, now: datetime) -> Change:
    """Decide the outcome of each entry in turn, given what is known, and gather what changes.

    Entries may repeat each other or withdraw one another within the same list. ``facts`` is used up:
    its collections are brought forward entry by entry.
    """
    change, kept = Change(), dict[str, Kept | Entry](facts.kept)
    before: Stood = {}
    for entry in entries:
        if first := kept.get(entry.id):
            change.answers.append({"id": entry.id, "outcome": Outcome.REPEATED, "first": first.outcome})
            continue
        if entry.replaces and entry.replaces not in change.taken_back:
            change.answers.append({"id": entry.id, "outcome": Outcome.REFUSED, "reason": "Somebody was quicker."})
            continue
        entry.outcome = outcome = _apply(entry, facts, kept, before, change, now)
        kept[entry.id] = entry
        change.rows.append(entry)
        change.answers.append({"id": entry.id, "outcome": outcome})
    _count(before, facts, change)
    return change


def _apply(
    entry: Entry,
    facts: Facts,
    kept: Mapping[str, Kept | Entry],
    before: Stood,
    change: Change,
    now: datetime,
) -> Outcome:
    if entry.kind is WITHDRAW:
        return _withdraw(entry, facts, kept, before, change)
    place = change.places[entry.place_id]
    place["heard"] += not (entry.replaces and _heard_before(entry.replaces, entry, kept))
    if entry.id in facts.withdrawn:
        return Outcome.WITHDRAWN
    if entry.number is None:
        place["no_number"] += 1
        return Outcome.COUNTED
    number = entry.number
    standing = facts.standing.get(number) or facts.standing.setdefault(number, {})
    elector = facts.electors.get(number)
    outcome = _meaning(elector, standing)
    if entry.doubt:
        change.doubted.add(entry.id)
        place["doubtful"] += 1
        return outcome
    if number not in before:
        before[number] = _stood(standing)
    standing[entry.id] = now
    change.standing.add(entry.id)
    if elector is None:
        place["unmatched"] += 1
    return outcome


def _heard_before(replaces: str, entry: Entry, kept: Mapping[str, Kept | Entry]) -> bool:
    """What is put in the place of another of the same polling place was heard there already."""
    replaced = kept.get(replaces)
    return replaced is not None and replaced.place_id == entry.place_id


def _meaning(elector: Elector | None, standing: Mapping[str, datetime]) -> Outcome:
    if elector is None:
        return UNMATCHED
    if standing:
        return ALREADY_MARKED
    # A postal voter may hand in the pack at the station: keep it, say so (Commission leaflet "The poll").
    return POSTAL if elector.postal else MARKED


def _withdraw(
    entry: Entry,
    facts: Facts,
    kept: Mapping[str, Kept | Entry],
    before: Stood,
    change: Change,
) -> Outcome:
    """Withdrawing twice, or before the mark has arrived, is the same as withdrawing once, after."""
    named = entry.withdraws or ""
    target = kept.get(named)
    if target and named not in facts.withdrawn:
        change.taken_back.add(named)
        place = change.places[target.place_id]
        if target.kind is NO_NUMBER:
            place["no_number"] -= 1
        elif target.doubt:
            _forget_doubtful(named, target, place, change)
        elif target.kind is MARK and target.number is not None:
            standing = facts.standing.setdefault(target.number, {})
            before.setdefault(target.number, _stood(standing))
            if standing.pop(named, None):
                # A mark that stood and fell within this list never stood for anyone else.
                if named in change.standing:
                    change.standing.remove(named)
                else:
                    change.fallen[named] = target.number
                if target.number not in facts.electors:
                    place["unmatched"] -= 1
    facts.withdrawn.add(named)
    return Outcome.WITHDRAWN


def _forget_doubtful(named: str, target: Kept | Entry, place: dict[str, int], change: Change) -> None:
    place["doubtful"] -= 1
    if named in change.doubted:
        change.doubted.remove(named)
    elif target.number is not None:
        change.fallen[named] = target.number


def _stood(marks: Marks) -> tuple[int, datetime | None, Marks]:
    return len(marks), _first(marks), marks


def _first(marks: Marks) -> datetime | None:
    return min(marks.values()) if marks else None


def _count(before: Stood, facts: Facts, change: Change) -> None:
    """Move the counters from what stood ``before`` to what stands now. An elector counts in the hour of the first."""
    moved: defaultdict[tuple[str, Elector, datetime], int] = defaultdict(int)
    for number, (many, was, stands) in before.items():
        district = number[0]
        elector, first = facts.electors.get(number), _first(stands)
        if elector is None:
            change.districts[district]["unmatched"] += len(stands) - many
        elif first != was:
            if was:
                moved[district, elector, was] -= 1
            if first:
                moved[district, elector, first] += 1
    # Most of them moved at the same moment: what is alike is counted together.
    for (name, elector, first), step in moved.items():
        counts = change.districts[name]
        hour = change.hours[name, first.replace(minute=0, second=0, microsecond=0)]
        hour["marks"] += step
        hour["pledges"] += step * elector.pledged
        counts["marks"] += step
        counts["pledges_marked"] += step * elector.pledged
        counts["wanted_marked"] += step * elector.wanted
