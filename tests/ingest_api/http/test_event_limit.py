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


def send(limiter: RateLimiter, events: int, client: str = CLIENT) -> Decision:
    """Count a request and its events, as the server does."""
    decision = limiter.hit(client, 1)
    return limiter.hit_events(client, events) if decision.allowed else decision


def test_events_are_counted_all_or_none(either: Counters) -> None:
    limiter = RateLimiter(100, 60, either, most_events=14)
    decisions = [send(limiter, events) for events in (11, 7, 4, 3, 1)]
    refused = [decision for decision in decisions if not decision.allowed]
    assert [decision.allowed for decision in decisions] == [True, False, False, True, False]
    assert [decision.remaining for decision in refused] == [3, 3, 0]
    assert {decision.limit for decision in refused} == {14}
    assert all(50 < decision.reset_seconds <= 60 for decision in decisions)
    assert send(limiter, 14, "other").allowed


def test_a_window_that_ends_meanwhile_takes_nothing_back(either: Counters) -> None:
    limiter = RateLimiter(9, 60, either, most_events=5)
    assert not limiter.hit_events(CLIENT, 7).allowed, "of a request in the window before"
    assert send(limiter, 5).allowed
    assert not send(limiter, 1).allowed


def test_the_first_event_comes_with_its_request(either: Counters) -> None:
    limiter = RateLimiter(5, 60, either, most_events=3)
    decisions = [send(limiter, 1) for _ in range(4)]
    assert [decision.allowed for decision in decisions] == [True, True, True, False]
    assert decisions[-1][1:3] == (3, 0)
    # neither what is refused nor its request is counted
    assert RateLimiter(5, 60, either, most_events=3).hit("other", 1).remaining == 4


def test_requests_are_refused_before_events(either: Counters) -> None:
    limiter = RateLimiter(2, 60, either, most_events=2)
    assert [send(limiter, 1).limit for _ in range(3)] == [2, 2, 2]
    assert not limiter.hit(CLIENT).allowed


def test_a_request_without_events_takes_nothing_back(either: Counters) -> None:
    limiter = RateLimiter(9, 60, either, most_events=5)
    assert limiter.hit(CLIENT).allowed
    assert limiter.hit_events(CLIENT, 7) == (False, 5, 5, 60)
    assert send(limiter, 5).allowed


def test_a_hundred_events_a_request_are_allowed_unless_set(either: Counters) -> None:
    limiter = RateLimiter(3, 60, either)
    assert send(limiter, 300).allowed
    assert send(limiter, 1).limit == 300


def test_events_are_counted_exactly_at_once(either: Counters) -> None:
    limiter = RateLimiter(10_000, 600, either, most_events=1000)
    with ThreadPoolExecutor(8) as pool:
        decisions = list(pool.map(lambda _: send(limiter, 7), range(200)))
    left = 1000 - 7 * sum(decision.allowed for decision in decisions)
    assert 0 <= left < 7 + 8, "at most the first events of bodies that were being refused"
    assert send(limiter, left).allowed, "what was refused has used up nothing"
    assert not send(limiter, 1).allowed


def test_a_window_of_events_ends(either: Counters) -> None:
    limiter = RateLimiter(9, 1, either, most_events=2)
    assert send(limiter, 2).allowed
    assert send(limiter, 2) == Decision(False, 2, 0, 1)
    wait_until(lambda: send(limiter, 2).allowed, "a new window", 10)
