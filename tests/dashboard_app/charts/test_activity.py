"""The chart of daily activity."""

from __future__ import annotations

from datetime import date

from dashboard_app.charts.activity import activity_chart
from dashboard_app.theme import EVENTS, VISITORS
from tests.dashboard_app.charts.frames import frame, rows_of

TODAY = date(2026, 3, 2)
COLUMNS = "day events visitors"


def test_events_and_visitors_have_a_panel_each_from_zero_with_units() -> None:
    spec = activity_chart(frame(COLUMNS, ("2026-03-01", 50, 7)), TODAY).to_dict()
    panels = spec["vconcat"]
    assert [panel["encoding"]["y"]["title"] for panel in panels] == [
        "Events a day",
        "Visitors a day",
    ]
    assert [panel["mark"]["color"] for panel in panels] == [EVENTS, VISITORS]
    assert {panel["mark"]["type"] for panel in panels} == {"bar"}
    assert spec["title"]["text"].endswith("?")
    for panel in panels:
        assert [line["title"] for line in panel["encoding"]["tooltip"]] == [
            "Day (UTC)",
            "Events",
            "Visitors",
        ]


def test_a_day_that_is_not_over_is_marked_and_explained() -> None:
    whole = activity_chart(frame(COLUMNS, ("2026-03-01", 50, 7)), TODAY).to_dict()
    growing = activity_chart(
        frame(COLUMNS, ("2026-03-01", 50, 7), ("2026-03-02", 5, 2)), TODAY
    ).to_dict()
    assert [row["over"] for row in rows_of(growing)] == [True, False]
    assert "Today" in growing["title"]["subtitle"]
    assert "Today" not in whole["title"]["subtitle"]


def test_no_days_make_an_empty_chart() -> None:
    spec = activity_chart(frame(COLUMNS), TODAY).to_dict()
    assert rows_of(spec) == []
    assert spec["title"]["text"]
