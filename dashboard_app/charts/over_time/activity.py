"""How much the application is used, day by day."""

from __future__ import annotations

from datetime import date

import altair as alt
import pandas as pd

from dashboard_app.charts.parts.conditions import value_where
from dashboard_app.charts.parts.days import day_axis, day_tooltip
from dashboard_app.charts.parts.scales import count_axis
from dashboard_app.theme import MEASURES, NEUTRAL

QUESTIONS = {"events": "How much is it used each day?", "visitors": "How many use it each day?"}
READINGS = {
    "events": "All events of each day, UTC.",
    "visitors": "The distinct visitors of each day, UTC.",
}
COMPARED = " The grey line is the same day of the period before."
STILL_GROWING = " Today, in the lighter shade, is still growing."
HEIGHT = 240
BEFORE = alt.Tooltip("before:Q", title="Period before", format=",")


def activity_chart(
    frame: pd.DataFrame, measure: str, today: date, before: pd.DataFrame | None = None
) -> alt.LayerChart:
    """Draw the events or the visitors of each day.

    `frame` has the columns day (datetime64, UTC), events and visitors (int64), a row a day;
    `today`, which is not over, is drawn lighter. `before` has as many days of the period that is
    compared with. Raises KeyError for another measure.
    """
    marked = frame.assign(over=frame["day"] < pd.Timestamp(today, tz="UTC"))
    reading = READINGS[measure]
    if before is not None:
        reading += COMPARED
        marked["before"] = before[measure].to_numpy()
    if not marked["over"].all():
        reading += STILL_GROWING
    base = alt.Chart(marked).encode(
        x=day_axis(frame),
        tooltip=[
            day_tooltip(),
            alt.Tooltip("events:Q", title="Events", format=","),
            alt.Tooltip("visitors:Q", title="Visitors", format=","),
            *([] if before is None else [BEFORE]),
        ],
    )
    bars = base.mark_bar(color=MEASURES[measure], binSpacing=0, width={"band": 0.8}).encode(
        y=_height(measure, measure),
        opacity=value_where(alt.OpacityValue, "datum.over", 1, 0.55),
    )
    line = base.mark_line(color=NEUTRAL, strokeWidth=2, interpolate="step").encode(
        y=_height("before", measure)
    )
    return alt.LayerChart(
        layer=[bars] if before is None else [bars, line],
        title=alt.Title(text=QUESTIONS[measure], subtitle=reading),
        height=HEIGHT,
    )


def _height(column: str, measure: str) -> alt.Y:
    return alt.Y(
        column,
        type="quantitative",
        title=f"{measure.capitalize()} a day",
        axis=count_axis(),
    )
