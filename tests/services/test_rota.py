"""Polling day off: pledged, turned into shifts, asked, said yes to by one tap; with the yes comes a link that works."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest

from gotv.domain.people import Person, Role
from gotv.domain.rota import Comer, Opening
from gotv.domain.work import Work
from gotv.errors import BeforeTheDay, Conflict, NotLetIn, NotThere, NotYours
from gotv.house import House
from gotv.services import (
    days_off,
    duties,
    events,
    inviting,
    lifts,
    messages,
    offering,
    rota,
    signing_in,
    signing_up,
    suggesting,
    training,
)
from gotv.services.country import Country
from gotv.services.mail import PostOffice
from gotv.services.own_links import own_link, own_token, read_own_token
from tests.builders import Seatlet, csv_of, load_ok, new_contest
from tests.cast import Cast
from tests.country import loaded
from tests.services.test_messages import Mailboxes, boxes, send
from tests.services.test_signing_up import Session, comer, told

__all__ = ["boxes"]


def offer(name: str, **given: str) -> dict[str, str]:
    """Somebody who has the whole day and tells or knocks."""
    usual = {"work-teller": "1", "work-knocker": "1", "from": "00:00", "until": "23:59"}
    return comer(name, **(usual | given))


class Day:
    """The polling day of a contest, as Omar and the volunteers see it."""

    def __init__(self, home: House, seatlet: Seatlet, cast: Cast) -> None:
        self.home, self.seatlet, self.omar, self.asha = home, seatlet, cast.omar.person, cast.asha.person
        self.tokens: dict[str, str] = {}
        form = {"meeting_point": "1 High Street"}
        self.event_id = days_off.open_polling_day(home.database, seatlet.contest, form, self.now)

    @property
    def now(self) -> datetime:
        """Before the first shift, whatever the clock says."""
        return self.seatlet.contest.at(time(0, 0))

    def pledge(self, name: str, **given: str) -> str:
        """Returns the token of the link that is sent to them."""
        found = signing_up.sign_up(
            self.home.database,
            self.home.key,
            self.seatlet.contest_id,
            self.event_id,
            offer(name, **given),
            self.now,
            Country(self.home.database, self.home.clock.now).place_of,
        )
        read = read_own_token(self.home.key, found["token"])
        link = own_link(self.home.key, "", *read, f"{name.lower()}@example.org")
        self.tokens[name] = link.partition("#")[2]
        return self.tokens[name]

    def whole(self) -> dict[str, Any]:
        return rota.whole(self.home.database, self.seatlet.contest, self.asha, self.now)

    def make(self, **wants: str) -> int:
        usual = {"hours": "8", "tellers": "1", "knockers": "1", "drivers": "0", "clerks": "0"}
        return rota.make(self.home.database, self.seatlet.contest, self.asha, usual | wants)

    def shift(self, work: str, at: str, n: int = 0) -> int:
        """The n-th shift of this work there."""
        every = [one for one in self.whole()["shifts"] if (one["work"], one["at"]) == (work, at)]
        return int(every[n]["shift_id"])

    def person(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = next(one for one in self.whole()["people"] if one["name"] == name)
        return found

    def know(self, name: str) -> None:
        days_off.vouch(self.home.database, self.omar, self.person(name)["sign_up_id"], self.now, known=True)

    def ask(self, name: str, shift_id: int) -> None:
        offering.offer(self.home.database, self.asha, shift_id, self.person(name)["sign_up_id"], self.now)

    def answer(self, token: str, shift_id: int, does: bool = True) -> None:
        duties.answer(self.home.database, self.home.key, token, shift_id, self.now, does=does)

    def to_tell(self, by: Person, now: datetime | None = None) -> dict[str, dict[str, Any]]:
        """Whom this organiser has to tell by hand, where no mail can be sent: the message by name."""
        event = events.find_event(self.home.database, self.seatlet.contest_id, self.event_id)
        asked = (self.home.database, self.home.key, "https://gotv.example", self.seatlet.contest, event, by)
        return {one["name"]: one for one in messages.by_hand(*asked, now or self.now, all_of_them=True)}

    def was_told(self, by: Person, message: dict[str, Any]) -> None:
        messages.was_told(self.home.database, by, self.event_id, message["message_id"], self.now)

    def mine(self, token: str) -> list[dict[str, Any]]:
        return duties.of_one(self.home.database, self.home.key, token)

    def suggest(self) -> str:
        suggesting.ask(self.home.database, self.seatlet.contest_id, self.now)
        return suggesting.suggest(self.home.database, self.seatlet.contest_id, self.now)

    def suggested(self) -> set[tuple[str, str, str]]:
        return {
            (duty["name"], shift["at"], f"{self.seatlet.contest.local(shift['begins']):%H:%M}")
            for shift in self.whole()["shifts"]
            for duty in shift["duties"]
            if duty["state"] == "suggested"
        }


@pytest.fixture
def day(home: House, seatlet: Seatlet, cast: Cast) -> Day:
    return Day(home, seatlet, cast)


def test_the_day_is_opened_once_whoever_clicks(home: House, seatlet: Seatlet) -> None:
    with pytest.raises(NotThere, match="Nobody can pledge polling day yet"):
        days_off.polling_day(home.database, seatlet.contest_id)
    form, now = {"meeting_point": "1 High Street"}, home.clock.now()
    with pytest.raises(Conflict, match="Meeting point: write it"):
        days_off.open_polling_day(home.database, seatlet.contest, {}, now)
    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(lambda _: days_off.open_polling_day(home.database, seatlet.contest, form, now), range(4)))
    assert len(made) == 1
    event = events.find_event(home.database, seatlet.contest_id, made.pop())
    assert event["starts_at"] == seatlet.contest.at(time(0, 0))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"work-teller": "", "work-knocker": ""}, "What you can do: tick at least one."),
        ({"from": "nine"}, "From and until: fill in both"),
        ({"from": "10:00", "until": "10:30"}, "From and until: an hour at least, between 00:00 and 23:59."),
        ({"postcode": "London"}, "From where: this is no postcode."),
        ({"postcode": "BT1 1AA"}, "From where: we do not know this postcode."),
    ],
)
def test_a_pledge_that_cannot_be_read_names_its_field_and_keeps_nothing(
    day: Day, given: dict[str, str], words: str
) -> None:
    with pytest.raises(Conflict, match=words):
        day.pledge("Ann", **given)
    assert day.whole()["people"] == []
    assert events.who_comes(day.home.database, day.seatlet.contest_id, day.event_id)[1] == []


def test_of_the_postcode_only_the_first_half_is_kept(day: Day) -> None:
    with loaded(day.home):
        day.pledge("Ann", postcode="ZA1 4QD")
    ann = day.person("Ann")
    assert ann["outcode"] == "ZA1"
    assert (ann["lat"], ann["lon"]) == (round(ann["lat"], 2), round(ann["lon"], 2))
    with day.home.database.snapshot() as connection:
        rows = connection.exec_driver_sql(f"SELECT * FROM day_off WHERE contest_id = {day.seatlet.contest_id}").all()
    assert "4QD" not in str(rows)


def test_shifts_are_made_for_each_place_and_room_once(day: Day, cast: Cast) -> None:
    made = day.make(drivers="1", clerks="1")
    kinds = [(one["work"], one["at"]) for one in day.whole()["shifts"]]
    assert kinds.count(("teller", "St Mark's Hall")) == 3
    assert kinds.count(("teller", "Library")) == 3
    assert kinds.count(("knocker", "North")) == 5, "the rounds of the contest"
    assert made == len(kinds)
    assert day.make(drivers="1", clerks="1") == 0, "they are there already"
    seen = rota.whole(day.home.database, day.seatlet.contest, cast.omar.person, day.now)["shifts"]
    assert {one["committee_room"] for one in seen} == {"North"}
    with pytest.raises(NotYours):
        rota.want(day.home.database, cast.omar.person, day.shift("teller", "Library"), "2")
    with pytest.raises(Conflict, match="People wanted: write a number from 0 to 50"):
        rota.want(day.home.database, cast.omar.person, day.shift("teller", "St Mark's Hall"), "-1")
    assert rota.clear(day.home.database, cast.asha.person) == made


def test_a_gap_where_more_pledges_are_outstanding_costs_more(day: Day) -> None:
    day.make()
    cost = {one["at"]: one["cost"] for one in day.whole()["shifts"] if one["work"] == "teller"}
    assert cost["St Mark's Hall"] == pytest.approx(2 * cost["Library"]), "two districts vote there"


def test_who_says_yes_gets_a_link_for_that_place_and_day(day: Day) -> None:
    day.make()
    token, shift_id = day.pledge("Ann"), day.shift("teller", "St Mark's Hall")
    with pytest.raises(Conflict, match="You are not asked for this shift any more"):
        day.answer(token, shift_id)
    day.ask("Ann", shift_id)
    assert day.person("Ann")["stage"] == "pledged"
    day.answer(token, shift_id)
    assert day.person("Ann")["stage"] == "confirmed"
    mine = day.mine(token)
    assert mine[0]["words"] == "00:00 to 08:00, telling outside a polling place, St Mark's Hall"
    person, _ = signing_in.enter_by_link(
        day.home.database, day.home.key, mine[0]["invitation"].token, day.home.clock.now()
    )
    assert (person.role, person.name, person.place_id) == (Role.TELLER, "Ann", day.seatlet.places["St Mark's Hall"])
    assert day.person("Ann")["stage"] == "arrived", "a teller who opened it on the day is at work"
    # An organiser may ask for more hours than a suggestion would.
    day.ask("Ann", day.shift("teller", "St Mark's Hall", 1))


def test_two_shifts_at_one_place_are_done_with_one_link_and_a_no_kills_it(day: Day) -> None:
    day.make(hours="2")
    token = day.pledge("Ann")
    first, second = (day.shift("teller", "Library", n) for n in (0, 1))
    for shift_id in (first, second):
        day.ask("Ann", shift_id)
        day.answer(token, shift_id)
    links = {one["invitation"].token for one in day.mine(token)}
    assert len(links) == 1
    day.answer(token, first, does=False)
    assert {one["invitation"].token for one in day.mine(token)} == links, "it is still needed"
    day.answer(token, second, does=False)
    assert day.mine(token) == []
    with pytest.raises(NotLetIn, match="does not work"):
        signing_in.enter_by_link(day.home.database, day.home.key, links.pop(), day.home.clock.now())
    with pytest.raises(Conflict, match="Ann said no to this shift"):
        day.ask("Ann", first)


def test_nobody_unknown_is_given_addresses(day: Day) -> None:
    day.make()
    day.pledge("Ann")
    shift_id = day.shift("knocker", "North")
    with pytest.raises(Conflict, match="is not known to an organiser yet"):
        day.ask("Ann", shift_id)
    day.know("Ann")
    day.ask("Ann", shift_id)
    assert day.person("Ann")["duties"][0]["state"] == "offered"


def test_whoever_was_ticked_at_an_event_is_known(day: Day) -> None:
    contest = day.seatlet.contest
    session = events.add(day.home.database, contest, told(capacity="9"))
    form = comer("Ann")
    signing_up.sign_up(day.home.database, day.home.key, contest.contest_id, session, form, day.now)
    day.pledge("Ann")
    assert not day.person("Ann")["known"]
    events.tick(day.home.database, contest.contest_id, session, form["sign_up_id"], day.now, there=True)
    assert day.person("Ann")["known"]


def test_a_driver_who_says_yes_has_a_car_on_the_board_of_lifts(day: Day, cast: Cast) -> None:

    def cars() -> list[str]:
        told = lifts.lifts_and_cars(day.home.database, day.seatlet.contest, cast.asha.person, day.now)
        return [one["driver"] for one in told["cars"]]

    day.make(drivers="1")
    token = day.pledge("Dee", **{"work-driver": "1", "seats_in_car": "4"})
    day.know("Dee")
    shift_id = day.shift("driver", "North")
    day.ask("Dee", shift_id)
    day.answer(token, shift_id)
    assert cars() == ["Dee, 00:00 to 09:30"]
    day.answer(token, shift_id, does=False)
    assert cars() == []


def test_a_shift_is_never_taken_by_more_than_it_wants(day: Day) -> None:
    day.make()
    shift_id = day.shift("teller", "Library")
    tokens = [day.pledge(name) for name in ("Ann", "Bob", "Cat", "Dan")]
    for name in ("Ann", "Bob", "Cat", "Dan"):
        day.ask(name, shift_id)

    def yes(token: str) -> str:
        try:
            day.answer(token, shift_id)
        except Conflict as why:
            return str(why)
        return "yes"

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(yes, tokens))
    assert sorted(answers)[-1] == "yes"
    assert answers.count("yes") == 1
    assert sum("Others were quicker" in one for one in answers) == 3


def test_suggestions_fill_the_costly_gaps_first_and_bind_nobody(day: Day) -> None:
    assert day.suggest() == "Nobody has pledged the day yet: pass the link on."
    day.make(knockers="0")
    day.pledge("Ann", **{"from": "08:00", "until": "16:00"})
    assert day.suggest() == "1 of 6 places in shifts for 1 of 1 people."
    assert day.suggested() == {("Ann", "St Mark's Hall", "08:00")}, "two districts vote there"
    assert day.person("Ann")["stage"] == "pledged"
    assert day.mine(day.pledge("Bob")) == []
    assert offering.offer_suggested(day.home.database, day.asha, day.now) == 1
    assert day.suggest() == "1 of 5 places in shifts for 1 of 2 people."
    assert ("Ann", "St Mark's Hall", "08:00") not in day.suggested(), "who was asked is not an idea any more"


def test_the_sum_counts_not_who_comes_first(day: Day) -> None:
    """Bob could do either, Ann only the early one: both have something to do."""
    at = day.seatlet.contest.at
    works = frozenset({Work.TELLER})
    bob = Comer("bob", works, at(time(6)), at(time(20)), known=True)
    ann = Comer("ann", works, at(time(6)), at(time(12)), known=True)
    early = Opening(1, Work.TELLER, at(time(7)), at(time(9)), 100.0)
    late = Opening(2, Work.TELLER, at(time(17)), at(time(19)), 90.0)
    found = {(who, opening.shift_id) for who, opening in suggesting.assign([bob, ann], [early, late])}
    assert found == {("bob", 2), ("ann", 1)}


def test_who_cannot_come_gives_every_shift_back(day: Day) -> None:
    day.make()
    token, shift_id = day.pledge("Ann"), day.shift("teller", "Library")
    day.ask("Ann", shift_id)
    day.answer(token, shift_id)
    link = day.mine(token)[0]["invitation"].token
    signing_up.change_mine(day.home.database, day.home.key, token, False, day.now)
    assert day.whole()["people"] == []
    assert next(one for one in day.whole()["shifts"] if one["shift_id"] == shift_id)["missing"] == 1
    with pytest.raises(NotLetIn):
        signing_in.enter_by_link(day.home.database, day.home.key, link, day.home.clock.now())


def test_other_hours_give_back_what_does_not_fit(day: Day) -> None:
    day.make(hours="2")
    token = day.pledge("Ann")
    early, late = day.shift("teller", "Library", 0), day.shift("teller", "Library", 5)
    for shift_id in (early, late):
        day.ask("Ann", shift_id)
    form = {"work-teller": "1", "from": "08:00", "until": "20:00"}
    signing_up.pledge_anew(day.home.database, day.home.key, token, form, day.now)
    assert [one["shift_id"] for one in day.mine(token)] == [late]


def test_what_was_done_stays_done(day: Day) -> None:
    """Numbers may still wait on the phone: its link is not switched off by other hours, nor by going home."""
    day.make(hours="2")
    token, early, late = day.pledge("Ann"), day.shift("teller", "Library"), day.shift("teller", "Library", 5)
    for shift_id in (early, late):
        day.ask("Ann", shift_id)
        day.answer(token, shift_id)
    noon = day.seatlet.contest.at(time(9, 0))
    form = {"work-teller": "1", "from": "08:00", "until": "09:30"}
    signing_up.pledge_anew(day.home.database, day.home.key, token, form, noon)
    [done] = day.mine(token)
    assert (done["shift_id"], done["invitation"] is not None) == (early, True)
    signing_up.change_mine(day.home.database, day.home.key, token, False, noon)
    assert signing_in.enter_by_link(day.home.database, day.home.key, done["invitation"].token, day.home.clock.now())


def test_the_first_half_of_the_postcode_as_it_stood_moves_nobody(day: Day) -> None:
    with loaded(day.home):
        token = day.pledge("Ann", postcode="ZA1")
    was = day.person("Ann")
    assert was["outcode"] == "ZA1"
    form = {"work-teller": "1", "from": "08:00", "until": "20:00", "postcode": "za1 "}
    signing_up.pledge_anew(day.home.database, day.home.key, token, form, day.now, None)
    now = day.person("Ann")
    assert [now[name] for name in ("outcode", "lat", "lon")] == [was[name] for name in ("outcode", "lat", "lon")]


def test_no_organiser_takes_back_what_others_have_given(day: Day) -> None:
    day.make()
    day.pledge("Ann")
    day.know("Ann")
    day.ask("Ann", day.shift("knocker", "South"))
    ann = day.person("Ann")["sign_up_id"]
    with pytest.raises(NotYours, match="in another committee room"):
        days_off.vouch(day.home.database, day.omar, ann, day.now, known=False)
    assert day.person("Ann")["known"]
    days_off.vouch(day.home.database, day.asha, ann, day.now, known=False)
    assert not day.person("Ann")["known"]


def test_an_idea_that_does_not_fit_any_more_is_gone_when_all_are_asked(day: Day) -> None:
    day.make(tellers="1", knockers="0")
    token = day.pledge("Ann")
    day.suggest()
    assert day.suggested()
    signing_up.pledge_anew(
        day.home.database, day.home.key, token, {"work-knocker": "1", "from": "08:00", "until": "20:00"}, day.now
    )
    assert offering.offer_suggested(day.home.database, day.asha, day.now) == 0
    assert day.suggested() == set()


def test_what_somebody_has_read_goes_with_them_to_another_contact(day: Day) -> None:
    token = day.pledge("Ann")
    # Signed up with the same address for something else as well.
    Session(day.home, day.seatlet).sign_up(comer("Ann"))
    training.has_read(day.home.database, day.home.key, Work.TELLER, token, None, day.now)
    assert day.person("Ann")["trained"] == ["teller"]
    signing_up.change_details(day.home.database, day.home.key, token, comer("Ann", contact="anne@example.org"), day.now)
    assert day.person("Ann")["trained"] == ["teller"]


def test_who_is_taken_off_is_told_and_their_link_dies(day: Day) -> None:
    day.make()
    token, shift_id = day.pledge("Ann"), day.shift("teller", "Library")
    day.ask("Ann", shift_id)
    day.answer(token, shift_id)
    link = day.mine(token)[0]["invitation"].token
    offering.take_off(day.home.database, day.asha, shift_id, day.person("Ann")["sign_up_id"], day.now)
    with pytest.raises(NotLetIn):
        signing_in.enter_by_link(day.home.database, day.home.key, link, day.home.clock.now())
    assert "your shifts are other ones now" in day.to_tell(day.asha)["Ann"]["words"]


def test_words_with_a_link_in_them_are_for_the_organisers_of_that_room(day: Day) -> None:
    """Omar is of the North: whoever works in the South is told from there, and whoever works in both by both."""
    day.make()
    for name, at in (("Ann", "St Mark's Hall"), ("Bob", "Library")):
        token, shift_id = day.pledge(name), day.shift("teller", at)
        day.ask(name, shift_id)
        day.answer(token, shift_id)
    assert (sorted(day.to_tell(day.asha)), sorted(day.to_tell(day.omar))) == (["Ann", "Bob"], ["Ann"])


def test_whoever_works_in_two_rooms_is_told_by_both(day: Day, cast: Cast) -> None:
    """What one committee room has told is no news of the other."""
    day.make(hours="2")
    day.pledge("Ann", contact="07700 900123")
    for at, n in (("St Mark's Hall", 0), ("Library", 1)):
        day.ask("Ann", day.shift("teller", at, n))
    olga = replace(day.omar, committee_room_id=day.seatlet.rooms["South"])
    told = day.to_tell(day.omar)["Ann"]
    assert "St Mark's Hall" in told["words"]
    assert "Library" not in told["words"]
    day.was_told(day.omar, told)
    assert day.to_tell(day.omar) == {}
    assert "Library" in day.to_tell(olga)["Ann"]["words"]
    nobody = replace(day.omar, committee_room_id=day.seatlet.rooms["Committee room"])
    with pytest.raises(NotThere):
        day.was_told(nobody, told)
    day.was_told(olga, day.to_tell(olga)["Ann"])
    assert (day.to_tell(olga), day.to_tell(day.asha)) == ({}, {})


def test_what_comes_after_one_room_has_told_is_told_too(day: Day) -> None:
    """Where no mail can be sent all wait: one that was told in part does not stand for what is new."""
    day.make(hours="2")
    day.pledge("Ann")
    day.was_told(day.asha, day.to_tell(day.asha)["Ann"])
    for at in ("St Mark's Hall", "Library"):
        day.ask("Ann", day.shift("teller", at, 0 if at == "Library" else 1))
    day.was_told(day.omar, day.to_tell(day.omar)["Ann"])
    day.ask("Ann", day.shift("teller", "St Mark's Hall", 2))
    assert "04:00 to 06:00" in day.to_tell(day.omar)["Ann"]["words"]


def test_a_yes_from_a_page_that_shows_no_link_has_it_sent(day: Day) -> None:
    day.make()
    sent, shift_id = day.pledge("Ann"), day.shift("teller", "Library")
    day.pledge("Bob", contact="07700 900123")
    day.was_told(day.asha, day.to_tell(day.asha)["Bob"])
    copied = own_token(day.home.key, day.seatlet.contest_id, day.person("Bob")["sign_up_id"])
    later = day.shift("teller", "St Mark's Hall")
    day.ask("Bob", later)
    day.was_told(day.asha, day.to_tell(day.asha)["Bob"])
    day.answer(copied, later)
    assert day.mine(copied)[0]["invitation"] is None
    words = day.to_tell(day.asha)["Bob"]["words"]
    assert "this is how it is now" in words
    assert "/enter#" in words
    day.ask("Ann", shift_id)
    day.was_told(day.asha, day.to_tell(day.asha)["Ann"])
    day.answer(sent, shift_id)
    assert day.mine(sent)[0]["invitation"], "on the page that was opened from what was sent the link stands at once"
    assert "Ann" not in day.to_tell(day.asha)


def test_what_is_over_is_not_to_be_told_any_more(day: Day) -> None:
    day.pledge("Ann", contact="07700 900123")
    assert "Ann" in day.to_tell(day.asha)
    assert day.to_tell(day.asha, day.seatlet.contest.at(time(23, 59))) == {}


def test_a_day_that_is_called_off_asks_nobody_to_try_a_link(day: Day) -> None:
    day.make()
    token, shift_id = day.pledge("Ann"), day.shift("teller", "Library")
    day.ask("Ann", shift_id)
    day.answer(token, shift_id)
    events.call_off(day.home.database, day.seatlet.contest, day.event_id, day.now)
    words = day.to_tell(day.asha)["Ann"]["words"]
    assert "this does not take place" in words
    assert not any(said in words for said in ("Your shifts", "/enter#", "Bring", "no shift yet"))


def test_before_the_day_a_number_on_trial_arms_a_tellers_phone(day: Day) -> None:
    day.make()
    token, shift_id = day.pledge("Ann"), day.shift("teller", "Library")
    day.ask("Ann", shift_id)
    day.answer(token, shift_id)
    link = day.mine(token)[0]["invitation"].token
    eve = day.now - timedelta(hours=4)
    with pytest.raises(BeforeTheDay):
        signing_in.enter_by_link(day.home.database, day.home.key, link, eve)
    assert day.person("Ann")["stage"] == "confirmed", "looking at it is not enough"
    signing_in.send_on_trial(day.home.database, day.home.key, link, "", "123", eve)
    assert day.person("Ann")["stage"] == "armed"


def test_the_mails_of_the_day(day: Day, boxes: tuple[Mailboxes, PostOffice], seatlet: Seatlet) -> None:
    """Thanked, asked once for all shifts, and reminded with the link to try."""
    box, office = boxes
    day.make(hours="2")
    token = day.pledge("Ann", by_email="1")
    for n in (0, 1):
        day.ask("Ann", day.shift("teller", "Library", n))
    assert send(day.home, seatlet, office) == 2
    thanked, asked = (mail.get_payload(decode=True).decode() for mail in box.mails)  # type: ignore[union-attr]
    assert "Ann, thank you. You have pledged the day." in thanked
    assert "can you do this? Say yes or no, one tap each, at https://gotv.example/come/mine#" in asked
    assert "- 02:00 to 04:00, telling outside a polling place, Library (please say yes or no)" in asked
    assert "/enter#" not in asked
    day.answer(token, day.shift("teller", "Library"))
    event = events.find_event(day.home.database, seatlet.contest_id, day.event_id)
    evening = messages.reminder_at(event["starts_at"], seatlet.contest)
    with day.home.database.transaction() as connection:
        connection.exec_driver_sql(
            f"UPDATE sign_up SET created_at = created_at - interval '5 days' WHERE contest_id = {seatlet.contest_id}"
        )
    box.mails.clear()
    messages.plan_reminders(day.home.database, evening)
    assert send(day.home, seatlet, office, evening) == 1
    reminded = box.mails[0].get_payload(decode=True).decode()  # type: ignore[union-attr]
    link = day.mine(token)[0]["invitation"].link("https://gotv.example")
    assert "open this and try it, so that it works when it counts" in reminded
    assert f"(telling outside a polling place, Library): {link}" in reminded


def test_whoever_signs_up_with_anothers_address_is_never_let_in(
    day: Day, seatlet: Seatlet, boxes: tuple[Mailboxes, PostOffice]
) -> None:
    """The link of the page after signing up opens no phone, and cannot have what does sent elsewhere."""
    box, office = boxes
    day.make()
    sent, shift_id = day.pledge("Ann"), day.shift("teller", "Library")
    day.ask("Ann", shift_id)
    day.answer(sent, shift_id)
    shown = sent.rpartition(".")[0]
    for token, has in ((sent, True), (shown, False), (f"{shown}.{'x' * 22}", False)):
        assert [bool(one["invitation"]) for one in day.mine(token)] == [has], token
    thief = comer("Ann", contact="thief@example.org")
    with pytest.raises(Conflict, match="open this page from what we sent to ann@"):
        signing_up.change_details(day.home.database, day.home.key, shown, thief, day.now)
    send(day.home, seatlet, office)
    assert box.to("Thief") == []
    signing_up.change_details(day.home.database, day.home.key, sent, comer("Ann", contact="anne@example.org"), day.now)
    assert [bool(one["invitation"]) for one in day.mine(sent)] == [False], "a new contact has to be reached first"


def test_who_has_another_contact_has_to_be_known_anew(day: Day) -> None:
    day.make()
    token, shift_id = day.pledge("Ann"), day.shift("knocker", "North")
    day.know("Ann")
    day.ask("Ann", shift_id)
    day.answer(token, shift_id)
    link = day.mine(token)[0]["invitation"].token
    signing_up.change_details(day.home.database, day.home.key, token, comer("Ann", contact="x@example.org"), day.now)
    assert (day.person("Ann")["known"], day.person("Ann")["duties"]) == (False, [])
    with pytest.raises(NotLetIn):
        signing_in.enter_by_link(day.home.database, day.home.key, link, day.home.clock.now())


def test_who_is_not_known_after_all_loses_what_shows_addresses(day: Day) -> None:
    day.make()
    token, knocks, tells = day.pledge("Ann"), day.shift("knocker", "North"), day.shift("teller", "Library", 2)
    day.know("Ann")
    for shift_id in (knocks, tells):
        day.ask("Ann", shift_id)
        day.answer(token, shift_id)
    days_off.vouch(day.home.database, day.omar, day.person("Ann")["sign_up_id"], day.now, known=False)
    assert [one["shift_id"] for one in day.mine(token)] == [tells]
    with pytest.raises(Conflict, match="not asked for this shift"):
        day.answer(token, knocks)


def test_a_link_that_was_switched_off_is_not_handed_on(day: Day, cast: Cast) -> None:
    day.make(hours="2")
    token = day.pledge("Ann")
    first, second = (day.shift("teller", "Library", n) for n in (0, 1))
    for shift_id in (first, second):
        day.ask("Ann", shift_id)
    day.answer(token, first)
    person_id = day.mine(token)[0]["person_id"]
    inviting.revoke(day.home.database, cast.asha.person, person_id)
    with pytest.raises(Conflict, match="not asked for this shift"):
        day.answer(token, first)
    day.answer(token, second)
    assert [one["person_id"] != person_id for one in day.mine(token)] == [True], "only where she is asked still"


def test_an_idea_of_one_organiser_binds_no_other(day: Day) -> None:
    day.make(knockers="0")
    day.pledge("Ann")
    day.suggest()
    assert day.suggested()
    suggested = {shift_id for one in day.person("Ann")["duties"] for shift_id in [one["shift_id"]]}
    free = next(one["shift_id"] for one in day.whole()["shifts"] if one["shift_id"] not in suggested)
    day.ask("Ann", free)
    assert {one["state"] for one in day.person("Ann")["duties"] if one["shift_id"] == free} == {"offered"}
    offering.offer_suggested(day.home.database, day.asha, day.now)
    asked = [(one["begins"], one["ends"]) for one in day.person("Ann")["duties"] if one["state"] == "offered"]
    assert all(a[1] <= b[0] for a, b in pairwise(sorted(asked))), "what does not fit any more is not asked"


def test_what_came_meanwhile_is_not_thought_over(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the worker thinks, Omar asks Ann, she says yes, and Bob cannot come after all."""
    day.make(knockers="0")
    ann, bob = day.pledge("Ann"), day.pledge("Bob")
    think = suggesting.assign
    meant: list[tuple[str, int]] = []

    def slowly(*given: Any) -> Any:
        chosen = think(*given)
        meant.extend((who, opening.shift_id) for who, opening in chosen)
        hers = next(shift_id for who, shift_id in meant if who == day.person("Ann")["sign_up_id"])
        day.ask("Ann", hers)
        day.answer(ann, hers)
        signing_up.change_mine(day.home.database, day.home.key, bob, False, day.now)
        suggesting.ask(day.home.database, day.seatlet.contest_id, day.home.clock.now())
        return chosen

    monkeypatch.setattr(suggesting, "assign", slowly)
    day.suggest()
    assert day.person("Ann")["stage"] == "confirmed"
    assert bool(day.mine(ann)[0]["invitation"])
    assert not suggesting.is_made(day.home.database, day.seatlet.contest_id), "the second time is still to come"
    assert {name for name, *_ in day.suggested()} <= {"Ann"}


def test_whoever_pledges_twice_is_one(day: Day) -> None:
    day.make(knockers="0")
    for _ in range(2):
        day.pledge("Ann")
    assert [one["twice"] for one in day.whole()["people"]] == [2, 2]
    day.suggest()
    times = sorted(begins for _, _, begins in day.suggested())
    assert times == sorted(set(times)), "at one place at a time"


def test_shifts_that_meet_others_are_not_made_again(day: Day) -> None:
    day.make(hours="2", knockers="0")
    assert day.make(hours="3", knockers="0") == 0


def test_a_place_that_moves_to_another_room_takes_its_shifts_along(day: Day) -> None:
    day.make(knockers="0")
    headings = ["Polling district", "Polling place name", "Postcode", "Committee room"]
    rows = [("BA", "Library", "S1 1AA", "North")]
    load_ok(day.seatlet, "stations", csv_of(headings, rows))
    shifts = [one for one in day.whole()["shifts"] if one["at"] == "Library"]
    assert ({one["committee_room"] for one in shifts}, len(shifts)) == ({"North"}, 3)
    assert day.make(knockers="0") == 0


def test_when_the_day_is_called_off_nobody_is_asked(day: Day) -> None:
    day.make()
    token, shift_id = day.pledge("Ann"), day.shift("teller", "Library")
    day.ask("Ann", shift_id)
    events.call_off(day.home.database, day.seatlet.contest, day.event_id, day.now)
    for act in (
        lambda: day.ask("Ann", day.shift("teller", "Library", 1)),
        day.suggest,
        lambda: day.answer(token, shift_id),
    ):
        with pytest.raises(Conflict, match="called off"):
            act()
    day.answer(token, shift_id, does=False)


def test_a_link_of_somebody_else_says_yes_to_nothing(day: Day) -> None:
    day.make()
    day.pledge("Ann")
    shift_id = day.shift("teller", "Library")
    day.ask("Ann", shift_id)
    with pytest.raises(Conflict, match="not asked for this shift"):
        day.answer(day.pledge("Bob"), shift_id)
    with pytest.raises(NotLetIn):
        day.answer("1.2.3", shift_id)


def test_everybody_invited_by_the_rota_is_among_the_people(day: Day, cast: Cast) -> None:
    day.make()
    token, shift_id = day.pledge("Ann"), day.shift("knocker", "North")
    day.know("Ann")
    day.ask("Ann", shift_id)
    day.answer(token, shift_id)
    invited = inviting.invitations(day.home.database, day.home.key, cast.omar.person)
    assert ("Ann", Role.KNOCKER) in {(one.name, one.role) for one, _ in invited}


def test_a_seat_needs_people_as_long_as_its_shifts_want_more_hours_than_are_pledged(day: Day) -> None:
    """With enough it gives way to one nearby that lacks them."""
    other = new_contest(day.home)
    with loaded(day.home):
        events.set_seat(day.home.database, day.seatlet.contest, "E14000001")
        events.set_seat(day.home.database, other, "E14000002")
        days_off.open_polling_day(day.home.database, other, {"meeting_point": "2 Low Street"}, day.now)

        def wanted() -> dict[str, int]:
            country = Country(day.home.database, lambda: day.now)
            told = country.nearest(*country.place_of("ZA1"))
            return {one["name"]: one["events"][0]["left"] for one in told if one["events"]}

        day.make(knockers="0")
        # Two places, all day long, at six hours each.
        assert wanted() == {"Alder": 8, "Birch": 1}, "without a rota nobody knows how many"
        assert list(wanted()) == ["Alder", "Birch"]
        for n in range(8):
            day.pledge(f"Ann{n}")
        assert wanted() == {"Birch": 1, "Alder": 0}
        assert list(wanted()) == ["Birch", "Alder"]
        for contest in (day.seatlet.contest, other):
            events.set_seat(day.home.database, contest, "")
