"""The values of an event property, and how they change over time.

Titles do not include its name: pages read titles as markdown, and clients choose the name.
"""

from __future__ import annotations

import json
from typing import Final

import altair as alt
import pandas as pd

from dashboard_app.charts.parts.bars import bars_chart, length
from dashboard_app.charts.parts.conditions import value_where
from dashboard_app.charts.parts.days import day_tooltip, with_all_days
from dashboard_app.charts.parts.over_time import counts, over_time
from dashboard_app.charts.parts.scales import colours, count_axis
from dashboard_app.charts.parts.tooltips import count, share, titled, word
from dashboard_app.theme import CATEGORIES, MEASURES, NEUTRAL, ORDERED
from dashboard_app.window import Window

VALUES_TITLE: Final = "Property values"
VALUES_CAPTION: Final = (
    "The most frequent values; all others and events without the property are at the bottom.\n"
    "Click a bar to show only the events with that value."
)
DAYS_TITLE: Final = "Property values per day"
DAYS_CAPTION: Final = (
    "Events with the property on each day (UTC), by its most frequent values. Grey: other values."
)
NUMBERS_TITLE: Final = "Percentiles per day"
NUMBERS_CAPTION: Final = (
    "Values of each day (UTC), on a {scale} scale.\nHalf of a day's values are at most the median, "
    "nine in ten at most p90, and so on."
)
REST: Final = {"other": "all other values", "none": "(not set)"}
OTHERS: Final = "other values"
PERCENTILES: Final = {"p50": "median", "p90": "p90", "p95": "p95", "p99": "p99"}
LONGEST_LABEL: Final = 32
HEIGHT: Final = 300
# from this ratio of highest to lowest, a linear scale would show the highest only
WIDE: Final = 20


def values_chart(frame: pd.DataFrame, name: str, measure: str) -> alt.LayerChart:
    """Draw a property's values as bars, the most frequent on top.

    `frame` has the columns kind (value, other, none), value (str, missing for the other kinds),
    events and visitors (int64) and share (float64, of all events), one row per value; `name` is the
    property's, `measure` is visitors or events. Raises KeyError for another measure.
    """
    colour = value_where(alt.ColorValue, "(datum.kind === 'value')", MEASURES[measure], NEUTRAL)
    shown = frame.assign(
        label=frame["value"].fillna(frame["kind"].map(REST)).astype("str"),
        place=range(len(frame)),
    )
    # bars are keyed by place: two long values may have the same label
    axis = alt.Axis(
        ticks=False, domain=False, labelPadding=8, labelLimit=150,
        labelExpr=_labels(shown["label"]),
    )  # fmt: skip
    return bars_chart(
        shown,
        titled(VALUES_TITLE, VALUES_CAPTION),
        alt.Y("place:O", title=None, axis=axis),
        length(measure, measure.capitalize(), shown[measure]),
        [
            word("label", name), count("events", "Events"), count("visitors", "Visitors"),
            share("share", "Share of events"),
        ],
        colour,
        alt.Text(f"{measure}:Q", format=","),
    )  # fmt: skip


def value_days_chart(frame: pd.DataFrame, name: str, window: Window) -> alt.Chart:
    """Draw the events of each day of a window by a property's values, stacked.

    `frame` has the columns day (datetime64, UTC), value (str, missing for the rest), place (int64,
    1 is the most frequent) and events (int64), one row per day and value; `name` is the property's.
    """
    named = frame[frame["value"].notna()].sort_values("place")
    shades = dict(zip(dict.fromkeys(named["value"]), CATEGORIES, strict=False))
    if frame["value"].isna().any():
        shades[OTHERS] = NEUTRAL
    return over_time(
        frame.assign(value=frame["value"].fillna(OTHERS)),
        titled(DAYS_TITLE, DAYS_CAPTION),
        counts("events", "Events per day", stack="zero"),
        [day_tooltip(), word("value", name), count("events", "Events")],
        colours("value", shades, orient="bottom", symbolType="square", labelLimit=140, columns=3),
        window=window,
        order="place",
        height=HEIGHT,
    )


def numbers_chart(frame: pd.DataFrame, name: str, window: Window) -> alt.Chart:
    """Draw the daily percentiles of a numeric property as lines.

    `frame` has the columns day (datetime64, UTC; missing for all days), events (int64) and p50,
    p90, p95, p99 (float64), one row per day with values; `name` is the property's.
    """
    days = with_all_days(frame[frame["day"].notna()], window)
    long = days.melt(["day", "events"], list(PERCENTILES), "percentile", "number")
    long["percentile"] = long["percentile"].map(PERCENTILES).astype("str")
    lowest, highest = long["number"].min(), long["number"].max()
    wide = lowest > 0 and highest > WIDE * lowest
    return over_time(
        long,
        titled(NUMBERS_TITLE, NUMBERS_CAPTION.format(scale="logarithmic" if wide else "linear")),
        alt.Y(
            "number:Q",
            title=name if len(name) <= LONGEST_LABEL else "Value",
            scale=alt.Scale(type="log") if wide else alt.Scale(),
            axis=count_axis(tickCount=5, tickMinStep=0),
        ),
        [
            day_tooltip(),
            word("percentile", "Percentile"),
            alt.Tooltip("number:Q", title=name, format=",.6~g"),
            count("events", "Events with a number"),
        ],
        colours(
            "percentile", dict(zip(PERCENTILES.values(), ORDERED[1:], strict=False)),
            orient="bottom", symbolType="stroke",
        ),
        mark="line",
        window=window,
        height=HEIGHT,
    )  # fmt: skip


def _labels(labels: pd.Series[str]) -> str:
    """Return the Vega expression of a place's label."""
    cut = [
        text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1]}…" for text in labels
    ]
    return f"{json.dumps(cut)}[datum.value]"
