"""Inviting people, letting them in by link, code or password, and revoking them."""

import hmac
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from gotv.domain import links
from gotv.domain.contests import SMALL_HOURS, UK
from gotv.domain.elector_numbers import NotANumber, read_elector_number
from gotv.domain.people import Person, Role
from gotv.errors import BeforeTheDay, Conflict, NotLetIn
from gotv.services.group_commit import GroupCommit
from gotv.services.switches import refuse_if_off
from gotv.store import contests, people, second_steps
from gotv.store.database import Database

SHORTEST_PASSWORD = 12
_hasher = PasswordHasher()
# Checked when there is no such agent, so that the answer takes as long either way.
_NOBODY = _hasher.hash(secrets.token_hex())


def enter_by_link(database: Database, key: str, token: str, now: datetime) -> tuple[Person, str]:
    """Exchange a link token for a device token. Raises NotLetIn with what to do next, BeforeTheDay for a trial."""
    with database.transaction() as connection:
        person = _by_link(connection, key, token)
        return person, _let_in(connection, key, person, now)


def enter_by_code(database: Database, key: str, text: str, now: datetime) -> tuple[Person, str]:
    """Exchange a typed code for a device token. Raises NotLetIn, BeforeTheDay for a trial."""
    with database.transaction() as connection:
        person = _by_code(connection, key, text)
        return person, _let_in(connection, key, person, now)


def send_on_trial(database: Database, key: str, token: str, code: str, number: str, now: datetime) -> dict[str, str]:
    """Before the day a teller's holder sends one number, to see that link, phone and network work. It counts nowhere.

    Returns the number as it was read, and what to be told. Raises NotLetIn, or Conflict for what is no number.
    """
    try:
        read = read_elector_number(number)
    except NotANumber as why:
        raise Conflict(str(why)) from None
    with database.transaction() as connection:
        person = _by_link(connection, key, token) if token else _by_code(connection, key, code)
        try:
            _may_enter(connection, person, now)
        except BeforeTheDay as before:
            people.arm(connection, person.contest_id, person.person_id, now)
            return {"number": str(read), **before.trial}
    raise Conflict("Today is the day: tap Start again, and your numbers count.")


def _by_link(connection: Any, key: str, token: str) -> Person:
    spoken_of = links.read_link_token(token)
    if spoken_of is None:
        raise NotLetIn("This link is not complete. Scan the card again, or type the code on it.")
    found = people.find(connection, *spoken_of)
    if found is None or not hmac.compare_digest(
        links.link_token(key, *spoken_of, found[1]).encode(), token.strip().encode()
    ):
        raise NotLetIn("This link does not work. Ask your organiser for a new one.")
    return found[0]


def _by_code(connection: Any, key: str, text: str) -> Person:
    read = links.read_typed_code(text)
    if read is None:
        raise NotLetIn("A code looks like 1-ABCDE-12345. Check it against your card.")
    person = people.by_code(connection, read[0], links.digest(key, read[1]))
    if person is None:
        raise NotLetIn("No card has this code. Check it letter by letter, or ask your organiser.")
    return person


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


def _may_enter(connection: Any, person: Person, now: datetime) -> None:
    if person.revoked_at is not None:
        raise NotLetIn("This link was switched off. Ask your organiser for a new one.")
    if not person.valid_on or person.may_enter_on(uk_day(now)):
        return
    day = f"{person.valid_on:%A} {person.valid_on.day} {person.valid_on:%B}"
    words = f"This link works on polling day only: {day}."
    if person.valid_on < uk_day(now):
        raise NotLetIn(words)
    place = contests.place_name(connection, person.contest_id, person.place_id)
    raise BeforeTheDay(words, {"name": person.name, "day": day, "place": place})


def _let_in(connection: Any, key: str, person: Person, now: datetime) -> str:
    _may_enter(connection, person, now)
    contest = contests.find(connection, person.contest_id)
    if contest is None or contest.purged_at:
        raise NotLetIn("This contest is over, and everything in it has been erased.")
    if person.role is not Role.AGENT:
        refuse_if_off(contest, "phones")
    token = f"{person.contest_id}.{secrets.token_urlsafe(24)}"
    hashed = links.digest(key, token)
    if person.second_step:
        # One at a time: whoever holds the link alone shall not fill the house with devices that wait.
        second_steps.sign_out(connection, person.contest_id, person.person_id, waiting=True)
    people.add_device(connection, person.contest_id, person.person_id, hashed, waiting=person.second_step)
    return token


def who_is(database: Database, key: str, device_token: str) -> Person:
    """The person holding a device token. Raises NotLetIn."""
    contest, _, _ = device_token.partition(".")
    if not contest.isdecimal() or len(contest) > 9:
        raise NotLetIn("You are not signed in. Open your link again.")
    hashed = links.digest(key, device_token)
    person = _asking(database, hashed[0]).submit((int(contest), hashed))
    if person is None:
        raise NotLetIn("You are no longer signed in: the link was switched off or replaced.")
    return person


def _asking(database: Database, device: int) -> GroupCommit[people.Device, Person | None]:
    """A crowd that comes back at once asks in few questions, else it would wait for connections and be sent away.

    Four stand beside each other, so that one question that hangs does not hold up everybody.
    """

    def ask(devices: Sequence[people.Device]) -> list[Person | None]:
        with database.snapshot() as connection:
            found = people.by_devices(connection, set(devices))
        return [found.get(device) for device in devices]

    groups = _askings.get(database) or _askings.setdefault(database, [GroupCommit(ask) for _ in range(ASKING_AT_ONCE)])
    return groups[device % ASKING_AT_ONCE]


ASKING_AT_ONCE = 4
_askings: WeakKeyDictionary[Database, list[GroupCommit[people.Device, Person | None]]] = WeakKeyDictionary()


def teller_today(database: Database, key: str, device_token: str, now: datetime) -> Person:
    """As `who_is`, for a link that works on its own day only (the day where the contest is).

    A phone that was let in may still send in the small hours what it had no signal for.
    """
    person = who_is(database, key, device_token)
    if not (person.may_enter_on(uk_day(now)) or person.may_enter_on(uk_day(now - SMALL_HOURS))):
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


def revoked_among(database: Database, here: Mapping[int, Collection[int]]) -> set[tuple[int, int]]:
    """Contest and id of those here, by contest, who have been revoked since they entered.

    Few are revoked and thousands are here: who is revoked is asked, not who of these is.
    """
    contests = list(here)
    if not contests:
        return set()
    with database.snapshot() as connection:
        revoked = people.every_revoked(connection, contests)
        erased = people.without_anybody(connection, contests)
    gone = {(contest_id, person_id) for contest_id, person_id in revoked if person_id in here.get(contest_id, ())}
    return gone | {(contest_id, person_id) for contest_id in erased for person_id in here.get(contest_id, ())}
