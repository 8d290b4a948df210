"""The pledge to take polling day off: which hours, for what work, from about where."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from gotv.domain.contests import Contest
from gotv.domain.events import NotUnderstood
from gotv.domain.work import ON_THE_DAY, Work, works

SHORTEST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class DayOff:
    """``begins`` and ``ends`` in the contest's own time zone, within its poll."""

    begins: datetime
    ends: datetime
    works: tuple[Work, ...]


def read_day_off(form: Mapping[str, str], contest: Contest) -> DayOff:
    """As it was filled in. Raises NotUnderstood, naming the field."""
    chosen = works((name for name in ON_THE_DAY if form.get(f"work-{name}")), ON_THE_DAY)
    if not chosen:
        raise NotUnderstood("What you can do: tick at least one.")
    try:
        begins, ends = (time.fromisoformat(form.get(name, "")) for name in ("from", "until"))
    except ValueError:
        raise NotUnderstood("From and until: fill in both, as 09:00 and 17:00.") from None
    opens, closes = contest.at(contest.opens), contest.at(contest.closes)
    found = DayOff(max(contest.at(begins), opens), min(contest.at(ends), closes), tuple(chosen))
    if found.ends - found.begins < SHORTEST:
        hours = f"{contest.opens:%H:%M} and {contest.closes:%H:%M}"
        raise NotUnderstood(f"From and until: an hour at least, between {hours}.")
    return found
