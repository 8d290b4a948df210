"""One commit for the numbers of many phones.

The first to arrive takes its turn and commits whatever is waiting at that moment; all who arrive meanwhile
wait, and the next turn takes them together. So one phone alone never waits for company, and two hundred
phones share a commit. No timer and no thread of its own; it works the same under gevent and under threads.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from sqlalchemy.exc import DataError, IntegrityError

Work = TypeVar("Work")
Result = TypeVar("Result")


class _Ticket(Generic[Work, Result]):
    def __init__(self, work: Work) -> None:
        self.work = work
        self.done = False
        self.result: Result | None = None
        self.error: Exception | None = None


class GroupCommit(Generic[Work, Result]):
    """Gathers work. ``commit`` gets a list of works and returns their results in the same order, once durable."""

    def __init__(self, commit: Callable[[Sequence[Work]], Sequence[Result]], most: int = 500) -> None:
        self._commit = commit
        self._most = most
        self._waiting: list[_Ticket[Work, Result]] = []
        self._turn = threading.Lock()

    def submit(self, work: Work) -> Result:
        """Return when the work is committed. Raises what the commit raised: then its fate is unknown."""
        ticket: _Ticket[Work, Result] = _Ticket(work)
        self._waiting.append(ticket)
        with self._turn:
            if not ticket.done:
                group, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                self._settle(group)
        if ticket.error:
            raise ticket.error
        return ticket.result  # type: ignore[return-value]

    def _settle(self, group: list[_Ticket[Work, Result]]) -> None:
        """Commit the group. One work that the database cannot take must not take the others down with it."""
        try:
            results = self._commit([ticket.work for ticket in group])
        except (DataError, IntegrityError) as error:
            if len(group) == 1:
                group[0].error = error
            else:
                for ticket in group:
                    self._settle([ticket])
                return
        except Exception as error:
            for ticket in group:
                ticket.error = error
        else:
            for ticket, result in zip(group, results, strict=True):
                ticket.result = result
        for ticket in group:
            ticket.done = True
