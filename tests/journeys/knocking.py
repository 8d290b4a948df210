"""What the journeys of knockers-up have in common: lists made, a walk given, and what their phone shows."""

from playwright.sync_api import Locator, Page, expect

from gotv.house import House
from gotv.services import knocking_up, outings
from tests.builders import Seatlet, marked
from tests.cast import Cast, Member


def make_lists(home: House, seatlet: Seatlet) -> None:
    knocking_up.make_lists(home.database, seatlet.contest_id, seatlet.rooms["North"], None, home.clock.now())


def walk_of(home: House, cast: Cast, district: str = "AB") -> int:
    walks = knocking_up.walks(home.database, cast.asha.person)
    return next(int(walk["walk_id"]) for walk in walks if walk["district"] == district)


def give(home: House, seatlet: Seatlet, cast: Cast, *members: Member) -> int:
    """Send them out with walk AB, on a list made just now. Returns the outing."""
    make_lists(home, seatlet)
    people = [member.person.person_id for member in members or (cast.kit,)]
    now = home.clock.now()
    return outings.give(home.database, home.key, cast.omar.person, walk_of(home, cast), people, [], now)


def tell(home: House, cast: Cast, *numbers: str) -> None:
    """Tess gives these numbers of AB at St Mark's Hall."""
    home.telling.take(cast.tess.person, home.telling.post_of(cast.tess.person), [marked(n) for n in numbers])


def door(phone: Page, number: str) -> Locator:
    """The row of one house."""
    return phone.locator("[data-door]").filter(has=phone.get_by_text(number, exact=True).and_(phone.locator("b")))


def found(phone: Page, number: str, what: str) -> None:
    """Say what was found at a house: open its row if it is not, and press. The next door opens by itself first."""
    expect(phone.locator("[data-door].open")).to_have_count(1)
    row = door(phone, number)
    if "open" not in (row.get_attribute("class") or "").split():
        row.locator(".door-row").click()
    row.get_by_role("button", name=what, exact=True).click()
