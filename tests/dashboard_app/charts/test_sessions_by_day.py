"""The charts of sessions a day and of their length."""

from __future__ import annotations

from dashboard_app.charts.sessions import session_lengths_chart, sessions_a_day_chart
from dashboard_app.formats import NARROW_SPACE
from tests.dashboard_app.charts.frames import DAYS, frame, rows_of

COLUMNS = "day sessions median p90"


def test_lengths_have_round_units() -> None:
    some = frame(COLUMNS, ("2026-03-01", 4, 90.0, 600.0))
    spec = session_lengths_chart(some, DAYS).to_dict()
    rows = rows_of(spec)
    lengths = {row["kind"]: (row["ms"], row["text"]) for row in rows if row["day"] < "2026-03-02"}
    assert lengths == {
        "Median": (90_000, f"90{NARROW_SPACE}s"),
        "90th percentile": (600_000, f"10{NARROW_SPACE}min"),
    }
    assert spec["encoding"]["y"]["axis"]["values"] == [0, 300_000, 600_000]
    # a day without sessions is a gap
    assert [row["ms"] for row in rows if row["day"] >= "2026-03-02"] == [None, None]
    assert [row["sessions"] for row in rows_of(sessions_a_day_chart(some, DAYS).to_dict())] == [4]


def test_no_sessions_make_empty_charts() -> None:
    lengths = rows_of(session_lengths_chart(frame(COLUMNS), DAYS).to_dict())
    assert {row["ms"] for row in lengths} == {None}
    assert rows_of(sessions_a_day_chart(frame(COLUMNS), DAYS).to_dict()) == []
