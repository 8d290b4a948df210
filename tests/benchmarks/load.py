"""A load on the house: what a crowd of phones and boards shall do. `crowd` does it, in a process of its own."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Load:
    """What to do: phones (device token and the numbers it tells, over and over), boards, and how long."""

    port: int
    phones: list[tuple[str, list[tuple[str, str]]]]
    boards: list[dict[str, Any]] = field(default_factory=list)  # cookie, ticket, room
    per_message: int = 1
    rate: float = 0.0
    warm: float = 1.0
    seconds: float = 4.0
    # Each phone has one list in its outbox, and sends it as soon as it is let in: a crowd after an outage.
    once: bool = False
    # One address has some 28,000 ports to come from.
    source: str = "127.0.0.1"
    # By name: the processes whose share of a core is told, each with all that it has started.
    watched: dict[str, int] = field(default_factory=dict)

    def run(self) -> dict[str, Any]:
        """In a process of its own. Returns what `crowd.Crowd.result` says. Raises RuntimeError."""
        return self.begin()()

    def begin(self) -> Callable[[], dict[str, Any]]:
        """As `run`, but returns at once; what it returns waits for the end."""
        crowd = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.crowd"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        sent = threading.Thread(target=self._tell, args=(crowd,))
        sent.start()

        def result() -> dict[str, Any]:
            out, said = crowd.communicate(timeout=self.warm + self.seconds + 300)
            if crowd.returncode:
                raise RuntimeError(said[-2000:])
            found: dict[str, Any] = json.loads(out)
            return found

        sent.join()
        return result

    def _tell(self, crowd: "subprocess.Popen[str]") -> None:
        assert crowd.stdin
        json.dump(asdict(self), crowd.stdin)
        crowd.stdin.close()
        crowd.stdin = None
