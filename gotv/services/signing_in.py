"""Inviting people, letting them in by link, code or password, and revoking them."""

import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from gotv.domain import links
from gotv.domain.contests import UK
from gotv.domain.people import Person, Role
from gotv.errors import Conflict, NotLetIn, NotThere, NotYours
from gotv.store import contests, people
from gotv.store.database import Database

SHORTEST_PASSWORD = 12
_hasher = PasswordHasher()
# Checked when there is no such agent, so that the answer takes as long either way.
_NOBODY = _hasher.hash(secrets.token_hex())


@dataclass(frozen=True, slots=True)
class Invitation:
    """What is handed to a person: the token for their link and the code to type instead."""

    person_id: int
    role: Role
    name: str
    token: str
    code: str
    where: str = ""

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
        where, room = _where(connection, contest_id, role, place_id, committee_room_id)
        if by is not None and not _may_invite(by, role, room):
            raise NotYours("You may only invite people for your own committee room.")
        person_id = people.add(
            connection,
            contest_id=contest_id,
            role=role,
            name=name.strip() or role.capitalize(),
            place_id=place_id if role is Role.TELLER else None,
            committee_room_id=None if role in (Role.TELLER, Role.AGENT) else committee_room_id,
            valid_on=contest.polling_day if role is Role.TELLER else None,
        )
        code = links.typed_code(key, contest_id, person_id, 1)
        people.set_code(connection, contest_id, person_id, links.digest(key, code))
    return Invitation(person_id, role, name, links.link_token(key, contest_id, person_id, 1), code, where)


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
        spoken_of = (by.contest_id, row["person_id"], row["serial"])
        invitation = Invitation(
            row["person_id"],
            Role(row["role"]),
            row["name"],
            links.link_token(key, *spoken_of),
            links.typed_code(key, *spoken_of),
            row["place"] or row["committee_room"] or "",
        )
        seen.append((invitation, row))
    return seen


def enter_by_link(database: Database, key: str, token: str, now: datetime) -> tuple[Person, str]:
    """Exchange a link token for a device token. Raises NotLetIn with what to do next."""
    spoken_of = links.read_link_token(token)
    if spoken_of is None:
        raise NotLetIn("This link is not complete. Scan the card again, or type the code on it.")
    with database.transaction() as connection:
        found = people.find(connection, *spoken_of)
        if found is None or not hmac.compare_digest(
            links.link_token(key, *spoken_of, found[1]).encode(), token.strip().encode()
        ):
            raise NotLetIn("This link does not work. Ask your organiser for a new one.")
        return found[0], _let_in(connection, key, found[0], now)


def enter_by_code(database: Database, key: str, text: str, now: datetime) -> tuple[Person, str]:
    """Exchange a typed code for a device token. Raises NotLetIn."""
    read = links.read_typed_code(text)
    if read is None:
        raise NotLetIn("A code looks like 1-ABCDE-12345. Check it against your card.")
    with database.transaction() as connection:
        person = people.by_code(connection, read[0], links.digest(key, read[1]))
        if person is None:
            raise NotLetIn("No card has this code. Check it letter by letter, or ask your organiser.")
        return person, _let_in(connection, key, person, now)


def enter_by_password(
    database: Database, key: str, contest_id: int, name: str, password: str, now: datetime
) -> tuple[Person, str]:
    """An agent signs in. Raises NotLetIn, the same for a wrong name and a wrong password."""
    with database.transaction() as connection:
        known = people.with_password(connection, contest_id, name.strip())
        for person, password_hash in known:
            if _is_right(password_hash, password):
                return person, _let_in(connection, key, person, now)
        if not known:
            _is_right(_NOBODY, password)
    raise NotLetIn("That name and password do not belong together.")


def _is_right(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except VerificationError:
        return False


def _let_in(connection: Any, key: str, person: Person, now: datetime) -> str:
    if person.revoked_at is not None:
        raise NotLetIn("This link was switched off. Ask your organiser for a new one.")
    if not person.may_enter_on(uk_day(now)):
        day = f"{person.valid_on:%A} {person.valid_on.day} {person.valid_on:%B}" if person.valid_on else ""
        raise NotLetIn(f"This link works on polling day only: {day}.")
    token = f"{person.contest_id}.{secrets.token_urlsafe(24)}"
    people.add_device(connection, person.contest_id, person.person_id, links.digest(key, token))
    return token


def who_is(database: Database, key: str, device_token: str) -> Person:
    """The person holding a device token. Raises NotLetIn."""
    contest, _, _ = device_token.partition(".")
    if not contest.isdecimal() or len(contest) > 9:
        raise NotLetIn("You are not signed in. Open your link again.")
    with database.snapshot() as connection:
        person = people.by_device(connection, int(contest), links.digest(key, device_token))
    if person is None:
        raise NotLetIn("You are no longer signed in: the link was switched off or replaced.")
    return person


def teller_today(database: Database, key: str, device_token: str, now: datetime) -> Person:
    """As `who_is`, for a link that works on its own day only (the day where the contest is)."""
    person = who_is(database, key, device_token)
    if not person.may_enter_on(uk_day(now)):
        raise NotLetIn("This link works on polling day only.")
    return person


def uk_day(now: datetime) -> date:
    return now.astimezone(ZoneInfo(UK)).date()


def leave(database: Database, key: str, device_token: str) -> None:
    """Sign this device out; others of the same person stay."""
    contest, _, _ = device_token.partition(".")
    if contest.isdecimal():
        with database.transaction() as connection:
            people.remove_device(connection, int(contest), links.digest(key, device_token))


def set_password(database: Database, person: Person, password: str) -> None:
    """Raises Conflict if the password is too short."""
    if len(password) < SHORTEST_PASSWORD:
        raise Conflict(f"A password needs at least {SHORTEST_PASSWORD} characters. Three random words will do.")
    with database.transaction() as connection:
        people.set_password(connection, person.contest_id, person.person_id, _hasher.hash(password))


def revoke(database: Database, by: Person, person_id: int) -> str:
    """Switch a person off. Every process cuts their sockets within a second. Returns their name."""
    with database.transaction() as connection:
        everyone = {row["person_id"]: row for row in people.every(connection, by.contest_id)}
        row = everyone.get(person_id)
        if row is None:
            raise NotThere("There is no such person in this contest.")
        room = row["place_room_id"] if row["role"] == Role.TELLER else row["committee_room_id"]
        if person_id == by.person_id or not _may_invite(by, Role(row["role"]), room):
            raise NotYours("You may not switch this person off.")
        if not people.revoke(connection, by.contest_id, person_id):
            raise Conflict(f"{row['name']} was switched off already.")
    return str(row["name"])


def revoked_among(database: Database, persons: Collection[Person]) -> set[tuple[int, int]]:
    """Contest and id of those who have been revoked since they entered."""
    by_contest: dict[int, set[int]] = {}
    for person in persons:
        by_contest.setdefault(person.contest_id, set()).add(person.person_id)
    gone: set[tuple[int, int]] = set()
    if by_contest:
        with database.snapshot() as connection:
            for contest_id, ids in by_contest.items():
                gone |= {(contest_id, i) for i in people.revoked(connection, contest_id, ids)}
    return gone


def find_person(database: Database, contest_id: int, invitation: Invitation) -> Person:
    """The person an invitation is for. Raises NotThere."""
    with database.snapshot() as connection:
        found = people.find(connection, contest_id, invitation.person_id)
    if found is None:
        raise NotThere("There is no such person in this contest.")
    return found[0]
