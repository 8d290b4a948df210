"""Fault cards: what goes wrong on a polling day, and what is to be seen then if all is well."""

from dataclasses import dataclass

SILENT_HOURS = 0.5
STRANGERS = 200


@dataclass(frozen=True, slots=True)
class Card:
    """``name`` is stable: commands and rehearsals say it."""

    name: str
    title: str
    what: str
    see: str


CARDS = {
    card.name: card
    for card in (
        Card(
            "no-signal",
            "No signal",
            "no phone has signal for half an hour; then all come back at once",
            "On the board every polling place falls silent. Afterwards all numbers arrive, each once.",
        ),
        Card(
            "twice",
            "Everything twice",
            "every phone sends its whole day once more",
            "No figure on the board moves: each number counts once.",
        ),
        Card(
            "strangers",
            "Numbers of nobody",
            f"{STRANGERS} numbers that no register has",
            "They stand under To check. Is it the wrong district, or the wrong page?",
        ),
        Card(
            "lost-link",
            "A lost phone",
            "a teller's link is lost, and switched off in mid-stream",
            "It is out within a second and a half. Under People somebody is switched off: who tells there now?",
        ),
    )
}
# What only hands can do, on the machine itself. The rehearsal notices, waits, and goes on.
BY_HAND = {
    "kill the web process": "docker compose kill -s SIGKILL web; docker compose up -d web",
    "kill a worker": "docker compose kill -s SIGKILL worker; docker compose up -d worker",
    "kill the timekeeper": "docker compose kill -s SIGKILL timekeeper; docker compose up -d timekeeper",
    "lose Valkey for a minute": "docker compose kill valkey; sleep 60; docker compose up -d valkey",
    "hang the database for ten seconds": "docker compose pause postgres; sleep 10; docker compose unpause postgres",
    "take a phone of yours out of signal": "aeroplane mode; key ten numbers; switch it off; and on again",
}
