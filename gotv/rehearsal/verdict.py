"""What was measured in a rehearsal, put into one verdict with its reasons."""

import statistics
from collections import Counter
from collections.abc import Sequence
from typing import Any

# What must hold, seen from outside (the promises of the house): seconds.
ANSWERED_WITHIN, SHOWN_WITHIN, LISTS_WITHIN = 1.0, 5.0, 120.0


def percentiles(what: str, seconds: list[float]) -> dict[str, float]:
    """Half, 95 and 99 in a hundred were at most so many milliseconds."""
    # Of a single one it is that one; never more than the largest.
    cuts = statistics.quantiles(seconds * 2, n=100, method="inclusive") if seconds else [0.0] * 99
    return {f"{what}p{n}_ms": round(1000 * cuts[n - 1], 1) for n in (50, 95, 99)}


def troubles_of(found: dict[str, Any]) -> list[str]:
    """What is not as promised, each in words."""
    words = {
        "lost": "{} acknowledged numbers are not in the ledger",
        "twice": "{} numbers are in the ledger twice",
        "ghost": "{} numbers in the ledger were keyed by nobody",
        "stuck": "{} numbers still wait on phones",
        "lists_late": "the lists of {} hours were late",
        "refused": "{} numbers were refused",
        "boards_behind": "{} boards do not show all that was acknowledged",
        "phones_out": "{} phones were let out that should be in",
        "doors_refused": "{} results from doors were refused",
    }
    troubles = [said.format(found[name]) for name, said in words.items() if found[name]]
    troubles += [f"recount: {one}" for one in found["differences"]]
    if found["cards_not_played"]:
        troubles.append(f"not played: {', '.join(found['cards_not_played'])}")
    if found["knockers"] and found["lists"] > 1 and not found["door_results"].get("kept"):
        troubles.append("no result from a door was kept")
    if not found["answered"]:
        troubles.append("no number was answered")
    if found["p99_ms"] > 1000 * ANSWERED_WITHIN:
        troubles.append(f"1 answer in 100 took longer than {found['p99_ms']:,.0f} ms")
    if found["board_p99_ms"] > 1000 * SHOWN_WITHIN:
        troubles.append(f"1 number in 100 was shown later than {found['board_p99_ms']:,.0f} ms")
    return troubles


def together(every: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Several seats played at once: sums, and the worst of what is not a sum."""
    found = dict(every[0])
    for name, value in every[0].items():
        if name.endswith(("_ms", "_s")):
            found[name] = max(one[name] for one in every)
        elif isinstance(value, int) and name not in ("speed", "contest_id"):
            found[name] = sum(one[name] for one in every)
        elif isinstance(value, dict):
            found[name] = dict(sum((Counter(one[name]) for one in every), Counter()))
        elif isinstance(value, list):
            found[name] = [each for one in every for each in one[name]]
    found["verdict"] = "no-go" if any(one["verdict"] == "no-go" for one in every) else "go"
    return found | {"seats": len(every)}
