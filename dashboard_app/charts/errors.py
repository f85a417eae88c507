"""How runs fail, and how they end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import altair as alt
import pandas as pd

from dashboard_app.charts.days import day_axis, day_tooltip
from dashboard_app.charts.scales import bar_scale, count_axis, percent_axis
from dashboard_app.theme import COMPILE_ERRORS, ENDINGS, ERRORS, NEUTRAL

RATES_QUESTION: Final = "How often do runs fail?"
RATES_READING: Final = (
    "Errors to each day's started runs (UTC): when compiling, and at runtime, which are crashes."
)
EXITS_QUESTION: Final = "How do completed runs end?"
EXITS_READING: Final = (
    "Each day's completed runs (UTC) by exit code: 0 is normal, 1 a runtime error, 130 interrupted "
    "by the user, 143 terminated."
)
EXCEPTIONS_QUESTION: Final = "Which exceptions are thrown most?"
EXCEPTIONS_READING: Final = (
    "Errors of the period by their exception, the most frequent on top; the colour tells whether "
    "when compiling or at runtime."
)
PHASES: Final = {"compile": COMPILE_ERRORS, "runtime": ERRORS}
CODES: Final = dict(zip(("0", "130", "1", "143"), ENDINGS, strict=False))
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
        color=_phases(),
        tooltip=[
            day_tooltip(),
            alt.Tooltip("phase:N", title="Phase"),
            alt.Tooltip("rate:Q", title="Rate", format=".1%"),
            alt.Tooltip("errors:Q", title="Errors", format=","),
            alt.Tooltip("started:Q", title="Runs started", format=","),
        ],
    )
    return drawn


def exits_chart(frame: pd.DataFrame) -> alt.Chart:
    """Draw each day's completed runs by how they ended, stacked to 100 %.

    `frame` has the columns day (datetime64, UTC), value (the exit code, str) and runs (int64).
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
        x=day_axis(frame),
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


def exceptions_chart(frame: pd.DataFrame) -> alt.LayerChart:
    """Draw the most frequent exceptions as bars, by phase.

    `frame` has the columns exception (str), errors, compile_errors, runtime_errors (int64), share
    (float64) and first_day (datetime64, UTC), the most frequent first.
    """
    top = frame.head(MOST)
    named = top.rename(columns={"compile_errors": "compile", "runtime_errors": "runtime"})
    long = named.melt(
        ["exception", "errors", "share", "first_day"], list(PHASES), "phase", "of_phase"
    )
    y = _exceptions(list(top["exception"]))
    x = alt.X(
        "of_phase:Q",
        title="Errors",
        stack="zero",
        scale=bar_scale(top["errors"]),
        axis=count_axis(),
    )
    tooltip = [
        alt.Tooltip("exception:N", title="Exception"),
        alt.Tooltip("errors:Q", title="Errors", format=","),
        alt.Tooltip("share:Q", title="Share of those that tell theirs", format=".1%"),
        alt.Tooltip("first_day:T", timeUnit="utcyearmonthdate", format="%-d %b %Y",
                    title="First seen (UTC)"),
    ]  # fmt: skip
    return alt.LayerChart(
        layer=[
            alt.Chart(long[long["of_phase"] > 0])
            .mark_bar(cornerRadiusEnd=2)
            .encode(y=y, x=x, color=_phases(), tooltip=tooltip),
            alt.Chart(top)
            .mark_text(align="left", dx=5, color=NEUTRAL)
            .encode(y=y, x=alt.X("errors:Q"), text=alt.Text("errors:Q", format=",")),
        ],
        title=alt.Title(text=EXCEPTIONS_QUESTION, subtitle=EXCEPTIONS_READING),
        height=ROW_HEIGHT * max(1, len(top)) + AXIS_HEIGHT,
    )


def _phases() -> alt.Color:
    return alt.Color(
        "phase:N",
        scale=alt.Scale(domain=list(PHASES), range=list(PHASES.values())),
        legend=alt.Legend(title=None, orient="top"),
    )


def _exceptions(order: Sequence[str]) -> alt.Y:
    axis = alt.Axis(ticks=False, domain=False, labelLimit=110, labelPadding=8)
    return alt.Y("exception:N", sort=list(order), title=None, axis=axis)
