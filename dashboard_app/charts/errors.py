"""How runs fail, and how they end."""

from __future__ import annotations

from typing import Final

import altair as alt
import pandas as pd

from dashboard_app.charts.parts.days import day_axis, day_tooltip
from dashboard_app.charts.parts.scales import bar_scale, percent_axis
from dashboard_app.theme import COMPILE_ERRORS, ENDINGS, ERRORS, NEUTRAL, NOT_REPORTED
from dashboard_app.window import Window

RATES_QUESTION: Final = "How often do runs fail?"
RATES_READING: Final = (
    "Errors to each day's started runs (UTC): when compiling, and at runtime, which are crashes."
)
EXITS_QUESTION: Final = "How do completed runs end?"
EXITS_READING: Final = (
    "Each day's completed runs (UTC) by exit code: 0 is normal, 1 a runtime error, 130 interrupted "
    "by the user, 143 terminated. Some runs report none."
)
CODES_QUESTION: Final = "With which exit codes?"
CODES_READING: Final = "All completed runs of the period by their exit code."
PHASES: Final = {"compile": COMPILE_ERRORS, "runtime": ERRORS}
CODES: Final = {
    **dict(zip(("0", "130", "1", "143"), ENDINGS, strict=False)),
    NOT_REPORTED: NOT_REPORTED,
}
MOST: Final = 12
HEIGHT: Final = 300
ROW_HEIGHT, AXIS_HEIGHT = 26, 90


def rates_chart(frame: pd.DataFrame) -> alt.Chart:
    """Draw the errors per started run of each day, by phase.

    `frame` has the columns day (datetime64, UTC), started, compile_errors and runtime_errors
    (int64), a row a day.
    """
    named = frame.rename(columns={"compile_errors": "compile", "runtime_errors": "runtime"})
    long = named.melt(["day", "started"], list(PHASES), "phase", "errors")
    long["rate"] = long["errors"] / long["started"].where(long["started"] > 0)
    blank = alt.Chart(
        long, title=alt.Title(text=RATES_QUESTION, subtitle=RATES_READING), height=HEIGHT
    )
    drawn: alt.Chart = blank.mark_line(point={"filled": True, "size": 30}, strokeWidth=2).encode(
        x=day_axis(frame),
        y=alt.Y(
            "rate:Q",
            title="Errors per started run",
            scale=alt.Scale(domainMin=0),
            axis=percent_axis(),
        ),
        color=phase_colour(),
        tooltip=[
            day_tooltip(),
            alt.Tooltip("phase:N", title="Phase"),
            alt.Tooltip("rate:Q", title="Rate", format=".1%"),
            alt.Tooltip("errors:Q", title="Errors", format=","),
            alt.Tooltip("started:Q", title="Runs started", format=","),
        ],
    )
    return drawn


def exits_chart(frame: pd.DataFrame, window: Window) -> alt.Chart:
    """Draw the completed runs of each day of a window by how they ended, stacked to 100 %.

    `frame` has the columns day (datetime64, UTC), value (the exit code or NOT_REPORTED, str) and
    runs (int64).
    """
    named = frame.assign(ending=frame["value"].map(CODES).fillna("others").astype("str"))
    shown = named.groupby(["day", "ending"], as_index=False)["runs"].sum()
    of_day = shown.groupby("day")["runs"].transform("sum")
    shown["share"] = shown["runs"] / of_day
    order = list(ENDINGS)
    shown["place"] = [order.index(ending) for ending in shown["ending"]]
    blank = alt.Chart(
        shown, title=alt.Title(text=EXITS_QUESTION, subtitle=EXITS_READING), height=HEIGHT
    )
    drawn: alt.Chart = blank.mark_bar(binSpacing=0, width={"band": 0.8}).encode(
        x=day_axis(frame, window),
        y=alt.Y(
            "share:Q",
            stack="zero",
            title="Share of the day's runs",
            scale=alt.Scale(domain=[0, 1]),
            axis=percent_axis(),
        ),
        color=alt.Color(
            "ending:N",
            scale=alt.Scale(domain=order, range=list(ENDINGS.values())),
            # two columns are what a phone has room for
            legend=alt.Legend(
                title=None, orient="top", symbolType="square", columns=2, labelLimit=140
            ),
        ),
        order=alt.Order("place:Q"),
        tooltip=[
            day_tooltip(),
            alt.Tooltip("ending:N", title="Ending"),
            alt.Tooltip("runs:Q", title="Runs", format=","),
            alt.Tooltip("share:Q", title="Share", format=".1%"),
        ],
    )
    return drawn


def codes_chart(frame: pd.DataFrame) -> alt.LayerChart:
    """Draw the period's completed runs by exit code, the most frequent on top.

    `frame` has the columns value (the exit code or NOT_REPORTED, str) and runs
    (int64).
    """
    counted = frame.groupby("value")["runs"].sum()
    runs = counted.sort_values(ascending=False, kind="stable").reset_index()
    total = runs["runs"].sum()
    runs["share"] = runs["runs"] / total if total else 0.0
    runs["ending"] = runs["value"].map(CODES).fillna("others").astype("str")
    runs["number"] = [f"{number:,}" for number in runs["runs"]]
    top = runs.head(MOST)
    bars = alt.Chart(top).encode(
        y=alt.Y(
            "value:N",
            sort=list(top["value"]),
            title="Exit code",
            axis=alt.Axis(ticks=False, domain=False, labelPadding=8),
        ),
        x=alt.X(
            "share:Q",
            title="Share of the runs",
            scale=bar_scale(top["share"], room=1.3),
            axis=percent_axis(tickCount=4),
        ),
        tooltip=[
            alt.Tooltip("value:N", title="Exit code"),
            alt.Tooltip("ending:N", title="Ending"),
            alt.Tooltip("runs:Q", title="Runs", format=","),
            alt.Tooltip("share:Q", title="Share", format=".1%"),
        ],
    )
    return alt.LayerChart(
        layer=[
            bars.mark_bar(cornerRadiusEnd=2).encode(
                color=alt.Color(
                    "ending:N",
                    scale=alt.Scale(domain=list(ENDINGS), range=list(ENDINGS.values())),
                    legend=None,
                )
            ),
            bars.mark_text(align="left", dx=5, color=NEUTRAL).encode(text="number:N"),
        ],
        title=alt.Title(text=CODES_QUESTION, subtitle=CODES_READING),
        height=ROW_HEIGHT * max(1, len(top)) + AXIS_HEIGHT,
    )


def phase_colour() -> alt.Color:
    """Return the colour channel of the column phase: when compiling, or at runtime."""
    return alt.Color(
        "phase:N",
        scale=alt.Scale(domain=list(PHASES), range=list(PHASES.values())),
        legend=alt.Legend(title=None, orient="top"),
    )
