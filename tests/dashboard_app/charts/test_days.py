"""The axis of days."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd
import pytest

from dashboard_app.charts.days import MOST_LABELS, day_axis, labelled_days
from tests.dashboard_app.charts.frames import frame


def days(count: int) -> pd.DataFrame:
    last = pd.Timestamp("2026-03-31", tz="UTC")
    return frame("day", *((day,) for day in pd.date_range(end=last, periods=count)))


def drawn(count: int) -> dict[str, Any]:
    """Return the axis of some days as Vega-Lite gets it."""
    spec = alt.Chart(days(count)).mark_bar().encode(x=day_axis(days(count))).to_dict()
    axis: dict[str, Any] = spec["encoding"]["x"]
    return axis


@pytest.mark.parametrize("count", [1, 2, 7, 8, 9, 28, 90, 120])
def test_the_last_day_has_a_label_and_there_are_a_few(count: int) -> None:
    labelled = labelled_days(days(count)["day"])
    assert labelled[0] == pd.Timestamp("2026-03-31", tz="UTC")
    assert min(count, 4) <= len(labelled) <= MOST_LABELS


@pytest.mark.parametrize("count", [121, 365, 3660])
def test_long_windows_are_labelled_by_month(count: int) -> None:
    labelled = labelled_days(days(count)["day"])
    assert 3 <= len(labelled) <= MOST_LABELS
    assert {day.day for day in labelled} == {1}


def test_days_are_utc_wherever_the_reader_is() -> None:
    spec = drawn(7)
    assert spec["timeUnit"].startswith("utc")
    assert all(value["utc"] for value in spec["axis"]["values"])


def test_no_days_have_no_labels() -> None:
    assert drawn(0)["axis"]["values"] == []
