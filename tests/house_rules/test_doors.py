"""Every route and every socket event states who may enter, or the house does not open."""

import pytest
from flask import Flask

from gotv.access import WHO
from gotv.app import check_doors
from gotv.extensions import socketio


def test_every_route_states_who_may_enter(app: Flask) -> None:
    check_doors(app)
    assert len(app.view_functions) > 20, "this test means nothing without routes"


def test_a_route_without_a_rule_keeps_the_house_shut() -> None:
    bare = Flask("bare")
    bare.add_url_rule("/open", "open_door", lambda: "come in")
    with pytest.raises(RuntimeError, match="open_door"):
        check_doors(bare)


def test_every_socket_event_states_who_may_enter(app: Flask) -> None:
    events = {(ns, event): handler for ns, of in socketio.server.handlers.items() for event, handler in of.items()}
    assert {("/telling", "numbers"), ("/board", "join")} <= set(events)
    assert all(hasattr(getattr(h, "__wrapped__", h), WHO) for h in events.values())


def test_an_event_without_a_rule_keeps_the_house_shut(app: Flask) -> None:
    socketio.server.on("whisper", lambda _sid: None, namespace="/telling")
    try:
        with pytest.raises(RuntimeError, match="whisper"):
            check_doors(app)
    finally:
        del socketio.server.handlers["/telling"]["whisper"]


def test_there_is_no_role_for_people_inside_a_polling_station() -> None:
    """RPA 1983 s.66 forbids them what this product does."""
    from gotv.domain.people import Role

    assert set(Role) == {"agent", "organiser", "clerk", "teller", "knocker"}
