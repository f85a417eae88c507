"""Sessions: their number per day, their length, and the events of one."""

from __future__ import annotations

from typing import Final

import altair as alt
import pandas as pd

from dashboard_app.charts.parts.days import day_tooltip, with_all_days
from dashboard_app.charts.parts.over_time import counts, over_time
from dashboard_app.charts.parts.scales import colours, duration_texts, linear_duration_axis
from dashboard_app.charts.parts.tooltips import count, titled, word
from dashboard_app.theme import ERRORS, NEUTRAL, RUNS
from dashboard_app.window import Window

DAILY_TITLE: Final = "Sessions per day"
DAILY_CAPTION: Final = (
    "Sessions with an event on that day (UTC). One that crosses midnight counts on both."
)
LENGTH_TITLE: Final = "Session length"
LENGTH_CAPTION: Final = (
    "From a session's first event of the day (UTC) to its last.\nHalf of the sessions are at most "
    "as long as the median, nine in ten at most as long as the 90th percentile."
)
LENGTHS: Final = {"median": "Median", "p90": "90th percentile"}
TITLE: Final = "Session timeline"
CAPTION: Final = (
    "Each mark is an event. Green: a run event; red: a run error; grey: any other event."
)
COLOURS: Final = {"run": RUNS, "error": ERRORS, "other": NEUTRAL}
ROW_PIXELS, AXIS_PIXELS = 30, 60
# ms per unit of the axis; a unit is used for sessions longer than three of it
UNITS: Final = {"hours": 3_600_000, "minutes": 60_000, "seconds": 1000, "ms": 1}


def sessions_a_day_chart(frame: pd.DataFrame, window: Window) -> alt.Chart:
    """Draw the sessions of each day of a window.

    `frame` has the columns day (datetime64, UTC) and sessions (int64), one row per day with any.
    """
    return over_time(
        frame,
        titled(DAILY_TITLE, DAILY_CAPTION),
        counts("sessions", "Sessions per day"),
        [day_tooltip(), count("sessions", "Sessions")],
        NEUTRAL,
        window=window,
    )


def session_lengths_chart(frame: pd.DataFrame, window: Window) -> alt.Chart:
    """Draw how long the sessions of each day of a window last.

    `frame` has the columns day (datetime64, UTC), median and p90 (float64, seconds), one row
    per day with sessions.
    """
    named = with_all_days(frame, window).rename(columns=LENGTHS)
    long = named.melt(["day"], list(LENGTHS.values()), "kind", "seconds")
    long["ms"] = 1000 * long["seconds"].astype("float64")
    long["text"] = duration_texts(long["ms"])
    return over_time(
        long,
        titled(LENGTH_TITLE, LENGTH_CAPTION),
        alt.Y("ms:Q", title="Session length", axis=linear_duration_axis(long["ms"])),
        [day_tooltip(), word("kind", "Statistic"), word("text", "Duration")],
        colours("kind", dict(zip(LENGTHS.values(), (RUNS, NEUTRAL), strict=True))),
        mark="line",
        window=window,
    )


def session_chart(frame: pd.DataFrame, run_events: str) -> alt.Chart:
    """Draw the events of a session as marks on a time line, one row per event name.

    `frame` has the columns t (datetime64, UTC), since_ms (float64, from the first event), evt and
    properties (str), one row per event, in order; `run_events` is the prefix of run event names.
    """
    longest = float(frame["since_ms"].max()) if len(frame) else 0.0
    unit = next(name for name, ms in UNITS.items() if longest > 3 * ms or ms == 1)
    marks = frame.assign(
        since=frame["since_ms"] / UNITS[unit],
        when=frame["t"].dt.strftime("%Y-%m-%d %H:%M:%S.%f").str[:-3],
        kind=[_kind(evt, run_events) for evt in frame["evt"]],
    )
    height = ROW_PIXELS * max(1, marks["evt"].nunique()) + AXIS_PIXELS
    blank = alt.Chart(marks, title=titled(TITLE, CAPTION), height=height)
    drawn: alt.Chart = blank.mark_tick(thickness=3, size=ROW_PIXELS - 10).encode(
        x=alt.X(
            "since:Q",
            title=f"Time since the first event ({unit})",
            scale=alt.Scale(domainMin=0, nice=False, padding=8),
            axis=alt.Axis(grid=False, tickCount=6),
        ),
        y=alt.Y(
            "evt:N",
            title=None,
            sort=list(marks["evt"].unique()),
            axis=alt.Axis(grid=True, ticks=False, domain=False, labelLimit=150, labelFlush=False),
        ),
        color=colours("kind", COLOURS, legend=False),
        tooltip=[
            word("when", "Time (UTC)"),
            word("evt", "Event"),
            alt.Tooltip("since:Q", title=f"Since the first event ({unit})", format=",.1f"),
            word("properties", "Properties"),
        ],
    )
    return drawn


def _kind(evt: str, run_events: str) -> str:
    if evt == f"{run_events}.error":
        return "error"
    return "run" if evt.startswith(f"{run_events}.") else "other"
