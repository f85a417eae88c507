"""The limit of events: all of a body or none, exactly, in memory and in Redis."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from ingest_api.http.rate_limit import Counters, Decision, RateLimiter
from ingest_api.http.shared_counters import SharedCounters
from tests.ingest_api.http.test_rate_limit import CLIENT, counters, remote, server
from tests.server import wait_until

__all__ = ["counters", "remote", "server"]


@pytest.fixture(params=["memory", "redis"])
def either(request: pytest.FixtureRequest, counters: SharedCounters) -> Counters:
    """Each storage in turn."""
    if request.param == "memory":
        return counters
    # on a busy machine an answer may take longer than 0.1 s: what it is of would pass uncounted
    request.getfixturevalue("server").url += "?socket_timeout=10&socket_connect_timeout=10"
    make: Callable[[str], Counters] = request.getfixturevalue("remote")
    return make("secret")


def test_events_are_counted_all_or_none(either: Counters) -> None:
    limiter = RateLimiter(3, 60, either, most_events=10)
    decisions = [limiter.hit_events(CLIENT, events) for events in (11, 7, 4, 3, 1, 0)]
    assert [decision.allowed for decision in decisions] == [False, True, False, True, False, True]
    assert [decision.remaining for decision in decisions] == [10, 3, 3, 0, 0, 0]
    assert {decision.limit for decision in decisions} == {10}
    assert all(50 < decision.reset_seconds <= 60 for decision in decisions)
    assert limiter.hit_events("other", 10).allowed


def test_events_and_requests_are_counted_apart(either: Counters) -> None:
    limiter = RateLimiter(3, 60, either, most_events=3)
    assert [limiter.hit(CLIENT).remaining for _ in range(3)] == [2, 1, 0]
    assert [limiter.hit_events(CLIENT, 1).remaining for _ in range(3)] == [2, 1, 0]


def test_a_hundred_events_a_request_are_allowed_unless_set(either: Counters) -> None:
    assert RateLimiter(3, 60, either).hit_events(CLIENT, 300).limit == 300


def test_events_are_counted_exactly_at_once(either: Counters) -> None:
    limiter = RateLimiter(1, 600, either, most_events=1000)
    with ThreadPoolExecutor(8) as pool:
        decisions = list(pool.map(lambda _: limiter.hit_events(CLIENT, 7), range(200)))
    assert sum(decision.allowed for decision in decisions) == 1000 // 7
    assert limiter.hit_events(CLIENT, 1000 % 7).allowed, "what was refused has used up nothing"


def test_a_window_of_events_ends(either: Counters) -> None:
    limiter = RateLimiter(1, 1, either, most_events=2)
    assert limiter.hit_events(CLIENT, 2).allowed
    assert limiter.hit_events(CLIENT, 2) == Decision(False, 2, 0, 1)
    wait_until(lambda: limiter.hit_events(CLIENT, 2).allowed, "a new window", 10)
