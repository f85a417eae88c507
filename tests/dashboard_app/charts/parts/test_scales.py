"""The axes that charts share."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboard_app.charts.parts.scales import MOST_STEPS, count_axis, linear_duration_axis

MINUTE = 60_000


@pytest.mark.parametrize(
    ("longest", "values"),
    [
        (0.0, [0]),
        (7.0, [0, 2, 4, 6]),
        (14_000.0, [0, 5000, 10_000]),
        (2 * MINUTE, [0, MINUTE / 2, MINUTE, 1.5 * MINUTE, 2 * MINUTE]),
    ],
)
def test_durations_have_a_few_round_labels(longest: float, values: list[float]) -> None:
    axis = linear_duration_axis(pd.Series([longest / 2, longest])).to_dict()
    assert axis["values"] == values
    assert len(values) <= MOST_STEPS + 1


def test_an_empty_axis_has_a_zero() -> None:
    assert linear_duration_axis(pd.Series([0.0]).head(0)).to_dict()["values"] == [0]


def test_each_count_has_a_unit_of_its_own() -> None:
    axis = count_axis(tickCount=5).to_dict()
    assert "format" not in axis
    assert "datum.value" in axis["labelExpr"]
    assert axis["tickCount"] == 5
