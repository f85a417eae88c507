"""A connection to a client, and how its requests are answered: Waitress's, with our errors."""

from __future__ import annotations

import logging
import socket
import time
from typing import Any, Final

import msgspec
from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.task import ErrorTask, WSGITask

from ingest_api.errors import RequestError
from ingest_api.request_parser import RequestParser, UnknownMethod

# of errors that are found before there is a request
WORDS = {413: "body_too_large", 431: "headers_too_large"}

CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
# how long one whose request was refused may go on sending it, before his connection is cut
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
    _last_activity = 0.0

    def __init__(self, server: Any, *arguments: Any, **options: Any) -> None:
        """Take what Waitress gives, and whose turn it is from the server's dispatcher."""
        self._in_loop = server.task_dispatcher.is_current
        self._pieces: list[bytes] = []
        self._is_refused = False
        self.lingers_until = 0.0  # monotonic; 0: it does not linger
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

    def write_soon(self, data: Any) -> int:
        """Take a piece of an answer. Those made in the event loop wait for `send_answer`."""
        if self.total_outbufs_len or not self._in_loop() or not isinstance(data, bytes):
            return int(super().write_soon(data))
        if not self.connected:
            raise ClientDisconnected
        self._pieces.append(data)
        return len(data)

    def send_continue(self) -> None:
        """Ask for the body of a request, behind the answer to the one before it."""
        if self._pieces:
            self.request.expect_continue = self.request.completed = False
            self.sent_continue = True
            self._pieces.append(CONTINUE)
            return
        try:
            super().send_continue()
        except OSError:
            self.will_close = True

    def send_answer(self) -> None:
        """Send what was written in the event loop, all in one, and close where that is due."""
        answer = b"".join(self._pieces)
        self._pieces.clear()
        if not self.connected:
            return
        try:
            sent = self.send(answer, do_close=False) if answer else 0
        except OSError:
            self.will_close = True
        else:
            if sent < len(answer):
                super().write_soon(answer[sent:])
        if self.writable():
            self.handle_write()

    def service(self) -> None:
        """Answer a request."""
        self._is_refused = self.requests[0].error is not None
        super().service()

    def readable(self) -> bool:
        """Return whether to read what comes."""
        return self.lingers_until > 0 or super().readable()

    def handle_read(self) -> None:
        """Read what came; the rest of what was refused is passed over."""
        if not self.lingers_until:
            super().handle_read()
        else:
            self.recv(self.adj.recv_bytes)  # which closes at the end of it

    def handle_write(self) -> None:
        """Send, and close where that is due.

        After a refusal the client may be sending still. Closing then would cut it off, and the
        answer might be lost before it is read: so only our side ends, and we read on for a while.
        """
        if self.close_when_flushed and self._is_refused:
            self._flush_exception(self._flush_some)
            if not (self.total_outbufs_len or self.will_close):
                self.close_when_flushed = False
                self._linger()
                return
        super().handle_write()

    def _linger(self) -> None:
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            self.handle_close()
        else:
            self.lingers_until = time.monotonic() + LINGER_SECONDS
            self.server.lingering.add(self)

    def handle_close(self) -> None:
        """Close."""
        self.server.lingering.discard(self)
        super().handle_close()

    def handle_expt(self) -> None:
        """Close: nobody sends urgent data, and what is not read would be announced for ever."""
        self.handle_close()

    def handle_error(self) -> None:
        """Close after a failure of ours. Waitress would log the client's address."""
        logger.exception("a connection failed")
        self.handle_close()
