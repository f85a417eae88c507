"""A client with one persistent connection and little overhead."""

from __future__ import annotations

import http.client
from types import TracebackType
from typing import Any, Self

import msgspec

from bench.errors import BenchError
from ingest_api.events.contract import SCHEMA

ANSWER_SECONDS = 300.0


class Client:
    """Sends requests to a server on loopback."""

    def __init__(self, port: int, timeout: float = ANSWER_SECONDS) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._connection.close()

    def ask(self, path: str, body: bytes | None = None) -> bytes:
        """Return the answer to GET, or to POST of `body`. Raises BenchError if it is not 200."""
        self._connection.request("POST" if body is not None else "GET", path, body)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise BenchError(f"{path} was answered with {answer.status}: {content[:200]!r}")
        return content

    def send(self, **fields: Any) -> None:
        """Send one event; return once it is acknowledged."""
        event = {"schema": SCHEMA, "anon": "bench", **fields}
        self.ask("/t", msgspec.json.encode(event))

    def stats(self, query: str = "") -> Any:
        """Return the answer of /stats."""
        return msgspec.json.decode(self.ask(f"/stats{query}"))

    def metric(self, name: str) -> int:
        """Return the value of a metric without labels."""
        start = f"telemetry_{name} ".encode()
        for line in self.ask("/metrics").splitlines():
            if line.startswith(start):
                return int(float(line.removeprefix(start)))
        raise BenchError(f"/metrics has no {start.decode()}")
