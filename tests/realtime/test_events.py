"""Every socket event, tried by every role: whom the rule on it keeps out is kept out, and nothing changes."""

import json
from typing import Any

import pytest
from flask import Flask

from gotv.access import WHO
from gotv.app import _inner
from gotv.domain.people import Role
from gotv.embedded.household import Household
from gotv.extensions import socketio
from gotv.house import House
from gotv.services import committee_room
from tests.builders import Seatlet, marked
from tests.cast import Cast, Member
from tests.realtime.board_client import BoardClient
from tests.realtime.raw_socket import RawSocket

ROLES = {Role.AGENT: "asha", Role.ORGANISER: "omar", Role.CLERK: "clem", Role.TELLER: "tess", Role.KNOCKER: "kit"}
# Namespace by namespace: who may connect, and the events with something that would change or tell something.
EVENTS: dict[str, tuple[set[Role], dict[str, Any]]] = {
    "/board": ({Role.AGENT, Role.ORGANISER, Role.CLERK}, {"join": {"committee_room": None}}),
    "/telling": ({Role.TELLER}, {"numbers": [marked("1", "AB")]}),
    "/knocking": ({Role.KNOCKER}, {"results": [], "at_door": 1}),
}
OURS = {"connect", "disconnect"}


def test_the_events_tried_here_are_all_the_events_there_are(app: Flask) -> None:
    assert app
    there = {space: set(events) - OURS for space, events in socketio.server.handlers.items()}
    assert there == {space: set(events) for space, (_, events) in EVENTS.items()}
    for space, events in socketio.server.handlers.items():
        for handler in events.values():
            assert {Role(word) for word in getattr(_inner(handler), WHO).split(" or ")} == EVENTS[space][0]


def hello(running: Household, namespace: str, member: Member) -> RawSocket:
    """A line on which this person asks to be let in, with all that they have: a cookie, a ticket, a token."""
    cookie, auth = "", {"token": member.device}
    if member.person.role not in (Role.TELLER, Role.KNOCKER):
        client = BoardClient.of(running, member)
        cookie = "Cookie: " + "; ".join(f"{one.name}={one.value}" for one in client.cookies) + "\r\n"
        auth["ticket"] = client.ticket()
    line = RawSocket(running.port, cookie)
    line.send(f"40{namespace}," + json.dumps(auth))
    return line


@pytest.mark.parametrize("namespace", EVENTS)
@pytest.mark.parametrize("role", Role)
def test_a_namespace_opens_for_its_roles_and_for_no_other(
    running: Household, cast: Cast, namespace: str, role: Role
) -> None:
    line = hello(running, namespace, getattr(cast, ROLES[role]))
    let_in = line.until(f"40{namespace}", f"44{namespace}").startswith("40")
    assert let_in == (role in EVENTS[namespace][0])
    line.close()


@pytest.mark.parametrize("namespace", EVENTS)
@pytest.mark.parametrize("role", [None, *Role])
def test_an_event_of_whoever_was_not_let_in_is_not_answered_and_changes_nothing(
    running: Household, home: House, seatlet: Seatlet, cast: Cast, namespace: str, role: Role | None
) -> None:
    """On a line of somebody nobody knows, and on one that was refused."""
    if role in EVENTS[namespace][0]:
        return
    before = committee_room.board(home.database, seatlet.contest, home.clock.now())["position"]
    line = hello(running, namespace, getattr(cast, ROLES[role])) if role else RawSocket(running.port)
    if role:
        line.until(f"44{namespace}")
    for event, argument in EVENTS[namespace][1].items():
        line.send(f"42{namespace},9" + json.dumps([event, argument]))
    # What comes after it is heard: the line is open, and nothing was said to the events.
    line.send(f"40{namespace}," + json.dumps({"token": "1.wrong"}))
    assert line.until(f"43{namespace},9", f"44{namespace}").startswith("44")
    line.close()
    assert committee_room.board(home.database, seatlet.contest, home.clock.now())["position"] == before


def test_an_organiser_may_not_join_another_committee_room_nor_all_of_them(
    running: Household, seatlet: Seatlet, cast: Cast
) -> None:
    board = BoardClient.of(running, cast.omar)
    board.connect(board.ticket())
    for room in (seatlet.rooms["South"], None):
        assert board.join(room) == {"ok": False, "reason": "That is another committee room."}
    assert board.join(seatlet.rooms["North"]) == {"ok": True}
    board.close()


def test_the_agent_of_another_contest_hears_nothing_of_ours(
    running: Household, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    board = BoardClient.of(running, cast.sam)
    board.connect(board.ticket())
    assert board.join(seatlet.rooms["North"]) == {"ok": False, "reason": "That is another committee room."}
    assert board.join(None) == {"ok": True}
    board.frame()
    home.telling.take(cast.tess.person, home.telling.post_of(cast.tess.person), [marked("1")])
    frame = board.frame()  # the heartbeat
    assert frame["changed"]["total"]["electors"] == 0
    assert "AB" not in json.dumps(frame)
    board.close()


def test_a_knocker_up_of_the_north_cannot_speak_for_a_door_of_the_south(
    running: Household, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    with home.database.snapshot() as connection:
        sql = "SELECT door_id FROM door WHERE contest_id = %s AND district = 'BA' LIMIT 1"
        door = connection.exec_driver_sql(sql, (seatlet.contest_id,)).scalar_one()
    line = hello(running, "/knocking", cast.kit)
    line.until("40/knocking")
    entry = {"id": marked("1")["id"], "door_id": door, "kind": "not_in"}
    line.send("42/knocking,5" + json.dumps(["results", [entry]]))
    told = json.loads(line.until("43/knocking,5")[len("43/knocking,5") :])[0]
    assert "not_in" not in json.dumps(told)
    assert all(one["outcome"] == "refused" for one in told.get("answers", []))
    line.close()
