"""Who sits where in this process: phones of tellers and knockers-up, and boards, by socket id; and all by person."""

from dataclasses import dataclass

from gotv.domain.people import Person


@dataclass(slots=True)
class Seat:
    """One open board: its person, the room it may see (None: all), and the position it was last told."""

    person: Person
    room: int | None
    joined: bool = False


phones: dict[str, Person] = {}
knockers: dict[str, Person] = {}
boards: dict[str, Seat] = {}


# By contest and person, each line they have open here: its namespace and socket id.
here: dict[int, dict[int, set[tuple[str, str]]]] = {}


def came(person: Person, namespace: str, sid: str) -> None:
    here.setdefault(person.contest_id, {}).setdefault(person.person_id, set()).add((namespace, sid))


def went(person: Person | None, namespace: str, sid: str) -> None:
    """Nobody is left behind: whoever has no line open any more is not here."""
    people = here.get(person.contest_id) if person else None
    if not person or not people or person.person_id not in people:
        return
    people[person.person_id].discard((namespace, sid))
    if not people[person.person_id]:
        del people[person.person_id]
    if not people:
        del here[person.contest_id]


def frame_room(contest_id: int, room: int | None) -> str:
    """The name of the Socket.IO room that gets the frames of one committee room."""
    return f"{contest_id}:{room if room is not None else 'all'}"
