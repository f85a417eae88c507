"""A connection to a client, and how its requests are answered: Waitress's, with our errors.

Only the event loop touches the socket. A thread that serves a request leaves the answer here and
is done: it never waits for a client to read. The next request of a pipeline is served once the
answer before it is sent, so a connection holds one answer at most.
"""

from __future__ import annotations

import logging
import math
import socket
import time
from collections import deque
from itertools import islice
from typing import Any, Final

import msgspec
from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.task import ErrorTask, WSGITask

from ingest_api.events.errors import RequestError
from ingest_api.serving.waitress.parser import RequestParser, UnknownMethod

# of errors that are found before there is a request
WORDS = {413: "body_too_large", 431: "headers_too_large"}

MOST_PIECES: Final = 64  # in one system call
CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
# how long a client may take nothing of its answer before the connection is cut
STALL_SECONDS: Final = 15.0
# how long a client whose request was refused may go on sending it before the connection is cut
LINGER_SECONDS: Final = 3.0

logger = logging.getLogger(__name__)


class AnswerTask(WSGITask):
    """A request's answer; while the worker stops, also the end of its connection."""

    def start(self) -> None:
        """Begin the answer."""
        super().start()
        if self.channel.server.draining:
            self.set_close_on_finish()


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

    def handle_read(self) -> None:
        """Read what came; the rest of what was refused is passed over."""
        if self._lingers:
            self.recv(self.adj.recv_bytes)  # which closes at the end of it
        else:
            super().handle_read()

    def received(self, data: bytes) -> bool:
        """Take what came."""
        self._unread += data
        self._read_request()
        return True

    def _read_request(self) -> None:
        """Read on to the end of one request; those behind it wait, so that a pipeline is fair."""
        while self._unread and not self.requests:
            if self.request is None:
                self.request = self.parser_class(self.adj)
            self._unread = self._unread[self.request.received(self._unread) :]
            if self.request.completed:
                if not self.request.empty:
                    self.requests.append(self.request)
                    self.server.add_task(self)
                self.request = None
                self.sent_continue = False
            elif self.request.expect_continue and not self.sent_continue:
                self.request.expect_continue = False
                self.sent_continue = True
                self._answer.append(CONTINUE)
                self.flush()

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
            if self.deadline == math.inf:
                self.deadline = time.monotonic() + STALL_SECONDS
            self.server.overdue.add(self)
        elif self.close_when_flushed:
            self._end()
        else:
            self.deadline = math.inf
            self._read_request()

    handle_write = flush

    def _send(self) -> None:
        """Raises OSError when the connection is lost."""
        while self._answer:
            try:
                sent = self.socket.sendmsg(islice(self._answer, MOST_PIECES))
            except BlockingIOError:
                return
            self.last_activity = now = time.monotonic()
            self.deadline = now + STALL_SECONDS
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
            self.deadline = time.monotonic() + LINGER_SECONDS
            self.server.overdue.add(self)
        else:
            self.handle_close()

    def cut_if_overdue(self, now: float) -> bool:
        """Close at the deadline; return whether that cost the client a part of its answer."""
        if self.deadline > now:
            return False
        is_stalled = bool(self._answer)
        self.handle_close()
        return is_stalled

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
