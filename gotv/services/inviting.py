"""Inviting people, handing out their links and codes again, and switching them off."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from gotv.domain import links
from gotv.domain.contests import Contest
from gotv.domain.people import Person, Role
from gotv.errors import Conflict, NotThere, NotYours
from gotv.store import contests, days_off, events, people, rota
from gotv.store.database import Database


@dataclass(frozen=True, slots=True)
class Invitation:
    """What is handed to a person: the token for their link and the code to type instead."""

    person_id: int
    role: Role
    name: str
    token: str
    code: str
    where: str = ""

    @classmethod
    def of(cls, key: str, contest_id: int, person_id: int, serial: int, *, role: Role, name: str, where: str) -> Self:
        """The invitation of a person whose link has this serial."""
        spoken_of = (contest_id, person_id, serial)
        return cls(person_id, role, name, links.link_token(key, *spoken_of), links.typed_code(key, *spoken_of), where)

    def link(self, public_url: str) -> str:
        """The address to open; the token is in the fragment, which browsers do not send."""
        return f"{public_url.rstrip('/')}/enter#{self.token}"


def invite(
    database: Database,
    key: str,
    contest_id: int,
    role: Role,
    name: str,
    *,
    place_id: int | None = None,
    committee_room_id: int | None = None,
    by: Person | None = None,
) -> Invitation:
    """Add a person and return their invitation. A teller is bound to a place and to polling day.

    Raises Conflict if a teller has no place, NotThere for an unknown place or room, NotYours when ``by`` may
    not invite such a person.
    """
    with database.transaction() as connection:
        contest = contests.find(connection, contest_id)
        if contest is None:
            raise NotThere(f"There is no contest {contest_id}.")
        if contest.purged_at:
            raise Conflict(f"{contest.name} has been purged: nobody can be invited to it any more.")
        where, room = _where(connection, contest_id, role, place_id, committee_room_id)
        if by is not None and not _may_invite(by, role, room):
            raise NotYours("You may only invite people for your own committee room.")
        person_id = invite_within(connection, key, contest, role, name, place_id, committee_room_id)
    return Invitation.of(key, contest_id, person_id, 1, role=role, name=name, where=where)


def invite_within(
    connection: Any,
    key: str,
    contest: Contest,
    role: Role,
    name: str,
    place_id: int | None = None,
    committee_room_id: int | None = None,
    valid_on: date | None = None,
) -> int:
    """Add somebody within another's transaction, who has seen to it that the place or room is there. Returns who.

    ``valid_on``: a teller's day, if it is not polling day.
    """
    person_id = people.add(
        connection,
        contest_id=contest.contest_id,
        role=role,
        name=name.strip() or role.capitalize(),
        place_id=place_id if role is Role.TELLER else None,
        committee_room_id=None if role in (Role.TELLER, Role.AGENT) else committee_room_id,
        valid_on=(valid_on or contest.polling_day) if role is Role.TELLER else None,
    )
    code = links.typed_code(key, contest.contest_id, person_id, 1)
    people.set_code(connection, contest.contest_id, person_id, links.digest(key, code))
    return person_id


def _where(
    connection: Any, contest_id: int, role: Role, place_id: int | None, room_id: int | None
) -> tuple[str, int | None]:
    """The name of the place or room, and the room a person would belong to."""
    if role is Role.TELLER:
        if place_id is None:
            raise Conflict("A teller needs a polling place.")
        for place in contests.places(connection, contest_id):
            if place["place_id"] == place_id:
                return place["name"], place["committee_room_id"]
        raise NotThere(f"There is no polling place {place_id} in this contest.")
    if room_id is None:
        return "", None
    for room in contests.rooms(connection, contest_id):
        if room["committee_room_id"] == room_id:
            return room["name"], room_id
    raise NotThere(f"There is no committee room {room_id} in this contest.")


def _may_invite(by: Person, role: Role, room: int | None) -> bool:
    if by.role is Role.AGENT:
        return True
    return by.role is Role.ORGANISER and role not in (Role.AGENT,) and by.sees_room(room)


def invitations(database: Database, key: str, by: Person) -> list[tuple[Invitation, dict[str, Any]]]:
    """Everyone ``by`` may see, with the link and code to hand out again."""
    with database.snapshot() as connection:
        everyone = people.every(connection, by.contest_id)
    seen = []
    for row in everyone:
        room = row["place_room_id"] if row["role"] == Role.TELLER else row["committee_room_id"]
        if by.role is not Role.AGENT and (row["role"] == Role.AGENT or not by.sees_room(room)):
            continue
        invitation = Invitation.of(
            key,
            by.contest_id,
            row["person_id"],
            row["serial"],
            role=Role(row["role"]),
            name=row["name"],
            where=row["place"] or row["committee_room"] or "",
        )
        seen.append((invitation, row))
    return seen


def revoke(database: Database, by: Person, person_id: int) -> str:
    """Switch a person off. Every process cuts their sockets within a second. Returns their name.

    Their shifts go with them, but afterwards: whoever changes the rota waits for others who do, and this must not.
    """
    with database.transaction() as connection:
        everyone = {row["person_id"]: row for row in people.every(connection, by.contest_id)}
        row = everyone.get(person_id)
        if row is None:
            raise NotThere("There is no such person in this contest.")
        room = row["place_room_id"] if row["role"] == Role.TELLER else row["committee_room_id"]
        if person_id == by.person_id or not _may_invite(by, Role(row["role"]), room):
            raise NotYours("You may not switch this person off.")
        now_off = people.revoke(connection, by.contest_id, person_id)
    with database.transaction() as connection:
        event_id = days_off.polling_day(connection, by.contest_id)
        if event_id is not None:
            events.lock(connection, by.contest_id, event_id)
        rota.decline_of_person(connection, by.contest_id, person_id)
    if not now_off:
        raise Conflict(f"{row['name']} was switched off already.")
    return str(row["name"])


def find_person(database: Database, contest_id: int, invitation: Invitation) -> Person:
    """The person an invitation is for. Raises NotThere."""
    with database.snapshot() as connection:
        found = people.find(connection, contest_id, invitation.person_id)
    if found is None:
        raise NotThere("There is no such person in this contest.")
    return found[0]
