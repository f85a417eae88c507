"""How far visitors come along a list of events."""

from __future__ import annotations

from typing import Final

import altair as alt
import pandas as pd

from dashboard_app.charts.parts.scales import count_axis
from dashboard_app.theme import NEUTRAL, VISITORS

QUESTION: Final = "How many visitors come how far?"
READING: Final = (
    "Distinct visitors who did the steps in this order within the window, from top to bottom; "
    "other events may lie between. The share is of the first step, in brackets of the step before."
)
ROW_PIXELS, AXIS_PIXELS = 40, 60


def funnel_chart(frame: pd.DataFrame) -> alt.LayerChart:
    """Draw a funnel's steps as bars, the first on top.

    `frame` has the columns place (int64, from 1), event (str) and visitors (int64), a row a step.
    """
    first = int(frame["visitors"].iloc[0]) if len(frame) else 0
    steps = frame.assign(
        label=frame["place"].astype("str") + ". " + frame["event"],
        of_first=_share(frame["visitors"], pd.Series(first, index=frame.index)),
        of_before=_share(frame["visitors"], frame["visitors"].shift(1)),
    )
    steps["text"] = [
        f"{row.visitors:,}"
        + ("" if row.place == 1 else f" · {row.of_first:.0%} ({row.of_before:.0%})")
        for row in steps.itertuples()
    ]
    bars = alt.Chart(steps).encode(
        y=alt.Y(
            "label:N",
            sort=list(steps["label"]),
            title=None,
            axis=alt.Axis(
                ticks=False, domain=False, labelLimit=180, labelPadding=8, labelFlush=False
            ),
        ),
        x=alt.X(
            "visitors:Q",
            title="Visitors",
            # room for the numbers at the ends of the bars
            scale=alt.Scale(domainMin=0, domainMax=1.4 * max(1, first)),
            axis=count_axis(),
        ),
        tooltip=[
            alt.Tooltip("label:N", title="Step"),
            alt.Tooltip("visitors:Q", title="Visitors", format=","),
            alt.Tooltip("of_first:Q", title="Of the first step", format=".1%"),
            alt.Tooltip("of_before:Q", title="Of the step before", format=".1%"),
        ],
    )
    return alt.LayerChart(
        layer=[
            bars.mark_bar(cornerRadiusEnd=2, color=VISITORS),
            bars.mark_text(align="left", dx=5, color=NEUTRAL).encode(text="text:N"),
        ],
        title=alt.Title(text=QUESTION, subtitle=READING),
        height=ROW_PIXELS * max(1, len(steps)) + AXIS_PIXELS,
    )


def _share(part: pd.Series[int], whole: pd.Series[float]) -> pd.Series[float]:
    return (part / whole.where(whole > 0)).fillna(0.0).astype("float64")
