"""How long runs take."""

from __future__ import annotations

from typing import Final

import altair as alt
import pandas as pd

from dashboard_app.charts.parts.days import day_axis, day_tooltip
from dashboard_app.charts.parts.scales import (
    PERCENT,
    SHORTEST_MS,
    bar_scale,
    count_axis,
    duration_axis,
    duration_texts,
)
from dashboard_app.theme import NEUTRAL, PERCENTILES, RUNS

TREND_QUESTION: Final = "Do runs get slower?"
TREND_READING: Final = (
    "Half of a day's runs (UTC) take at most the median, nine of ten at most p90, and so on; the "
    "scale is logarithmic. Only completed runs that tell their duration."
)
HISTOGRAM_QUESTION: Final = "How long do runs take?"
HISTOGRAM_READING: Final = (
    "Completed runs of the period by their duration; each bar reaches a quarter further than the "
    "one before, so the scale is logarithmic. The dashed lines are percentiles."
)
CLASSES_QUESTION: Final = "How many runs are quick, how many slow?"
CLASSES_READING: Final = "Completed runs of the period in eight classes of duration."
CLASSES: Final = ("up to 0.5 s", "0.5–1 s", "1–3 s", "3–10 s", "10–30 s", "30–60 s", "1–2 min",
                  "2 min and more")  # fmt: skip
HEIGHT: Final = 300
ROW_HEIGHT, AXIS_HEIGHT = 26, 70
MANY_DAYS: Final = 60


def percentiles_chart(frame: pd.DataFrame) -> alt.Chart:
    """Draw each day's percentiles of the durations.

    `frame` has the columns day (datetime64, UTC), runs (int64) and p50, p90, p95, p99 (float64, ms,
    missing where no run told its duration), a row a day.
    """
    names = list(PERCENTILES)
    # days without runs stay, so that the line has a gap there
    long = frame.melt(["day", "runs"], names, "percentile", "ms")
    long["text"] = duration_texts(long["ms"])
    long["ms"] = long["ms"].clip(lower=SHORTEST_MS)
    few = len(frame) <= MANY_DAYS
    blank = alt.Chart(
        long, title=alt.Title(text=TREND_QUESTION, subtitle=TREND_READING), height=HEIGHT
    )
    point = {"filled": True, "size": 30} if few else False
    drawn: alt.Chart = blank.mark_line(strokeWidth=2, point=point).encode(
        x=day_axis(frame),
        y=alt.Y(
            "ms:Q",
            title="Duration of a run",
            scale=alt.Scale(type="log", nice=False, padding=12),
            axis=duration_axis(),
        ),
        color=alt.Color(
            "percentile:N",
            scale=alt.Scale(domain=names, range=list(PERCENTILES.values())),
            legend=alt.Legend(title=None, orient="top", symbolType="stroke"),
        ),
        tooltip=[
            day_tooltip(),
            alt.Tooltip("percentile:N", title="Percentile"),
            alt.Tooltip("text:N", title="Duration"),
            alt.Tooltip("runs:Q", title="Runs", format=","),
        ],
    )
    return drawn


def histogram_chart(frame: pd.DataFrame, duration: pd.DataFrame) -> alt.LayerChart:
    """Draw the histogram of durations on a logarithmic scale, with the window's percentiles.

    `frame` has the columns from_ms, to_ms, share (float64) and runs (int64), a row a class;
    `duration` a single row with p50, p90, p95, p99 (float64, ms).
    """
    shown = frame.copy()
    shown["text"] = (
        duration_texts(shown["from_ms"]) + " to " + duration_texts(shown["to_ms"])
    ).astype("str")
    scale, axis = alt.Scale(type="log", nice=False), duration_axis(grid=False)
    bars = alt.Chart(shown).mark_bar(color=RUNS, binSpacing=1)
    lines = duration[list(PERCENTILES)].melt(var_name="percentile", value_name="ms").dropna()
    lines["text"] = duration_texts(lines["ms"])
    lines["ms"] = lines["ms"].clip(lower=SHORTEST_MS)
    marked = alt.Chart(lines).encode(
        x=alt.X("ms:Q", scale=scale, axis=axis, title="Duration of a run"),
        tooltip=[
            alt.Tooltip("percentile:N", title="Percentile"),
            alt.Tooltip("text:N", title="Duration"),
        ],
    )
    return alt.LayerChart(
        layer=[
            bars.encode(
                x=alt.X("from_ms:Q", scale=scale, axis=axis, title="Duration of a run"),
                x2="to_ms:Q",
                y=alt.Y("runs:Q", title="Runs", axis=count_axis()),
                y2=alt.datum(0),
                tooltip=[
                    alt.Tooltip("text:N", title="Duration"),
                    alt.Tooltip("runs:Q", title="Runs", format=","),
                    alt.Tooltip("share:Q", title="Share", format=".1%"),
                ],
            ),
            marked.mark_rule(color=NEUTRAL, strokeDash=[4, 3], strokeWidth=1.5),
            # two heights, since neighbours are close on a phone
            *(
                marked.transform_filter(alt.FieldOneOfPredicate("percentile", names))
                .mark_text(color=NEUTRAL, align="left", baseline="top", dx=3, dy=2 + 13 * low)
                .encode(y=alt.value(0), text="percentile:N")
                for low, names in enumerate((["p50", "p90", "p99"], ["p95"]))
            ),
        ],
        title=alt.Title(text=HISTOGRAM_QUESTION, subtitle=HISTOGRAM_READING),
        height=HEIGHT,
    )


def classes_chart(frame: pd.DataFrame) -> alt.LayerChart:
    """Draw the runs in the eight classes of duration that `GET /stats` has, the shortest on top.

    `frame` has the columns value (str, from 0, the shortest, to 7) and runs (int64).
    """
    runs = frame.groupby("value")["runs"].sum()
    shown = pd.DataFrame(
        {"label": CLASSES, "runs": [int(runs.get(str(place), 0)) for place in range(len(CLASSES))]}
    )
    total = shown["runs"].sum()
    shown["share"] = shown["runs"] / total if total else 0.0
    bars = alt.Chart(shown).encode(
        y=alt.Y(
            "label:N",
            sort=list(CLASSES),
            title=None,
            axis=alt.Axis(ticks=False, domain=False, labelPadding=8, labelLimit=120),
        ),
        x=alt.X(
            "share:Q",
            title="Share of the runs",
            scale=bar_scale(shown["share"], room=1.2),
            axis=alt.Axis(labelExpr=PERCENT, tickCount=4),
        ),
        tooltip=[
            alt.Tooltip("label:N", title="Duration"),
            alt.Tooltip("runs:Q", title="Runs", format=","),
            alt.Tooltip("share:Q", title="Share", format=".1%"),
        ],
    )
    return alt.LayerChart(
        layer=[
            bars.mark_bar(cornerRadiusEnd=2, color=RUNS),
            bars.mark_text(align="left", dx=5, color=NEUTRAL).encode(
                text=alt.Text("share:Q", format=".1%")
            ),
        ],
        title=alt.Title(text=CLASSES_QUESTION, subtitle=CLASSES_READING),
        height=ROW_HEIGHT * len(CLASSES) + AXIS_HEIGHT,
    )
