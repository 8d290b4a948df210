"""What time it is. On polling day the wall clock; in a rehearsal a clock that runs faster from a chosen hour."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Clock:
    """``played_from`` is shown when the wall says ``started``; from there it runs ``speed`` times as fast."""

    speed: float = 1.0
    started: float = 0.0
    played_from: datetime | None = None

    def now(self) -> datetime:
        if self.played_from is None:
            return datetime.now(UTC)
        return self.played_from + timedelta(seconds=(time.time() - self.started) * self.speed)

    def seconds(self, played: float) -> float:
        """How long ``played`` seconds of this clock last on the wall."""
        return played / self.speed

    def __str__(self) -> str:
        """As `parse` reads it: speed, wall time, time shown then. Empty for the wall clock."""
        if self.played_from is None:
            return ""
        return f"{self.speed}x,{self.started},{self.played_from.isoformat()}"


WALL = Clock()


def parse_clock(text: str) -> Clock:
    """Read what `str` wrote. Raises ValueError."""
    if not text:
        return WALL
    speed, started, played_from = text.split(",")
    return Clock(float(speed.removesuffix("x")), float(started), datetime.fromisoformat(played_from))
