"""Send batches to a running server, over a few connections, until each one is acknowledged."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import queue
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from http import HTTPStatus
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import msgspec

from ingest_api.backoff import Backoff
from ingest_api.commands.demo.batches import Batch
from ingest_api.commands.demo.generator import Origin
from ingest_api.failure import reason

CONNECTIONS: Final = 4
TIMEOUT_S: Final = 30.0
FIRST_BACKOFF_S: Final = 0.5
LONGEST_BACKOFF_S: Final = 15.0
FAILING_PATIENCE_S: Final = 120.0  # a restart, a full disk that is being cleared
LONGEST_PAUSE_S: Final = 300.0
LIMITED_PATIENCE_S: Final = 3_900.0  # a bit more than the rate limit's hour
RECHECK_S: Final = 0.1
COMPRESSION: Final = 1  # the fastest: the server is usually near

# 192.88.99.0/24 is public but unused since RFC 7526, so no GeoIP database locates it
ADDRESSES: Final = 254


class SendError(Exception):
    """Sending can't go on; the message is one line for the user."""


class Answer(msgspec.Struct):
    """The server's answer to a batch."""

    accepted: int
    skipped: int


class Lag(msgspec.Struct):
    """How many events wait to be loaded, and the oldest one's age in seconds."""

    events: int
    seconds: int


class DatabaseHealth(msgspec.Struct):
    """The state of the server's database."""

    ok: bool
    lag: Lag
    reason: str = ""


class Refusal(msgspec.Struct):
    """The server's answer to a request that it refuses."""

    error: str


decode_answer: Final = msgspec.json.Decoder(Answer).decode
decode_health: Final = msgspec.json.Decoder(DatabaseHealth).decode
decode_refusal: Final = msgspec.json.Decoder(Refusal).decode


class Trouble(NamedTuple):
    """Why a batch has to be sent again."""

    what: str
    asked_s: float = 0.0  # how long the server asks us to wait
    limited: bool = False  # by the rate limit, so the server is healthy


def origin_headers(origin: Origin) -> dict[str, str]:
    """Return the headers that a proxy would send. The server trusts them from its own host."""
    headers = {
        "CF-IPCountry": origin.place.country or "XX",
        "X-Forwarded-For": f"192.88.99.{1 + origin.address % ADDRESSES}",
    }
    if origin.place.region is not None:
        headers["CF-Region-Code"] = origin.place.region
    return headers


class Sender:
    """Sends to the server at `url`, and calls `tell` with a line when it has to wait.

    `pause` waits for some seconds; if sending must stop, it returns early, with True.
    """

    def __init__(
        self,
        url: str,
        tell: Callable[[str], None],
        pause: Callable[[float], bool] | None = None,
    ) -> None:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:  # an invalid port, or an unmatched bracket
            parts, port = urlsplit(""), None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"--url {url}: should be such as http://127.0.0.1:8088")
        self._url = url.rstrip("/")
        self._path = parts.path.rstrip("/")
        self._tell_user = tell
        self._last_line = ""
        self._stop = threading.Event()
        self._pause = pause or self._stop.wait
        self._free: queue.LifoQueue[http.client.HTTPConnection] = queue.LifoQueue()
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        self._connections = [
            kind(parts.hostname, port, timeout=TIMEOUT_S) for _ in range(CONNECTIONS)
        ]
        for connection in self._connections:
            self._free.put(connection)

    def check(self) -> None:
        """Raise SendError if no server answers at the URL."""
        try:
            status = self._exchange("GET", "/health")[0].status
        except (OSError, http.client.HTTPException) as error:
            raise SendError(
                f"No server answers at {self._url} ({reason(error)}). Start it with: make run"
            ) from error
        finally:
            self._close()
        if status != HTTPStatus.OK:
            raise SendError(f"{self._url}/health answers {status}: is that this server? Set --url.")

    def database_health(self) -> DatabaseHealth | None:
        """Return the state of the server's database, or None if the answer has none."""
        try:
            return decode_health(self._exchange("GET", "/dbhealth")[1])
        except msgspec.MsgspecError:
            return None
        except (OSError, http.client.HTTPException) as error:
            raise SendError(
                f"The server at {self._url} no longer answers ({reason(error)}). All events are "
                "accepted and safe in its log: restart it, and they reach /stats."
            ) from error
        finally:
            self._close()

    def send(self, batches: Iterable[Batch], acknowledge: Callable[[Batch, Answer], None]) -> None:
        """Send each batch, roughly in order, and call `acknowledge` for each in this thread.

        A batch that may not have arrived is sent again: its events have ids, so the server stores
        each only once. Raises SendError if the server refuses a batch, or fails for too long.
        """
        waiting: deque[tuple[Batch, Future[Answer]]] = deque()
        pool = ThreadPoolExecutor(CONNECTIONS)
        try:
            for batch in batches:
                waiting.append((batch, pool.submit(self._deliver, batch)))
                if len(waiting) >= 2 * CONNECTIONS:
                    acknowledge(waiting[0][0], waiting[0][1].result())
                    waiting.popleft()
            for sent, answer in waiting:
                acknowledge(sent, answer.result())
        except BaseException:
            self._abandon([answer for _, answer in waiting])
            raise
        finally:
            pool.shutdown()
            self._close()

    def _deliver(self, batch: Batch) -> Answer:
        body = gzip.compress(batch.body, COMPRESSION, mtime=0)
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        headers |= origin_headers(batch.origin)
        backoff = Backoff(FIRST_BACKOFF_S, LONGEST_BACKOFF_S)
        failing_s = limited_s = 0.0
        while not self._stop.is_set():
            result = self._attempt(body, headers)
            if isinstance(result, Answer):
                return result
            if self._stop.is_set():
                break
            if result.limited:
                wait_s = min(max(result.asked_s, FIRST_BACKOFF_S), LONGEST_PAUSE_S)
                limited_s += wait_s
            else:
                wait_s = min(max(result.asked_s, backoff.fail()), LONGEST_BACKOFF_S)
                failing_s += wait_s
            if limited_s > LIMITED_PATIENCE_S or failing_s > FAILING_PATIENCE_S:
                raise SendError(
                    f"The server at {self._url} still {result.what}. Repeat the command later: "
                    "nothing is stored twice."
                )
            self._tell(f"The server {result.what}: sending again in {wait_s:g} s.")
            self._pause(wait_s)
        raise SendError("Stopped.")

    def _attempt(self, body: bytes, headers: dict[str, str]) -> Answer | Trouble:
        """Post once. Raises SendError if a retry can't succeed."""
        try:
            response, content = self._exchange("POST", "/t", body, headers)
            if response.status == HTTPStatus.OK:
                return decode_answer(content)
        except (OSError, http.client.HTTPException) as error:
            return Trouble(f"does not answer ({reason(error)})")
        except msgspec.MsgspecError as error:
            raise SendError(f"The server's answer can't be parsed: {error}") from error
        what = f"answers {response.status} {_code(content)}".rstrip()
        retry_after = response.headers.get("Retry-After", "")
        asked_s = float(retry_after) if retry_after.isdecimal() else 0.0
        if asked_s:
            what += f" and asks to wait {asked_s:g} s"
        limited = response.status == HTTPStatus.TOO_MANY_REQUESTS
        if limited or response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return Trouble(what, asked_s, limited)
        raise SendError(f"The server at {self._url} {what} to a batch; sending stopped.")

    def _exchange(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[http.client.HTTPResponse, bytes]:
        connection = self._free.get()
        try:
            connection.request(method, self._path + path, body, headers or {})
            response = connection.getresponse()
            return response, response.read()
        except BaseException:
            connection.close()  # the next request reconnects
            raise
        finally:
            self._free.put(connection)

    def _tell(self, line: str) -> None:
        if line != self._last_line:  # all connections have the same trouble
            self._last_line = line
            self._tell_user(line)

    def _abandon(self, answers: Iterable[Future[Answer]]) -> None:
        """Return once no thread waits for an answer."""
        self._stop.set()
        running = [answer for answer in answers if not answer.cancel()]
        while wait(running, timeout=RECHECK_S).not_done:
            for connection in self._connections:
                if isinstance(open_socket := connection.sock, socket.socket):
                    with contextlib.suppress(OSError):  # it was closed meanwhile
                        open_socket.shutdown(socket.SHUT_RDWR)

    def _close(self) -> None:
        for connection in self._connections:
            connection.close()


def _code(content: bytes) -> str:
    """Return the error code in an answer, or an empty text."""
    try:
        return decode_refusal(content).error
    except msgspec.MsgspecError:
        return ""
