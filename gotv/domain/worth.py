"""What knocking up was worth, in figures: how often somebody was met, how fast, and what live strikes saved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Worth:
    """Sums of some walks. ``hours``: that teams were out; ``by_phone``: knocks of those teams.

    ``wasted``: knocks at a door where every pledge had been seen before; ``saved``: doors that were struck while a team
    was out with their walk and at which it did not knock.
    """

    knocks: int = 0
    contacts: int = 0
    wasted: int = 0
    saved: int = 0
    by_phone: int = 0
    hours: float = 0.0
    doors_left: int = 0
    firsts_left: int = 0
    pledges_left: int = 0

    @property
    def contact_rate(self) -> str:
        """Of all knocks; a dash before the first."""
        return _share(self.contacts, self.knocks)

    @property
    def wasted_rate(self) -> str:
        return _share(self.wasted, self.knocks)

    @property
    def doors_an_hour(self) -> str:
        """Of each team with a phone. A dash before a quarter of an hour has been walked: it would say nothing."""
        return f"{self.by_phone / self.hours:.1f}" if self.hours >= 0.25 else "–"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%" if whole else "–"


def total(rows: Iterable[Mapping[str, Any]]) -> Worth:
    """The sum of walks, each with the fields of `Worth` as far as it has them."""
    names = Worth.__slots__
    sums: dict[str, Any] = dict.fromkeys(names, 0)
    for row in rows:
        for name in names:
            sums[name] += row.get(name, 0)
    return Worth(**sums)
