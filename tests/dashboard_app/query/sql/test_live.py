"""The live page's queries match the newest events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dashboard_app.filters import Filters
from sql.statements import statement
from tests.dashboard_app.query.sql.raw import asked, window
from tests.dashboard_app.sample import load

NOW = datetime.now(UTC).replace(microsecond=0)


def sent(ago: timedelta, **fields: Any) -> tuple[str | None, dict[str, Any]]:
    """Return an event of some time ago, from Germany."""
    milliseconds = int((NOW - ago).timestamp() * 1000)
    return "DE", {"anon": "one", "evt": "app.started", "t": milliseconds, **fields}


EVENTS = [
    sent(timedelta(0), sessionId="going on"),
    sent(timedelta(minutes=2), anon="two", ext="2.0"),
    sent(timedelta(minutes=2), evt="java.run.started", sessionId="done"),
    sent(timedelta(minutes=1), evt="java.run.completed", sessionId="done"),
    sent(timedelta(minutes=11), sessionId="long ago"),
    sent(timedelta(minutes=40)),
    sent(timedelta(hours=25)),
]


@pytest.fixture
def recent(connection: psycopg.Connection, database: str, tmp_path: Path) -> psycopg.Connection:
    load(database, tmp_path, EVENTS)
    return connection


def test_the_last_thirty_minutes_are_counted(recent: psycopg.Connection) -> None:
    frame = asked(recent, "live/minutes", window(0, 1), Filters(), now=NOW).frame
    assert len(frame) == 30
    assert frame["minute"].iloc[-1].to_pydatetime() == NOW.replace(second=0)
    assert frame["events"].sum() == 5
    two_ago = frame[frame["minute"] == NOW.replace(second=0) - timedelta(minutes=2)]
    assert two_ago[["events", "visitors"]].to_numpy().tolist() == [[2, 2]]
    only = asked(recent, "live/minutes", window(0, 1), Filters(versions=("2.0",)), now=NOW).frame
    assert (len(only), only["events"].sum()) == (30, 1)


def test_the_newest_events_come_first(recent: psycopg.Connection) -> None:
    frame = asked(recent, "live/newest", window(0, 1), Filters(), now=NOW).frame
    assert len(frame) == 6
    assert frame["t"].is_monotonic_decreasing
    filters = Filters(event="java.run.completed")
    only = asked(recent, "live/newest", window(0, 1), filters, now=NOW).frame
    assert only["event"].tolist() == ["java.run.completed"]


def test_sessions_are_active_for_ten_minutes_or_until_they_complete(
    recent: psycopg.Connection,
) -> None:
    frame = asked(recent, "live/sessions", window(0, 1), Filters(), now=NOW).frame
    going_on = recent.execute(
        "select session_id::text from telemetry.events where t = %s", [NOW]
    ).fetchone()
    assert going_on
    assert frame[["session", "events"]].to_numpy().tolist() == [[going_on[0], 1]]
    of_stats = recent.execute(statement("queries/stats/sessions_active"), {"now": NOW})
    assert of_stats.fetchall() == [(len(frame), False)]
