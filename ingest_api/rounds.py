"""Serve events inside Waitress's event loop: all requests that are ready, then one sync for them.

A thread for each request costs two switches between threads and a share of the interpreter's lock;
a sync for each costs the disk's time. So requests that are quick run one after another in the loop,
each in a greenlet that stops where its event has to be on disk; then the lines of all are written
and synced together, and each request goes on to its answer. While the disk is busy, the next
requests arrive. What may take long runs in Waitress's own threads.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Final

from greenlet import getcurrent, greenlet
from waitress.task import ThreadedTaskDispatcher

from ingest_api.log import LogUnavailableError, LogWriter

WAITS: Final = object()
MOST_IDLE: Final = 256


class Rounds:
    """A task dispatcher for Waitress, and the log that its application appends to.

    Made in the thread that runs the event loop.
    """

    def __init__(self, log: LogWriter, threads: int, is_quick: Callable[[Any], bool]) -> None:
        """Take what says whether a parsed request waits for nothing but the log."""
        self._log = log
        self._is_quick = is_quick
        self._threads = ThreadedTaskDispatcher()
        self._threads.set_thread_count(threads)
        self._thread = threading.get_ident()
        self._loop = getcurrent()
        self._ready: list[Any] = []
        self._lines: list[bytes] = []
        self._idle: list[greenlet] = []

    def add_task(self, channel: Any) -> None:
        """Take a connection whose next request is complete."""
        if self.is_current():
            # not to a thread yet: the answer before this one may still have to be sent
            self._ready.append(channel)
        else:
            self._threads.add_task(channel)

    def is_current(self) -> bool:
        """Return whether the event loop's thread asks."""
        return threading.get_ident() == self._thread

    def has_requests(self) -> bool:
        """Return whether a request waits for the next round."""
        return bool(self._ready)

    def run(self) -> None:
        """Serve one request of each connection that has one."""
        channels, self._ready = self._ready, []
        waiting = []
        for channel in channels:
            if not self._is_quick(channel.requests[0]):
                self._threads.add_task(channel)
                continue
            request = self._idle.pop() if self._idle else greenlet(self._serve, self._loop)
            if self._go_on(channel, request, channel):
                waiting.append((channel, request))
        if not waiting:
            return
        lines, self._lines = b"".join(self._lines), []
        failure = None
        try:
            self._log.append(lines)
        except LogUnavailableError as error:
            failure = error
        for channel, request in waiting:
            self._go_on(channel, request, failure)

    def _go_on(self, channel: Any, request: greenlet, given: object) -> bool:
        """Serve a request until it waits for the log, and return whether it does, or to its end.

        A failure ends its connection alone: those after it are on disk, and are to be answered.
        """
        try:
            if request.switch(given) is WAITS:
                return True
            channel.send_answer()
        except Exception:  # what it may be is not known, or it would be handled where it happens
            channel.handle_error()
        return False

    def append(self, lines: bytes) -> None:
        """Return when whole lines are on disk. Raises LogUnavailableError where they are not."""
        if getcurrent().parent is not self._loop:
            self._log.append(lines)
            return
        self._lines.append(lines)
        failure = self._loop.switch(WAITS)
        if failure is not None:
            raise LogUnavailableError(*failure.args) from failure

    def _serve(self, channel: Any) -> None:
        """Serve a request; then wait for the next, since a new greenlet costs 8 us."""
        while True:
            channel.service()
            if len(self._idle) == MOST_IDLE:
                return
            self._idle.append(getcurrent())
            channel = self._loop.switch()

    def shutdown(self, timeout: float) -> None:
        """End the threads, without waiting longer than so many seconds."""
        self._threads.shutdown(timeout=timeout)
