"""The chart of a funnel."""

from __future__ import annotations

from dashboard_app.charts.retention import funnel_chart
from tests.dashboard_app.charts.frames import frame, rows_of

COLUMNS = "place event visitors"


def test_steps_stand_in_their_order_with_their_shares() -> None:
    some = frame(COLUMNS, (1, "a", 1000), (2, "b", 500), (3, "b", 100))
    spec = funnel_chart(some).to_dict()
    assert spec["layer"][0]["encoding"]["y"]["sort"] == ["1. a", "2. b", "3. b"]
    assert [row["text"] for row in rows_of(spec)] == ["1,000", "500 · 50% (50%)", "100 · 10% (20%)"]


def test_without_visitors_steps_have_no_share() -> None:
    nobody = frame(COLUMNS, (1, "a", 0), (2, "b", 0))
    assert [row["of_first"] for row in rows_of(funnel_chart(nobody).to_dict())] == [0, 0]


def test_no_steps_make_an_empty_chart() -> None:
    assert rows_of(funnel_chart(frame(COLUMNS)).to_dict()) == []
