"""How many sessions there are a day, and how long they last."""

from __future__ import annotations

import altair as alt
import pandas as pd

from dashboard_app.charts.parts.days import day_axis, day_tooltip, with_all_days
from dashboard_app.charts.parts.scales import count_axis, duration_texts, linear_duration_axis
from dashboard_app.theme import NEUTRAL, RUNS
from dashboard_app.window import Window

HEIGHT = 240
LENGTHS = {"median": "Median", "p90": "90th percentile"}


def sessions_a_day_chart(frame: pd.DataFrame, window: Window) -> alt.Chart:
    """Draw the sessions of each day of a window.

    `frame` has the columns day (datetime64, UTC) and sessions (int64), a row a day that has any.
    """
    title = alt.Title(
        text="How many sessions are there each day?",
        subtitle="Sessions with an event on that day, UTC; one past midnight counts on both.",
    )
    drawn: alt.Chart = (
        alt.Chart(frame, height=HEIGHT, title=title)
        .mark_bar(color=NEUTRAL, binSpacing=0, width={"band": 0.8})
        .encode(
            x=day_axis(frame, window),
            y=alt.Y(
                "sessions:Q",
                title="Sessions a day",
                axis=count_axis(),
            ),
            tooltip=[day_tooltip(), alt.Tooltip("sessions:Q", title="Sessions", format=",")],
        )
    )
    return drawn


def session_lengths_chart(frame: pd.DataFrame, window: Window) -> alt.Chart:
    """Draw how long the sessions of each day of a window last.

    `frame` has the columns day (datetime64, UTC), median and p90 (float64, seconds), a row a day
    that has any.
    """
    title = alt.Title(
        text="How long do sessions last?",
        subtitle=(
            "The time from a session's first event to its last, on that day: half of the sessions "
            "are shorter than the median, nine in ten than the 90th percentile."
        ),
    )
    named = with_all_days(frame, window).rename(columns=LENGTHS)
    long = named.melt(["day"], list(LENGTHS.values()), "kind", "seconds")
    long["ms"] = 1000 * long["seconds"].astype("float64")
    long["text"] = duration_texts(long["ms"])
    drawn: alt.Chart = (
        alt.Chart(long, height=HEIGHT, title=title)
        .mark_line(strokeWidth=2.5, point=alt.OverlayMarkDef(size=30))
        .encode(
            x=day_axis(frame, window),
            y=alt.Y(
                "ms:Q",
                title="Length of a session",
                axis=linear_duration_axis(long["ms"]),
            ),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=list(LENGTHS.values()), range=[RUNS, NEUTRAL]),
                legend=alt.Legend(title=None, orient="top"),
            ),
            tooltip=[
                day_tooltip(),
                alt.Tooltip("kind:N", title="Length"),
                alt.Tooltip("text:N", title="Lasts"),
            ],
        )
    )
    return drawn
