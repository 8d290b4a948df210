"""Who may enter: every route and every socket event carries one of these, or the house does not open.

A page or list is for people signed in by cookie; a teller's phone carries its device token in the
``Authorization`` header. What each may see is narrowed further by their committee room or polling place.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import g, request, session

from gotv.domain.people import Person, Role
from gotv.errors import NotLetIn, NotYours
from gotv.extensions import house
from gotv.services import signing_in

View = TypeVar("View", bound=Callable[..., Any])
WHO = "__who_may_enter__"
DEVICE = "device"
# A device that has come in and still owes its second step: nobody, until then.
WAITING = "waiting"


def open_to_all(view: View) -> View:
    """Anyone, signed in or not. The view shows nothing personal."""
    setattr(view, WHO, "everyone")
    return view


def _only(*roles: Role) -> Callable[[View], View]:
    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            g.person = _enter(roles, kwargs.get("contest_id"))
            return view(*args, **kwargs)

        setattr(guarded, WHO, " or ".join(roles))
        return cast(View, guarded)

    return guard


agent_only = _only(Role.AGENT)
organiser_only = _only(Role.AGENT, Role.ORGANISER)
knocker_or_organiser_only = _only(Role.AGENT, Role.ORGANISER, Role.KNOCKER)
clerk_only = _only(Role.AGENT, Role.ORGANISER, Role.CLERK)


def _by_device(role: Role, person_with: Callable[[str], Person]) -> Callable[[View], View]:
    """A phone, by its device token in the Authorization header."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            scheme, _, token = request.headers.get("Authorization", "").partition(" ")
            if scheme.lower() != "bearer" or not token:
                raise NotLetIn("This phone is not signed in. Open your link again.")
            g.person = person_with(token)
            return view(*args, **kwargs)

        setattr(guarded, WHO, role)
        return cast(View, guarded)

    return guard


def socket_for(who: str) -> Callable[[View], View]:
    """State who may use a socket event. The check itself is in the event's own ``connect`` or join."""

    def stated(handler: View) -> View:
        setattr(handler, WHO, who)
        return handler

    return stated


def teller_with(token: str) -> Person:
    """The teller holding this device token today. Raises NotLetIn or NotYours."""
    home = house()
    person = signing_in.teller_today(home.database, home.key, token, home.clock.now())
    if person.role is not Role.TELLER:
        raise NotYours("Only a teller's link may send numbers.")
    return person


def knocker_with(token: str) -> Person:
    """The knocker-up holding this device token. Raises NotLetIn or NotYours."""
    home = house()
    person = signing_in.who_is(home.database, home.key, token)
    if person.role is not Role.KNOCKER:
        raise NotYours("Only a knocker-up's link opens a walk.")
    return person


# A teller's phone, on the teller's day; a knocker-up's phone.
teller_only = _by_device(Role.TELLER, teller_with)
knocker_phone_only = _by_device(Role.KNOCKER, knocker_with)


def person_signed_in() -> Person | None:
    """Whoever this browser's cookie speaks for, or None. The database is asked once in a request."""
    if "signed_in" not in g:
        # Should the database fail to say, the page that tells so must not ask again.
        g.signed_in = None
        g.signed_in = _by_cookie()
    return cast(Person | None, g.signed_in)


def ask_for_nobody() -> None:
    """For a page that is shown when the database may be away: it names nobody."""
    g.signed_in = None


def _by_cookie() -> Person | None:
    token = session.get(DEVICE)
    if not token:
        return None
    try:
        return signing_in.who_is(house().database, house().key, token)
    except NotLetIn:
        session.clear()
        return None


def _enter(roles: tuple[Role, ...], contest_id: int | None) -> Person:
    person = person_signed_in()
    if person is None:
        raise NotLetIn("Please sign in first.")
    if person.role not in roles:
        raise NotYours(f"This page is not for a {person.role}.")
    if contest_id is not None and person.contest_id != contest_id:
        raise NotYours("You are signed in to another contest.")
    return person
