"""What happens right now."""

from __future__ import annotations

import altair as alt
import pandas as pd

from dashboard_app.charts.parts.scales import count_axis
from dashboard_app.theme import MEASURES

QUESTIONS = {"events": "What happens right now?", "visitors": "Who is there right now?"}
READINGS = {
    "events": "Events of each of the last 30 minutes, UTC; the last one is still growing.",
    "visitors": "Distinct visitors of each of the last 30 minutes, UTC.",
}
HEIGHT = 200


def minutes_chart(frame: pd.DataFrame, measure: str) -> alt.Chart:
    """Draw the last minutes' events or visitors.

    `frame` has the columns minute (datetime64, UTC), events and visitors (int64), a row a minute.
    Raises KeyError for another measure.
    """
    drawn: alt.Chart = (
        alt.Chart(
            frame,
            height=HEIGHT,
            title=alt.Title(text=QUESTIONS[measure], subtitle=READINGS[measure]),
        )
        .mark_bar(color=MEASURES[measure], binSpacing=1)
        .encode(
            x=alt.X(
                "minute:T",
                timeUnit="utcyearmonthdatehoursminutes",
                title="Minute (UTC)",
                axis=alt.Axis(format="%H:%M", tickCount=6, labelOverlap=True, grid=False),
            ),
            y=alt.Y(
                measure,
                type="quantitative",
                title=f"{measure.capitalize()} a minute",
                # of zeros only there would be no scale
                scale=alt.Scale(domain=[0, int(max([1, *frame[measure]]))]),
                axis=count_axis(),
            ),
            tooltip=[
                alt.Tooltip(
                    "minute:T",
                    timeUnit="utcyearmonthdatehoursminutes",
                    format="%H:%M",
                    title="Minute (UTC)",
                ),
                alt.Tooltip("events:Q", title="Events", format=","),
                alt.Tooltip("visitors:Q", title="Visitors", format=","),
            ],
        )
    )
    return drawn
