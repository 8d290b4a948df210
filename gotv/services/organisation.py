"""The whole organisation before the day: its weekends across all areas, and what it counts as a battleground."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from gotv.domain.battlegrounds import LEFT_OUT, NAMED
from gotv.domain.contests import Contest
from gotv.domain.events import Kind
from gotv.errors import Conflict
from gotv.services import seats as service
from gotv.services.events import LATELY
from gotv.store import contests, events, seats, to_do
from gotv.store.database import Database

FIGURES = ("sessions", "capacity", "coming", "waiting", "attended")
SATURDAY = 5


@dataclass(slots=True)
class Weekend:
    """The events of a week, up to its Sunday, by area. Figures: numbers of people, and of sessions."""

    day: date
    names: set[str] = field(default_factory=set)
    areas: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def total(self) -> dict[str, int]:
        return {name: sum(area[name] for area in self.areas.values()) for name in FIGURES}


def plan(database: Database, now: datetime) -> list[Weekend]:
    """Every weekend of lately and to come, the next first, with the numbers of every area; rehearsals are left out."""
    found: dict[date, Weekend] = {}
    with database.snapshot() as connection:
        with_events = set(to_do.events(connection, now - LATELY))
        for contest in contests.every(connection):
            if contest.rehearsal or contest.purged_at or contest.contest_id not in with_events:
                continue
            for event in events.every(connection, contest.contest_id, now - LATELY):
                if not event["cancelled_at"] and event["kind"] != Kind.POLLING_DAY:
                    _count(found, contest, event)
    return [found[day] for day in sorted(found)]


def _count(found: dict[date, Weekend], contest: Contest, event: Mapping[str, Any]) -> None:
    day = contest.local(event["starts_at"]).date()
    saturday = day + timedelta(days=SATURDAY - day.weekday())
    weekend = found.setdefault(saturday, Weekend(saturday))
    weekend.names |= {event["weekend"]} - {""}
    area = weekend.areas.setdefault(contest.name, dict.fromkeys(FIGURES, 0))
    area["sessions"] += 1
    for name in FIGURES[1:]:
        area[name] += event[name]


def settings(database: Database) -> dict[str, Any]:
    """``name``, ``rules`` and ``battlegrounds``, and the seats ``named`` by hand: code, name, word, why."""
    with database.snapshot() as connection:
        name, _, _ = seats.rules(connection)
        named = seats.named(connection)
    rules, grounds = service.counted(database)
    return {"name": name, "rules": rules, "battlegrounds": grounds, "named": named}


def keep_settings(database: Database, form: Mapping[str, str]) -> None:
    """As an agent filled it in. Raises Conflict, naming the field."""
    try:
        within = float(form.get("within_pct", "").strip() or "nothing")
    except ValueError:
        within = -1.0
    if not 0 <= within <= 100:
        raise Conflict("Largest majority: write a number from 0 to 100, in per cent.")
    name, party = (" ".join(form.get(one, "").split())[:80] for one in ("name", "party"))
    service.set_rules(
        database,
        name=name,
        party=party,
        within_pct=within,
        held=bool(form.get("held")),
        targets=bool(form.get("targets")),
    )


def name_seat(database: Database, words: str, word: str, why: str) -> str:
    """Name a seat a battleground by hand, leave it out, or neither again. Returns its name. Raises Conflict."""
    if word not in (NAMED, LEFT_OUT, ""):
        raise Conflict("Say whether the seat is a battleground, is left out, or goes by the rules.")
    code, name = service.find_seat(database, words.strip())
    service.name_seat(database, code, word, " ".join(why.split())[:200])
    return name
