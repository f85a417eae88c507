"""The day axis that charts over time share."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import altair as alt
import pandas as pd

from dashboard_app.window import Window

UNIT: Final = "utcyearmonthdate"
MOST_LABELS = 8
# up to here the axis shows days, beyond it months
DAYS_WITH_NAMES = 120


def day_axis(frame: pd.DataFrame, window: Window | None = None, *, labels: bool = True) -> alt.X:
    """Return the x channel of the frame's column `day`, in UTC, one band per day.

    It covers all days of `window`, or else the frame's first day to its last.
    """
    days = frame["day"] if window is None else pd.Series(all_days(window))
    labelled = labelled_days(days)
    axis = alt.Axis(
        # the label goes below the middle of its day's band
        values=[
            alt.DateTime(utc=True, year=day.year, month=day.month, date=day.day, hours=12)
            for day in labelled
        ],
        format="%-d %b" if _span(days) <= DAYS_WITH_NAMES else "%b %Y",
        labels=labels,
        ticks=labels,
        labelOverlap=True,
        labelSeparation=10,
        grid=False,
        title="Day (UTC)" if labels else None,
    )
    if window is None:
        return alt.X("day:T", timeUnit=UNIT, axis=axis)
    end = window.last + timedelta(days=1)
    domain = [
        alt.DateTime(utc=True, year=day.year, month=day.month, date=day.day)
        for day in (window.first, end)
    ]
    return alt.X("day:T", timeUnit=UNIT, axis=axis, scale=alt.Scale(domain=domain))


def all_days(window: Window) -> pd.DatetimeIndex:
    """Return all days of a window, UTC."""
    return pd.date_range(window.first, window.last, freq="D", tz="UTC", unit="us")


def with_all_days(frame: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Return a daily frame with all days of a window, so that lines have gaps."""
    return frame.set_index("day").reindex(all_days(window)).rename_axis("day").reset_index()


def day_tooltip() -> alt.Tooltip:
    """Return the tooltip line with the day, such as Tue 3 Nov 2026."""
    return alt.Tooltip("day:T", timeUnit=UNIT, format="%a %-d %b %Y", title="Day (UTC)")


def labelled_days(days: pd.Series[pd.Timestamp]) -> list[pd.Timestamp]:
    """Return the days that get a label: every few days up to the last, or firsts of months."""
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
