"""Doors knocked on polling day: one running figure for the organisation, by area and hour, from real results."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from gotv.domain.contests import Contest
from gotv.store import contests, doors_knocked
from gotv.store.database import Database

# Hundreds of pages may be open: each process counts this often, whoever asks.
COUNT_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Area:
    """A contest: its doors by committee room and hour."""

    contest: Contest
    doors: dict[tuple[str, datetime], int]

    @property
    def total(self) -> int:
        return sum(self.doors.values())

    def of_hour(self, hour: datetime, room: str | None = None) -> int:
        return sum(many for (in_, at), many in self.doors.items() if at == hour and room in (None, in_))

    def of_room(self, room: str) -> int:
        return sum(many for (in_, _), many in self.doors.items() if in_ == room)

    @property
    def rooms(self) -> list[str]:
        return sorted({room for room, _ in self.doors})


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted, and when. The areas are those whose polling day it is."""

    at: datetime | None = None
    areas: list[Area] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(area.total for area in self.areas)

    @property
    def hours(self) -> list[datetime]:
        return sorted({hour for area in self.areas for _, hour in area.doors})


class DoorsKnocked:
    """Counts when it is asked, and not again within a few seconds."""

    def __init__(
        self, database: Database, now: Callable[[], datetime], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.database, self.today, self.clock = database, now, clock
        self.known, self.looked = Counted(), -COUNT_SECONDS
        self.counting = threading.Lock()

    def now(self, seconds: float = COUNT_SECONDS) -> Counted:
        """Not older than this, unless somebody is counting just now."""
        if self.clock() - self.looked >= seconds and self.counting.acquire(blocking=self.known.at is None):
            try:
                if self.clock() - self.looked >= seconds:
                    self.known, self.looked = self._count(), self.clock()
            finally:
                self.counting.release()
        return self.known

    def of_one(self, contest: Contest) -> Area:
        """A contest alone, at this moment."""
        with self.database.snapshot() as connection:
            return _area(connection, contest)

    def _count(self) -> Counted:
        """Contest by contest, for nothing is asked across them. Rehearsals count on their own page only."""
        at = self.today()
        with self.database.snapshot() as connection:
            polling = [
                one for one in contests.every(connection)
                if not one.rehearsal and not one.purged_at and one.local(at).date() == one.polling_day
            ]  # fmt: skip
            areas = [area for contest in polling if (area := _area(connection, contest)).total]
        return Counted(at, sorted(areas, key=lambda area: (-area.total, area.contest.name)))


def _area(connection: Connection, contest: Contest) -> Area:
    opens, closes = contest.at(contest.opens), contest.at(contest.closes)
    return Area(contest, doors_knocked.by_room_and_hour(connection, contest.contest_id, opens, closes))
