"""A real HTTP server on loopback that records requests and sends configured answers."""

from __future__ import annotations

import gzip
import sys
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType, TracebackType
from typing import Any, NamedTuple, Self

import msgspec


class Reply(NamedTuple):
    """An answer other than the usual one; no status: the connection is cut instead."""

    status: int | None
    headers: Mapping[str, str] = MappingProxyType({})
    body: bytes = b"{}"


class Received(NamedTuple):
    """A request to `/t`."""

    headers: dict[str, str]
    wire_bytes: int
    body: bytes  # inflated
    port: int  # the client's, one a connection
    at: float  # monotonic s

    @property
    def batch(self) -> list[dict[str, Any]]:
        """Return its events."""
        batch: list[dict[str, Any]] = msgspec.json.decode(self.body)["batch"]
        return batch


class Server(ThreadingHTTPServer):
    """Waits for its connections to end before it is closed."""

    daemon_threads = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say what went wrong, unless it is that the client went away."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class RecordingServer:
    """Gives `replies` first, one a POST, then accepts everything; holds all while `hangs`."""

    def __init__(self, *replies: Reply, health: int = 200, hangs: bool = False) -> None:
        self.replies = list(replies)
        self.health = health
        self.database_health = Reply(200, {}, b'{"ok":true,"lag":{"events":0,"seconds":0}}')
        self.received: list[Received] = []
        self.go_on = threading.Event()
        self.has_request = threading.Event()
        if not hangs:
            self.go_on.set()
        self.lock = threading.Lock()
        self._server = Server(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @property
    def events(self) -> list[dict[str, Any]]:
        """Return all events of all requests."""
        return [event for request in self.received for event in request.batch]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.go_on.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(recorder) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - `self` is the handler's
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 10
            wbufsize = -1  # an answer in one piece

            def do_GET(self) -> None:
                if self.path == "/dbhealth":
                    self.answer(recorder.database_health)
                else:
                    self.answer(Reply(recorder.health if self.path == "/health" else 404))

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                wire = self.rfile.read(length)
                if len(wire) < length:
                    raise ConnectionResetError("the client went away")
                is_packed = self.headers["Content-Encoding"] == "gzip"
                received = Received(
                    dict(self.headers),
                    len(wire),
                    gzip.decompress(wire) if is_packed else wire,
                    self.client_address[1],
                    time.monotonic(),
                )
                with recorder.lock:
                    recorder.received.append(received)
                    reply = recorder.replies.pop(0) if recorder.replies else None
                recorder.has_request.set()
                recorder.go_on.wait()
                accepted = b'{"ok":true,"accepted":%d,"skipped":0}' % len(received.batch)
                self.answer(reply or Reply(200, {}, accepted))

            def answer(self, reply: Reply) -> None:
                if reply.status is None:
                    self.close_connection = True
                    return
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler
