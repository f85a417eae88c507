"""What values a property of the events has, how often, and how that goes over time.

Titles do not name the property: pages set them as markdown, and clients choose the name.
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

VALUES_QUESTION: Final = "Which values does this property have?"
VALUES_READING: Final = (
    "The most frequent values, and at the bottom what is beyond them and how many events do not "
    "have the property. A click on a bar shows only those events."
)
DAYS_QUESTION: Final = "How do its values change over time?"
DAYS_READING: Final = (
    "Each day's events (UTC) that have the property, by its most frequent values; grey is the rest."
)
NUMBERS_QUESTION: Final = "How large is it, day by day?"
NUMBERS_READING: Final = (
    "Half of a day's values (UTC) are at most the median, nine of ten at most p90, and so on. "
    "{scale}"
)
LOGARITHMIC: Final = (
    "Each line of the grid is a multiple of the one below: the scale is logarithmic."
)
LINEAR: Final = "The scale is linear."
REST: Final = {"other": "all other values", "none": "(not set)"}
OTHERS: Final = "other values"
PERCENTILES: Final = {"p50": "median", "p90": "p90", "p95": "p95", "p99": "p99"}
LONGEST_LABEL: Final = 32
HEIGHT: Final = 300
# where the highest is so many times the lowest, a linear scale would show the highest only
WIDE: Final = 20


def values_chart(frame: pd.DataFrame, name: str, measure: str) -> alt.LayerChart:
    """Draw a property's values as bars, the most frequent on top.

    `frame` has the columns kind (value, other, none), value (str, missing for the other kinds),
    events and visitors (int64) and share (float64, of all events), a row a value; `name` is the
    property's, `measure` is visitors or events. Raises KeyError for another measure.
    """
    colour = value_where(alt.ColorValue, "(datum.kind === 'value')", MEASURES[measure], NEUTRAL)
    shown = frame.assign(
        label=frame["value"].fillna(frame["kind"].map(REST)).astype("str"),
        place=range(len(frame)),
    )
    # the bars are told apart by their place: two long values may look the same
    axis = alt.Axis(
        ticks=False, domain=False, labelPadding=8, labelLimit=150,
        labelExpr=_labels(shown["label"]),
    )  # fmt: skip
    return bars_chart(
        shown,
        titled(VALUES_QUESTION, VALUES_READING),
        alt.Y("place:O", title=None, axis=axis),
        length(measure, measure.capitalize(), shown[measure]),
        [
            word("label", name), count("events", "Events"), count("visitors", "Visitors"),
            share("share", "Share of the events"),
        ],
        colour,
        alt.Text(f"{measure}:Q", format=","),
    )  # fmt: skip


def value_days_chart(frame: pd.DataFrame, name: str, window: Window) -> alt.Chart:
    """Draw the events of each day of a window by a property's values, stacked.

    `frame` has the columns day (datetime64, UTC), value (str, missing for the rest), place (int64,
    1 is the most frequent) and events (int64), a row a day and value; `name` is the property's.
    """
    named = frame[frame["value"].notna()].sort_values("place")
    shades = dict(zip(dict.fromkeys(named["value"]), CATEGORIES, strict=False))
    if frame["value"].isna().any():
        shades[OTHERS] = NEUTRAL
    return over_time(
        frame.assign(value=frame["value"].fillna(OTHERS)),
        titled(DAYS_QUESTION, DAYS_READING),
        counts("events", "Events a day", stack="zero"),
        [day_tooltip(), word("value", name), count("events", "Events")],
        colours("value", shades, orient="bottom", symbolType="square", labelLimit=140, columns=3),
        window=window,
        order="place",
        height=HEIGHT,
    )


def numbers_chart(frame: pd.DataFrame, name: str, window: Window) -> alt.Chart:
    """Draw the percentiles of a numeric property on each day of a window as lines.

    `frame` has the columns day (datetime64, UTC; missing for all days), events (int64) and p50,
    p90, p95, p99 (float64), a row a day that has any; `name` is the property's.
    """
    days = with_all_days(frame[frame["day"].notna()], window)
    long = days.melt(["day", "events"], list(PERCENTILES), "percentile", "number")
    long["percentile"] = long["percentile"].map(PERCENTILES).astype("str")
    lowest, highest = long["number"].min(), long["number"].max()
    wide = lowest > 0 and highest > WIDE * lowest
    return over_time(
        long,
        titled(NUMBERS_QUESTION, NUMBERS_READING.format(scale=LOGARITHMIC if wide else LINEAR)),
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
