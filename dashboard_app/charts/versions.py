"""Which versions are in use, and how visitors move from one to the next."""

from __future__ import annotations

from typing import Final

import altair as alt
import pandas as pd

from dashboard_app.analysis.version_order import version_order
from dashboard_app.charts.parts.days import day_axis, day_tooltip
from dashboard_app.charts.parts.scales import percent_axis
from dashboard_app.theme import CATEGORIES, NEUTRAL, ORDERED
from dashboard_app.window import Window

QUESTIONS: Final = {
    "ext": "How fast do visitors move to a new version?",
    "vscode": "Which versions of the host do visitors have?",
    "os": "Which operating systems do visitors have?",
}
READINGS: Final = {
    "ext": "Share of each day's {measure} by version of the application, the newest on top.",
    "vscode": "Share of each day's {measure} by version of the host, the newest on top.",
    "os": "Share of each day's {measure} by operating system.",
}
REST: Final = {
    "visitors": " Grey is the rest; who had two on a day counts for both. A click filters.",
    "events": " Grey is the rest. A click filters.",
}
OTHERS: Final = "others"
HEIGHT: Final = 340


def adoption_chart(
    frame: pd.DataFrame, dimension: str, window: Window, measure: str = "visitors"
) -> alt.Chart:
    """Draw the visitors, or events, of each day of a window by one attribute, stacked to 100 %.

    `frame` has the columns day (datetime64, UTC), value (str, missing for all others), events and
    visitors (int64), a row a day and value; `dimension` is ext, vscode or os, `measure` is visitors
    or events. Raises KeyError for another.
    """
    reading = READINGS[dimension].format(measure=measure) + REST[measure]
    title = alt.Title(text=QUESTIONS[dimension], subtitle=reading)
    values = frame["value"].dropna().unique()
    if dimension == "os":
        order, colours = sorted(values), CATEGORIES
    else:
        order, colours = sorted(values, key=version_order, reverse=True), ORDERED
    domain, shades = list(order), list(colours[: len(order)])
    if frame["value"].isna().any():
        domain.append(OTHERS)
        shades.append(NEUTRAL)
    shown = frame.assign(label=frame["value"].fillna(OTHERS))
    shown["share"] = shown[measure] / shown.groupby("day")[measure].transform("sum")
    shown["place"] = [-domain.index(label) for label in shown["label"]]
    drawn: alt.Chart = (
        alt.Chart(shown, title=title, height=HEIGHT)
        .mark_bar(binSpacing=0, cursor="pointer")
        .encode(
            x=day_axis(frame, window),
            y=alt.Y(
                "share:Q",
                stack="zero",
                title=f"Share of the day's {measure}",
                scale=alt.Scale(domain=[0, 1]),
                axis=percent_axis(),
            ),
            color=alt.Color(
                "label:N",
                scale=alt.Scale(domain=domain, range=shades),
                legend=alt.Legend(
                    title=None, orient="bottom", symbolType="square", labelLimit=90, columns=4
                ),
            ),
            order=alt.Order("place:Q"),
            tooltip=[
                day_tooltip(),
                alt.Tooltip("label:N", title="System" if dimension == "os" else "Version"),
                alt.Tooltip("visitors:Q", title="Visitors", format=","),
                alt.Tooltip("events:Q", title="Events", format=","),
                alt.Tooltip("share:Q", title=f"Share of {measure}", format=".1%"),
            ],
        )
    )
    return drawn
