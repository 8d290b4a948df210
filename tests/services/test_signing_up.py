"""Places at an event: never one too many, nobody lost, the line in its order, and each their own to change."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gotv.domain.events import State
from gotv.errors import Conflict, NotLetIn, NotThere
from gotv.house import House
from gotv.services import events, signing_up
from tests.builders import Seatlet, today


def told(**given: str) -> dict[str, str]:
    """A session tomorrow from ten to one, as Omar fills it in."""
    usual = {
        "title": "Saturday morning doors",
        "kind": "canvassing",
        "meeting_point": "Library steps",
        "capacity": "2",
        "day": f"{today() + timedelta(days=1)}",
        "begins": "10:00",
        "ends": "13:00",
    }
    return usual | given


def comer(name: str, /, **given: str) -> dict[str, str]:
    return {"sign_up_id": str(uuid.uuid4()), "name": name, "contact": f"{name.lower()}@example.org"} | given


class Session:
    """One event, and people who sign up for it."""

    def __init__(self, home: House, seatlet: Seatlet, **given: str) -> None:
        self.home, self.seatlet = home, seatlet
        self.event_id = events.add(home.database, seatlet.contest, told(**given))

    def sign_up(self, form: dict[str, str], later: timedelta = timedelta()) -> dict[str, Any]:
        now = self.home.clock.now() + later
        return signing_up.sign_up(self.home.database, self.home.key, self.seatlet.contest_id, self.event_id, form, now)

    def change(self, token: str, comes: bool) -> None:
        signing_up.change_mine(self.home.database, self.home.key, token, comes, self.home.clock.now())

    def state_of(self, token: str) -> tuple[str, int]:
        _, found = signing_up.mine(self.home.database, self.home.key, token)
        return found["state"], found["ahead"]

    def count(self) -> tuple[int, int]:
        event = events.find_event(self.home.database, self.seatlet.contest_id, self.event_id)
        return event["coming"], event["waiting"]


@pytest.fixture
def session(home: House, seatlet: Seatlet) -> Session:
    return Session(home, seatlet)


def test_who_comes_first_has_a_place_and_then_there_is_a_line(session: Session) -> None:
    answers = [session.sign_up(comer(name)) for name in ("Ann", "Bob", "Cat", "Dan")]
    assert [(one["state"], one["ahead"]) for one in answers] == [
        ("coming", 0), ("coming", 0), ("waiting", 0), ("waiting", 1),
    ]  # fmt: skip


def test_a_place_given_back_goes_to_who_waited_longest(session: Session) -> None:
    ann, _, cat, dan = (session.sign_up(comer(name))["token"] for name in ("Ann", "Bob", "Cat", "Dan"))
    session.change(ann, comes=False)
    assert session.state_of(cat) == ("coming", 0)
    assert session.state_of(dan) == ("waiting", 0)
    session.change(ann, comes=True)
    assert session.state_of(ann) == ("waiting", 1), "who comes back takes the end of the line"
    session.change(dan, comes=False)
    assert session.count() == (2, 1), "who only waited gives no place back"


def test_the_same_form_again_changes_nothing(session: Session) -> None:
    form = comer("Ann")
    first = session.sign_up(form)
    assert session.sign_up(form) == first
    assert session.count() == (1, 0)
    with pytest.raises(Conflict, match="was sent before, with something else"):
        session.sign_up(form | {"contact": "mallory@example.org"})


def test_nobody_finds_out_by_trying_who_comes(home: House, seatlet: Seatlet, session: Session) -> None:
    """Whoever knows an address is answered as anybody is, with a link that changes only what they said themselves."""
    ann = session.sign_up(comer("Ann"))
    other = session.sign_up(comer("Mallory", contact="ANN@example.org"))
    assert (ann["state"], other["state"]) == ("coming", "coming")
    session.change(other["token"], comes=False)
    assert session.state_of(ann["token"]) == ("coming", 0)
    session.change(other["token"], comes=True)
    _, people = events.who_comes(home.database, seatlet.contest_id, session.event_id)
    assert [(one["name"], one["twice"]) for one in people] == [("Ann", 2), ("Mallory", 2)], "organisers see it"


def test_a_link_is_good_for_its_own_sign_up_only(session: Session) -> None:
    token = session.sign_up(comer("Ann"))["token"]
    contest, sign_up, proof = token.split(".")
    other = f"{contest}.{uuid.uuid4()}.{proof}"
    for wrong in ("", "x", token[:-1], other, f"{contest}.{sign_up}.", f"9{token}", f"²{token}", f"{token}\ud800"):
        with pytest.raises(NotLetIn, match="This link is not complete"):
            session.change(wrong, comes=False)
    assert session.count() == (1, 0)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": "  "}, "Your name: write what people call you"),
        ({"contact": "ann"}, "Email or phone: write an address"),
        ({"contact": "ann@home"}, "this is no address of e-mail"),
        ({"contact": "0123"}, "with its area code"),
        ({"seats_in_car": "99"}, "Seats in your car: write a number from 0 to 8"),
        ({"seats_in_car": "²"}, "Seats in your car: write a number"),
        ({"seats_in_car": "000000000100"}, "Seats in your car: write a number"),
        ({"seats_in_car": "0" * 5_000}, "Seats in your car: write a number"),
        *(({"contact": odd}, "Email or phone") for odd in ("a@[x.yy", "=?utf-8?q?a?=@x.yy", "a,b@x.yy", "ä@x.yy")),
        *(({"name": odd}, "Your name") for odd in ("Win at http://x.yy", "www.x.yy", "ann@x.yy", "see x.yy/now")),
    ],
)
def test_what_cannot_be_is_said_by_the_field(session: Session, given: dict[str, str], said: str) -> None:
    with pytest.raises(Conflict, match=said):
        session.sign_up(comer("Ann", **given))
    assert session.count() == (0, 0)


def test_a_phone_number_is_the_same_however_it_is_written(session: Session) -> None:
    for written in ("(020) 7946-0123", "020 7946 0123"):
        session.sign_up(comer("Ann", contact=written))
    _, people = events.who_comes(session.home.database, session.seatlet.contest_id, session.event_id)
    assert [one["contact"] for one in people] == ["02079460123"] * 2


def test_what_is_over_or_called_off_takes_nobody(home: House, seatlet: Seatlet, session: Session) -> None:
    token = session.sign_up(comer("Ann"))["token"]
    with pytest.raises(Conflict, match="This event is over"):
        session.sign_up(comer("Bob"), later=timedelta(days=3))
    events.call_off(home.database, seatlet.contest, session.event_id, home.clock.now())
    with pytest.raises(Conflict, match="This event has been called off"):
        session.sign_up(comer("Bob"))
    with pytest.raises(Conflict, match="This event has been called off"):
        session.change(token, comes=False)
    events.call_off(home.database, seatlet.contest, session.event_id, home.clock.now(), after_all=True)
    assert session.sign_up(comer("Bob"))["state"] == "coming"
    with pytest.raises(NotThere):
        signing_up.sign_up(home.database, home.key, seatlet.contest_id, 10**8, comer("Bob"), home.clock.now())


def test_more_room_moves_the_line_up_and_less_than_come_is_refused(
    home: House, seatlet: Seatlet, session: Session
) -> None:
    for n in range(5):
        session.sign_up(comer(f"Comer{n}"))
    events.change(home.database, seatlet.contest, session.event_id, told(capacity="4"), home.clock.now())
    assert session.count() == (4, 1)
    with pytest.raises(Conflict, match="4 people are coming already, so it cannot be fewer"):
        events.change(home.database, seatlet.contest, session.event_id, told(capacity="3"), home.clock.now())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"title": " "}, "Title: write it"),
        ({"meeting_point": ""}, "Meeting point: write it"),
        ({"kind": "party"}, "Kind: choose one of canvassing, training, other"),
        ({"capacity": "0"}, "Places: write a number from 1 to 2,000"),
        ({"day": "tomorrow"}, "Day, from and until: fill in all three"),
        ({"day": "9999-12-31"}, "Day: write a year from 2000 to 2099"),
        ({"ends": "09:00"}, "it must end after it begins"),
        ({"begins": "00:00", "ends": "23:59"}, "longer than sixteen hours. Make it two sessions"),
    ],
)
def test_an_event_that_cannot_be_is_refused_by_the_field(
    home: House, seatlet: Seatlet, given: dict[str, str], said: str
) -> None:
    with pytest.raises(Conflict, match=said):
        events.add(home.database, seatlet.contest, told(**given))


def test_who_is_there_is_ticked_and_can_be_unticked_whether_they_had_a_place_or_not(
    home: House, seatlet: Seatlet, session: Session
) -> None:
    forms = [comer(name) for name in ("Ann", "Bob", "Cat")]
    for form in forms:
        session.sign_up(form)
    tick = lambda form, there: events.tick(  # noqa: E731
        home.database, seatlet.contest_id, session.event_id, form["sign_up_id"], home.clock.now(), there=there
    )
    assert tick(forms[2], True) == "Cat"
    assert session.count() == (2, 1), "the list stays as it was"
    tick(forms[0], True)
    tick(forms[0], False)
    event, people = events.who_comes(home.database, seatlet.contest_id, session.event_id)
    assert (event["attended"], [one["name"] for one in people if one["attended_at"]]) == (1, ["Cat"])
    with pytest.raises(NotThere):
        events.tick(home.database, seatlet.contest_id, 1, forms[0]["sign_up_id"], home.clock.now(), there=True)


# What somebody does: comes, and then perhaps takes it back, and perhaps comes after all.
PEOPLE = st.lists(st.lists(st.booleans(), max_size=2), min_size=1, max_size=16)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(capacity=st.integers(1, 6), people=PEOPLE, forms=st.integers(1, 3))
def test_however_many_come_at_once_there_is_never_one_too_many(
    home: House, seatlet: Seatlet, capacity: int, people: list[list[bool]], forms: int
) -> None:
    session = Session(home, seatlet, capacity=str(capacity))
    asked = [comer(f"Comer{n}") for n in range(len(people))]

    def live(n: int) -> str:
        # An impatient finger sends the form more than once.
        token = [session.sign_up(asked[n])["token"] for _ in range(forms)][-1]
        for comes in people[n]:
            session.change(token, comes)
        return token

    with ThreadPoolExecutor(8) as pool:
        tokens = list(pool.map(live, range(len(people))))
    states = [session.state_of(token)[0] for token in tokens]
    coming, waiting = session.count()
    assert coming == states.count(State.COMING) <= capacity
    assert waiting == states.count(State.WAITING)
    assert coming == capacity or not waiting, "nobody waits while there is a place"
    for state, said in zip(states, people, strict=True):
        assert (state == State.CANCELLED) == (bool(said) and not said[-1])
