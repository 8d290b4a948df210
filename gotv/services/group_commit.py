"""One commit for the numbers of many phones.

Whoever comes while nobody leads takes the lead: commits whatever is waiting at that moment. Whoever comes meanwhile
waits. The next group is led by somebody new as soon as the one before is on the disk, and no sooner: to gather while
that is under way makes two small groups of one, and each has its own cost. Those on the disk are told meanwhile. One
phone alone never waits for company; a thousand share a few commits. There is no timer, and it works the same under
gevent and under threads.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import structlog

from gotv.store.database import CannotBeKept

log = structlog.get_logger()

Work = TypeVar("Work")
Result = TypeVar("Result")

# Called with the result, or with None and what went wrong: then the work's fate is unknown.
Done = Callable[[Result | None, Exception | None], None]

# Large enough that what each commit costs is shared by many, small enough to be answered in good time.
MOST = 400
# A list of two hundred weighs more than one of one: the ledger is held for a quarter of a second at most.
HEAVIEST = 4_000
# So many are told at a stretch. The next group may be back from the database: it holds the ledger, so it goes first.
STRETCH = 32


def in_a_thread(call: Callable[[], None]) -> None:
    threading.Thread(target=call, daemon=True).start()


class _Ticket(Generic[Work, Result]):
    """One piece of work, and whom to tell of it."""

    __slots__ = ("done", "error", "result", "work")

    def __init__(self, work: Work, done: "Done[Result]") -> None:
        self.work = work
        self.done = done
        self.result: Result | None = None
        # Until it is known to be committed it is not.
        self.error: Exception | None = RuntimeError("the commit was broken off")


class GroupCommit(Generic[Work, Result]):
    """Gathers work. ``commit`` gets a list of works and returns their results in the same order, once durable.

    ``spawn`` starts a leader beside its caller and returns at once; ``breathe`` lets others come between; ``weigh``
    says how heavy a work is.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[Work]], Sequence[Result]],
        most: int = MOST,
        spawn: Callable[[Callable[[], None]], Any] = in_a_thread,
        breathe: Callable[[], Any] = lambda: None,
        weigh: Callable[[Work], int] = lambda _work: 1,
    ) -> None:
        self._commit, self._weigh = commit, weigh
        self._most = most
        self._spawn, self._breathe = spawn, breathe
        self._waiting: deque[_Ticket[Work, Result]] = deque()
        self._led = False
        self._mutex = threading.Lock()

    def submit(self, work: Work) -> Result:
        """Return when the work is committed. Raises what the commit raised: then its fate is unknown."""
        gate = threading.Lock()
        gate.acquire()
        ticket: _Ticket[Work, Result] = _Ticket(work, lambda _result, _error: gate.release())
        if self._joined_as_leader(ticket):
            self._lead()
        gate.acquire()
        if ticket.error:
            raise ticket.error.with_traceback(None)
        return ticket.result  # type: ignore[return-value]

    def submit_later(self, work: Work, done: "Done[Result]") -> None:
        """As `submit`, without waiting: ``done`` is called when it is over."""
        if self._joined_as_leader(_Ticket(work, done)):
            self._set_to_work()

    def _joined_as_leader(self, ticket: _Ticket[Work, Result]) -> bool:
        # In this order: a leader who finds nobody waiting has said before that nobody leads.
        self._waiting.append(ticket)
        return not self._led and self._takes_the_lead()

    def _takes_the_lead(self) -> bool:
        with self._mutex:
            leads, self._led = not self._led, True
        return leads

    def _lead(self) -> None:
        """Commit one group, then tell those who were in it."""
        group = self._gather()
        try:
            # One who came while the last group was committed may have been in it, and leads nobody.
            if group:
                self._settle(group)
        finally:
            try:
                self._hand_on()
            finally:
                self._tell(group)

    def _tell(self, group: list[_Ticket[Work, Result]]) -> None:
        untold = iter(group)
        try:
            for told, ticket in enumerate(untold, 1):
                _tell(ticket)
                if told % STRETCH == 0:
                    self._breathe()
        finally:
            # Whoever leads may be ended while they breathe.
            for ticket in untold:
                _tell(ticket)

    def _hand_on(self) -> None:
        """Somebody else leads those who wait by now, or whoever comes next leads."""
        with self._mutex:
            self._led = False
        if self._waiting and self._takes_the_lead():
            self._set_to_work()

    def _set_to_work(self) -> None:
        try:
            self._spawn(self._lead)
        except BaseException:
            # There is no thread to be had: nobody leads, and so whoever comes next does.
            self._led = False
            raise

    def _gather(self) -> list[_Ticket[Work, Result]]:
        """Only the leader takes from those who wait."""
        group: list[_Ticket[Work, Result]] = []
        weight = 0
        while self._waiting and len(group) < self._most and weight < HEAVIEST:
            group.append(self._waiting.popleft())
            weight += self._weigh(group[-1].work)
        return group

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
                ticket.result, ticket.error = result, None


def _tell(ticket: _Ticket[Any, Any]) -> None:
    try:
        ticket.done(ticket.result, ticket.error)
    except Exception as error:
        # It is committed or not, whatever becomes of the telling; the others want to know too.
        log.exception("told", error=type(error).__name__)
