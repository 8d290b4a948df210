"""Who sits where in this process: phones of tellers and of knockers-up, and boards, each by socket id."""

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


def frame_room(contest_id: int, room: int | None) -> str:
    """The name of the Socket.IO room that gets the frames of one committee room."""
    return f"{contest_id}:{room if room is not None else 'all'}"
