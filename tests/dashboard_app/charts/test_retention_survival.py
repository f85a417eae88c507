"""The chart of visitor lifetimes."""

from __future__ import annotations

from dashboard_app.charts.retention import survival_chart
from tests.dashboard_app.charts.frames import frame, rows_of

COLUMNS = "days share low high"


def test_the_curve_falls_in_steps_in_its_band_on_a_scale_of_all() -> None:
    spec = survival_chart(frame(COLUMNS, (0, 0.8, 0.7, 0.9), (7, 0.5, 0.4, 0.6))).to_dict()
    band, curve = spec["layer"]
    assert {band["mark"]["interpolate"], curve["mark"]["interpolate"]} == {"step-after"}
    assert (band["encoding"]["y"]["field"], band["encoding"]["y2"]["field"]) == ("low", "high")
    assert curve["encoding"]["y"]["scale"]["domain"] == [0, 1]
    assert spec["title"]["text"] == "Visitor lifetimes"


def test_no_days_make_an_empty_chart() -> None:
    assert rows_of(survival_chart(frame(COLUMNS)).to_dict()) == []
