"""The rate limit: the requests and events that a client may send per window, across all workers.

A client's first request, or event, begins its window. What is refused is not counted, so that a
smaller body may still pass.
"""

from __future__ import annotations

import hmac
import logging
import threading
import time
from collections.abc import Callable
from math import ceil
from typing import Final, NamedTuple, Protocol

from ingest_api.http.shared_counters import Count, SharedCounters

logger = logging.getLogger(__name__)

# the time limit for connecting and for each answer: how long a request waits if Redis is down
REDIS_SECONDS: Final = 0.1
# the minimum length of an outage, during which no request waits for Redis
OUTAGE_SECONDS: Final = 1.0
# as SharedCounters.add, in ms; in one go: a count that was corrected later would refuse others
# meanwhile
REDIS_ADD: Final = """
local value = tonumber(redis.call('get', KEYS[1]) or '0') + ARGV[2]
local left = redis.call('pttl', KEYS[1])
if left <= 0 then left = ARGV[1] * 1000 end
if value <= tonumber(ARGV[3]) then redis.call('set', KEYS[1], value, 'px', left) end
return {value, left}
"""
EVENTS_A_REQUEST: Final = 100


class Decision(NamedTuple):
    """Whether a request or its events are allowed, and what is left in the client's window."""

    allowed: bool
    limit: int
    remaining: int
    reset_seconds: int  # until the window ends, rounded up


class Counters(Protocol):
    """The counters of a storage."""

    def add(self, name: str, seconds: int, amount: int, most: int) -> Count | None:
        """Do as SharedCounters.add; return None if the counts are out of reach."""


class RateLimiter:
    """Allows a client `most_requests` and `most_events` per window."""

    def __init__(
        self,
        most_requests: int,
        window_seconds: int,
        counters: Counters,
        *,
        most_events: int | None = None,
    ) -> None:
        """Count in `counters`. `most_events` defaults to 100 per request."""
        self._window_seconds = window_seconds
        self._most_requests = most_requests
        self._most_events = most_events or EVENTS_A_REQUEST * most_requests
        # machines with other limits that count in the same Redis count apart
        self._requests_name = f"requests/{{}}/{most_requests}/{window_seconds}".format
        self._events_name = f"events/{{}}/{self._most_events}/{window_seconds}".format
        self._add = counters.add

    def hit(self, bucket: str) -> Decision:
        """Count a request of a client and decide on it."""
        return self._decide(self._requests_name(bucket), 1, self._most_requests)

    def hit_events(self, bucket: str, events: int) -> Decision:
        """Count the events of a client's request, all or none, and decide on them."""
        return self._decide(self._events_name(bucket), events, self._most_events)

    def _decide(self, name: str, amount: int, most: int) -> Decision:
        """Allow what is within the limit.

        If the storage is unreachable, allow everything: too many events are better than lost ones.
        """
        counted = self._add(name, self._window_seconds, amount, most)
        if counted is None:
            return Decision(True, most, most, self._window_seconds)
        count, left = counted
        allowed = count <= most
        remaining = most - count if allowed else max(0, most - count + amount)
        return Decision(allowed, most, remaining, max(1, ceil(left)))


class RedisCounters:
    """Counts in Redis. If it is unreachable, logs that once, and retries from time to time.

    The keys are hashed with a secret, since the names contain addresses.
    """

    def __init__(self, url: str, secret: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Connect at the first count; `clock` returns seconds and times outages.

        Machines that count together need the same `secret`, such as the salt. Each answer may take
        0.1 s; resolving the server's name has no time limit.
        """
        import redis  # imported here: few use it, and it takes 70 ms

        self._errors = (OSError, redis.RedisError)
        self._client = redis.Redis(
            connection_pool=redis.ConnectionPool.from_url(
                url.replace("redis+unix://", "unix://", 1),
                socket_connect_timeout=REDIS_SECONDS,
                socket_timeout=REDIS_SECONDS,
            )
        )
        self._script = self._client.register_script(REDIS_ADD)
        self._secret = secret.encode()
        self._clock = clock
        self._lock = threading.Lock()
        self._out = False
        self._next_try = 0.0

    def add(self, name: str, seconds: int, amount: int, most: int) -> Count | None:
        """Do as SharedCounters.add; return None if Redis can't be reached."""
        if self._out and not self._may_try():
            return None
        key = f"telemetry:{hmac.digest(self._secret, name.encode(), 'sha256').hex()}"
        try:
            value, left = self._script([key], [seconds, amount, most])
        except self._errors as error:
            self._note(error)
            return None
        if self._out:
            self._note(None)
        return Count(value, left / 1000)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _may_try(self) -> bool:
        with self._lock:
            now = self._clock()
            if now < self._next_try:
                return False
            self._next_try = now + OUTAGE_SECONDS
            return True

    def _note(self, error: Exception | None) -> None:
        with self._lock:
            was_out, self._out = self._out, error is not None
            self._next_try = self._clock() + OUTAGE_SECONDS
        if error is not None and not was_out:
            text = "RATE_LIMIT_STORAGE is unreachable; requests are not limited: %s"
            logger.warning(text, error)
        elif error is None and was_out:
            logger.warning("RATE_LIMIT_STORAGE is reachable again; requests are limited")


def make_counters(storage: str | None, shared: SharedCounters, secret: str = "") -> Counters:
    """Return the counters for a valid `RATE_LIMIT_STORAGE`."""
    if storage is None or storage == "memory://":
        return shared
    return RedisCounters(storage, secret)
