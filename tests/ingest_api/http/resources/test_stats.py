"""Answers of `GET /stats` are kept until something changes in their window, and never longer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ingest_api.events.contract import LogLine
from ingest_api.stats import answer as stats
from ingest_api.stats.cache import StatsCache
from tests.ingest_api.loading.test_rollups import load
from tests.server import RunningServer, event

DAY = "2026-03-01"
NOON_MS = 1_772_366_400_000


def ask(server: RunningServer, day: str = DAY) -> dict[str, Any]:
    answer: dict[str, Any] = server.get(f"/stats?from={day}&to={day}").json()
    return answer


def line(t: datetime) -> LogLine:
    ms = int(t.timestamp() * 1000)
    places = ("a" * 32, "app.started", "Linux", "1.0.0", "1.90.0")
    return LogLine(1, ms, *places, ms, session_id="b" * 32)


def test_an_answer_changes_with_each_load_in_its_window(server: RunningServer) -> None:
    for expected in (1, 2, 3):
        server.post(event(t=NOON_MS + expected))
        server.settle()
        # both workers, and each from its cache too
        assert {ask(server)["total"] for _ in range(6)} == {expected}


def test_installs_before_the_window_are_counted_at_once(server: RunningServer) -> None:
    server.post(event(t=NOON_MS))
    server.settle()
    assert ask(server)["installsTotal"] == 0
    server.post(event(t=NOON_MS - 40 * 86_400_000, evt="install.created"))
    server.settle()
    assert {ask(server)["installsTotal"] for _ in range(6)} == {1}


def test_a_session_stops_being_active_without_any_load(
    connection: psycopg.Connection, database: str, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    load(database, tmp_path / "logs", [line(now)], 1)
    cache = StatsCache(stats.collect_stats)

    def active(at: datetime) -> bytes:
        return cache.answer(connection, now.date(), now.date(), at)

    assert active(now + timedelta(minutes=1)).endswith(b',"activeSessions":1}')
    assert active(now + timedelta(minutes=11)).endswith(b',"activeSessions":0}')


def test_a_kept_answer_is_the_answer(
    connection: psycopg.Connection,
    database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now, made = datetime.now(UTC), []

    def collect(*arguments: Any) -> dict[str, Any]:
        made.append(arguments)
        return stats.collect_stats(*arguments)

    load(database, tmp_path / "logs", [line(now)], 1)
    cache = StatsCache(collect)
    answers = {cache.answer(connection, now.date(), now.date(), now) for _ in range(3)}
    assert (len(answers), len(made)) == (1, 1)
    monkeypatch.setattr("ingest_api.stats.cache.MOST_ANSWERS", 1)
    before = now.date() - timedelta(days=1)
    for first in (before, now.date(), before):
        cache.answer(connection, first, now.date(), now)
    assert len(made) == 4, "the other window pushed each one out"


def test_a_client_with_the_answer_gets_304(server: RunningServer) -> None:
    server.post(event(t=NOON_MS))
    server.settle()
    first = server.get(f"/stats?from={DAY}&to={DAY}")
    tag = first.headers["ETag"]
    again = server.get(f"/stats?from={DAY}&to={DAY}", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    server.post(event(t=NOON_MS + 1))
    server.settle()
    changed = server.get(f"/stats?from={DAY}&to={DAY}", headers={"If-None-Match": tag})
    assert (changed.status_code, changed.json()["total"]) == (200, 2)
    assert changed.headers["ETag"] != tag
