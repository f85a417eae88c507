"""The charts of sessions a day and of their length."""

from __future__ import annotations

from dashboard_app.charts.session_days import session_lengths_chart, sessions_a_day_chart
from tests.dashboard_app.charts.frames import frame, rows_of

COLUMNS = "day sessions median p90"


def test_lengths_are_in_minutes() -> None:
    some = frame(COLUMNS, ("2026-03-01", 4, 90.0, 600.0))
    lengths = rows_of(session_lengths_chart(some).to_dict())
    assert {(row["kind"], row["minutes"]) for row in lengths} == {
        ("Median", 1.5),
        ("90th percentile", 10.0),
    }
    assert [row["sessions"] for row in rows_of(sessions_a_day_chart(some).to_dict())] == [4]


def test_no_sessions_make_empty_charts() -> None:
    for chart in (session_lengths_chart(frame(COLUMNS)), sessions_a_day_chart(frame(COLUMNS))):
        assert rows_of(chart.to_dict()) == []
