"""Heat maps: one thing against another, a cell for each pair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import altair as alt
import pandas as pd

from dashboard_app.analysis.version_order import version_order
from dashboard_app.charts.parts.conditions import value_where
from dashboard_app.charts.parts.days import day_axis, day_tooltip
from dashboard_app.theme import ERRORS, PALER, VISITORS
from dashboard_app.window import Window

PAIRS_QUESTION: Final = "Which versions are used together?"
PAIRS_READING: Final = (
    "Distinct visitors with a version of the application (rows) on a version of its host "
    "(columns), the most used of each. The stronger the colour, the more. A click filters."
)
TREND_QUESTION: Final = "Are they on the rise?"
TREND_READING: Final = (
    "Each day's errors (UTC) of the exceptions that are thrown most: the stronger the colour, the "
    "more."
)
PLACES_QUESTION: Final = "Where do they hit?"
PLACES_READING: Final = (
    "Errors to 1,000 started runs, where most runs are: a strong cell in a pale row is a version "
    "or a system that this exception hits more than the others. A click filters."
)
ROW_HEIGHT, AXIS_HEIGHT = 26, 150
FAINTEST: Final = 0.15


def pairs_chart(
    frame: pd.DataFrame, versions: Sequence[str] = (), hosts: Sequence[str] = ()
) -> alt.Chart:
    """Draw the visitors by version of the application and of its host, the newest on top and right.

    `frame` has the columns version, host (str) and visitors (int64); all but the chosen `versions`
    and `hosts` are paler, where there are some.
    """
    shown = frame.copy()
    shown["paler"] = [
        (bool(versions) and version not in versions) or (bool(hosts) and host not in hosts)
        for version, host in zip(shown["version"], shown["host"], strict=True)
    ]
    rows = sorted(frame["version"].unique(), key=version_order, reverse=True)
    columns = sorted(frame["host"].unique(), key=version_order)
    drawn: alt.Chart = _matrix(shown, PAIRS_QUESTION, PAIRS_READING, rows).encode(
        x=_across("host", columns, "Version of the host"),
        y=_down("version", rows),
        color=_shade("visitors", "Visitors", ",d", VISITORS),
        opacity=_paler(),
        tooltip=[
            alt.Tooltip("version:N", title="Application"),
            alt.Tooltip("host:N", title="Host"),
            alt.Tooltip("visitors:Q", title="Visitors", format=","),
        ],
    )
    return drawn


def trend_chart(frame: pd.DataFrame, window: Window) -> alt.Chart:
    """Draw exceptions by day, over all days of a window, the most frequent on top.

    `frame` has the columns place, errors (int64), exception (str) and day (datetime64, UTC).
    """
    rows = list(frame.sort_values("place")["exception"].unique())
    drawn: alt.Chart = _matrix(frame, TREND_QUESTION, TREND_READING, rows).encode(
        x=day_axis(frame, window),
        y=_down("exception", rows),
        color=_shade("errors", "Errors", ",d", ERRORS),
        tooltip=[
            alt.Tooltip("exception:N", title="Exception"),
            day_tooltip(),
            alt.Tooltip("errors:Q", title="Errors", format=","),
        ],
    )
    return drawn


def places_chart(
    frame: pd.DataFrame, dimension: str, chosen: Sequence[str] = (), exception: str | None = None
) -> alt.Chart:
    """Draw exceptions by version (`dimension` ext) or system (os), the most frequent on top.

    `frame` has the columns place (int64), exception, value (str), errors, started (int64) and
    per_1000_runs (float64, missing where nothing was started); all but the `chosen` versions or
    systems and the one `exception` are paler, where there are some.
    """
    shown = frame.copy()
    shown["paler"] = [
        (bool(chosen) and value not in chosen) or (exception is not None and name != exception)
        for value, name in zip(shown["value"], shown["exception"], strict=True)
    ]
    rows = list(frame.sort_values("place")["exception"].unique())
    values = frame["value"].unique()
    columns = sorted(values, key=version_order) if dimension == "ext" else sorted(values)
    title = "Version of the application" if dimension == "ext" else "Operating system"
    drawn: alt.Chart = _matrix(shown, PLACES_QUESTION, PLACES_READING, rows).encode(
        x=_across("value", columns, title),
        y=_down("exception", rows),
        color=_shade("per_1000_runs", "Per 1,000 runs", "~s", ERRORS),
        opacity=_paler(),
        tooltip=[
            alt.Tooltip("exception:N", title="Exception"),
            alt.Tooltip("value:N", title=title),
            alt.Tooltip("errors:Q", title="Errors", format=","),
            alt.Tooltip("started:Q", title="Runs started", format=","),
            alt.Tooltip("per_1000_runs:Q", title="Errors per 1,000 runs", format=",.3~g"),
        ],
    )
    return drawn


def _matrix(frame: pd.DataFrame, question: str, reading: str, rows: Sequence[str]) -> alt.Chart:
    blank = alt.Chart(
        frame,
        title=alt.Title(text=question, subtitle=reading),
        height=ROW_HEIGHT * max(1, len(rows)) + AXIS_HEIGHT,
    )
    drawn: alt.Chart = blank.mark_rect(cursor="pointer", cornerRadius=2)
    return drawn


def _paler() -> alt.OpacityValue:
    return value_where(alt.OpacityValue, "datum.paler", PALER, 1)


def _across(field: str, order: Sequence[str], title: str) -> alt.X:
    axis = alt.Axis(labelAngle=-45, labelLimit=80, grid=False, ticks=False, domain=False)
    return alt.X(f"{field}:N", sort=list(order), title=title, axis=axis)


def _down(field: str, order: Sequence[str]) -> alt.Y:
    axis = alt.Axis(
        labelOverlap=False, labelLimit=90, labelPadding=6, grid=False, ticks=False, domain=False
    )
    return alt.Y(f"{field}:N", sort=list(order), title=None, axis=axis)


def _shade(field: str, title: str, form: str, colour: str) -> alt.Color:
    """Return the colour channel: the more, the stronger, on a light background and on a dark one.

    It is not the opacity's, which tells what is chosen.
    """
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    ends = [f"rgba({red},{green},{blue},{alpha})" for alpha in (FAINTEST, 1)]
    legend: dict[str, Any] = {"orient": "top", "direction": "horizontal", "gradientLength": 140}
    return alt.Color(
        f"{field}:Q",
        # from nothing, so that what is alike looks alike
        scale=alt.Scale(range=ends, domainMin=0),
        legend=alt.Legend(title=title, format=form, tickCount=3, **legend),
    )
