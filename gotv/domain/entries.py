"""One line of a phone's outbox: how it is written on the wire and read."""

import secrets
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from gotv.domain.elector_numbers import ElectorNumber, NotANumber, read_elector_number

LONGEST_LIST = 200
LONGEST_TYPED = 40
# What a phone's clock may say and be believed, in seconds since 1970.
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC).timestamp()
LATEST = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
# A UUID with each of its digits made a nought: quicker to compare than to match, and every number has one.
_NOUGHTS = bytes.maketrans(b"123456789abcdefABCDEF", 21 * b"0")
_UUID = b"00000000-0000-0000-0000-000000000000"


class Kind(StrEnum):
    MARK = "mark"
    WITHDRAW = "withdraw"
    NO_NUMBER = "no_number"


# To look a member up costs as much as to read a number (Python 3.11), and every number looks them up.
MARK, WITHDRAW, NO_NUMBER = Kind.MARK, Kind.WITHDRAW, Kind.NO_NUMBER


class Outcome(StrEnum):
    """What a phone is told about one entry (the wire, stable)."""

    MARKED = "marked"
    ALREADY_MARKED = "already_marked"
    REPEATED = "repeated"
    POSTAL = "postal"
    UNMATCHED = "unmatched"
    WITHDRAWN = "withdrawn"
    COUNTED = "counted"
    REFUSED = "refused"


class Refused(ValueError):
    """An entry that cannot be kept; the message says why, in words for the person who keyed it."""


# Not frozen: a frozen dataclass takes four times as long to make, and every number makes one.
@dataclass(slots=True)
class Entry:
    """One line of a phone's outbox, understood. ``number`` is None for other kinds than a mark."""

    id: str
    kind: Kind
    person_id: int
    place_id: int
    typed: str = ""
    number: ElectorNumber | None = None
    withdraws: str | None = None
    # By the phone's own clock, in seconds since 1970.
    called_at: float | None = None
    # Why it is doubtful (`domain.doubts`), or '' for a good one.
    doubt: str = ""
    # An organiser's mark in the place of another, which its list withdraws: nothing when somebody was quicker.
    replaces: str | None = None
    # What it came to, once it is reconciled.
    outcome: str = ""


def read_entry(
    sent: object, *, person_id: int, place_id: int, own_districts: Collection[str], districts: Collection[str]
) -> Entry:
    """Check one entry as a phone sent it (DESIGN: the wire). Raises Refused with the reason."""
    if not isinstance(sent, dict):
        raise Refused("An entry must be an object with id, kind and number.")
    entry_id = uuid_of(sent.get("id"))
    if entry_id is None:
        raise Refused("The entry has no proper id (a UUID).")
    kind = sent.get("kind", MARK)
    at = _moment(sent.get("at"))
    if kind == MARK:
        typed, number = _number_called(sent, own_districts, districts)
        return Entry(entry_id, MARK, person_id, place_id, typed, number, called_at=at)
    if kind == NO_NUMBER:
        return Entry(entry_id, NO_NUMBER, person_id, place_id, called_at=at)
    if kind == WITHDRAW:
        withdraws = uuid_of(sent.get("withdraws"))
        if withdraws is None:
            raise Refused("A withdrawal must name the entry it withdraws.")
        return Entry(entry_id, WITHDRAW, person_id, place_id, withdraws=withdraws, called_at=at)
    raise Refused("The kind must be mark, withdraw or no_number.")


def _number_called(
    sent: Mapping[str, object], own_districts: Collection[str], districts: Collection[str]
) -> tuple[str, ElectorNumber]:
    """As it was typed, and as it is understood."""
    typed = str(sent.get("number", "")).strip()
    district = str(sent.get("district") or "")
    if len(typed) > LONGEST_TYPED or len(district) > LONGEST_TYPED or not (typed + district).isprintable():
        raise Refused("That is too long to be an elector number.")
    if not district and len(own_districts) == 1:
        district = next(iter(own_districts))
    try:
        return typed, read_elector_number(typed, district, districts)
    except NotANumber as why:
        raise Refused(str(why)) from None


def new_id(at: float) -> str:
    """The id of an entry keyed at that moment, as the phones make it: a UUID of version 7 (RFC 9562)."""
    begin = int(at * 1000) << 80 | 0x7 << 76
    return str(uuid.UUID(int=begin | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)))


def seconds(moment: datetime | None) -> float | None:
    """A moment as an entry has it."""
    return moment.timestamp() if moment else None


def uuid_of(text: object) -> str | None:
    """A UUID in its usual spelling, or None."""
    if isinstance(text, str) and text.isascii() and text.encode().translate(_NOUGHTS) == _UUID:
        return text.lower()
    return None


def _moment(text: object) -> float | None:
    """The phone's time is a hint: when it cannot be read or cannot be true, the server's time is all we have."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    at = moment.timestamp() if moment.tzinfo else 0.0
    return at if EARLIEST <= at < LATEST else None
