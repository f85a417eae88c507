"""A connection to a client, and the answers to its requests: Waitress's classes, adapted.

Only the event loop touches the socket. A thread that serves a request leaves the answer here and
is done: it never waits for a client to read. The next request of a pipeline is served once the
previous answer is sent, so a connection holds at most one answer.
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

# the codes of errors found before there is a request
WORDS = {413: "body_too_large", 431: "headers_too_large"}

MOST_PIECES: Final = 64  # per system call
CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
# how long a client may read nothing of its answer before the connection is closed
STALL_SECONDS: Final = 15.0
# how long a request may take to arrive, from its first byte to its last
REQUEST_SECONDS: Final = 30.0
# how long a client may keep sending a refused request before the connection is closed
LINGER_SECONDS: Final = 3.0

logger = logging.getLogger(__name__)


class AnswerTask(WSGITask):
    """The answer to a request. While the worker stops, it also ends the connection."""

    def start(self) -> None:
        """Begin the answer."""
        super().start()
        self.response_headers.append(("Date", http_date(int(self.start_time))))
        if self.channel.server.draining:
            self.set_close_on_finish()


@lru_cache(maxsize=1)
def http_date(seconds: int) -> str:
    """Return a time in HTTP's format; cached, since many answers share a second."""
    return str(build_http_date(seconds))


class RefusalTask(ErrorTask):
    """The answer to an invalid or too large request, in the shape that all errors share."""

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
        """Take Waitress's arguments."""
        self.is_served = False  # one of its requests is queued or being answered
        self._is_refused = False
        self._lingers = False
        self._unread = b""  # the rest of a pipeline, after the request that is served
        self._answer: deque[bytes | memoryview] = deque()
        self.deadline = math.inf  # monotonic: when it is closed, unless the client makes progress
        self._began = 0.0  # monotonic: when the first byte of an incomplete request arrived
        self._untaken = 0  # bytes of an answer that were in the kernel's buffer at the last check
        super().__init__(server, *arguments, **options)

    def __repr__(self) -> str:
        """Return a text for logs: Waitress's would show the client's address."""
        return f"<{type(self).__name__} at {id(self):#x}>"

    @property
    def last_activity(self) -> float:
        """When something was last sent or received, by the monotonic clock."""
        return self._last_activity

    @last_activity.setter
    def last_activity(self, _: float) -> None:
        self._last_activity = time.monotonic()

    def is_quiet(self) -> bool:
        """Return whether nothing is being received, answered or sent."""
        return not (self.requests or self.request or self._answer or self.is_served)

    def can_give_way(self) -> bool:
        """Return whether closing it would lose at most an incomplete request."""
        return not (self.requests or self._answer or self.is_served)

    def readable(self) -> bool:
        """Return whether to read now: not before the last answer is sent."""
        return self._lingers or not (
            self.is_served or self.requests or self._answer or self.close_when_flushed
        )

    def writable(self) -> bool:
        """Return whether something waits to be sent, or the connection to be closed."""
        return not self.is_served and bool(
            self._answer or self.will_close or self.close_when_flushed
        )

    def add_channel(self, connections: Any = None) -> None:
        """Register with the poller."""
        super().add_channel(connections)
        self.server.poller.add(self.socket.fileno())

    def handle_read_event(self) -> None:
        """Read what arrived, and wait for more; the rest of a refused request is discarded."""
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
        """Send more of the answer, and wait for the next event."""
        self.flush()
        self.server.poller.watch(self)

    def received(self, data: bytes) -> bool:
        """Take received data."""
        self._unread += data
        self._read_request()
        return True

    def _read_request(self) -> None:
        """Read up to the end of one request; the next ones wait, so that a pipeline is fair."""
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
        """Take a piece of the answer, which is sent once it is complete."""
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
        """Send as much of the answer as possible; then close, or serve the next request."""
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
        """Send until the kernel's buffer is full. Raises OSError if the connection is lost."""
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
        """Close the connection.

        After a refusal, the client may still be sending. Closing would then reset the connection,
        and the answer might be lost. So shut down only our side, and keep reading for a while.
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
        """Return how many bytes of answers are still in the kernel's send buffer."""
        found = fcntl.ioctl(self.socket, termios.TIOCOUTQ, bytes(4))
        return int(struct.unpack("i", found)[0])

    def cut_if_overdue(self, now: float) -> str | None:
        """Close at the deadline; return the meter that counts this, if any."""
        if self.deadline > now:
            return None
        if self._answer:
            # the socket is writable again only after much of its buffer was sent: check progress
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
        """Close: clients don't send urgent data, and if unread, it would be reported forever."""
        self.handle_close()

    def handle_error(self) -> None:
        """Close after an internal error. Waitress would log the client's address."""
        logger.exception("a connection failed")
        self.handle_close()
