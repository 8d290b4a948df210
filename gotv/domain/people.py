"""Who takes part, and what each may see."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Role(StrEnum):
    """The five roles. There is none for people inside a polling station: RPA 1983 s.66 forbids what it would do."""

    AGENT = "agent"
    ORGANISER = "organiser"
    CLERK = "clerk"
    TELLER = "teller"
    KNOCKER = "knocker"


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who was let in. A place binds a teller; a committee room binds the others; None means all of them."""

    contest_id: int
    person_id: int
    role: Role
    name: str
    place_id: int | None = None
    committee_room_id: int | None = None
    valid_on: date | None = None
    revoked_at: datetime | None = None
    # Gives a code from their own phone when signing in.
    second_step: bool = False

    def may_enter_on(self, day: date) -> bool:
        """A teller's link works on its own day only."""
        return self.revoked_at is None and (self.valid_on is None or self.valid_on == day)

    def sees_room(self, committee_room_id: int | None) -> bool:
        """Whether this person's scope covers that committee room (None: the whole contest)."""
        return self.committee_room_id in (None, committee_room_id)
