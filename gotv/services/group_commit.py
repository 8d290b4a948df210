"""One commit for the numbers of many phones.

The first to arrive leads: it commits whatever is waiting at that moment. Whoever comes meanwhile waits, and when
the commit is done the lead goes to the first of them before anybody is answered, so that the database is at work
again while the answers go out. One phone alone never waits for company; two hundred share a commit. There is no
timer and no thread of its own, and it works the same under gevent and under threads.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from gotv.store.database import CannotBeKept

Work = TypeVar("Work")
Result = TypeVar("Result")

# Small enough that one group is answered while the next is at the database.
MOST = 100


class _Ticket(Generic[Work, Result]):
    """One piece of work. Its gate stays shut until it is done or has the lead."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.done = False
        self.result: Result | None = None
        self.error: Exception | None = None
        self.gate = threading.Lock()
        self.gate.acquire()


class GroupCommit(Generic[Work, Result]):
    """Gathers work. ``commit`` gets a list of works and returns their results in the same order, once durable."""

    def __init__(self, commit: Callable[[Sequence[Work]], Sequence[Result]], most: int = MOST) -> None:
        self._commit = commit
        self._most = most
        self._waiting: list[_Ticket[Work, Result]] = []
        self._led = False
        self._mutex = threading.Lock()

    def submit(self, work: Work) -> Result:
        """Return when the work is committed. Raises what the commit raised: then its fate is unknown."""
        ticket: _Ticket[Work, Result] = _Ticket(work)
        with self._mutex:
            self._waiting.append(ticket)
            leads, self._led = not self._led, True
        if not leads:
            ticket.gate.acquire()
        while not ticket.done:
            self._lead()
        if ticket.error:
            raise ticket.error
        return ticket.result  # type: ignore[return-value]

    def _lead(self) -> None:
        """Commit one group, hand on the lead, then open the gates of those who were in it."""
        with self._mutex:
            group, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        try:
            self._settle(group)
        finally:
            with self._mutex:
                self._led = bool(self._waiting)
                if self._waiting:
                    self._waiting[0].gate.release()
            for ticket in group:
                ticket.done = True
                if ticket.gate.locked():
                    ticket.gate.release()

    def _settle(self, group: list[_Ticket[Work, Result]]) -> None:
        """Commit the group. One work that the database cannot take must not take the others down with it."""
        try:
            results = self._commit([ticket.work for ticket in group])
        except CannotBeKept as error:
            if len(group) > 1:
                for ticket in group:
                    self._settle([ticket])
            else:
                group[0].error = error
        except Exception as error:
            for ticket in group:
                ticket.error = error
        else:
            for ticket, result in zip(group, results, strict=True):
                ticket.result = result
