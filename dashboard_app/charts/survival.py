"""How long visitors stay."""

from __future__ import annotations

from typing import Final

import altair as alt
import pandas as pd

from dashboard_app.theme import VISITORS

QUESTION: Final = "How long do visitors stay?"
READING: Final = (
    "The estimated share of new visitors who still come, so many days after their first visit "
    "(Kaplan and Meier, 1958); the band holds it with 95 % confidence. Who came lately may come "
    "again, and counts for the days that are known."
)
HEIGHT: Final = 320


def survival_chart(frame: pd.DataFrame) -> alt.LayerChart:
    """Draw the share that stays as a falling curve in its band.

    `frame` has the columns days (int64, since the first visit), share, low and high (float64, from
    0 to 1), a row for each day on which somebody left.
    """
    curve = alt.Chart(frame).encode(
        x=alt.X(
            "days:Q",
            title="Days since the first visit",
            scale=alt.Scale(domainMin=0, nice=False),
            axis=alt.Axis(grid=False, tickMinStep=1, format="d"),
        ),
        tooltip=[
            alt.Tooltip("days:Q", title="Days since the first visit"),
            alt.Tooltip("share:Q", title="Still come", format=".1%"),
            alt.Tooltip("low:Q", title="At least", format=".1%"),
            alt.Tooltip("high:Q", title="At most", format=".1%"),
        ],
    )
    axis = alt.Axis(labelExpr="format(100 * datum.value, '.0f') + ' %'", tickCount=5)
    share = alt.Y(
        "share:Q", title="Share that still comes", scale=alt.Scale(domain=[0, 1]), axis=axis
    )
    return alt.LayerChart(
        layer=[
            curve.mark_area(interpolate="step-after", opacity=0.25, color=VISITORS).encode(
                y=alt.Y("low:Q", scale=alt.Scale(domain=[0, 1]), axis=axis), y2="high:Q"
            ),
            curve.mark_line(interpolate="step-after", strokeWidth=2.5, color=VISITORS).encode(
                y=share
            ),
        ],
        title=alt.Title(text=QUESTION, subtitle=READING),
        height=HEIGHT,
    )
