"""The axis of days."""

from __future__ import annotations

from datetime import date
from typing import Any

import altair as alt
import pandas as pd
import pytest

from dashboard_app.charts.parts.days import MOST_LABELS, day_axis, labelled_days, with_all_days
from dashboard_app.window import Window
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


def test_days_are_utc_in_every_time_zone() -> None:
    spec = drawn(7)
    assert spec["timeUnit"].startswith("utc")
    assert all(value["utc"] for value in spec["axis"]["values"])


def test_no_days_have_no_labels() -> None:
    assert drawn(0)["axis"]["values"] == []


def test_an_axis_may_reach_over_days_without_anything() -> None:
    some = frame("day", ("2026-03-20",))
    window = Window(date(2026, 3, 1), date(2026, 3, 31))
    spec = alt.Chart(some).mark_bar().encode(x=day_axis(some, window)).to_dict()["encoding"]["x"]
    first, end = spec["scale"]["domain"]
    assert (first["month"], first["date"]) == (3, 1)
    assert (end["month"], end["date"]) == (4, 1)
    assert len(spec["axis"]["values"]) > 1
    filled = with_all_days(some.assign(events=5), window)
    assert len(filled) == window.days
    assert filled["events"].sum() == 5
    assert filled["events"].isna().sum() == window.days - 1
