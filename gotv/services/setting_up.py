"""How far a contest is set up: what is there, what is wanting, in the words of a task list."""

from typing import Any

from gotv.store import setting_up
from gotv.store.database import Database


def set_up_state(database: Database, contest_id: int) -> list[dict[str, Any]]:
    """The tasks with their state; ``gaps`` says what does not fit together."""
    with database.snapshot() as connection:
        there = setting_up.how_many(connection, contest_id)
        without_place = setting_up.districts_without_place(connection, contest_id)
        without_electors = setting_up.districts_without_electors(connection, contest_id)
    tasks = [
        ("Polling stations", there["stations"], "stations", _named("without a polling place", without_place)),
        ("Register", there["electors"], "electors", _named("without an elector", without_electors)),
        ("Absent voters", there["absent"], "absent voters", ""),
        ("Canvass returns", there["pledges"], "pledges", ""),
        ("Tellers", there["tellers"], "tellers", ""),
    ]
    return [{"task": task, "count": count, "of": of, "gaps": gaps} for task, count, of, gaps in tasks]


def _named(what: str, districts: list[str]) -> str:
    if not districts:
        return ""
    shown = ", ".join(districts[:12]) + (" and more" if len(districts) > 12 else "")
    return f"{len(districts)} polling districts {what}: {shown}"
