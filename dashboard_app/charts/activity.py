"""How much the application is used, day by day."""

from __future__ import annotations

from datetime import date

import altair as alt
import pandas as pd

from dashboard_app.charts.days import day_axis, day_tooltip
from dashboard_app.theme import MEASURES

QUESTION = "How much is it used each day?"
READING = (
    "Above the events, below the distinct visitors who sent them. Each scale starts at zero; the "
    "days are UTC."
)
STILL_GROWING = " Today, in the lighter shade, is still growing."
HEIGHTS = {"events": 170, "visitors": 120}


def activity_chart(frame: pd.DataFrame, today: date) -> alt.VConcatChart:
    """Draw the events and the visitors of each day.

    `frame` has the columns day (datetime64, UTC), events and visitors (int64), a row a day;
    `today`, which is not over, is drawn lighter.
    """
    marked = frame.assign(over=frame["day"] < pd.Timestamp(today, tz="UTC"))
    reading = READING if marked["over"].all() else READING + STILL_GROWING
    panels = [
        _panel(marked, measure, labels=measure == "visitors") for measure in ("events", "visitors")
    ]
    return alt.vconcat(*panels, spacing=14).properties(
        title=alt.Title(text=QUESTION, subtitle=reading)
    )


def _panel(frame: pd.DataFrame, measure: str, *, labels: bool) -> alt.Chart:
    panel: alt.Chart = (
        alt.Chart(frame, height=HEIGHTS[measure])
        .mark_bar(color=MEASURES[measure], binSpacing=0, width={"band": 0.8})
        .encode(
            x=day_axis(frame, labels=labels),
            y=alt.Y(
                measure,
                type="quantitative",
                title=f"{measure.capitalize()} a day",
                axis=alt.Axis(format="~s", tickCount=4, tickMinStep=1),
            ),
            opacity=alt.when(alt.datum.over).then(alt.value(1)).otherwise(alt.value(0.55)),
            tooltip=[
                day_tooltip(),
                alt.Tooltip("events:Q", title="Events", format=","),
                alt.Tooltip("visitors:Q", title="Visitors", format=","),
            ],
        )
    )
    return panel
