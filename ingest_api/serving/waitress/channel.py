"""A connection to a client, and how its requests are answered: Waitress's, with our errors.

Only the event loop touches the socket. A thread that serves a request leaves the answer here and
is done: it never waits for a client to read. The next request of a pipeline is served once the
answer before it is sent, so a connection holds one answer at most.
"""

from __future__ import annotations

import fcntl
import logging
import math
import socket
import struct
import termios
import time
from collections import deque
from functools import lru_cache
from itertools import islice
from typing import Any, Final

import msgspec
from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import build_http_date

from ingest_api.events.errors import RequestError
from ingest_api.serving.waitress.parser import RequestParser, UnknownMethod

# of errors that are found before there is a request
WORDS = {413: "body_too_large", 431: "headers_too_large"}

MOST_PIECES: Final = 64  # in one system call
CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
# how long a client may take nothing of its answer before the connection is cut
STALL_SECONDS: Final = 15.0
# how long a request may take to arrive, from its first byte to its last
REQUEST_SECONDS: Final = 30.0
# how long a client whose request was refused may go on sending it before the connection is cut
LINGER_SECONDS: Final = 3.0

logger = logging.getLogger(__name__)


class AnswerTask(WSGITask):
    """A request's answer; while the worker stops, also the end of its connection."""

    def start(self) -> None:
        """Begin the answer."""
        super().start()
        self.response_headers.append(("Date", http_date(int(self.start_time))))
        if self.channel.server.draining:
            self.set_close_on_finish()


@lru_cache(maxsize=1)
def http_date(seconds: int) -> str:
    """Return a time as HTTP has it; most answers are of the same second."""
    return str(build_http_date(seconds))


class RefusalTask(ErrorTask):
    """The answer to what is not HTTP, or too much of it, in the shape of all our errors."""

    def execute(self) -> None:
        """Write the answer."""
        refusal = self.request.error
        word = WORDS.get(refusal.code, "bad_request")
        if isinstance(refusal, UnknownMethod):
            word = "method_not_allowed"
            self.response_headers.append(("Allow", "GET, HEAD, POST, OPTIONS"))
        content = msgspec.json.encode(RequestError(refusal.code, word).body())
        self.status = f"{refusal.code} {refusal.reason}"
        self.response_headers += [
            ("Content-Type", "application/json"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        self.set_close_on_finish()
        self.content_length = len(content)
        self.write(content)


class Channel(HTTPChannel):
    """A connection."""

    parser_class = RequestParser
    task_class = AnswerTask
    error_task_class = RefusalTask
    close_when_flushed: bool
    connected: bool
    request: Any
    _last_activity = 0.0

    def __init__(self, server: Any, *arguments: Any, **options: Any) -> None:
        """Take what Waitress gives."""
        self.is_served = False  # a request of it waits for its turn, or is being answered
        self._is_refused = False
        self._lingers = False
        self._unread = b""  # the requests of a pipeline behind the one that is served
        self._answer: deque[bytes | memoryview] = deque()
        self.deadline = math.inf  # monotonic: when it is cut, unless the client goes on
        self._began = 0.0  # monotonic: when a request's first byte came that is not whole yet
        self._untaken = 0  # bytes of an answer that the kernel still had, when that was last asked
        super().__init__(server, *arguments, **options)

    def __repr__(self) -> str:
        """Return what may be logged: Waitress would name the client's address."""
        return f"<{type(self).__name__} at {id(self):#x}>"

    @property
    def last_activity(self) -> float:
        """When something was last sent or received, by a clock that nobody sets."""
        return self._last_activity

    @last_activity.setter
    def last_activity(self, _: float) -> None:
        self._last_activity = time.monotonic()

    def is_quiet(self) -> bool:
        """Return whether nothing is being received, answered or sent."""
        return not (self.requests or self.request or self._answer or self.is_served)

    def can_give_way(self) -> bool:
        """Return whether no request would be lost but one that is not whole."""
        return not (self.requests or self._answer or self.is_served)

    def readable(self) -> bool:
        """Return whether to read what comes: not before the last answer is sent."""
        return self._lingers or not (
            self.is_served or self.requests or self._answer or self.close_when_flushed
        )

    def writable(self) -> bool:
        """Return whether something waits for the client to take it, or for the end."""
        return not self.is_served and bool(
            self._answer or self.will_close or self.close_when_flushed
        )

    def add_channel(self, connections: Any = None) -> None:
        """Wait for what the client sends."""
        super().add_channel(connections)
        self.server.poller.add(self.socket.fileno())

    def handle_read_event(self) -> None:
        """Read what came, and wait for more; the rest of what was refused is passed over."""
        try:
            data = self.socket.recv(self.adj.recv_bytes)
        except BlockingIOError:
            pass
        except OSError:
            self.handle_close()
        else:
            if not data:
                self.handle_close()
            elif not self._lingers:
                self.last_activity = time.monotonic()
                self.received(data)
        self.server.poller.watch(self)

    def handle_write_event(self) -> None:
        """Send on, and wait for what comes next."""
        self.flush()
        self.server.poller.watch(self)

    def received(self, data: bytes) -> bool:
        """Take what came."""
        self._unread += data
        self._read_request()
        return True

    def _read_request(self) -> None:
        """Read on to the end of one request; those behind it wait, so that a pipeline is fair."""
        self.deadline = math.inf
        while self._unread and not self.requests:
            if self.request is None:
                self.request = self.parser_class(self.adj)
            self._unread = self._unread[self.request.received(self._unread) :]
            if self.request.completed:
                if not self.request.empty:
                    self.requests.append(self.request)
                    self.server.add_task(self)
                self.request = None
                self._began = 0.0
                self.sent_continue = False
            elif self.request.expect_continue and not self.sent_continue:
                self.request.expect_continue = False
                self.sent_continue = True
                self._answer.append(CONTINUE)
                self.flush()
        if self.request is not None and self.deadline == math.inf:
            self._began = self._began or time.monotonic()
            self._end_at(self._began + REQUEST_SECONDS)

    def write_soon(self, data: Any) -> int:
        """Take a piece of the answer, which is sent once it is whole."""
        if not self.connected:
            raise ClientDisconnected
        if data:
            self._answer.append(data)
        return len(data)

    def service(self) -> None:
        """Answer a request."""
        self._is_refused = self.requests[0].error is not None
        super().service()

    def flush(self) -> None:
        """Send what the client takes of the answer; then close, or serve its next request."""
        if not self.connected:
            return
        try:
            self._send()
        except OSError:
            self.will_close = True
        if self.will_close:
            self.handle_close()
        elif self._answer:
            self._untaken = self._in_kernel()
            self._end_at(time.monotonic() + STALL_SECONDS)
        elif self.close_when_flushed:
            self._end()
        else:
            self._read_request()
            if self.deadline == math.inf:
                self.server.overdue.discard(self)

    def _send(self) -> None:
        """Raises OSError when the connection is lost."""
        while self._answer:
            try:
                sent = self.socket.sendmsg(islice(self._answer, MOST_PIECES))
            except BlockingIOError:
                return
            self.last_activity = time.monotonic()
            while sent:
                piece = self._answer.popleft()
                if sent < len(piece):
                    self._answer.appendleft(memoryview(piece)[sent:])
                sent -= min(sent, len(piece))

    def _end(self) -> None:
        """Close.

        After a refusal the client may be sending still. Closing then would cut it off, and the
        answer might be lost before it is read: so only our side ends, and we read on for a while.
        """
        if self._is_refused:
            try:
                self.socket.shutdown(socket.SHUT_WR)
            except OSError:
                self.handle_close()
                return
            self.close_when_flushed = False
            self._lingers = True
            self._end_at(time.monotonic() + LINGER_SECONDS)
        else:
            self.handle_close()

    def _end_at(self, deadline: float) -> None:
        self.deadline = deadline
        self.server.overdue.add(self)

    def _in_kernel(self) -> int:
        """Return how many bytes of answers the client has not taken from the kernel."""
        found = fcntl.ioctl(self.socket, termios.TIOCOUTQ, bytes(4))
        return int(struct.unpack("i", found)[0])

    def cut_if_overdue(self, now: float) -> str | None:
        """Close at the deadline; return the meter that counts this, if there is one."""
        if self.deadline > now:
            return None
        if self._answer:
            # the kernel asks for more only once a large part of what it has is gone
            before, self._untaken = self._untaken, self._in_kernel()
            if self._untaken < before:
                self.deadline = now + STALL_SECONDS
                return None
        meter = (
            "stalled_connections" if self._answer else None if self._lingers else "slow_connections"
        )
        self.handle_close()
        return meter

    def handle_close(self) -> None:
        """Close."""
        self.server.overdue.discard(self)
        self._answer.clear()
        self._unread = b""
        super().handle_close()

    def handle_expt(self) -> None:
        """Close: nobody sends urgent data, and what is not read would be announced for ever."""
        self.handle_close()

    def handle_error(self) -> None:
        """Close after a failure of ours. Waitress would log the client's address."""
        logger.exception("a connection failed")
        self.handle_close()
