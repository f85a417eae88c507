"""Axes of counts, shares and durations; colours by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import altair as alt
import pandas as pd

from dashboard_app import formats

COUNT: Final = "abs(datum.value) < 1 ? format(datum.value, '~g') : format(datum.value, '~s')"
PERCENT: Final = "format(100 * datum.value, '.3~g') + ' %'"
DURATION: Final = (
    "datum.value == 0 ? '0' : "
    "datum.value < 1e3 ? format(datum.value, '~g') + ' ms' : "
    "datum.value < 6e4 ? format(datum.value / 1e3, '~g') + ' s' : "
    "datum.value < 36e5 ? format(datum.value / 6e4, '~g') + ' min' : "
    "format(datum.value / 36e5, '~g') + ' h'"
)
# round numbers of ms, s, min and h
STEPS: Final = (
    *(digit * 10**power for power in range(4) for digit in (1, 2, 5)),
    *(1e4, 2e4, 3e4, 6e4, 12e4, 3e5, 6e5, 12e5, 18e5, 36e5, 72e5, 144e5, 216e5),
)
MOST_STEPS: Final = 4
SHORTEST_MS: Final = 1  # a logarithmic scale with a 0 draws nothing at all
ROUND_DURATIONS: Final = (1, 10, 100, 1e3, 1e4, 6e4, 6e5, 36e5, 36e6)


def count_axis(**options: Any) -> alt.Axis:
    """Return an axis of counts, labelled 0, 500, 1.5k, 2M."""
    # a format would use the unit of the largest label: 0k, 0.5k
    return alt.Axis(**{"labelExpr": COUNT, "tickCount": 4, "tickMinStep": 1, **options})


def percent_axis(**options: Any) -> alt.Axis:
    """Return an axis of shares from 0 to 1, labelled in percent."""
    return alt.Axis(**{"labelExpr": PERCENT, "tickCount": 5, **options})


def duration_axis(**options: Any) -> alt.Axis:
    """Return a logarithmic axis of ms, labelled 10 ms, 1 s, 1 min."""
    return alt.Axis(values=list(ROUND_DURATIONS), labelExpr=DURATION, **options)


def linear_duration_axis(durations: pd.Series[float]) -> alt.Axis:
    """Return an axis of ms from zero, with round numbers up to the longest."""
    longest = float(durations.max()) if len(durations.dropna()) else 0.0
    step = next((step for step in STEPS if longest <= MOST_STEPS * step), STEPS[-1])
    values = [step * place for place in range(int(longest // step) + 1)]
    return alt.Axis(values=values, labelExpr=DURATION)


def duration_texts(durations: pd.Series[float]) -> pd.Series[str]:
    """Return durations in ms as readable text, a dash for missing ones."""
    return durations.map(lambda ms: "–" if pd.isna(ms) else formats.duration(ms)).astype("str")


def colours(
    field: str, shades: Mapping[str, str], *, legend: bool = True, **options: Any
) -> alt.Color:
    """Return the channel of a column's colours; `options` are for the legend, by default on top."""
    return alt.Color(
        f"{field}:N",
        scale=alt.Scale(domain=list(shades), range=list(shades.values())),
        legend=alt.Legend(**{"title": None, "orient": "top", **options}) if legend else None,
    )
