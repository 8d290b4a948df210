"""A load on the house: what a crowd of phones and boards shall do. `crowd` does it, in a process of its own."""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from typing import IO, Any

ALL_IN = "all in\n"


@dataclass
class Load:
    """What to do: phones (device token and the numbers it tells, over and over), boards, and how long."""

    port: int
    phones: list[tuple[str, list[tuple[str, str]]]]
    boards: list[dict[str, Any]] = field(default_factory=list)  # cookie, ticket, room
    # So many of the phones, the first, are of the seat that the boards show; the others are of other seats.
    on_boards: int = 1_000_000
    per_message: int = 1
    rate: float = 0.0
    warm: float = 1.0
    seconds: float = 4.0
    # Each phone has one list in its outbox, and sends it as soon as it is let in: a crowd after an outage.
    once: bool = False
    # One address has some 28,000 ports to come from.
    source: str = "127.0.0.1"
    # Of several crowds: once all of its own are in, it says so and waits for the word to begin.
    together: bool = False
    # By name: the processes whose share of a core is told, each with all that it has started.
    watched: dict[str, int] = field(default_factory=dict)

    def run(self) -> dict[str, Any]:
        """In a process of its own. Returns what `crowd.Crowd.result` says. Raises RuntimeError."""
        return self.begin()()

    def begin(self) -> "Running":
        """As `run`, but returns at once; call what it returns to wait for the end."""
        crowd = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.crowd"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert crowd.stdin
        assert crowd.stderr
        crowd.stdin.write(json.dumps(asdict(self)) + "\n")
        crowd.stdin.flush()
        return Running(crowd, crowd.stdin, crowd.stderr, self.warm + self.seconds + 300)


@dataclass
class Running:
    """A crowd at its load."""

    process: "subprocess.Popen[str]"
    ear: IO[str]
    mouth: IO[str]
    patience: float

    def wait_until_in(self) -> None:
        """All have come. Raises RuntimeError."""
        said = self.mouth.readline()
        if said != ALL_IN:
            self.process.kill()
            raise RuntimeError(said + self.mouth.read()[-2000:])

    def go(self) -> None:
        self.ear.write("go\n")
        self.ear.flush()

    def __call__(self) -> dict[str, Any]:
        out, said = self.process.communicate(timeout=self.patience)
        if self.process.returncode:
            raise RuntimeError(said[-2000:])
        found: dict[str, Any] = json.loads(out)
        return found
