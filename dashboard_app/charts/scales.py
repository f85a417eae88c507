"""Axes and labels that charts of shares and of durations have in common."""

from __future__ import annotations

from typing import Any, Final

import altair as alt
import pandas as pd

from dashboard_app import formats

PERCENT: Final = "format(100 * datum.value, '.3~g') + ' %'"
DURATION: Final = (
    "datum.value < 1e3 ? format(datum.value, '~g') + ' ms' : "
    "datum.value < 6e4 ? format(datum.value / 1e3, '~g') + ' s' : "
    "datum.value < 36e5 ? format(datum.value / 6e4, '~g') + ' min' : "
    "format(datum.value / 36e5, '~g') + ' h'"
)
# round numbers of ms, s, min and h
ROUND_DURATIONS: Final = (1, 10, 100, 1e3, 1e4, 6e4, 6e5, 36e5, 36e6)


def percent_axis(**options: Any) -> alt.Axis:
    """Return an axis of shares from 0 to 1, labelled in percent."""
    return alt.Axis(**{"labelExpr": PERCENT, "tickCount": 5, **options})


def duration_axis(**options: Any) -> alt.Axis:
    """Return a logarithmic axis of ms, labelled 10 ms, 1 s, 1 min."""
    return alt.Axis(values=list(ROUND_DURATIONS), labelExpr=DURATION, **options)


def duration_texts(durations: pd.Series[float]) -> pd.Series[str]:
    """Return durations in ms as people read them; a dash where there is none."""
    return durations.map(lambda ms: "–" if pd.isna(ms) else formats.duration(ms)).astype("str")


def bar_scale(numbers: pd.Series[Any], room: float = 1.15) -> alt.Scale:
    """Return a scale from zero that leaves room for the numbers at the ends of the bars."""
    longest = float(numbers.max()) if len(numbers.dropna()) else 0.0
    return alt.Scale(domainMin=0, domainMax=room * (longest or 1))
