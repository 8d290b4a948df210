"""One commit for the numbers of many phones.

The first to arrive leads: it commits whatever is waiting at that moment. Whoever comes meanwhile waits. The lead goes
to the first of them as soon as the group before is on its way to the disk: the database itself keeps the two apart
(`store.ledger`), and has the next group at hand when it is done with this one. One phone alone never waits for
company; two hundred share a few commits. There is no timer and no thread of its own, and it works the same under
gevent and under threads.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from gotv.store.database import CannotBeKept

Work = TypeVar("Work")
Result = TypeVar("Result")

# Small enough that one group is answered while the next is at the database.
MOST = 60


class _Ticket(Generic[Work, Result]):
    """One piece of work. Its gate stays shut until it is done or has the lead."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.done = False
        self.result: Result | None = None
        # Until it is known to be committed it is not.
        self.error: Exception | None = RuntimeError("the commit was broken off")
        self.gate = threading.Lock()
        self.gate.acquire()


class GroupCommit(Generic[Work, Result]):
    """Gathers work. ``commit`` gets a list of works and returns their results in the same order, once durable."""

    def __init__(
        self, commit: Callable[[Sequence[Work], Callable[[], None]], Sequence[Result]], most: int = MOST
    ) -> None:
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
        """Commit one group, then open the gates of those who were in it."""
        with self._mutex:
            group, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        hand_on = _once(self._hand_on)
        try:
            self._settle(group, hand_on)
        finally:
            hand_on()
            for ticket in group:
                ticket.done = True
                if ticket.gate.locked():
                    ticket.gate.release()

    def _hand_on(self) -> None:
        """The lead goes to the first who waits, or to whoever comes next."""
        with self._mutex:
            self._led = bool(self._waiting)
            if self._waiting:
                self._waiting[0].gate.release()

    def _settle(self, group: list[_Ticket[Work, Result]], hand_on: Callable[[], None]) -> None:
        """Commit the group. One work that the database cannot take must not take the others down with it."""
        try:
            results = self._commit([ticket.work for ticket in group], hand_on)
        except CannotBeKept as error:
            if len(group) > 1:
                for ticket in group:
                    self._settle([ticket], hand_on)
            else:
                group[0].error = error
        except Exception as error:
            for ticket in group:
                ticket.error = error
        else:
            for ticket, result in zip(group, results, strict=True):
                ticket.result, ticket.error = result, None


def _once(call: Callable[[], None]) -> Callable[[], None]:
    """The same call, which does nothing from the second time on."""
    calls = [call]
    return lambda: calls.pop()() if calls else None
