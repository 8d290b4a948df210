"""A contest: one electoral area at one election, its hours and its hourly slots."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

UK = "Europe/London"
# Polls open 07:00 to 22:00 local time (RPA 1983 schedule 1, rule 1).
OPENS, CLOSES = time(7), time(22)
# Personal data goes seven days after the poll unless the contest says otherwise.
RETENTION = timedelta(days=7)
# So long after the day's end phones may send what they had no signal for.
SMALL_HOURS = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Contest:
    """One contest. Times of day are local to ``time_zone``."""

    contest_id: int
    name: str
    polling_day: date
    opens: time = OPENS
    closes: time = CLOSES
    time_zone: str = UK
    voting_age: int = 18
    retention_date: date | None = None
    barred_markers: str = ""
    pledge_rule: dict[str, Any] = field(default_factory=dict)
    # Whether a clerk at the grid sees the first letter of the surname, and the street.
    shows_initials: bool = False
    # As `domain.priority.knocking_rules` reads them.
    knocking_rules: dict[str, Any] = field(default_factory=dict)
    # Everybody in it is invented, and it may be wiped at any time.
    rehearsal: bool = False
    purged_at: datetime | None = None
    switched_off: tuple[str, ...] = ()
    # Empty when it is in no seat of a parliament.
    seat_code: str = ""

    def at(self, clock: time) -> datetime:
        """That time of polling day, in the contest's own time zone."""
        return datetime.combine(self.polling_day, clock, ZoneInfo(self.time_zone))

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.time_zone))

    def is_open(self, now: datetime) -> bool:
        return self.at(self.opens) <= now < self.at(self.closes)

    def is_over(self, now: datetime) -> bool:
        """Whether the poll has closed."""
        return now >= self.at(self.closes)

    def is_gone_by(self, now: datetime) -> bool:
        """Whether polling day and the small hours after it are over."""
        return self.local(now - SMALL_HOURS).date() > self.polling_day

    def current_slot(self, now: datetime) -> datetime | None:
        """The hour whose lists are due now, or None outside the poll. The first is due at the opening."""
        if not self.is_open(now):
            return None
        local = self.local(now).replace(minute=0, second=0, microsecond=0)
        return max(local, self.at(self.opens)).astimezone(UTC)

    def hours(self) -> list[datetime]:
        """The start of each hour of the poll, in UTC."""
        first = self.at(self.opens).replace(minute=0).astimezone(UTC)
        end = self.at(self.closes).astimezone(UTC)
        return [first + timedelta(hours=n) for n in range(24) if first + timedelta(hours=n) < end]
