"""A second step for agents and organisers: six digits from an app on their own phone (TOTP, RFC 6238).

The secret is derived from the house's key and a nonce, as links are, and lies nowhere; a page that offered one to
somebody else is worth nothing. A code opens once. Until it is given, the device that came in by link, card or password
is nobody's.
"""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp

from gotv.domain import links
from gotv.domain.people import Person, Role
from gotv.errors import Conflict, NotLetIn, NotThere, NotYours
from gotv.store import people, second_steps
from gotv.store.database import Database

MOST_WRONG, PAUSE = 5, timedelta(minutes=5)
# A phone's clock may be half a minute off.
WINDOW = 1
WRONG = "That code is not right. Codes change every half minute: type the one that your app shows now."
TOO_MANY = "Too many wrong codes. Wait five minutes, then type the one that your app shows."


def secret(key: str, person: Person, nonce: str) -> str:
    """32 letters and digits, as an authenticator takes them."""
    proof = links.digest(key, "second step", person.contest_id, person.person_id, nonce)
    return base64.b32encode(proof[:20]).decode()


def offer(database: Database, key: str, person: Person, contest: str, nonce: str) -> dict[str, Any]:
    """Since when it is on (``since``, None: off), and if off the ``secret`` and its ``link`` for an authenticator."""
    with database.transaction() as connection:
        state = second_steps.state(connection, person.contest_id, person.person_id)
    if state.second_step_at:
        return {"since": state.second_step_at, "secret": "", "link": ""}
    shared = secret(key, person, nonce)
    link = pyotp.TOTP(shared).provisioning_uri(name=person.name, issuer_name=f"Get out the vote, {contest}")
    return {"since": None, "secret": shared, "link": link}


def switch_on(
    database: Database, key: str, person: Person, nonce: str, code: str, now: datetime, device_token: str = ""
) -> None:
    """From now on this person gives a code when signing in; every other device of theirs is signed out.

    Raises Conflict for a wrong code, or when it is on already.
    """
    step = _step_of(secret(key, person, nonce), code, now, 0)
    if step is None:
        raise Conflict(WRONG)
    with database.transaction() as connection:
        if second_steps.state(connection, person.contest_id, person.person_id).second_step_at:
            raise Conflict("It is on already.")
        second_steps.switch(connection, person.contest_id, person.person_id, now, nonce, step)
        mine = links.digest(key, device_token)
        second_steps.sign_out(connection, person.contest_id, person.person_id, mine, waiting=False)


def switch_off(database: Database, key: str, person: Person, code: str, now: datetime) -> None:
    """Raises Conflict for a wrong code: whoever sits down at an open page cannot do it."""
    wrong = _tried(
        database, key, person, code, now,
        lambda connection, _step: second_steps.switch(connection, person.contest_id, person.person_id, None),
    )  # fmt: skip
    if wrong:
        raise Conflict(wrong)


def forget(database: Database, by: Person, person_id: int) -> str:
    """Whose phone is lost signs in without it, and may begin anew. Returns the name. Raises NotYours or NotThere."""
    if by.role is not Role.AGENT or person_id == by.person_id:
        raise NotYours("Another agent can do that for you, or a code from your own phone.")
    with database.transaction() as connection:
        found = people.find(connection, by.contest_id, person_id)
        if found is None:
            raise NotThere("There is nobody of that number.")
        second_steps.switch(connection, by.contest_id, person_id, None)
    return found[0].name


def who_waits(database: Database, key: str, device_token: str) -> str | None:
    """The name of whoever must still give their code on this device."""
    contest, hashed = _device(key, device_token)
    with database.snapshot() as connection:
        device = second_steps.waiting_device(connection, contest, hashed)
    return device.name if device else None


def take(database: Database, key: str, device_token: str, code: str, now: datetime) -> Person:
    """The code of a device that waits: it is let in. Raises NotLetIn; after five wrong ones for five minutes."""
    contest, hashed = _device(key, device_token)
    with database.snapshot() as connection:
        device = second_steps.waiting_device(connection, contest, hashed)
        found = people.find(connection, contest, device.person_id) if device else None
    if found is None:
        raise NotLetIn("Open your link again, or sign in with your password, and then give the code.")
    person = found[0]

    def let_in(connection: Any, step: int) -> None:
        second_steps.use(connection, contest, person.person_id, step)
        second_steps.let_device_in(connection, contest, person.person_id, hashed)

    wrong = _tried(database, key, person, code, now, let_in)
    if wrong:
        raise NotLetIn(wrong)
    return person


def _tried(
    database: Database, key: str, person: Person, code: str, now: datetime, right: Callable[[Any, int], None]
) -> str:
    """Do what a right code opens, in the transaction in which it is used up. Returns what to say of a wrong one."""
    with database.transaction() as connection:
        state = second_steps.state(connection, person.contest_id, person.person_id)
        if state.second_step_waits and now < state.second_step_waits:
            return TOO_MANY
        step = _step_of(secret(key, person, state.second_step_nonce), code, now, state.second_step_used)
        if step is not None and state.second_step_at:
            right(connection, step)
            return ""
        wrong = state.second_step_wrong + 1
        waits = now + PAUSE if wrong % MOST_WRONG == 0 else None
        second_steps.was_wrong(connection, person.contest_id, person.person_id, wrong, waits)
        return TOO_MANY if waits else WRONG


def _device(key: str, device_token: str) -> tuple[int, bytes]:
    contest, _, _ = device_token.partition(".")
    return int(contest) if contest.isdecimal() and len(contest) <= 9 else 0, links.digest(key, device_token)


def _step_of(shared: str, code: str, now: datetime, used: int) -> int | None:
    """The half minute to which the code belongs, if it is one of now and later than the last that was used."""
    totp, typed = pyotp.TOTP(shared), "".join(code.split())
    here = totp.timecode(now.astimezone(UTC))
    for step in range(here - WINDOW, here + WINDOW + 1):
        if step > used and pyotp.utils.strings_equal(typed, totp.generate_otp(step)):
            return step
    return None
