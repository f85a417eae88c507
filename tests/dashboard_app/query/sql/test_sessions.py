"""The session lists match `GET /stats`; under a filter, the raw events."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pandas as pd
import psycopg
import pytest

from dashboard_app.filters import Filters
from ingest_api.stats.answer import collect_stats
from tests.dashboard_app.query.sql.raw import FILTERS, WINDOWS, asked, counted, window


def stats(connection: psycopg.Connection, days: dict[str, Any]) -> dict[str, Any]:
    return collect_stats(connection, days["first"], days["last"], datetime.now(UTC))


def milliseconds(times: pd.Series[Any]) -> list[int]:
    return [round(time.timestamp() * 1000) for time in times]


def as_in_stats(visitors: pd.Series[str]) -> list[str]:
    """Return the names of visitors as in `/stats`."""
    return [visitor.replace("Visitor ", "Student #") for visitor in visitors]


def present(values: pd.Series[Any], missing: int | None) -> list[int | None]:
    """Return numbers as in `/stats`."""
    return [missing if pd.isna(value) else int(value) for value in values]


@pytest.mark.parametrize("days", WINDOWS)
def test_the_newest_sessions_are_those_of_stats(filled: str, days: tuple[int, int]) -> None:
    with psycopg.connect(filled, autocommit=True) as connection:
        frame = asked(connection, "sessions/recent", window(*days), Filters()).frame
        expected = stats(connection, window(*days))["sessionsRecent"]
    rows = zip(
        frame["id"], as_in_stats(frame["visitor"]), milliseconds(frame["started_at"]),
        milliseconds(frame["last_at"]), frame["completed"], present(frame["exit_code"], -1),
        present(frame["duration_ms"], None), frame["interactive"], strict=True,
    )  # fmt: skip
    assert expected
    assert list(rows) == [tuple(session.values()) for session in expected]


@pytest.mark.parametrize("days", WINDOWS)
def test_the_interrupted_runs_are_those_of_stats(filled: str, days: tuple[int, int]) -> None:
    with psycopg.connect(filled, autocommit=True) as connection:
        frame = asked(connection, "sessions/top_runs", window(*days), Filters()).frame
        expected = stats(connection, window(*days))["sessions"]["frustratedTop"]
    runs = frame[frame["kind"] == "frustrated"]
    rows = zip(
        as_in_stats(runs["visitor"]), milliseconds(runs["t"]), present(runs["duration_ms"], None),
        runs["interactive"], runs["exit_code"], runs["output"], strict=True,
    )  # fmt: skip
    assert expected
    assert list(rows) == [tuple(run.values()) for run in expected]
    assert runs["place"].tolist() == list(range(1, len(runs) + 1))


@pytest.mark.parametrize("days", WINDOWS)
def test_runs_without_an_exit_code_succeeded_in_stats_alone(
    filled: str, days: tuple[int, int]
) -> None:
    shown = window(*days)
    ranked = (
        "select t from seen where evt = 'java.run.completed' and {}"
        " order by scanner_usage desc, duration_ms desc, t limit 20"
    )
    with psycopg.connect(filled, autocommit=True) as connection:
        frame = asked(connection, "sessions/top_runs", shown, Filters()).frame
        of_stats = stats(connection, shown)["sessions"]["successTop"]
        reported, all_runs = (
            [time for (time,) in counted(connection, ranked.format(which), shown, Filters())]
            for which in ("exit_code = 0", "coalesce(exit_code, 0) = 0")
        )
    runs = frame[frame["kind"] == "success"]
    assert runs["t"].tolist() == reported != all_runs
    assert [run["ts"] for run in of_stats] == milliseconds(pd.Series(all_runs))
    assert {run["exit"] for run in of_stats} == set(runs["exit_code"]) == {0}
    assert runs["place"].tolist() == list(range(1, len(runs) + 1))


@pytest.mark.parametrize("filters", FILTERS[1:], ids=str)
def test_under_a_filter_sessions_have_an_event_that_matches(filled: str, filters: Filters) -> None:
    days = window(0, 40)
    with psycopg.connect(filled) as connection:
        frame = asked(connection, "sessions/recent", days, filters).frame
        rows = counted(
            connection,
            "select s.session_id::text, min(s.t), max(s.t), count(*),"
            " bool_or(s.evt = 'java.run.completed') from telemetry.events as s"
            " where (anon, session_id) in (select anon, session_id from seen)"
            " and (t at time zone 'UTC')::date between %(first)s and %(last)s"
            " group by s.anon, s.session_id order by max(s.t) desc, s.anon limit 100",
            days, filters,
        )  # fmt: skip
    columns = frame[["id", "started_at", "last_at", "events", "completed"]]
    assert rows
    assert list(columns.itertuples(index=False, name=None)) == rows


@pytest.mark.parametrize("filters", FILTERS[1:], ids=str)
def test_under_a_filter_runs_are_ranked_among_those_that_match(
    filled: str, filters: Filters
) -> None:
    days = window(0, 40)
    with psycopg.connect(filled) as connection:
        frame = asked(connection, "sessions/top_runs", days, filters).frame
        rows = counted(
            connection,
            "select session_id::text, t from seen"
            " where evt = 'java.run.completed' and exit_code = 130"
            " order by scanner_usage, duration_ms, t limit 20",
            days, filters,
        )  # fmt: skip
    runs = frame.loc[frame["kind"] == "frustrated", ["id", "t"]]
    assert list(runs.itertuples(index=False, name=None)) == rows


def test_a_session_s_events_stand_in_order_with_all_they_said(filled: str) -> None:
    days = window(0, 40)
    with psycopg.connect(filled) as connection:
        newest = asked(connection, "sessions/recent", days, Filters()).frame
        session = newest.sort_values("events")["id"].iloc[-1]
        own = {"session": session, "most": 100}
        frame = asked(connection, "sessions/events", days, Filters(), **own).frame
        rows = connection.execute(
            "select t, evt, ext, duration_ms from telemetry.events"
            " where session_id = %s order by t, id",
            [session],
        ).fetchall()
    assert len(rows) == newest["events"].max()
    assert list(frame[["t", "evt", "ext"]].itertuples(index=False, name=None)) == [
        row[:3] for row in rows
    ]
    assert frame["since_ms"].iloc[0] == 0
    for properties, row in zip(frame["properties"], rows, strict=True):
        assert f'"sessionId": "{session}"' in properties
        assert ("durationMs" in properties) == (row[3] is not None)


def test_a_session_outside_the_window_is_empty(filled: str) -> None:
    with psycopg.connect(filled) as connection:
        days = window(0, 40)
        newest = asked(connection, "sessions/recent", days, Filters()).frame["id"].iloc[0]
        for session, shown in ((str(UUID(int=1)), days), (newest, window(300, 7))):
            own = {"session": session, "most": 100}
            assert asked(connection, "sessions/events", shown, Filters(), **own).frame.empty
