"""What a knocker-up finds at a door, and what all that was found there comes to.

Like the ledger of numbers, the results of a door are a fold that does not care about the order in which they arrive:
a result stands until it is withdrawn, and a withdrawal that arrives before its result still wins. A teller's mark
always wins over anything said at a door: results settle or delay a knock, they never take a mark back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from gotv.domain.elector_numbers import ElectorNumber
from gotv.domain.entries import uuid_of

LONGEST_LIST = 200
# A care home or a hall of residence is one door.
MOST_AT_A_DOOR = 400
MOST_PASSENGERS = 8
# Two results within this time of one visitor are one knock: a couple who each said something.
ONE_VISIT = timedelta(minutes=10)


class Result(StrEnum):
    """What was found. ``withdraw`` takes another result back."""

    VOTED = "voted"
    WILL_VOTE = "will_vote"
    NOT_IN = "not_in"
    LIFT = "lift"
    GONE = "gone"
    NO_CALLS = "no_calls"
    WITHDRAW = "withdraw"


# After these nobody needs to go to that person again.
SETTLES = {Result.VOTED, Result.GONE}


class NotAResult(ValueError):
    """What was sent is no door result; the message says why, in words for whoever keyed it."""


@dataclass(frozen=True, slots=True)
class DoorResult:
    """One result. ``electors``: whom it is about; as sent, none means everybody at the door. Times have a zone.

    ``passengers`` and ``both_ways`` belong to a lift, which is wanted at ``promised_at`` (None: as soon as can be).
    """

    id: str
    kind: Result
    at: datetime
    door_id: int | None = None
    electors: tuple[ElectorNumber, ...] = ()
    promised_at: datetime | None = None
    passengers: int = 1
    both_ways: bool = True
    note: str = ""
    withdraws: str | None = None
    person_id: int = 0


@dataclass(slots=True)
class DoorState:
    """What the standing results of one door come to. ``settled``: who needs no more knocks."""

    knocks: int = 0
    contacts: int = 0
    last_kind: str = ""
    last_at: datetime | None = None
    promised_at: datetime | None = None
    shut: bool = False
    settled: set[ElectorNumber] = field(default_factory=set)


def fold(results: Iterable[DoorResult], withdrawn: set[str]) -> DoorState:
    """The state of one door from everything found there, in whatever order it comes."""
    state = DoorState()
    seen: dict[int, datetime] = {}
    # Who has met somebody on their present visit.
    met: set[int] = set()
    standing = [one for one in results if one.kind is not Result.WITHDRAW and one.id not in withdrawn]
    for one in sorted(standing, key=lambda result: (result.at, result.id)):
        before = seen.get(one.person_id)
        if before is None or one.at - before > ONE_VISIT:
            state.knocks += 1
            met.discard(one.person_id)
        if one.kind is not Result.NOT_IN and one.person_id not in met:
            state.contacts += 1
            met.add(one.person_id)
        seen[one.person_id] = one.at
        state.last_kind, state.last_at = one.kind, one.at
        if one.kind in SETTLES:
            state.settled |= set(one.electors)
        elif one.kind is Result.NO_CALLS:
            state.shut = True
        else:
            state.promised_at = one.promised_at if one.kind in (Result.WILL_VOTE, Result.LIFT) else None
    return state


def read_result(sent: Any, received_at: datetime) -> DoorResult:
    """Check one result as a phone sends it. Raises NotAResult, naming what is wrong.

    A phone's clock that is ahead is set back to now; one without a zone is not understood.
    """
    if not isinstance(sent, Mapping):
        raise NotAResult("A result must be an object with an id.")
    try:
        kind = Result(str(sent.get("kind")))
    except ValueError:
        raise NotAResult(f"{str(sent.get('kind'))[:40]!r} is none of {', '.join(Result)}.") from None
    at = min(_time(sent.get("at"), "at") or received_at, received_at)
    if kind is Result.WITHDRAW:
        return DoorResult(_id(sent.get("id")), kind, at, withdraws=_id(sent.get("withdraws")))
    promised_at = _time(sent.get("promised_at"), "promised_at")
    if kind is Result.WILL_VOTE and promised_at is None:
        raise NotAResult("Say at what time they will vote.")
    return DoorResult(
        id=_id(sent.get("id")),
        kind=kind,
        at=at,
        door_id=_door(sent.get("door_id")),
        electors=_electors(sent.get("electors")),
        promised_at=promised_at if kind in (Result.WILL_VOTE, Result.LIFT) else None,
        passengers=_passengers(sent.get("passengers", 1)),
        both_ways=bool(sent.get("both_ways", True)),
        note="".join(one for one in str(sent.get("note") or "") if one.isprintable())[:200],
    )


def _id(text: Any) -> str:
    found = uuid_of(text)
    if found is None:
        raise NotAResult("The id must be a UUID.")
    return found


def _door(number: Any) -> int:
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 2**63:
        raise NotAResult("Say which door it is about.")
    return number


def _passengers(number: Any) -> int:
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= MOST_PASSENGERS:
        raise NotAResult(f"A lift takes 1 to {MOST_PASSENGERS} people.")
    return number


def _electors(sent: Any) -> tuple[ElectorNumber, ...]:
    if not sent:
        return ()
    if not isinstance(sent, list) or len(sent) > MOST_AT_A_DOOR:
        raise NotAResult("The electors must be a short list of numbers.")
    return tuple(_elector(one) for one in sent)


def _elector(sent: Any) -> ElectorNumber:
    match sent:
        case [str(district), int(number), int(suffix)] if (
            len(district) < 40
            and district.isprintable()
            and bool not in (type(number), type(suffix))
            and 0 <= min(number, suffix) <= max(number, suffix) < 2**31
        ):
            return ElectorNumber(district, number, suffix)
    raise NotAResult("An elector must be [district, number, suffix].")


def _time(text: Any, name: str) -> datetime | None:
    if text in (None, ""):
        return None
    try:
        moment = datetime.fromisoformat(str(text)[:40])
    except ValueError:
        raise NotAResult(f"The time {name!r} cannot be read.") from None
    if moment.tzinfo is None or not 2000 < moment.year < 2200:
        raise NotAResult(f"The time {name!r} must have a zone and be of our days.")
    return moment
