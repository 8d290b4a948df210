"""One commit for the numbers of many phones, and nobody harmed by another's bad one."""

import contextlib
import threading
from collections.abc import Callable, Sequence

import pytest

from gotv.services.group_commit import HEAVIEST, STRETCH, GroupCommit, in_a_thread
from gotv.store.database import CannotBeKept


class Ledger:
    """Commits numbers; the first commit waits for ``go`` so that a crowd can gather."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.go = threading.Event()
        self.begun = threading.Event()

    def commit(self, works: Sequence[int]) -> list[int]:
        self.begun.set()
        self.go.wait(5)
        if -1 in works:
            raise CannotBeKept("bad")
        self.groups.append(list(works))
        return [work * 10 for work in works]


def submit_all(group: GroupCommit[int, int], works: Sequence[int], ledger: Ledger) -> dict[int, int | Exception]:
    results: dict[int, int | Exception] = {}

    def submit(work: int) -> None:
        try:
            results[work] = group.submit(work)
        except Exception as error:
            results[work] = error

    threads = [threading.Thread(target=submit, args=(work,)) for work in works]
    threads[0].start()
    ledger.begun.wait(5)
    for thread in threads[1:]:
        thread.start()
    while len(group._waiting) < len(works) - 1:
        threading.Event().wait(0.001)
    ledger.go.set()
    for thread in threads:
        thread.join(5)
    return results


def test_those_who_wait_share_the_next_commit() -> None:
    ledger = Ledger()
    results = submit_all(GroupCommit(ledger.commit), range(1, 21), ledger)
    assert results == {work: work * 10 for work in range(1, 21)}
    assert [len(group) for group in ledger.groups] == [1, 19]


def test_a_group_has_its_limit_and_nobody_is_left_waiting() -> None:
    ledger = Ledger()
    results = submit_all(GroupCommit(ledger.commit, most=4), range(1, 12), ledger)
    assert len(results) == 11
    assert max(len(group) for group in ledger.groups) == 4


def test_a_group_of_heavy_works_is_smaller() -> None:
    """Of lists of two hundred numbers not as many are committed together as of lists of one."""
    ledger = Ledger()
    heavy = GroupCommit(ledger.commit, weigh=lambda _work: HEAVIEST // 3)
    results = submit_all(heavy, range(1, 12), ledger)
    assert len(results) == 11
    assert max(len(group) for group in ledger.groups) == 4


def test_a_leader_who_ends_while_others_come_between_has_told_everyone() -> None:
    class Ended(BaseException):
        """As when a request is broken off."""

    def breathe() -> None:
        raise Ended

    told: list[int | None] = []
    crowd = 2 * STRETCH + 1
    group: GroupCommit[int, int] = GroupCommit(lambda works: list(works), spawn=lambda _lead: None, breathe=breathe)
    for work in range(crowd):
        group.submit_later(work, lambda result, _error: told.append(result))
    with pytest.raises(Ended):
        group._lead()
    assert told == list(range(crowd))


def test_one_that_cannot_be_kept_does_not_take_the_others_down() -> None:
    ledger = Ledger()
    results = submit_all(GroupCommit(ledger.commit), [1, 2, -1, 3], ledger)
    assert isinstance(results.pop(-1), CannotBeKept)
    assert results == {1: 10, 2: 20, 3: 30}


def test_a_lost_database_is_told_to_everyone_and_the_next_may_lead() -> None:
    def lost(_works: Sequence[int]) -> list[int]:
        raise ConnectionError

    group: GroupCommit[int, int] = GroupCommit(lost)
    for _ in range(2):
        with pytest.raises(ConnectionError):
            group.submit(1)


def test_there_is_one_group_at_a_time_and_all_who_come_meanwhile_are_in_the_next() -> None:
    """Two that wait for each other in the database would be two small ones."""
    leaders: list[Callable[[], None]] = []
    groups: list[list[int]] = []
    led_meanwhile: list[int] = []

    def commit(works: Sequence[int]) -> list[int]:
        groups.append(list(works))
        if works == [1]:
            for late in (2, 3, 4):
                group.submit_later(late, nobody)
        led_meanwhile.append(len(leaders))
        return list(works)

    group: GroupCommit[int, int] = GroupCommit(commit, spawn=leaders.append)
    group.submit_later(1, nobody)
    while leaders:
        leaders.pop()()
    assert groups == [[1], [2, 3, 4]]
    assert led_meanwhile == [0, 0], "somebody leads while a group is not on the disk yet"


def nobody(_result: object, _error: object) -> None:
    """Whom it is told."""


def test_the_next_group_is_led_before_those_of_the_last_are_told() -> None:
    """What is on the disk is told soon enough; the database has nothing to do meanwhile."""
    happened: list[str] = []
    leaders: list[Callable[[], None]] = []

    def commit(works: Sequence[int]) -> list[int]:
        if works == [1]:
            group.submit_later(2, nobody)
        return list(works)

    def spawn(lead: Callable[[], None]) -> None:
        leaders.append(lead)
        happened.append("led")

    group: GroupCommit[int, int] = GroupCommit(commit, spawn=spawn)
    group.submit_later(1, lambda _result, _error: happened.append("told"))
    leaders.pop(0)()
    assert happened == ["led", "led", "told"]


def test_when_nobody_can_be_set_to_work_those_on_the_disk_are_told_and_the_next_who_comes_leads() -> None:
    """As when the system has no thread left."""
    threads = 1
    told: list[int | None] = []

    def spawn(lead: Callable[[], None]) -> None:
        if not threads:
            raise RuntimeError("can't start new thread")
        leaders.append(lead)

    def commit(works: Sequence[int]) -> list[int]:
        nonlocal threads
        if works == [1]:
            group.submit_later(2, lambda result, _error: told.append(result))
            threads = 0
        return list(works)

    leaders: list[Callable[[], None]] = []
    group: GroupCommit[int, int] = GroupCommit(commit, spawn=spawn)
    group.submit_later(1, lambda result, _error: told.append(result))
    with pytest.raises(RuntimeError):
        leaders.pop()()
    assert told == [1]
    assert group.submit(3) == 3
    assert told == [1, 2]


def test_a_commit_broken_off_is_never_taken_for_an_answer() -> None:
    class Stopped(BaseException):
        """As when the process is told to end."""

    begun, go = threading.Event(), threading.Event()

    def commit(_works: Sequence[int]) -> list[int]:
        begun.set()
        go.wait(5)
        raise Stopped

    def lead(call: Callable[[], None]) -> None:
        def end_quietly() -> None:
            with contextlib.suppress(Stopped):
                call()

        in_a_thread(end_quietly)

    group: GroupCommit[int, int] = GroupCommit(commit, spawn=lead)
    results: list[object] = []

    def submit(work: int) -> None:
        try:
            results.append(group.submit(work))
        except BaseException as error:
            results.append(type(error))

    threads = [threading.Thread(target=submit, args=(work,)) for work in (1, 2, 3)]
    threads[0].start()
    begun.wait(5)
    for thread in threads[1:]:
        thread.start()
    while len(group._waiting) < 2:
        threading.Event().wait(0.001)
    go.set()
    for thread in threads:
        thread.join(5)
    assert sorted(map(str, results)) == sorted([str(Stopped), str(RuntimeError), str(RuntimeError)])


def test_whoever_does_not_wait_is_told_and_leads_nobody() -> None:
    told: list[object] = []
    leaders: list[Callable[[], None]] = []

    def commit(works: Sequence[int]) -> list[int]:
        if 13 in works:
            raise ConnectionError
        return [work * 10 for work in works]

    group: GroupCommit[int, int] = GroupCommit(commit, spawn=leaders.append)
    for work in (1, 2, 3):
        group.submit_later(work, lambda result, error: told.append(result or error))
    assert told == []
    assert len(leaders) == 1
    leaders.pop()()
    assert told == [10, 20, 30]
    group.submit_later(13, lambda _result, error: told.append(type(error)))
    leaders.pop()()
    assert told[-1] is ConnectionError
    assert not leaders


def test_one_who_cannot_be_told_keeps_nobody_from_being_told() -> None:
    def unheard(_result: object, _error: object) -> None:
        raise ConnectionError

    leaders: list[Callable[[], None]] = []
    told: list[object] = []
    group: GroupCommit[int, int] = GroupCommit(lambda works: list(works), spawn=leaders.append)
    group.submit_later(1, unheard)
    group.submit_later(2, lambda result, _error: told.append(result))
    leaders.pop()()
    assert told == [2]
