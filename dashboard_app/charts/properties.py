"""What values a property of the events has, how often, and how that goes over time.

Titles do not name the property: pages set them as markdown, and clients choose the name.
"""

from __future__ import annotations

import json
from typing import Final

import altair as alt
import pandas as pd

from dashboard_app.charts.parts.days import day_axis, day_tooltip, with_all_days
from dashboard_app.charts.parts.scales import count_axis
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
ROW_PIXELS, AXIS_PIXELS, DAYS_PIXELS = 26, 70, 300
# where the highest is so many times the lowest, a linear scale would show the highest only
WIDE: Final = 20


def values_chart(frame: pd.DataFrame, name: str, measure: str) -> alt.LayerChart:
    """Draw a property's values as bars, the most frequent on top.

    `frame` has the columns kind (value, other, none), value (str, missing for the other kinds),
    events and visitors (int64) and share (float64, of all events), a row a value; `name` is the
    property's, `measure` is visitors or events. Raises KeyError for another measure.
    """
    colour = MEASURES[measure]
    shown = frame.assign(
        label=frame["value"].fillna(frame["kind"].map(REST)).astype("str"),
        place=range(len(frame)),
    )
    longest = int(shown[measure].max()) if len(shown) else 1
    bars = alt.Chart(shown).encode(
        y=alt.Y(
            "place:O",
            title=None,
            axis=alt.Axis(
                ticks=False, domain=False, labelPadding=8, labelLimit=150,
                # the bars are told apart by their place: two long values may look the same
                labelExpr=_labels(shown["label"]),
            ),
        ),
        x=alt.X(
            measure,
            type="quantitative",
            title=measure.capitalize(),
            scale=alt.Scale(domainMin=0, domainMax=1.2 * longest),
            axis=count_axis(),
        ),
        tooltip=[
            alt.Tooltip("label:N", title=name),
            alt.Tooltip("events:Q", title="Events", format=","),
            alt.Tooltip("visitors:Q", title="Visitors", format=","),
            alt.Tooltip("share:Q", title="Share of the events", format=".1%"),
        ],
    )  # fmt: skip
    drawn = bars.mark_bar(cornerRadiusEnd=2).encode(
        color=alt.when(alt.datum.kind == "value")
        .then(alt.value(colour))
        .otherwise(alt.value(NEUTRAL))
    )
    numbers = bars.mark_text(align="left", dx=5, color=NEUTRAL).encode(
        text=alt.Text(measure, type="quantitative", format=",")
    )
    return alt.LayerChart(
        layer=[drawn, numbers],
        title=alt.Title(text=VALUES_QUESTION, subtitle=VALUES_READING),
        height=ROW_PIXELS * max(1, len(shown)) + AXIS_PIXELS,
    )


def value_days_chart(frame: pd.DataFrame, name: str, window: Window) -> alt.Chart:
    """Draw the events of each day of a window by a property's values, stacked.

    `frame` has the columns day (datetime64, UTC), value (str, missing for the rest), place (int64,
    1 is the most frequent) and events (int64), a row a day and value; `name` is the property's.
    """
    named = frame[frame["value"].notna()].sort_values("place")
    values = list(dict.fromkeys(named["value"]))
    colours = list(CATEGORIES[: len(values)])
    if frame["value"].isna().any():
        values.append(OTHERS)
        colours.append(NEUTRAL)
    shown = frame.assign(value=frame["value"].fillna(OTHERS))
    blank = alt.Chart(
        shown,
        title=alt.Title(text=DAYS_QUESTION, subtitle=DAYS_READING),
        height=DAYS_PIXELS,
    )
    drawn: alt.Chart = blank.mark_bar(binSpacing=0, width={"band": 0.8}).encode(
        x=day_axis(frame, window),
        y=alt.Y(
            "events:Q",
            stack="zero",
            title="Events a day",
            axis=count_axis(),
        ),
        color=alt.Color(
            "value:N",
            scale=alt.Scale(domain=values, range=colours),
            legend=alt.Legend(
                title=None, orient="bottom", symbolType="square", labelLimit=140, columns=3
            ),
        ),
        order=alt.Order("place:Q"),
        tooltip=[
            day_tooltip(),
            alt.Tooltip("value:N", title=name),
            alt.Tooltip("events:Q", title="Events", format=","),
        ],
    )  # fmt: skip
    return drawn


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
    reading = NUMBERS_READING.format(scale=LOGARITHMIC if wide else LINEAR)
    blank = alt.Chart(
        long,
        title=alt.Title(text=NUMBERS_QUESTION, subtitle=reading),
        height=DAYS_PIXELS,
    )
    drawn: alt.Chart = blank.mark_line(point={"filled": True, "size": 30}, strokeWidth=2).encode(
        x=day_axis(days, window),
        y=alt.Y(
            "number:Q",
            title=name if len(name) <= LONGEST_LABEL else "Value",
            scale=alt.Scale(type="log") if wide else alt.Scale(),
            axis=count_axis(tickCount=5, tickMinStep=0),
        ),
        color=alt.Color(
            "percentile:N",
            scale=alt.Scale(domain=list(PERCENTILES.values()), range=list(ORDERED[1:5])),
            legend=alt.Legend(title=None, orient="bottom", symbolType="stroke"),
        ),
        tooltip=[
            day_tooltip(),
            alt.Tooltip("percentile:N", title="Percentile"),
            alt.Tooltip("number:Q", title=name, format=",.6~g"),
            alt.Tooltip("events:Q", title="Events with a number", format=","),
        ],
    )
    return drawn


def _labels(labels: pd.Series[str]) -> str:
    """Return the Vega expression of a place's label."""
    cut = [
        text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1]}…" for text in labels
    ]
    return f"{json.dumps(cut)}[datum.value]"
