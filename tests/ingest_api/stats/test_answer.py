"""`GET /stats` against a slow, plain second reading of the contract, field by field."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pandas as pd
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.ingest_api.random_events import Sent, random_events
from tests.ingest_api.stats.slow_stats import read_events, slow_stats
from tests.server import RunningServer

SALT = "a secret of the tests"
SEED = 7
WINDOW_DAYS = 5
BATCH = 90
LONELY = datetime(1990, 1, 1, tzinfo=UTC)
TODAY = datetime.now(UTC).date()
THIS_MONTH = TODAY.replace(day=1)
LAST_MONTH = (THIS_MONTH - timedelta(days=1)).replace(day=1)
MONTH_BEFORE = (LAST_MONTH - timedelta(days=1)).replace(day=1)


def ago(days: int) -> date:
    """Return the day that was `days` ago."""
    return TODAY - timedelta(days=days)


WINDOWS = {
    "today": (TODAY, TODAY),
    "one day": (ago(9), ago(9)),
    "two days": (ago(2), ago(1)),
    "the week": (ago(6), TODAY),
    "the month so far": (THIS_MONTH, TODAY),
    "a whole month": (LAST_MONTH, THIS_MONTH - timedelta(days=1)),
    "two whole months": (MONTH_BEFORE, THIS_MONTH - timedelta(days=1)),
    "inside a month": (LAST_MONTH + timedelta(days=4), LAST_MONTH + timedelta(days=19)),
    "from inside a month to its end": (LAST_MONTH + timedelta(days=1), THIS_MONTH - timedelta(1)),
    "from a month's start into the next": (LAST_MONTH, THIS_MONTH),
    "a month and parts of its neighbours": (LAST_MONTH - timedelta(days=3), THIS_MONTH),
    "where two months meet": (LAST_MONTH - timedelta(days=1), LAST_MONTH),
    "months, ended in the past": (ago(400), ago(50)),
    "the days to come": (TODAY + timedelta(days=1), TODAY + timedelta(days=60)),
    "3660 days": (TODAY - timedelta(days=3619), TODAY + timedelta(days=40)),
    "a leap day": (date(2024, 2, 29), date(2024, 2, 29)),
    "around a leap day": (date(2024, 2, 28), date(2024, 3, 1)),
    "a leap day of a century": (date(2000, 2, 1), date(2000, 2, 29)),
    "the first day of all": (date(1973, 1, 1), date(1973, 1, 1)),
    "the first years of all": (date(1973, 1, 1), date(1974, 12, 31)),
    "before all": (date(1963, 1, 1), date(1973, 1, 2)),
    "the last days of all": (TODAY, TODAY + timedelta(days=1)),
    "nothing": (date(1985, 3, 4), date(1985, 5, 6)),
    "the end of the calendar": (date(9990, 1, 1), date(9999, 12, 31)),
    "the start of the calendar": (date(1, 1, 1), date(1, 1, 31)),
}


class Loaded:
    """A server that has got many events, and the frame of those that count."""

    def __init__(self, server: RunningServer, sent: list[Sent]) -> None:
        self.server = server
        self.events: pd.DataFrame = read_events(sent, SALT)

    def ask(self, **asked: Any) -> dict[str, Any]:
        """Return the answer of `/stats`; the window's ends are `first` and `last`."""
        names = {"first": "from", "last": "to"}
        params = {names[name]: str(value) for name, value in asked.items()}
        answer = self.server.get("/stats", params=params)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def compare(self, answer: dict[str, Any], first: date, last: date) -> list[str]:
        """Return how an answer differs from the one expected for `first` to `last`."""
        expected = slow_stats(self.events, first, last, int(time.time() * 1000))
        return list(differences("stats", expected, answer))


@pytest.fixture(scope="module")
def loaded(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """A server on a database of its own, with 20,000 events that came in batches."""
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute("create database stats")
        settings = {"YEARLY_SALT": SALT, "STATS_WINDOW_DAYS": str(WINDOW_DAYS)}
        url = make_conninfo(cluster, dbname="stats")
        with RunningServer(url, tmp_path_factory.mktemp("stats") / "data", **settings) as server:
            now_ms = int(time.time() * 1000)
            sent = random_events(SEED, now_ms) + lonely_runs() + running_sessions(now_ms)
            send(server, sent)
            server.settle()
            yield Loaded(server, sent)
        connection.execute("drop database stats with (force)")


def lonely_runs() -> list[Sent]:
    """Return a run of each duration below 100 ms, each alone on its day, from LONELY on."""
    runs = []
    for duration in range(100):
        t = int((LONELY + timedelta(days=duration)).timestamp() * 1000)
        m = {"durationMs": duration}
        runs.append(Sent({"anon": "a", "evt": "java.run.completed", "t": t, "m": m}, "DE", t))
    return runs


def running_sessions(now_ms: int) -> list[Sent]:
    """Return sessions with events at some minutes from now; those with a + are completed runs."""
    events = []
    running = ("-3", "-3 120", "-90 -3", "-90 90", "-30", "60")
    for session in (*running, "-3 -2+", "-3 1400+", "-1500+ -3"):
        for minutes in session.split():
            t = now_ms + int(minutes.rstrip("+")) * 60_000
            evt = "java.run.completed" if minutes.endswith("+") else "java.run.started"
            sent = {"anon": "b", "evt": evt, "t": t, "sessionId": session}
            events.append(Sent(sent, None, t))
    return events


def send(server: RunningServer, sent: list[Sent]) -> None:
    """Send events in batches, each from one country."""
    accepted = 0
    ordered = sorted(enumerate(sent), key=lambda item: (item[0] // 4000, item[1].country or ""))
    for country, group in itertools.groupby((one for _, one in ordered), lambda one: one.country):
        events = [one.event for one in group]
        headers = {"CF-IPCountry": country} if country else {}
        for start in range(0, len(events), BATCH):
            answer = server.post(*events[start : start + BATCH], headers=headers)
            assert answer.status_code == 200, answer.text
            accepted += answer.json()["accepted"]
    assert accepted == sum(one.t is not None for one in sent)


def differences(path: str, expected: Any, found: Any) -> Iterator[str]:
    """Yield each place where two answers differ, the order of objects included."""
    if isinstance(expected, dict) and isinstance(found, dict):
        if list(expected) != list(found) and path != "stats" and "[" not in path:
            yield f"{path}: keys {list(found)}, expected {list(expected)}"
        elif expected.keys() != found.keys():
            yield f"{path}: keys {sorted(found)}, expected {sorted(expected)}"
        for key in expected.keys() & found.keys():
            yield from differences(f"{path}.{key}", expected[key], found[key])
    elif isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            yield f"{path}: {len(found)} items, expected {len(expected)}"
        for index, pair in enumerate(zip(expected, found, strict=False)):
            yield from differences(f"{path}[{index}]", *pair)
    elif not is_same(path, expected, found):
        yield f"{path}: {found!r}, expected {expected!r}"


def is_same(path: str, expected: Any, found: Any) -> bool:
    """Return whether two numbers or texts agree as exactly as they should."""
    if type(expected) in (bool, str, type(None)):
        return type(found) is type(expected) and bool(found == expected)
    if isinstance(found, bool) or not isinstance(found, int | float):
        return False
    if path in ("stats.durations.median", "stats.durations.p90"):
        return bool(abs(found - expected) <= 0.01 * expected)
    if isinstance(expected, Fraction):
        return round(found, 1) == found and abs(Fraction(found) - expected) < Fraction("0.0500001")
    return math.isclose(found, expected, rel_tol=1e-12)


@pytest.mark.parametrize("window", WINDOWS)
def test_every_field_is_that_of_the_events(loaded: Loaded, window: str) -> None:
    first, last = WINDOWS[window]
    assert loaded.compare(loaded.ask(first=first, last=last), first, last) == []


@pytest.mark.parametrize("asked", [{}, {"first": ago(20)}, {"last": ago(30)}])
def test_a_window_not_asked_for_follows_from_today_or_the_other_end(
    loaded: Loaded, asked: dict[str, date]
) -> None:
    before = datetime.now(UTC).date()
    answer = loaded.ask(**asked)
    today = datetime.now(UTC).date()
    if answer["to"] == before.isoformat():
        today = before  # midnight came after the answer
    last = asked.get("last", today)
    first = asked.get("first", last - timedelta(days=WINDOW_DAYS - 1))
    assert (answer["from"], answer["to"]) == (first.isoformat(), last.isoformat())
    assert loaded.compare(answer, first, last) == []


def test_percentiles_are_within_one_percent(loaded: Loaded) -> None:
    for duration in range(100):
        day = (LONELY + timedelta(days=duration)).date()
        found = loaded.ask(first=day, last=day)["durations"]
        assert found["count"] == 1
        for name in ("median", "p90"):
            assert abs(found[name] - duration) <= 0.01 * duration, (duration, name)


@pytest.mark.parametrize(
    "asked",
    [
        {"from": "2026-02-30", "to": "2026-03-01"},
        {"from": "2025-02-29", "to": "2025-03-01"},
        {"from": "2026-13-01", "to": "2027-01-01"},
        {"from": "2026-1-5", "to": "2026-01-06"},
        {"from": "20260105", "to": "20260106"},
        {"from": "2026-W01-1", "to": "2026-01-06"},
        {"from": "2026-01-05T00:00:00Z", "to": "2026-01-06"},
        {"from": " 2026-01-05", "to": "2026-01-06"},
        {"from": "2026-01-05\n", "to": "2026-01-06"},
        {"from": "٢٠٢٦-٠١-٠٥", "to": "2026-01-06"},
        {"from": "２０２６-01-05", "to": "2026-01-06"},
        {"from": "yesterday", "to": "today"},
        {"from": "1767571200000"},
        {"from": "", "to": "2026-01-06"},
        {"from": "2026-01-05", "to": ""},
        {"from": ""},
        {"to": "0000-00-00"},
        {"to": "0001-01-02"},
        {"from": "2026-01-07", "to": "2026-01-06"},
        {"from": "9999-12-31"},
        {"from": "1970-01-01"},
        {"from": "2016-01-01", "to": "2026-01-08"},
    ],
)
def test_an_invalid_window_is_a_bad_range(loaded: Loaded, asked: dict[str, str]) -> None:
    answer = loaded.server.get("/stats", params=asked)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/json")
    found = answer.json()
    assert found.keys() == {"error", "message"}
    assert found["error"] == "bad_range"
    assert "YYYY-MM-DD" in found["message"]


def test_the_longest_window_is_3660_days(loaded: Loaded) -> None:
    first = date(2016, 1, 1)
    assert loaded.ask(first=first, last=first + timedelta(days=3659))["windowDays"] == 3660
    # a day more is among the bad ranges above
    assert first + timedelta(days=3660) == date(2026, 1, 8)
