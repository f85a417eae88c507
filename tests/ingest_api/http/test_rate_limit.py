"""The rate limit: exactly the maximum a window, and open where its counts are out of reach."""

from __future__ import annotations

import signal
import subprocess
import time
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from ingest_api.http.rate_limit import (
    OUTAGE_SECONDS,
    REDIS_SECONDS,
    Decision,
    RateLimiter,
    RedisCounters,
    make_counters,
)
from ingest_api.http.shared_counters import SECOND, SharedCounters
from tests.server import free_port, wait_until

CLIENT = "81.2.69.142"
OPEN = Decision(allowed=True, limit=3, remaining=3, reset_seconds=60)


class Clock:
    """A clock that tests set, in seconds or ns."""

    def __init__(self, now: int = 5) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


class Redis:
    """A real Redis on a port of its own, to be started and stopped."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        command = ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port)]
        command += ["--save", "", "--dir", str(self.folder), "--logfile", "log"]
        self.process = subprocess.Popen(command)
        wait_until(self.is_answering, "an answer of Redis")

    def client(self) -> redis.Redis:
        """Return a client that tries once."""
        return redis.Redis(port=self.port, retry=Retry(NoBackoff(), 0))

    def is_answering(self) -> bool:
        """Return whether it answers."""
        try:
            with self.client() as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        assert self.process is not None
        self.process.send_signal(number)

    def stop(self) -> None:
        """End it."""
        self.signal(signal.SIGKILL)
        assert self.process is not None
        self.process.wait()

    def content(self) -> list[bytes]:
        """Return all keys that it holds."""
        with self.client() as client:
            return list(client.scan_iter())


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Redis]:
    running = Redis(tmp_path)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def counters() -> SharedCounters:
    return SharedCounters.create(slots=64)


Remote = Callable[..., RedisCounters]


@pytest.fixture
def remote(server: Redis) -> Iterator[Remote]:
    """Count in Redis with a secret, by a clock."""
    made: list[RedisCounters] = []

    def make(secret: str, clock: Callable[[], float] = time.monotonic) -> RedisCounters:
        made.append(RedisCounters(server.url, secret, clock))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_a_client_may_send_the_maximum_a_window() -> None:
    clock = Clock(5 * SECOND)
    counters = SharedCounters(SharedCounters.create(slots=64).fd, clock)
    limiter = RateLimiter(2, 60, make_counters(None, counters))
    assert limiter.hit(CLIENT) == Decision(True, 2, 1, 60)
    clock.now += 59 * SECOND + 1
    assert limiter.hit(CLIENT) == Decision(True, 2, 0, 1)
    assert limiter.hit(CLIENT) == Decision(False, 2, 0, 1)
    assert limiter.hit("2001:db8::/64").allowed
    clock.now += 1 * SECOND
    assert limiter.hit(CLIENT) == Decision(True, 2, 1, 60)


def test_clients_without_number_take_no_memory(counters: SharedCounters) -> None:
    limiter = RateLimiter(3, 60, counters)
    tracemalloc.start()
    for number in range(50_000):
        limiter.hit(f"2001:db8:{number:x}::/64")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000


def test_limiters_on_one_table_count_together(counters: SharedCounters) -> None:
    other = SharedCounters.attach(counters.fd)
    limiters = [
        RateLimiter(3, 60, make_counters("memory://", table)) for table in (counters, other)
    ]
    assert [limiters[turn % 2].hit(CLIENT).allowed for turn in range(5)] == [True] * 3 + [False] * 2


def test_machines_count_together_in_redis(remote: Remote) -> None:
    first, second = (RateLimiter(3, 60, remote("secret")) for _ in range(2))
    decisions = [limiter.hit(CLIENT) for limiter in (first, second) * 2]
    assert [decision.allowed for decision in decisions] == [True, True, True, False]
    assert [decision.remaining for decision in decisions] == [2, 1, 0, 0]
    assert all(50 < decision.reset_seconds <= 60 for decision in decisions)
    assert first.hit("other").allowed


def test_a_window_in_redis_ends(remote: Remote) -> None:
    limiter = RateLimiter(1, 1, remote("secret"))
    assert limiter.hit(CLIENT).allowed
    refused = limiter.hit(CLIENT)
    assert refused == Decision(False, 1, 0, 1)
    wait_until(lambda: limiter.hit(CLIENT).allowed, "a new window", 10)


def test_redis_holds_no_address(remote: Remote, server: Redis) -> None:
    for secret in ("one", "two"):
        RateLimiter(3, 60, remote(secret)).hit(CLIENT)
    assert len(server.content()) == 2
    assert not [key for key in server.content() if b"81.2" in key]


def test_requests_go_on_without_redis(
    remote: Remote, server: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    limiter = RateLimiter(3, 60, remote("secret", clock))
    assert limiter.hit(CLIENT).remaining == 2
    server.stop()
    for _ in range(5):
        assert limiter.hit(CLIENT) == OPEN
        assert limiter.hit_events(CLIENT, 10**6) == OPEN._replace(limit=300, remaining=300)
        clock.now += int(OUTAGE_SECONDS)
    (warning,) = caplog.messages
    assert "RATE_LIMIT_STORAGE" in warning
    server.start()
    assert [limiter.hit(CLIENT).allowed for _ in range(4)] == [True, True, True, False]
    assert len(caplog.messages) == 2


def test_a_redis_that_started_anew_is_no_outage(
    remote: Remote, server: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    limiter = RateLimiter(3, 60, remote("secret"))
    assert limiter.hit(CLIENT).remaining == 2
    server.stop()
    server.start()
    assert limiter.hit(CLIENT).remaining == 2
    assert not caplog.messages


def test_a_hanging_redis_delays_one_request_a_second(
    remote: Remote, server: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    limiter = RateLimiter(3, 60, remote("secret", clock))
    limiter.hit(CLIENT)
    server.signal(signal.SIGSTOP)
    assert held_up(limiter) < 0.5

    for _ in range(2):
        clock.now += int(OUTAGE_SECONDS)
        with ThreadPoolExecutor(8) as pool:
            times = sorted(pool.map(held_up, [limiter] * 8))
        assert times[-2] < REDIS_SECONDS <= times[-1] < 0.5
    server.signal(signal.SIGCONT)
    wait_until(server.is_answering, "an answer of Redis")
    clock.now += int(OUTAGE_SECONDS)
    assert limiter.hit(CLIENT).remaining < 2
    assert len(caplog.messages) == 2


def held_up(limiter: RateLimiter) -> float:
    """Return how many seconds a request is held up that is let through at last."""
    began = time.monotonic()
    assert limiter.hit(CLIENT) == OPEN
    return time.monotonic() - began


@pytest.mark.parametrize("uri", ["redis://host", "rediss://:pw@host:6380/1", "redis+unix:///run/r"])
def test_redis_need_not_be_there_at_the_start(uri: str, counters: SharedCounters) -> None:
    assert isinstance(make_counters(uri, counters), RedisCounters)
