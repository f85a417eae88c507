"""How many visitors are active, and how often they come."""

from __future__ import annotations

from datetime import date

import altair as alt
import pandas as pd

from dashboard_app.charts.parts.days import day_axis, day_tooltip
from dashboard_app.charts.parts.scales import count_axis
from dashboard_app.theme import NEUTRAL, VISITORS

QUESTION = "How often do visitors come?"
READING = (
    "Distinct visitors of each day, and of the 7 and the 30 days that end with it. The closer the "
    "lines, the more of them come every day"
)
KINDS = {"daily": "A day", "weekly": "7 days", "monthly": "30 days"}
COLOURS = [VISITORS, "#cc79a7", NEUTRAL]
HEIGHT = 260


def stickiness_chart(frame: pd.DataFrame, today: date) -> alt.Chart:
    """Draw the daily, weekly and monthly active visitors.

    `frame` has the columns day (datetime64, UTC), daily, weekly and monthly (int64), a row a day;
    `today`, which is not over, is left out of the average.
    """
    ratio = (frame["daily"] / frame["monthly"]).where(frame["monthly"] > 0)
    over = ratio[frame["day"] < pd.Timestamp(today, tz="UTC")]
    share = "" if over.isna().all() else f": {over.mean():.0%} of a month's on a day, on average"
    named = frame.assign(share=ratio.fillna(0.0)).rename(columns=KINDS)
    long = named.melt(["day", "share"], list(KINDS.values()), "kind", "visitors")
    drawn: alt.Chart = (
        alt.Chart(
            long, height=HEIGHT, title=alt.Title(text=QUESTION, subtitle=f"{READING}{share}.")
        )
        .mark_line(strokeWidth=2.5, point=alt.OverlayMarkDef(size=30))
        .encode(
            x=day_axis(frame),
            y=alt.Y(
                "visitors:Q",
                title="Visitors",
                axis=count_axis(),
            ),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=list(KINDS.values()), range=COLOURS),
                legend=alt.Legend(title=None, orient="top"),
            ),
            tooltip=[
                day_tooltip(),
                alt.Tooltip("kind:N", title="Visitors of"),
                alt.Tooltip("visitors:Q", title="Number", format=","),
                alt.Tooltip("share:Q", title="A day's share of 30 days'", format=".0%"),
            ],
        )
    )
    return drawn
