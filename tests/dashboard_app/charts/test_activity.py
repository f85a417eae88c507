"""The chart of daily activity."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard_app.charts.activity import activity_chart
from dashboard_app.theme import MEASURES
from tests.dashboard_app.charts.frames import frame, rows_of

TODAY = date(2026, 3, 2)
COLUMNS = "day events visitors"
ONE = frame(COLUMNS, ("2026-03-01", 50, 7))


@pytest.mark.parametrize("measure", ["events", "visitors"])
def test_the_measure_has_its_colour_its_unit_and_both_in_the_tooltip(measure: str) -> None:
    spec = activity_chart(ONE, measure, TODAY).to_dict()
    (bars,) = spec["layer"]
    assert bars["mark"]["color"] == MEASURES[measure]
    assert bars["encoding"]["y"]["field"] == measure
    assert bars["encoding"]["y"]["title"] == f"{measure.capitalize()} per day"
    told = [line["title"] for line in bars["encoding"]["tooltip"]]
    assert told == ["Day (UTC)", "Events", "Visitors"]
    assert spec["title"]["text"] == f"{measure.capitalize()} per day"


def test_the_period_before_is_a_line_of_the_same_days() -> None:
    before = frame(COLUMNS, ("2026-02-22", 40, 5))
    spec = activity_chart(ONE, "visitors", TODAY, before).to_dict()
    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["bar", "line"]
    assert [(row["visitors"], row["before"]) for row in rows_of(spec)] == [(7, 5)]
    assert "previous period" in spec["title"]["subtitle"]
    assert (
        "previous period"
        not in activity_chart(ONE, "visitors", TODAY).to_dict()["title"]["subtitle"]
    )


def test_a_day_that_is_not_over_is_marked_and_explained() -> None:
    two = frame(COLUMNS, ("2026-03-01", 50, 7), ("2026-03-02", 5, 2))
    growing = activity_chart(two, "events", TODAY).to_dict()
    assert [row["over"] for row in rows_of(growing)] == [True, False]
    assert "Today" in growing["title"]["subtitle"]
    assert "Today" not in activity_chart(ONE, "events", TODAY).to_dict()["title"]["subtitle"]


def test_no_days_make_an_empty_chart() -> None:
    spec = activity_chart(frame(COLUMNS), "events", TODAY, frame(COLUMNS)).to_dict()
    assert rows_of(spec) == []
    assert spec["title"]["text"]
