"""The chart of daily, weekly and monthly visitors."""

from __future__ import annotations

from datetime import date

from dashboard_app.charts.activity import stickiness_chart
from tests.dashboard_app.charts.frames import frame, rows_of

COLUMNS = "day daily weekly monthly"


def test_each_length_is_a_line_and_the_share_is_in_the_title() -> None:
    some = frame(COLUMNS, ("2026-03-01", 1, 5, 10), ("2026-03-02", 3, 6, 10))
    spec = stickiness_chart(some, date(2026, 3, 3)).to_dict()
    found = {(row["kind"], row["visitors"]) for row in rows_of(spec)}
    assert found == {("1 day", 1), ("1 day", 3), ("7 days", 5), ("7 days", 6), ("30 days", 10)}
    assert "20% of the 30-day visitors" in spec["title"]["subtitle"]
    assert (
        "10% of the 30-day visitors"
        in stickiness_chart(some, date(2026, 3, 2)).to_dict()["title"]["subtitle"]
    )


def test_no_visitors_have_no_share() -> None:
    for some in (frame(COLUMNS), frame(COLUMNS, ("2026-03-01", 0, 0, 0))):
        spec = stickiness_chart(some, date(2026, 3, 2)).to_dict()
        assert "%" not in spec["title"]["subtitle"]
