"""The axis of days that charts over time share."""

from __future__ import annotations

from typing import Final

import altair as alt
import pandas as pd

UNIT: Final = "utcyearmonthdate"
MOST_LABELS = 8
# up to here the axis names days, beyond it months
DAYS_WITH_NAMES = 120


def day_axis(frame: pd.DataFrame, *, labels: bool = True) -> alt.X:
    """Return the x channel of the frame's column `day`, in UTC, a band a day."""
    labelled = labelled_days(frame["day"])
    axis = alt.Axis(
        # a label belongs below the middle of its day's band
        values=[
            alt.DateTime(utc=True, year=day.year, month=day.month, date=day.day, hours=12)
            for day in labelled
        ],
        format="%-d %b" if _span(frame["day"]) <= DAYS_WITH_NAMES else "%b %Y",
        labels=labels,
        ticks=labels,
        labelOverlap=True,
        labelSeparation=10,
        grid=False,
        title="Day (UTC)" if labels else None,
    )
    return alt.X("day:T", timeUnit=UNIT, axis=axis)


def day_tooltip() -> alt.Tooltip:
    """Return the tooltip's line with the day, such as Tue 3 Nov 2026."""
    return alt.Tooltip("day:T", timeUnit=UNIT, format="%a %-d %b %Y", title="Day (UTC)")


def labelled_days(days: pd.Series[pd.Timestamp]) -> list[pd.Timestamp]:
    """Return the days that get a label: the last and some before it, or firsts of months."""
    if days.empty:
        return []
    span = _span(days)
    if span > DAYS_WITH_NAMES:
        months = pd.date_range(days.min(), days.max(), freq="MS")
        return list(months[:: -(-len(months) // MOST_LABELS)])
    every = -(-span // MOST_LABELS)
    return list(pd.date_range(days.min(), days.max(), freq="D")[::-every])


def _span(days: pd.Series[pd.Timestamp]) -> int:
    return int((days.max() - days.min()).days) + 1 if len(days) else 0
