"""The country as one process holds it, to answer where the nearest battlegrounds are: thousands of times a second."""

import gzip
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import Connection

from gotv.domain.battlegrounds import Battleground, battlegrounds, in_miles, nearest, on_sphere
from gotv.domain.contests import Contest
from gotv.domain.events import Kind, in_words
from gotv.domain.postcodes import UNIT, parts
from gotv.domain.rota import MOST_HOURS
from gotv.domain.seats import is_here
from gotv.errors import Conflict, NotThere
from gotv.store import contests, days_off, events, rota, seats, to_do
from gotv.store.database import Database

# How many are told, and how soon a change of the rules is seen by all.
MOST, MOST_EVENTS = 5, 3
LOOK_SECONDS = 5.0
EXAMPLE = "Type it like N1 4QD, or only its first half, like N1."


@dataclass(slots=True)
class Known:
    """What was read, at one version."""

    version: int = -1
    name: str = ""
    grounds: list[Battleground] = field(default_factory=list)
    parts: dict[str, tuple[float, float]] = field(default_factory=dict)
    units: bool = False
    # By seat: what people can come to, the next first; and the seats that have as many people as they have places for.
    events: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    full: frozenset[str] = frozenset()
    # For the map: JSON, squeezed with gzip.
    outlines: bytes = b""


class Country:
    """Reads all when it is first asked, and anew when it was changed. Postcodes are looked up and forgotten."""

    def __init__(
        self, database: Database, now: Callable[[], datetime], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.database, self.today, self.clock = database, now, clock
        self.known = Known()
        self.looked = -LOOK_SECONDS
        self.reading = threading.Lock()

    def now(self) -> Known:
        """What is known, not older than a few seconds."""
        if self.clock() - self.looked >= LOOK_SECONDS and self.reading.acquire(blocking=self.known.version < 0):
            try:
                # Another may have read it while we waited.
                if self.clock() - self.looked >= LOOK_SECONDS:
                    self.known = self._fresh()
                    self.looked = self.clock()
            except Exception:
                # The database is away: what was known a moment ago is good enough.
                if self.known.version < 0:
                    raise
                self.looked = self.clock()
            finally:
                self.reading.release()
        return self.known

    def _fresh(self) -> Known:
        with self.database.snapshot() as connection:
            known = self.known
            if seats.version(connection) != known.version:
                known = _read(connection)
            found = self._events(connection)
        full = frozenset(code for code, every in found.items() if all(one["left"] <= 0 for one in every))
        return replace(known, events=found, full=full)

    def _events(self, connection: Connection) -> dict[str, list[dict[str, Any]]]:
        """Contest by contest, for nothing is asked across them."""
        now = self.today()
        found: dict[str, list[dict[str, Any]]] = {}
        with_events = set(to_do.events(connection, now))
        for contest in contests.every(connection):
            if (
                contest.contest_id not in with_events
                or not contest.seat_code
                or contest.rehearsal
                or contest.purged_at
                or contest.is_over(now)
            ):
                continue
            told = [
                _event(one, contest, _lacking(connection, contest, one))
                for one in events.every(connection, contest.contest_id, now)
                if not one["cancelled_at"]
            ]
            if told:
                found.setdefault(contest.seat_code, []).extend(told)
        for told in found.values():
            told.sort(key=itemgetter("starts_at"))
        return found

    def place_of(self, postcode: str) -> tuple[float, float]:
        """Where a postcode, or a part of one, is: degrees. Raises Conflict for what is none, NotThere if unknown."""
        tried = parts(postcode[:20])
        if not tried:
            raise Conflict(f"This is no postcode. {EXAMPLE}")
        known = self.now()
        for kind, place in tried:
            if kind == UNIT and known.units:
                with self.database.snapshot() as connection:
                    found = seats.unit(connection, place)
            else:
                found = known.parts.get(place)
            if found:
                return found
        raise NotThere("We do not know where this postcode is. Try one nearby, use your place, or click on the map.")

    def nearest(self, lat: float, lon: float, most: int = MOST) -> list[dict[str, Any]]:
        """The nearest battlegrounds to a place, in words for a page. Raises Conflict outside the country."""
        if not is_here(lat, lon):
            raise Conflict("This place is not in the United Kingdom. Type a postcode.")
        known = self.now()
        found = nearest(on_sphere(lat, lon), known.grounds, most, known.full)
        if not found:
            raise NotThere("No battlegrounds are named yet. Come back soon.")
        return [_told(ground, kilometres, known) for ground, kilometres in found]


def _read(connection: Connection) -> Known:
    name, version, rules = seats.rules(connection)
    grounds = battlegrounds(seats.current(connection), rules)
    counted = {one.seat.code for one in grounds}
    drawn = [
        {"code": code, "name": seat, "in": code in counted, "rings": rings}
        for code, seat, rings in seats.outlines(connection)
    ]
    squeezed = gzip.compress(orjson.dumps(drawn))
    return Known(version, name, grounds, seats.parts(connection), seats.has_units(connection), outlines=squeezed)


def _lacking(connection: Connection, contest: Contest, event: dict[str, Any]) -> int | None:
    """How many more people are wanted there: on polling day by the hours of its shifts, else by places.

    None while polling day has no rota: whoever comes is welcome, and nobody knows how many are wanted.
    """
    if event["kind"] != Kind.POLLING_DAY:
        return int(event["capacity"] - event["coming"])
    wanted = rota.hours_wanted(connection, contest.contest_id)
    if not wanted:
        return None
    return math.ceil((wanted - days_off.hours_pledged(connection, contest.contest_id, MOST_HOURS)) / MOST_HOURS)


def _event(event: dict[str, Any], contest: Contest, lacking: int | None) -> dict[str, Any]:
    return {
        "contest_id": contest.contest_id,
        "event_id": event["event_id"],
        "title": event["title"],
        "starts_at": event["starts_at"],
        "when": in_words(contest.local(event["starts_at"]), contest.local(event["ends_at"])),
        "left": 1 if lacking is None else lacking,
        "day_off": event["kind"] == Kind.POLLING_DAY,
        # How many more are wanted, said aloud: not for sessions, which have places.
        "more": max(0, lacking or 0) if event["kind"] == Kind.POLLING_DAY else 0,
    }


def _next(every: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The next sessions, and polling day however far away."""
    sessions = [one for one in every if not one["day_off"]]
    return [*sessions[:MOST_EVENTS], *(one for one in every if one["day_off"])]


def _told(ground: Battleground, kilometres: float, known: Known) -> dict[str, Any]:
    seat = ground.seat
    return {
        "code": seat.code,
        "name": seat.name,
        "region": seat.region,
        "km": round(kilometres, 2),
        "distance": in_miles(kilometres),
        "majority": seat.result.majority,
        "majority_pct": round(seat.result.majority_pct, 2),
        "why": ground.why,
        "lat": seat.lat,
        "lon": seat.lon,
        "full": seat.code in known.full,
        "events": _next(known.events.get(seat.code, [])),
    }
