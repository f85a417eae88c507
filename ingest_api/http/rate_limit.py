"""The rate limit: so many requests and events a client in a window of time, over all workers.

The windows are those of `limits`' fixed-window strategy: the first request, or event, begins one.
What is refused is not counted, so that a smaller body may still pass.
"""

from __future__ import annotations

import hmac
import logging
import threading
import time
from collections.abc import Callable
from math import ceil
from typing import Final, NamedTuple

import redis
from limits import RateLimitItemPerSecond
from limits.storage import RedisStorage, Storage

from ingest_api.http.shared_counters import Count, SharedCounters

logger = logging.getLogger(__name__)

# for connecting, and for each answer: what a request waits at most for a Redis that is gone
REDIS_SECONDS: Final = 0.1
# how long an outage lasts at least, in which no request waits for Redis at all
OUTAGE_SECONDS: Final = 1.0
# in one go: a count that was corrected afterwards would refuse others meanwhile. What is returned
# is as SharedCounters.add returns it, with ms.
REDIS_ADD: Final = """
local value = tonumber(redis.call('get', KEYS[1]) or '0') + ARGV[2]
local left = redis.call('pttl', KEYS[1])
if left <= 0 then left = ARGV[1] * 1000 end
if value <= tonumber(ARGV[3]) then redis.call('set', KEYS[1], value, 'px', left) end
return {value, left}
"""
EVENTS_A_REQUEST: Final = 100


class Decision(NamedTuple):
    """Whether a request or its events are allowed, and what the client has left in this window."""

    allowed: bool
    limit: int
    remaining: int
    reset_seconds: int  # until the window ends, rounded up


class RateLimiter:
    """Allows `most_requests` and `most_events` of a client a window."""

    def __init__(
        self,
        most_requests: int,
        window_seconds: int,
        storage: LimitStorage,
        clock: Callable[[], float] = time.monotonic,
        *,
        most_events: int | None = None,
    ) -> None:
        """Count in `storage`; `clock` gives seconds and times outages of a remote one.

        Unless given, `most_events` is 100 for each request.
        """
        self._window_seconds = window_seconds
        self._most_requests = most_requests
        self._most_events = most_events or EVENTS_A_REQUEST * most_requests
        self._requests_key = _keys(most_requests, window_seconds)
        self._events_key = _keys(self._most_events, window_seconds, namespace="EVENTS")
        self._add: Callable[[str, int, int, int], Count | None] = (
            storage.add
            if isinstance(storage, SharedMemoryStorage)
            else _RemoteCounts(storage, clock).add
        )

    def hit(self, bucket: str) -> Decision:
        """Count a request of a client and decide on it."""
        return self._decide(self._requests_key(bucket), 1, self._most_requests)

    def hit_events(self, bucket: str, events: int) -> Decision:
        """Count the events of a client's request, all or none, and decide on them."""
        return self._decide(self._events_key(bucket), events, self._most_events)

    def _decide(self, key: str, amount: int, most: int) -> Decision:
        """Allow what is within the limit.

        Where the counts are out of reach, it is allowed: losing events is worse than too many.
        """
        counted = self._add(key, self._window_seconds, amount, most)
        if counted is None:
            return Decision(True, most, most, self._window_seconds)
        count, left = counted
        allowed = count <= most
        remaining = most - count if allowed else max(0, most - count + amount)
        return Decision(allowed, most, remaining, max(1, ceil(left)))


def _keys(most: int, window_seconds: int, **options: str) -> Callable[[str], str]:
    """Return what makes a counter's name of a bucket."""
    return RateLimitItemPerSecond(most, window_seconds, **options).key_for("{}").format


class SharedMemoryStorage(Storage):
    """`limits` storage in the memory that the workers of one server share."""

    STORAGE_SCHEME = None  # made with counters, not from a URI

    def __init__(
        self, counters: SharedCounters, wall_clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__()
        self._counters = counters
        self._wall_clock = wall_clock
        self.add = counters.add  # more than incr says, and in one go

    @property
    def base_exceptions(self) -> type[Exception]:
        """The errors that can come: of the file lock."""
        return OSError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to a counter that lasts for `expiry` seconds from its first; return its count."""
        return self._counters.add(key, expiry, amount).value

    def get(self, key: str) -> int:
        """Return a count."""
        return self._counters.get(key).value

    def get_expiry(self, key: str) -> float:
        """Return when a counter ends, in s since 1970; now, where there is none."""
        return self._wall_clock() + self._counters.get(key).seconds_left

    def check(self) -> bool:
        """Return that counting works."""
        return True

    def reset(self) -> int:
        """Forget all counters; return how many there were."""
        return self._counters.clear()

    def clear(self, key: str) -> None:
        """Forget a counter."""
        self._counters.remove(key)


class SecretRedisStorage(RedisStorage):
    """`limits` storage in Redis, under keyed hashes: the keys that it is given hold addresses."""

    def __init__(self, uri: str, pool: redis.ConnectionPool, secret: str) -> None:
        super().__init__(uri, connection_pool=pool)
        self._secret = secret.encode()
        self._add = self.storage.register_script(REDIS_ADD)

    def add(self, key: str, seconds: int, amount: int, most: int) -> Count:
        """Add to a counter as SharedCounters.add does."""
        value, left = self._add([self.prefixed_key(key)], [seconds, amount, most])
        return Count(value, left / 1000)

    def prefixed_key(self, key: str) -> str:
        """Return the key in Redis; `*` is for all."""
        hashed = key if key == "*" else hmac.digest(self._secret, key.encode(), "sha256").hex()
        return f"{self.key_prefix}:{hashed}"


LimitStorage = SharedMemoryStorage | SecretRedisStorage


def storage(uri: str | None, shared: SharedCounters, secret: str = "") -> LimitStorage:
    """Return where to count: None or `memory://` for memory, `redis://host:6379` for Redis.

    Machines that count together in Redis need the same `secret`, such as the salt. Redis need not
    be there: each of its answers is waited for 0.1 s, its name as long as the resolver takes.
    `uri` is as the settings allow it.
    """
    if uri is None or uri == "memory://":
        return SharedMemoryStorage(shared)
    pool = redis.ConnectionPool.from_url(
        uri.replace("redis+unix://", "unix://", 1),
        socket_connect_timeout=REDIS_SECONDS,
        socket_timeout=REDIS_SECONDS,
    )
    return SecretRedisStorage(uri, pool, secret)


class _RemoteCounts:
    """Counts in a storage that may be out of reach: says so once, and tries again in a while."""

    def __init__(self, storage: SecretRedisStorage, clock: Callable[[], float]) -> None:
        errors = storage.base_exceptions
        self._errors: tuple[type[Exception], ...] = (
            OSError,
            *(errors if isinstance(errors, tuple) else (errors,)),
        )
        self._storage = storage
        self._clock = clock
        self._lock = threading.Lock()
        self._out = False
        self._next_try = 0.0

    def add(self, key: str, seconds: int, amount: int, most: int) -> Count | None:
        """Add to a counter; return None if it can't be reached."""
        if self._out and not self._may_try():
            return None
        try:
            count = self._storage.add(key, seconds, amount, most)
        except self._errors as error:
            self._note(error)
            return None
        if self._out:
            self._note(None)
        return count

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
            text = "RATE_LIMIT_STORAGE is out of reach, requests are let through uncounted: %s"
            logger.warning(text, error)
        elif error is None and was_out:
            logger.warning("RATE_LIMIT_STORAGE answers again, requests are counted")
