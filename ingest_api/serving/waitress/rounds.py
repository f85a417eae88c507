"""Serve events inside Waitress's event loop: all requests that are ready, then one sync for them.

A thread per request costs two thread switches and contention for the interpreter's lock; a sync per
request costs disk time. So quick requests run one after another in the loop, each in a greenlet
that pauses until its event is on disk. The log's own thread writes and syncs all their lines
together, while the loop handles what arrives meanwhile; then each request resumes and is answered.
Requests that may take long run in Waitress's own threads.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Collection
from concurrent.futures import Future
from functools import partial
from typing import Any, Final

from greenlet import getcurrent, greenlet
from waitress.task import ThreadedTaskDispatcher

from ingest_api.log.writer import LogUnavailableError, LogWriter

WAITS: Final = object()
MOST_IDLE: Final = 256
# how long a round may take before the loop checks its connections again
TURN_SECONDS: Final = 0.005
MOST_AT_ONCE: Final = 256
# answered before all other paths
FIRST: Final = "/health"
ASIDE_THREADS: Final = 2


class Rounds:
    """A task dispatcher for Waitress, and the log that its application appends to.

    Create it in the event loop's thread.
    """

    def __init__(
        self,
        log: LogWriter,
        threads: int,
        quick: Collection[str],
        aside: Collection[str] = (),
    ) -> None:
        """`quick` paths wait only for the log; `aside` paths have their own threads."""
        self.wake: Callable[[], None] = lambda: None  # wakes the loop from another thread
        self.poller: Any = None
        self._log = log
        self._quick = frozenset(quick)
        self._aside = frozenset(aside)
        self._threads = _threads(threads)
        self._aside_threads = _threads(ASIDE_THREADS)
        self._loop = getcurrent()
        self._ready: deque[Any] = deque()
        self._calls: deque[Callable[[], None]] = deque()
        self._is_woken = False
        self._lines: list[bytes] = []
        self._waiting: list[tuple[Any, greenlet]] = []
        self._idle: list[greenlet] = []

    def add_task(self, channel: Any) -> None:
        """Queue a connection whose next request is complete for the next round."""
        if not channel.is_served:  # a pipeline's next request has to wait for the answer
            channel.is_served = True
            if channel.requests[0].path == FIRST:
                self._ready.appendleft(channel)
            else:
                self._ready.append(channel)

    def has_requests(self) -> bool:
        """Return whether there is something to do before waiting for more."""
        return bool(self._ready or self._calls)

    def run(self) -> None:
        """Serve one request of each connection that has one, and send the answers."""
        self._is_woken = False
        while self._calls:
            self._calls.popleft()()
        turn_ends = time.monotonic() + TURN_SECONDS
        for _ in range(len(self._ready)):
            self._serve_next(self._ready.popleft())
            if time.monotonic() > turn_ends:
                break
        # one sync for all ready requests, even if they take several turns of the loop
        if self._waiting and (not self._ready or len(self._waiting) >= MOST_AT_ONCE):
            lines, self._lines = b"".join(self._lines), []
            waiting, self._waiting = self._waiting, []
            self._log.submit(lines).add_done_callback(partial(self._resume_soon, waiting))

    def _serve_next(self, channel: Any) -> None:
        # the path as Waitress passes it to the application
        path = "/" + channel.requests[0].path.lstrip("/")
        if path in self._quick:
            request = self._idle.pop() if self._idle else greenlet(self._serve, self._loop)
            self._advance(channel, request, channel)
        else:
            threads = self._aside_threads if path in self._aside else self._threads
            threads.add_task(_Task(channel, partial(self._finish_soon, channel)))

    def append(self, lines: bytes) -> None:
        """Return when whole lines are on disk. Raises LogUnavailableError if they are not."""
        if getcurrent().parent is not self._loop:
            self._log.append(lines)
            return
        self._lines.append(lines)
        failure = self._loop.switch(WAITS)
        if failure is not None:
            raise LogUnavailableError(*failure.args) from failure

    def is_stuck(self, seconds: float) -> bool:
        """Return whether a single write and sync has already taken longer than `seconds`."""
        return self._log.is_stuck(seconds)

    def shutdown(self, timeout: float) -> None:
        """Stop the threads; wait at most `timeout` seconds for each pool."""
        for threads in (self._threads, self._aside_threads):
            threads.shutdown(timeout=timeout)

    def _call_soon(self, call: Callable[[], None]) -> None:
        """Call a function in the loop's thread. For other threads."""
        self._calls.append(call)
        if not self._is_woken:
            self._is_woken = True
            self.wake()

    def _finish_soon(self, channel: Any) -> None:
        self._call_soon(partial(self._finish, channel))

    def _resume_soon(self, waiting: list[tuple[Any, greenlet]], synced: Future[None]) -> None:
        self._call_soon(partial(self._resume, waiting, synced.exception()))

    def _resume(self, waiting: list[tuple[Any, greenlet]], failure: BaseException | None) -> None:
        for channel, request in waiting:
            self._advance(channel, request, failure)

    def _advance(self, channel: Any, request: greenlet, given: object) -> None:
        """Run a request until it waits for the log or ends.

        A failure closes only its own connection: the other requests are on disk and need answers.
        """
        try:
            if request.switch(given) is WAITS:
                self._waiting.append((channel, request))
            else:
                self._finish(channel)
        except Exception:  # any bug; expected errors are handled where they occur
            channel.handle_error()

    def _finish(self, channel: Any) -> None:
        channel.is_served = False
        channel.flush()
        self.poller.watch(channel)

    def _serve(self, channel: Any) -> None:
        """Serve a request, then wait for the next one: a new greenlet would cost 8 µs."""
        while True:
            channel.service()
            if len(self._idle) == MOST_IDLE:
                return
            self._idle.append(getcurrent())
            channel = self._loop.switch()


def _threads(number: int) -> ThreadedTaskDispatcher:
    threads = ThreadedTaskDispatcher()
    threads.set_thread_count(number)
    return threads


class _Task:
    """A request served by a thread."""

    def __init__(self, channel: Any, finish: Callable[[], None]) -> None:
        self._channel = channel
        self._finish = finish

    def service(self) -> None:
        """Create the answer; the loop sends it."""
        try:
            self._channel.service()
        finally:
            self._finish()

    def cancel(self) -> None:
        """Drop the request, since the worker stops."""
        self._channel.cancel()
