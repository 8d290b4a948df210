"""The GO / NO-GO sheet: is this contest ready for its polling day? Every line says what was seen, and what to do."""

import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from gotv.domain.contests import Contest
from gotv.services import backups, outside
from gotv.services.backup_place import on_another_disk
from gotv.services.setting_up import set_up_state
from gotv.store import readiness
from gotv.store.database import Database

# Below four links in five on the eve, the rest get paper (Iowa 2020: a quarter of the app's users ever reached it).
ENOUGH_ARMED = 0.8
LEAST_DISK = 5_000_000_000
CLOCKS_MAY_DIFFER = timedelta(seconds=2)
CERTIFICATE_DAYS = 7
REHEARSED_WITHIN = timedelta(days=21)


class Verdict(StrEnum):
    """``mind`` is no hindrance, but somebody should know of it."""

    GO = "go"
    MIND = "mind"
    NO_GO = "no-go"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing looked at. ``mend``: what to do, where it is not as it should be."""

    what: str
    verdict: Verdict
    seen: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a sheet needs to know besides the contest."""

    home: Path
    backups: Path
    public_url: str
    second_url: str
    workers: Callable[[], bool]
    last_tick: Callable[[], str | None]


def sheet(database: Database, contest: Contest, around: Surroundings, now: datetime) -> list[Line]:
    """Every line, in the order in which one would see to them."""
    with database.snapshot() as connection:
        tellers = readiness.tellers(connection, contest.contest_id)
        untold = readiness.places_without_teller(connection, contest.contest_id)
        ahead = readiness.clock(connection) - datetime.now(UTC)
        rehearsed = readiness.newest_rehearsal(connection)
    return [
        *_set_up(database, contest),
        _links(tellers),
        _places(untold),
        _rehearsed(rehearsed, now),
        _backup(around, contest, now),
        _disk(around),
        _clock(ahead),
        _helpers(around),
        *_reached(around.public_url),
        _second(around.second_url, around.public_url),
    ]


def verdict(lines: list[Line]) -> Verdict:
    """The whole sheet's: no-go if any line is."""
    found = {line.verdict for line in lines}
    return next(one for one in (Verdict.NO_GO, Verdict.MIND, Verdict.GO) if one in found)


def as_kept(lines: list[Line]) -> list[dict[str, Any]]:
    return [asdict(line) for line in lines]


def _line(what: str, good: bool, seen: str, mend: str = "", *, else_: Verdict = Verdict.NO_GO) -> Line:
    return Line(what, Verdict.GO if good else else_, seen, "" if good else mend)


def _set_up(database: Database, contest: Contest) -> list[Line]:
    lines = []
    for task in set_up_state(database, contest.contest_id):
        seen = f"{task['count']:,} {task['of']}" + (f"; {task['gaps']}" if task["gaps"] else "")
        good = bool(task["count"]) and not task["gaps"]
        else_ = Verdict.MIND if task["count"] or task["task"] == "Absent voters" else Verdict.NO_GO
        lines.append(_line(task["task"], good, seen, "See Register and files, or People.", else_=else_))
    return lines


def _links(tellers: list[dict[str, Any]]) -> Line:
    what = "Tellers' links tried by their holders"
    if not tellers:
        return Line(what, Verdict.NO_GO, "nobody is invited to tell", "Invite tellers under People.")
    armed = [one for one in tellers if one["armed"]]
    share = len(armed) / len(tellers)
    waiting = ", ".join(f"{one['name']} ({one['place']})" for one in tellers if not one["armed"])
    seen = f"{len(armed)} of {len(tellers)}"
    else_ = Verdict.MIND if share >= ENOUGH_ARMED else Verdict.NO_GO
    mend = f"Call, or bring paper to: {waiting[:600]}."
    return _line(what, len(armed) == len(tellers), seen, mend, else_=else_)


def _places(untold: list[str]) -> Line:
    seen = f"{len(untold)} without: {', '.join(untold[:12])}" if untold else "each has one"
    return _line("A teller at every polling place", not untold, seen, "Invite somebody, or send paper.",
                 else_=Verdict.MIND)  # fmt: skip


def _rehearsed(found: dict[str, Any] | None, now: datetime) -> Line:
    what, mend = "Rehearsed", "Say: gotv rehearse"
    if found is None:
        return Line(what, Verdict.NO_GO, "never in this house", mend)
    figures, at = found["figures"], found["finished_at"]
    seen = (
        f"on {at:%d %B at %H:%M} UTC: {figures['answered']:,} numbers, {figures['lost']} lost, "
        f"99 in 100 answered within {figures['p99_ms']:,.0f} ms"
    )
    if figures["verdict"] != Verdict.GO:
        return Line(what, Verdict.NO_GO, seen, f"{'; '.join(figures['troubles'])}. {mend}")
    if figures.get("part") or figures.get("ended_early"):
        return Line(what, Verdict.MIND, seen, f"Only a part of a day, or a small seat, was played. {mend}")
    return _line(what, now - at <= REHEARSED_WITHIN, seen, f"That is long ago. {mend}", else_=Verdict.MIND)


def _backup(around: Surroundings, contest: Contest, now: datetime) -> Line:
    what = "Backup"
    newest = next(iter(backups.every_backup(around.backups)), None)
    if newest is None:
        return Line(what, Verdict.NO_GO, "there is none", "Say: gotv backup. A worker must be running.")
    may_be = 2 * (backups.EVERY if contest.is_open(now) else backups.EVERY_OTHERWISE)
    age = now - newest.made_at
    seen = f"{int(age.total_seconds() // 60)} minutes old, in {around.backups}"
    if age > may_be:
        return Line(what, Verdict.NO_GO, seen, "None was made since. Is a worker running, and is there room?")
    other = on_another_disk(around.backups, around.home)
    return _line(what, other, seen, "It is on the same disk as the house: name another in GOTV_BACKUPS.",
                 else_=Verdict.MIND)  # fmt: skip


def _disk(around: Surroundings) -> Line:
    folder = around.home if around.home.is_dir() else Path("/")
    free = shutil.disk_usage(folder).free
    return _line("Room on the disk", free >= LEAST_DISK, f"{free / 1e9:.0f} GB free", "Make room: 5 GB at least.")


def _clock(ahead: timedelta) -> Line:
    seen = f"{abs(ahead.total_seconds()):.1f} s apart"
    good = abs(ahead) <= CLOCKS_MAY_DIFFER
    return _line("Clocks of web and database", good, seen, "Set both by the network (NTP).")


def _helpers(around: Surroundings) -> Line:
    what = "Workers and timekeeper"
    try:
        works, tick = around.workers(), around.last_tick()
    except Exception as error:
        return Line(what, Verdict.NO_GO, f"Valkey is not reached: {type(error).__name__}", "Start Valkey.")
    seen = f"{'a worker takes jobs' if works else 'no worker'}; {'the clock ticks' if tick else 'no timekeeper'}"
    return _line(what, bool(works and tick), seen, "Start them: without them no list is made.")


def _reached(url: str) -> list[Line]:
    """One look at the address that people open: whether it answers, and what its certificate is worth."""
    seen, well, words = outside.ready(url)
    reached = _line(f"Reached at {url}", well, words, "Look at the web process and the proxy.")
    if not url.startswith("https://"):
        mend = "Set GOTV_PUBLIC_URL to an https address: phones keep numbers without signal only over https."
        return [reached, Line("TLS", Verdict.NO_GO, "it is not https", mend)]
    words = "no good certificate" if seen.days is None else f"certificate good for {seen.days} days"
    good = seen.days is not None and seen.days >= CERTIFICATE_DAYS
    return [reached, _line("TLS", good, words, "Renew it before the day."), _plain(url)]


def _plain(url: str) -> Line:
    # Whoever types an address without https comes to the usual port.
    seen = outside.look(f"http://{urlsplit(url).hostname}/")
    good = seen.status in (301, 302, 307, 308) and seen.location.startswith("https://")
    words = f"{seen.status} to {seen.location}" if seen.location else seen.trouble or f"answers {seen.status}"
    mend = "Whoever types the address without https sees nothing (Romney's Orca, 2012): redirect it."
    return _line("Plain http leads to https", good, words, mend)


def _second(url: str, public: str) -> Line:
    what = "Second address, on another network"
    if not url:
        return Line(what, Verdict.MIND, "none is set", "Name one in GOTV_SECOND_URL.")
    _, well, words = outside.ready(url)
    same = urlsplit(url).hostname == urlsplit(public).hostname
    mend = "It is the same host: name another." if same else "It must lead to the same house."
    return _line(what, well and not same, f"{url}: {words}", mend)


def keep_rehearsal(database: Database, contest_id: int, figures: dict[str, Any], now: datetime) -> None:
    """Remember how a rehearsal went: the sheet asks for the newest."""
    with database.transaction() as connection:
        readiness.keep_rehearsal(connection, contest_id, now, figures)
