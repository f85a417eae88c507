"""New visitors against those who come back."""

from __future__ import annotations

import altair as alt
import pandas as pd

from dashboard_app.charts.parts.days import day_axis, day_tooltip
from dashboard_app.charts.parts.scales import count_axis
from dashboard_app.theme import NEWCOMERS, VISITORS

QUESTION = "Do new visitors come, and do they come back?"
READING = (
    "Each day's distinct visitors: those who were seen for the first time ever, on top of those "
    "who had been there before."
)
HEIGHT = 260
KINDS = ["New", "Returning"]


def newcomers_chart(frame: pd.DataFrame) -> alt.Chart:
    """Draw each day's visitors, new and returning.

    `frame` has the columns day (datetime64, UTC), visitors and new_visitors (int64), a row a day.
    """
    kinds = frame.assign(New=frame["new_visitors"], Returning=frame["visitors"])
    kinds["Returning"] -= kinds["New"]
    kinds["share"] = (kinds["New"] / kinds["visitors"]).where(kinds["visitors"] > 0, 0.0)
    long = kinds.melt(["day", "visitors", "share"], KINDS, "kind", "count")
    long["order"] = long["kind"].map({"Returning": 0, "New": 1}).astype("int64")
    drawn: alt.Chart = (
        alt.Chart(long, height=HEIGHT, title=alt.Title(text=QUESTION, subtitle=READING))
        .mark_bar(binSpacing=0, width={"band": 0.8})
        .encode(
            x=day_axis(frame),
            y=alt.Y(
                "count:Q",
                stack="zero",
                title="Visitors a day",
                axis=count_axis(),
            ),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=KINDS, range=[NEWCOMERS, VISITORS]),
                legend=alt.Legend(title=None, orient="top", symbolType="square"),
            ),
            order=alt.Order("order:Q"),
            tooltip=[
                day_tooltip(),
                alt.Tooltip("kind:N", title="Visitors"),
                alt.Tooltip("count:Q", title="Number", format=","),
                alt.Tooltip("share:Q", title="New, of the day's", format=".0%"),
            ],
        )
    )
    return drawn
