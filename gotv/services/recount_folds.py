"""What a ledger comes to, folded in plain Python for `recount`: it shares nothing with the live path."""

from collections.abc import Iterable
from typing import Any

Number = tuple[str, int, int]
POSTAL = ("postal", "postal_proxy")


def fold(rows: Iterable[Any], upto: int | None = None) -> list[Any]:
    """The good marks that stand."""
    return [row for row in not_withdrawn(rows, upto) if not row.doubt]


def not_withdrawn(rows: Iterable[Any], upto: int | None = None) -> list[Any]:
    """The marks that no withdrawal names, whatever the order in which they came."""
    seen = [row for row in rows if upto is None or row.position <= upto]
    withdrawn = {row.withdraws for row in seen if row.kind == "withdraw"}
    return [row for row in seen if row.kind == "mark" and row.id not in withdrawn]


def number_of(row: Any) -> Number:
    return row.district, row.number, row.suffix


def is_wanted(elector: Any) -> bool:
    return bool(elector.pledged and elector.may_vote and not elector.objects and elector.absent not in POSTAL)


def letter_of(elector: Any) -> str:
    if is_wanted(elector):
        return "w"
    if elector.absent in POSTAL:
        return "b" if elector.pledged else "a"
    return "p" if elector.pledged else "e"


class AtDoors:
    """What was found at doors, folded from its own log: who was settled and which doors were shut, at a position."""

    def __init__(self, results: list[Any]) -> None:
        self.results = results

    def _standing(self, kinds: tuple[str, ...], upto: int | None) -> list[Any]:
        seen = [row for row in self.results if upto is None or row.position <= upto]
        undone = {row.withdraws for row in seen if row.kind == "withdraw"}
        return [row for row in seen if row.kind in kinds and row.id not in undone]

    def settled(self, upto: int | None = None) -> set[Number]:
        return {(e[0], e[1], e[2]) for row in self._standing(("voted", "gone"), upto) for e in row.electors}

    def shut(self, upto: int | None = None) -> set[int]:
        return {row.door_id for row in self._standing(("no_calls",), upto)}
