"""Simulated knockers-up: each takes a walk, goes from door to door, and sends what was found."""

import random
import threading
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from typing import Any

from gotv.rehearsal.address import Address

DOORS_AN_HOUR = 25
FASTEST_DOORS_A_SECOND = 5.0
FOUND, HOW_OFTEN = ("not_in", "will_vote", "voted"), (6, 3, 1)


@dataclass
class Knockers:
    """One thread for all of them. ``kept``: results answered as kept; ``lost``: sent, and answered with an error."""

    address: Address
    tokens: list[str]
    speed: float
    outcomes: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.stop = threading.Event()
        self.chance = random.Random(len(self.tokens))
        self.thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        if self.tokens:
            self.thread.start()

    def close(self) -> None:
        self.stop.set()
        if self.thread.is_alive():
            self.thread.join(20)

    def _run(self) -> None:
        devices: dict[str, str] = {}
        doors: dict[str, list[dict[str, Any]]] = {}
        pause = max(3600 / DOORS_AN_HOUR / self.speed, 1 / FASTEST_DOORS_A_SECOND) / len(self.tokens)
        while True:
            for token in self.tokens:
                if self.stop.wait(pause):
                    return
                try:
                    if token not in devices:
                        devices[token] = str(self.address.post("/enter", {"token": token})["device_token"])
                    self._knock(devices[token], doors)
                except (OSError, ValueError, KeyError, HTTPException) as trouble:
                    # The house may be away for a moment, or the walk gone to others: come again.
                    self.troubles[type(trouble).__name__] += 1
                    doors.clear()

    def _knock(self, device: str, doors: dict[str, list[dict[str, Any]]]) -> None:
        if not doors.get(device):
            doors[device] = self._walk(device)
            return
        door = doors[device].pop(0)
        kind = self.chance.choices(FOUND, HOW_OFTEN)[0]
        result = {
            "id": str(uuid.uuid4()),
            "kind": kind,
            "at": datetime.now(UTC).isoformat(),
            "door_id": door["door_id"],
            "electors": [one["number"] for one in door["people"]],
        }
        if kind == "will_vote":
            result["promised_at"] = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
        answer = self.address.post("/knocking/results", [result], device)
        for one in answer["answers"]:
            self.outcomes[one["outcome"]] += 1
            if one["outcome"] == "refused":
                self.troubles[one["reason"]] += 1

    def _walk(self, device: str) -> list[dict[str, Any]]:
        """The doors of the walk in hand, or of the first one that is free; none when there is nothing to walk."""
        told = self.address.get("/knocking/walk", device)
        if told["walk"]:
            self.address.post("/knocking/back", {"outing_id": told["walk"]["outing_id"], "ending": "finished"}, device)
            told = self.address.get("/knocking/walk", device)
        if not told["free"]:
            return []
        taken = self.address.post("/knocking/take", {"walk_id": told["free"][0]["walk_id"]}, device)
        rows: list[dict[str, Any]] = taken["walk"]["rows"]
        return rows
