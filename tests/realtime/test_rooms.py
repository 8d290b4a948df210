"""Who is in which room. The numbers of those who leave do not matter to those who stay."""

from typing import Any

import pytest
from socketio import Manager, Server

from gotv.realtime.rooms import Rooms

SPACE = "/board"


class CannotBeWalkedThrough(dict[Any, Any]):
    """The rooms of a namespace with thousands in it: to look at each is to keep everybody waiting."""

    def __iter__(self) -> Any:
        raise AssertionError("walked through every room")

    keys = values = items = copy = __iter__  # type: ignore[assignment]


@pytest.fixture
def rooms() -> Rooms:
    return Rooms()


def let_in(rooms: Rooms, eio_sid: str, *joined: str) -> str:
    if rooms.server is None:
        rooms.set_server(Server(async_mode="threading"))
    sid: str = rooms.connect(eio_sid, SPACE)
    for room in joined:
        rooms.basic_enter_room(sid, SPACE, room)
    return sid


def test_whoever_leaves_is_in_no_room_any_more_and_the_others_stay(rooms: Rooms) -> None:
    first, second = let_in(rooms, "a", "1:all", "1:2"), let_in(rooms, "b", "1:all")
    rooms.pre_disconnect(first, SPACE)
    rooms.disconnect(first, SPACE, ignore_queue=True)
    assert not rooms.get_rooms(first, SPACE)
    assert not rooms.is_connected(first, SPACE)
    assert [sid for sid, _ in rooms.get_participants(SPACE, "1:all")] == [second]
    assert rooms.sid_from_eio_sid("a", SPACE) is None
    assert rooms.is_connected(second, SPACE)
    assert not rooms.pending_disconnect


def test_when_the_last_has_left_nothing_is_kept(rooms: Rooms) -> None:
    for sid in [let_in(rooms, "a", "1:all"), let_in(rooms, "b")]:
        rooms.disconnect(sid, SPACE, ignore_queue=True)
    assert (rooms.rooms, rooms._joined, rooms.callbacks) == ({}, {}, {})


def test_a_room_that_was_left_is_not_left_again(rooms: Rooms) -> None:
    sid = let_in(rooms, "a", "1:all", "1:2")
    rooms.basic_leave_room(sid, SPACE, "1:all")
    assert rooms.get_rooms(sid, SPACE) == [sid, "1:2"]
    rooms.disconnect(sid, SPACE, ignore_queue=True)
    assert not rooms.rooms


def test_one_who_leaves_walks_past_nobody(rooms: Rooms) -> None:
    sid = let_in(rooms, "a", "1:all")
    let_in(rooms, "b", "1:all")
    rooms.rooms[SPACE] = CannotBeWalkedThrough(rooms.rooms[SPACE])
    rooms.disconnect(sid, SPACE, ignore_queue=True)
    assert not rooms.is_connected(sid, SPACE)


def test_the_usual_manager_walks_past_everybody() -> None:
    """Once it no longer does, ours is not needed."""
    usual: Any = Manager()
    sid = let_in(usual, "a")
    let_in(usual, "b")
    usual.rooms[SPACE] = CannotBeWalkedThrough(usual.rooms[SPACE])
    with pytest.raises(AssertionError, match="every room"):
        usual.disconnect(sid, SPACE, ignore_queue=True)
