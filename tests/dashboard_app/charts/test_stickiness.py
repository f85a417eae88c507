"""The chart of daily, weekly and monthly visitors."""

from __future__ import annotations

from dashboard_app.charts.stickiness import stickiness_chart
from tests.dashboard_app.charts.frames import frame, rows_of

COLUMNS = "day daily weekly monthly"


def test_each_length_is_a_line_and_the_share_is_told() -> None:
    spec = stickiness_chart(
        frame(COLUMNS, ("2026-03-01", 1, 5, 10), ("2026-03-02", 3, 6, 10))
    ).to_dict()
    found = {(row["kind"], row["visitors"]) for row in rows_of(spec)}
    assert found == {("A day", 1), ("A day", 3), ("7 days", 5), ("7 days", 6), ("30 days", 10)}
    assert "20% of a month's" in spec["title"]["subtitle"]


def test_no_visitors_have_no_share() -> None:
    assert "%" not in stickiness_chart(frame(COLUMNS)).to_dict()["title"]["subtitle"]
    spec = stickiness_chart(frame(COLUMNS, ("2026-03-01", 0, 0, 0))).to_dict()
    assert "%" not in spec["title"]["subtitle"]
