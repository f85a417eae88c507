"""The charts of hours and weekdays."""

from __future__ import annotations

import pytest

from dashboard_app.charts.activity import WEEKDAYS, hours_chart, week_chart, weekdays_chart
from dashboard_app.theme import MEASURES
from tests.dashboard_app.charts.frames import frame, rows_of

WEEK = frame("weekday hour events", (0, 9, 5), (1, 9, 2), (1, 23, 3))


@pytest.mark.parametrize("measure", ["events", "visitors"])
def test_hours_are_in_order_and_name_their_zone(measure: str) -> None:
    spec = hours_chart(frame(f"hour {measure}", (9, 5), (0, 1)), measure, "Asia/Kolkata").to_dict()
    assert spec["encoding"]["x"]["scale"]["domain"][:2] == ["00", "01"]
    assert spec["encoding"]["x"]["title"] == "Hour of the day (Asia/Kolkata)"
    assert "Asia/Kolkata" in spec["title"]["subtitle"]
    assert spec["mark"]["color"] == MEASURES[measure]
    assert {(row["hour"], row[measure]) for row in rows_of(spec)} == {("09", 5), ("00", 1)}


def test_the_week_begins_on_monday() -> None:
    spec = weekdays_chart(WEEK, "UTC").to_dict()
    assert spec["encoding"]["x"]["scale"]["domain"] == WEEKDAYS
    assert WEEKDAYS[0] == "Mon"
    assert {(row["name"], row["events"], row["share"]) for row in rows_of(spec)} == {
        ("Sun", 5, 0.5),
        ("Mon", 5, 0.5),
    }


def test_the_heat_map_has_a_cell_for_each_hour_of_the_week() -> None:
    spec = week_chart(WEEK, "UTC").to_dict()
    cells = {(row["name"], row["hour"], row["events"]) for row in rows_of(spec)}
    assert cells == {("Sun", "09", 5), ("Mon", "09", 2), ("Mon", "23", 3)}
    assert spec["encoding"]["opacity"]["field"] == "events"
    # a number format would use the largest value's unit: 0k
    assert "format" not in spec["encoding"]["opacity"]["legend"]


def test_nothing_makes_empty_charts() -> None:
    nothing = frame("weekday hour events")
    for chart in (
        hours_chart(nothing, "events", "UTC"),
        weekdays_chart(nothing, "UTC"),
        week_chart(nothing, "UTC"),
    ):
        assert rows_of(chart.to_dict()) == []
