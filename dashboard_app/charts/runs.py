"""What runs are like beside their duration: waits, output, interaction."""

from __future__ import annotations

import re
from typing import Final

import altair as alt
import pandas as pd

from dashboard_app.charts.parts.days import day_axis, day_tooltip
from dashboard_app.charts.parts.scales import PERCENT, bar_scale, duration_texts, percent_axis
from dashboard_app.theme import NEUTRAL, RUNS

WAITS_QUESTION: Final = "How long do runs wait for input?"
WAITS_READING: Final = (
    "The mean wait of each day's completed runs (UTC), those that never wait included."
)
OUTPUTS_QUESTION: Final = "How much do runs write?"
OUTPUTS_READING: Final = (
    "Completed runs of the period by the bytes they wrote, as the application counts them."
)
SHARES_QUESTION: Final = "How many runs are interactive, how many are cut short?"
SHARES_READING: Final = (
    "Share of each day's completed runs (UTC) that read input, and of those whose output was "
    "truncated."
)
UNTOLD: Final = "not told"
SHARES: Final = {"interactive": RUNS, "truncated": NEUTRAL}
HEIGHT: Final = 240
ROW_HEIGHT, AXIS_HEIGHT = 26, 70
SIZES: Final = {"": 1, "k": 1e3, "m": 1e6, "g": 1e9}


def waits_chart(frame: pd.DataFrame) -> alt.Chart:
    """Draw the mean wait of each day's runs.

    `frame` has the columns day (datetime64, UTC), waits and wait_ms (int64), a row a day.
    """
    shown = frame[["day", "waits", "wait_ms"]].copy()
    shown["mean_ms"] = shown["wait_ms"] / shown["waits"].where(shown["waits"] > 0)
    shown["text"] = duration_texts(shown["mean_ms"])
    blank = alt.Chart(
        shown, title=alt.Title(text=WAITS_QUESTION, subtitle=WAITS_READING), height=HEIGHT
    )
    drawn: alt.Chart = blank.mark_bar(color=RUNS, binSpacing=0, width={"band": 0.8}).encode(
        x=day_axis(frame),
        y=alt.Y(
            "mean_ms:Q",
            title="Mean wait",
            axis=alt.Axis(labelExpr="format(datum.value / 1000, '~g') + ' s'", tickCount=4),
        ),
        tooltip=[
            day_tooltip(),
            alt.Tooltip("text:N", title="Mean wait"),
            alt.Tooltip("waits:Q", title="Runs that tell their wait", format=","),
        ],
    )
    return drawn


def outputs_chart(frame: pd.DataFrame) -> alt.LayerChart:
    """Draw the runs by how much they wrote, the least on top.

    `frame` has the columns value (str, - where that is not told) and runs (int64).
    """
    runs = frame.groupby("value", as_index=False)["runs"].sum()
    order = sorted(runs["value"], key=output_order)
    runs = runs.set_index("value").loc[order].reset_index()
    runs["label"] = runs["value"].replace("-", UNTOLD)
    total = runs["runs"].sum()
    runs["share"] = runs["runs"] / total if total else 0.0
    bars = alt.Chart(runs).encode(
        y=alt.Y(
            "label:N",
            sort=list(runs["label"]),
            title=None,
            axis=alt.Axis(ticks=False, domain=False, labelPadding=8, labelLimit=110),
        ),
        x=alt.X(
            "share:Q",
            title="Share of the runs",
            scale=bar_scale(runs["share"], room=1.2),
            axis=alt.Axis(labelExpr=PERCENT, tickCount=4),
        ),
        tooltip=[
            alt.Tooltip("label:N", title="Bytes"),
            alt.Tooltip("runs:Q", title="Runs", format=","),
            alt.Tooltip("share:Q", title="Share", format=".1%"),
        ],
    )
    told = alt.when(alt.datum.value != "-")
    return alt.LayerChart(
        layer=[
            bars.mark_bar(cornerRadiusEnd=2).encode(
                color=told.then(alt.value(RUNS)).otherwise(alt.value(NEUTRAL))
            ),
            bars.mark_text(align="left", dx=5, color=NEUTRAL).encode(
                text=alt.Text("share:Q", format=".1%")
            ),
        ],
        title=alt.Title(text=OUTPUTS_QUESTION, subtitle=OUTPUTS_READING),
        height=ROW_HEIGHT * max(1, len(runs)) + AXIS_HEIGHT,
    )


def shares_chart(frame: pd.DataFrame) -> alt.Chart:
    """Draw the interactive and the truncated share of each day's runs.

    `frame` has the columns day (datetime64, UTC), completed, interactive and truncated (int64).
    """
    long = frame.melt(["day", "completed"], list(SHARES), "kind", "runs")
    long["share"] = long["runs"] / long["completed"].where(long["completed"] > 0)
    blank = alt.Chart(
        long, title=alt.Title(text=SHARES_QUESTION, subtitle=SHARES_READING), height=HEIGHT
    )
    drawn: alt.Chart = blank.mark_line(point={"filled": True, "size": 25}, strokeWidth=2).encode(
        x=day_axis(frame),
        y=alt.Y(
            "share:Q",
            title="Share of the day's runs",
            scale=alt.Scale(domainMin=0),
            axis=percent_axis(tickCount=4),
        ),
        color=alt.Color(
            "kind:N",
            scale=alt.Scale(domain=list(SHARES), range=list(SHARES.values())),
            legend=alt.Legend(title=None, orient="top", symbolType="stroke"),
        ),
        tooltip=[
            day_tooltip(),
            alt.Tooltip("kind:N", title="Runs that were"),
            alt.Tooltip("share:Q", title="Share", format=".1%"),
            alt.Tooltip("runs:Q", title="Runs", format=","),
            alt.Tooltip("completed:Q", title="Of completed runs", format=","),
        ],
    )
    return drawn


def output_order(size: str) -> tuple[int, float, str]:
    """Return a key that sorts sizes such as 0, 1-1K, 1K-10K, >1M by what they begin with."""
    found = re.match(r"\D*?([0-9.]+)\s*([kmg]?)", size.lower())
    if size == "-" or not found:
        return (2, 0, size) if size == "-" else (1, 0, size)
    number = float(found[1]) if found[1].replace(".", "", 1).isdigit() else 0.0
    return 0, number * SIZES[found[2]] + size.startswith(">"), size
