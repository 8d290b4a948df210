"""A board's socket on the running house: who may join, what frames say, and how soon."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from gotv.embedded.household import Household
from gotv.house import House
from gotv.services import inviting, knocking_up
from tests.builders import Seatlet, marked
from tests.cast import Cast
from tests.realtime.board_client import BoardClient


@pytest.fixture
def omars_board(running: Household, cast: Cast) -> Iterator[BoardClient]:
    client = BoardClient.of(running, cast.omar)
    yield client
    client.close()


def test_a_mark_reaches_the_board_within_a_second(
    omars_board: BoardClient, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    omars_board.connect(omars_board.ticket())
    assert omars_board.join(seatlet.rooms["North"]) == {"ok": True}
    omars_board.frame()
    began = time.monotonic()
    home.telling.take(cast.tess.person, home.telling.post_of(cast.tess.person), [marked("1")])
    while (frame := omars_board.frame())["changed"]["total"]["marks"] == 0:
        pass
    assert time.monotonic() - began < 1
    assert [d["district"] for d in frame["changed"]["districts"]] == ["AB"]


def test_frames_follow_on_each_other_and_are_small(
    omars_board: BoardClient, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    omars_board.connect(omars_board.ticket())
    omars_board.join(seatlet.rooms["North"])
    position = omars_board.frame()["position"]
    for number in ("1", "2", "3"):
        home.telling.take(cast.tess.person, home.telling.post_of(cast.tess.person), [marked(number)])
        frame = omars_board.frame()
        assert frame["since"] == position
        position = frame["position"]
    assert len(str(frame)) < 3_000


def test_a_quiet_board_hears_a_heartbeat(omars_board: BoardClient, seatlet: Seatlet) -> None:
    omars_board.connect(omars_board.ticket())
    omars_board.join(seatlet.rooms["North"])
    first = omars_board.frame()
    began = time.monotonic()
    second = omars_board.frame()
    assert second["position"] == first["position"]
    assert time.monotonic() - began < 4
    assert not second["changed"]["districts"]


def test_the_frame_and_the_snapshot_say_the_same(
    omars_board: BoardClient, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    home.telling.take(cast.tess.person, home.telling.post_of(cast.tess.person), [marked("1"), marked("2", "AC")])
    omars_board.connect(omars_board.ticket())
    omars_board.join(seatlet.rooms["North"])
    frame = omars_board.frame()
    snapshot = omars_board.snapshot()
    assert frame["position"] == snapshot["position"]
    assert frame["changed"]["districts"] == snapshot["districts"]
    assert frame["changed"]["total"] == snapshot["total"]


def test_lists_that_become_ready_show_without_a_new_number(
    omars_board: BoardClient, home: House, seatlet: Seatlet
) -> None:
    """What changes beside the ledger, such as late lists or a teller who arrives, rides with the heartbeat."""
    omars_board.connect(omars_board.ticket())
    omars_board.join(seatlet.rooms["North"])
    omars_board.frame()
    slot = seatlet.contest.current_slot(datetime.now(UTC))
    knocking_up.make_lists(home.database, seatlet.contest_id, seatlet.rooms["North"], slot, datetime.now(UTC))
    while not (frame := omars_board.frame())["changed"]["rooms"]:
        pass
    assert frame["changed"]["rooms"][0]["lists"] == "ready"


def test_a_cookie_without_a_ticket_opens_nothing(omars_board: BoardClient) -> None:
    assert omars_board.connect("").startswith("44/board")


def test_a_ticket_without_its_cookie_opens_nothing(omars_board: BoardClient) -> None:
    assert omars_board.connect(omars_board.ticket(), cookie=False).startswith("44/board")


def test_another_persons_ticket_opens_nothing(omars_board: BoardClient, running: Household, cast: Cast) -> None:
    assert omars_board.connect(BoardClient.of(running, cast.asha).ticket()).startswith("44/board")


def test_an_organiser_hears_only_their_own_committee_room(omars_board: BoardClient, seatlet: Seatlet) -> None:
    omars_board.connect(omars_board.ticket())
    assert "another committee room" in omars_board.join(seatlet.rooms["South"])["reason"]
    assert "another committee room" in omars_board.join(None)["reason"]


def test_the_agent_hears_the_whole_contest(running: Household, seatlet: Seatlet, cast: Cast) -> None:
    board = BoardClient.of(running, cast.asha)
    board.connect(board.ticket())
    assert board.join(None) == {"ok": True}
    assert {room["name"] for room in board.frame()["changed"]["rooms"]} >= {"North", "South"}
    board.close()


def test_revoking_an_organiser_cuts_their_board(
    omars_board: BoardClient, home: House, seatlet: Seatlet, cast: Cast
) -> None:
    omars_board.connect(omars_board.ticket())
    omars_board.join(seatlet.rooms["North"])
    inviting.revoke(home.database, cast.asha.person, cast.omar.person.person_id)
    began = time.monotonic()
    omars_board.until("41/board")
    assert time.monotonic() - began < 1
