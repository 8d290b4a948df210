"""The sums of the board: turnout, pledge turnout, and what is outstanding, by district, room and contest."""

from collections.abc import Iterable, Mapping
from typing import Any

SUMMED = ("electors", "marks", "pledges", "pledges_marked", "outstanding", "unmatched")


def with_shares(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of counts with its turnout and pledge turnout in words (``41.2%``, or a dash when of nothing)."""
    return {
        **row,
        "turnout": share(row["marks"], row["electors"]),
        "pledge_turnout": share(row["pledges_marked"], row["pledges"]),
    }


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "–"


def total(rows: Iterable[Mapping[str, Any]], **named: Any) -> dict[str, Any]:
    """The sum of several rows, with its shares."""
    sums = dict.fromkeys(SUMMED, 0)
    for row in rows:
        for name in SUMMED:
            sums[name] += row[name]
    return with_shares({**named, **sums})
