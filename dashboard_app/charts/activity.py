"""How much the application is used, day by day."""

from __future__ import annotations

from datetime import date

import altair as alt
import pandas as pd

from dashboard_app.charts.days import day_axis, day_tooltip
from dashboard_app.theme import MEASURES, NEUTRAL

QUESTION = "How much is it used each day?"
READING = (
    "Above the events, below the distinct visitors who sent them. Each scale starts at zero; the "
    "days are UTC."
)
COMPARED = " The grey lines are the same day of the period before."
STILL_GROWING = " Today, in the lighter shade, is still growing."
HEIGHTS = {"events": 170, "visitors": 120}


def activity_chart(
    frame: pd.DataFrame, today: date, before: pd.DataFrame | None = None
) -> alt.VConcatChart:
    """Draw the events and the visitors of each day.

    `frame` has the columns day (datetime64, UTC), events and visitors (int64), a row a day;
    `today`, which is not over, is drawn lighter. `before` has as many days of the period that is
    compared with.
    """
    marked = frame.assign(over=frame["day"] < pd.Timestamp(today, tz="UTC"))
    reading = READING
    if before is not None:
        reading += COMPARED
        for measure in HEIGHTS:
            marked[f"{measure}_before"] = before[measure].to_numpy()
    if not marked["over"].all():
        reading += STILL_GROWING
    panels = [
        _panel(marked, measure, labels=measure == "visitors", compared=before is not None)
        for measure in HEIGHTS
    ]
    return alt.vconcat(*panels, spacing=14).properties(
        title=alt.Title(text=QUESTION, subtitle=reading)
    )


def _panel(frame: pd.DataFrame, measure: str, *, labels: bool, compared: bool) -> alt.LayerChart:
    before = [
        alt.Tooltip(f"{name}_before:Q", title=f"{name.capitalize()}, period before", format=",")
        for name in HEIGHTS
        if compared
    ]
    base = alt.Chart(frame, height=HEIGHTS[measure]).encode(
        x=day_axis(frame, labels=labels),
        tooltip=[
            day_tooltip(),
            alt.Tooltip("events:Q", title="Events", format=","),
            alt.Tooltip("visitors:Q", title="Visitors", format=","),
            *before,
        ],
    )

    def height(column: str) -> alt.Y:
        return alt.Y(
            column,
            type="quantitative",
            title=f"{measure.capitalize()} a day",
            axis=alt.Axis(format="~s", tickCount=4, tickMinStep=1),
        )

    bars = base.mark_bar(color=MEASURES[measure], binSpacing=0, width={"band": 0.8}).encode(
        y=height(measure),
        opacity=alt.when(alt.datum.over).then(alt.value(1)).otherwise(alt.value(0.55)),
    )
    line = base.mark_line(color=NEUTRAL, strokeWidth=2, interpolate="step").encode(
        y=height(f"{measure}_before")
    )
    return alt.LayerChart(layer=[bars, line] if compared else [bars])
