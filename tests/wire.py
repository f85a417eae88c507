"""Raw requests over a socket, which no HTTP library would send."""

from __future__ import annotations

import contextlib
import io
import json
import socket
from http.client import HTTPMessage, HTTPResponse, IncompleteRead
from types import TracebackType
from typing import Any, NamedTuple, Self

from tests.server import event

PATIENCE_SECONDS = 10
HEALTH = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"


class Answer(NamedTuple):
    """One answer."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def word(self) -> str | None:
        """The error's code, or None."""
        error: str | None = json.loads(self.body).get("error")
        return error


class Wire:
    """A connection to the server."""

    def __init__(self, port: int, host: str = "127.0.0.1", source: str = "") -> None:
        """Connect, from the address `source` if given."""
        own = (source, 0) if source else None
        self.socket = socket.create_connection((host, port), PATIENCE_SECONDS, own)
        self._file = _Shared(socket.SocketIO(self.socket, "r"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.socket.close()

    def send(self, content: bytes) -> Self:
        """Send; the server may close before it has read everything."""
        with contextlib.suppress(ConnectionError):
            self.socket.sendall(content)
        return self

    def makefile(self, *_: object) -> io.BufferedReader:
        """Return the stream of answers."""
        return self._file

    def answer(self, method: str = "GET") -> Answer:
        """Wait for the answer to the next request, of `method`."""
        response = HTTPResponse(self, method=method)  # type: ignore[arg-type]
        response.begin()
        return Answer(response.status, response.headers, response.read())

    def is_closed(self) -> bool:
        """Wait until the server closes the connection; return what it still sends."""
        try:
            return not self._file.peek(1)
        except ConnectionError:
            return True


class _Shared(io.BufferedReader):
    def close(self) -> None:
        """Stay open: http.client closes its file after each answer."""


def exchange(port: int, content: bytes) -> list[Answer]:
    """Return all answers on one connection, which the server may leave open."""
    answers = []
    with Wire(port) as wire:
        wire.send(content)
        with contextlib.suppress(ConnectionError, TimeoutError, IncompleteRead):
            wire.socket.shutdown(socket.SHUT_WR)
            while not wire.is_closed():
                answers.append(wire.answer())
    return answers


def request(
    *headers: bytes, body: bytes = b"", line: bytes = b"POST /t HTTP/1.1", host: bytes = b"Host: x"
) -> bytes:
    """Return a request with only these headers."""
    return b"\r\n".join([line, host, *headers, b"", body])


def length(body: bytes) -> bytes:
    """Return a body's Content-Length header."""
    return b"Content-Length: %d" % len(body)


def chunks(*parts: bytes) -> bytes:
    """Return a body in chunks."""
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def body(**fields: Any) -> bytes:
    """Return a body with one good event."""
    return json.dumps({"schema": "jwc.v1", **event(**fields)}).encode()
