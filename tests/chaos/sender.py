"""Sends numbered events on several connections and records what was acknowledged."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections.abc import Iterable, Sequence
from typing import Self
from urllib.parse import urlsplit

from tests.chaos.numbered import Numbered
from tests.server import wait_until

TIMEOUT_SECONDS = 30.0
# while no server listens
RETRY_SECONDS = 0.02


class Sender:
    """Threads that send single events and batches to the servers in turn until stopped.

    `clients` is the number of client addresses, sent as a proxy would; 0: our own address.

    acknowledged: numbers of the events that were answered with success
    refused: requests that were answered otherwise, by status; those with 503 are sent again, as the
    answer asks for, so that anything that was kept nevertheless is stored twice
    seconds: how long each answer took
    unanswered: reasons of requests whose connection was cut before the answer
    """

    def __init__(
        self,
        urls: Sequence[str],
        numbered: Numbered,
        *,
        connections: int = 4,
        sizes: Sequence[int] = (1, 1, 1, 20),
        requests_per_connection: int = 1000,
        pause: float = 0.004,
        clients: int = 0,
    ) -> None:
        self.acknowledged: set[int] = set()
        self.refused: dict[int, int] = {}
        self.unanswered: list[str] = []
        self.sent = 0
        self.seconds: list[float] = []
        self.numbered = numbered
        self._urls = urls
        self._sizes = sizes
        self._requests_per_connection = requests_per_connection
        self._pause = pause
        self._interval: float | None = None  # between two requests of a connection
        self._clients = clients
        self._next = 0
        self._connections = connections
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self._stop.clear()
        self._threads = [
            threading.Thread(target=self._run, args=(place,)) for place in range(self._connections)
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def take(self, count: int) -> range:
        """Return numbers that no other thread sends."""
        with self._lock:
            first = self._next
            self._next += count
        return range(first, first + count)

    def acknowledge(self, numbers: Iterable[int]) -> None:
        """Record events as acknowledged."""
        with self._lock:
            self.acknowledged.update(numbers)

    def wait_for_more(self, count: int = 50) -> None:
        """Wait until some more events are acknowledged."""
        goal = len(self.acknowledged) + count
        wait_until(lambda: len(self.acknowledged) >= goal, f"{count} more acknowledged events")

    def wait_for_refusals(self, status: int = 503, count: int = 5) -> None:
        """Wait until some more requests are refused."""
        goal = self.refused.get(status, 0) + count
        wait_until(lambda: self.refused.get(status, 0) >= goal, f"{count} more answers {status}")

    def body(self, numbers: Iterable[int], *, identified: bool = False) -> bytes:
        """Return the body of a batch, of events with or without an `id`."""
        batch = [self.numbered.event(number) for number in numbers]
        if identified:
            batch = [{**event, "id": f"delivery {event['m']['n']}"} for event in batch]
        return json.dumps({"schema": "jwc.v1", "batch": batch}).encode()

    def _run(self, place: int) -> None:
        choices = random.Random(place)
        target = urlsplit(self._urls[place % len(self._urls)])
        assert target.hostname
        connection = http.client.HTTPConnection(target.hostname, target.port, TIMEOUT_SECONDS)
        requests, due = 0, time.monotonic()
        again: range | None = None
        while not self._stop.is_set():
            if connection.sock is None:
                requests = 0
                try:
                    connection.connect()
                except OSError:
                    time.sleep(RETRY_SECONDS)
                    continue
            again = self._send(connection, again or self.take(choices.choice(self._sizes)))
            requests += 1
            if requests >= self._requests_per_connection:
                connection.close()
            due = self._wait(due)
        connection.close()

    def pace(self, per_second: float | None) -> None:
        """Limit the requests per second; None: the initial limit."""
        self._interval = None if per_second is None else self._connections / per_second

    def _wait(self, due: float) -> float:
        """Wait until a connection's next request is due; return when the one after that is."""
        now, interval = time.monotonic(), self._interval
        if interval is None:
            time.sleep(self._pause)
            return now
        time.sleep(max(0.0, due - now))
        return max(due, now - 1) + interval

    def _headers(self, numbers: range) -> dict[str, str]:
        """Send a request as one of several clients, as a proxy would."""
        if not self._clients:
            return {}
        client = numbers.start % self._clients
        return {"X-Forwarded-For": f"8.{client >> 16 & 255}.{client >> 8 & 255}.{client & 255}"}

    def _send(self, connection: http.client.HTTPConnection, numbers: range) -> range | None:
        """Send events; return them if they must be resent."""
        began = time.monotonic()
        try:
            connection.request("POST", "/t", self.body(numbers), self._headers(numbers))
            response = connection.getresponse()
            answer = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            connection.close()
            with self._lock:
                self.unanswered.append(repr(error))
            return None
        self.seconds.append(time.monotonic() - began)
        self.sent += 1
        if response.status == 200 and answer["accepted"] == len(numbers):
            self.acknowledge(numbers)
            return None
        with self._lock:
            self.refused[response.status] = self.refused.get(response.status, 0) + 1
        return numbers if response.status == 503 else None
