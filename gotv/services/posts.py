"""Where a teller stands, and which districts vote there."""

import threading
import time
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from gotv.domain.contests import Contest
from gotv.domain.doubts import Split, Station
from gotv.domain.people import Person
from gotv.errors import NotThere
from gotv.store import contests
from gotv.store.database import Database

log = structlog.get_logger()

# A late import reaches the pads within this time.
REMEMBERED_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Post:
    """A polling place, the districts that vote there, and all districts of the contest."""

    contest: Contest
    place_id: int
    place: str
    own_districts: tuple[str, ...]
    districts: frozenset[str]
    station: Station


def posts_of(database: Database, contest_id: int) -> dict[int, Post]:
    """Every post of a contest by the id of its place, as the register and the stations have it now."""
    with database.snapshot() as connection:
        contest = contests.find(connection, contest_id)
        places = contests.places(connection, contest_id)
        districts = frozenset(contests.districts(connection, contest_id))
        numbered = contests.numbered_stations(connection, contest_id)
        registered = contests.registered_districts(connection, contest_id)
    if contest is None:
        return {}
    return {
        place["place_id"]: Post(
            contest,
            place["place_id"],
            place["name"],
            tuple(place["districts"]),
            districts,
            Station(
                districts.difference(place["districts"]) if place["districts"] else frozenset(),
                _splits(place["place_id"], numbered),
                registered,
            ),
        )
        for place in places
    }


def _splits(place_id: int, numbered: list[tuple[int, str, int, int]]) -> dict[str, Split]:
    """The districts that have a range of numbers at another place, with the ranges here and there."""
    here: dict[str, list[tuple[int, int]]] = {}
    elsewhere: dict[str, list[tuple[int, int]]] = {}
    for place, district, first, last in numbered:
        (here if place == place_id else elsewhere).setdefault(district, []).append((first, last))
    return {district: Split(tuple(here.get(district, ())), tuple(ranges)) for district, ranges in elsewhere.items()}


class Posts:
    """Remembers each contest's posts for a few seconds: two hundred phones send many times a minute.

    They are read by one while the others go on with what was known.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[int, tuple[float, dict[int, Post]]] = {}
        self._reading = threading.Lock()

    def of(self, person: Person) -> Post:
        """The teller's post. Raises NotThere when the place is no longer in the contest."""
        asked = time.monotonic()
        at, posts = self._known.get(person.contest_id, (0.0, {}))
        if asked - at > REMEMBERED_SECONDS and self._reading.acquire(blocking=False):
            try:
                posts = self._renew(person.contest_id)
            finally:
                self._reading.release()
        return posts.get(person.place_id or 0) or self._since(asked, person)

    def known(self, person: Person) -> tuple[Post | None, bool]:
        """The teller's post as far as it is known, without asking, and whether somebody should `freshen` it."""
        at, posts = self._known.get(person.contest_id, (0.0, {}))
        stale = bool(posts) and time.monotonic() - at > REMEMBERED_SECONDS and not self._reading.locked()
        return posts.get(person.place_id or 0), stale

    def freshen(self, contest_id: int) -> None:
        """Read a contest's posts anew, unless somebody is at it. Without the database the old ones stay."""
        if self._reading.acquire(blocking=False):
            try:
                self._renew(contest_id)
            except DBAPIError as error:
                log.warning("posts", error=type(error).__name__)
            finally:
                self._reading.release()

    def now(self, person: Person) -> Post:
        """As `of`, but as the database has it at this moment."""
        return self._since(time.monotonic(), person)

    def _since(self, asked: float, person: Person) -> Post:
        """The post as read after that moment. The many who ask at once share one reading."""
        with self._reading:
            at, posts = self._known.get(person.contest_id, (0.0, {}))
            if at < asked:
                posts = self._renew(person.contest_id)
        post = posts.get(person.place_id or 0)
        if post is None:
            raise NotThere("Your polling place is no longer in this contest. Ask your organiser for a new link.")
        return post

    def _renew(self, contest_id: int) -> dict[int, Post]:
        began = time.monotonic()
        posts = posts_of(self._database, contest_id)
        self._known[contest_id] = (began, posts)
        return posts


def told_to_phone(database: Database, post: Post, person: Person) -> dict[str, Any]:
    """Who I am, where I stand, and what a phone needs to notice a slip of the finger; no more.

    ``ranges`` maps a district to ``{"first", "last", "suffixed"}``; ``stations`` lists ``{"label", "district",
    "first", "last"}``. No elector's name, address or pledge.
    """
    contest = post.contest
    with database.snapshot() as connection:
        return {
            "contest": contest.name,
            "rehearsal": contest.rehearsal,
            "teller": person.name,
            "place": post.place,
            "districts": list(post.own_districts),
            "opens": f"{contest.opens:%H:%M}",
            "closes": f"{contest.closes:%H:%M}",
            "ranges": contests.number_ranges(connection, contest.contest_id, post.own_districts),
            "stations": [
                station
                for station in contests.stations_of(connection, contest.contest_id, post.place_id)
                if station["district"] in post.station.splits
            ],
        }
