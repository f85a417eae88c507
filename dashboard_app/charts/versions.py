"""Which versions of the application are in use."""

from __future__ import annotations

import re

import altair as alt
import pandas as pd

from dashboard_app.charts.days import day_axis, day_tooltip
from dashboard_app.theme import NEUTRAL, ORDERED

QUESTION = "How fast do visitors move to a new version?"
READING = (
    "Share of each day's visitors by version, the newest on top. Versions with few visitors are "
    "grey; who used two versions on a day counts for both."
)
OTHERS = "others"
HEIGHT = 400


def versions_chart(frame: pd.DataFrame) -> alt.Chart:
    """Draw each day's visitors by application version, stacked to 100 %.

    `frame` has the columns day (datetime64, UTC), version (str, missing for all others), visitors
    (int64) and share of the day (float64), a row a day and version.
    """
    newest_first = [
        *sorted(frame["version"].dropna().unique(), key=version_order, reverse=True),
    ]
    colours = list(ORDERED[: len(newest_first)])
    if frame["version"].isna().any():
        newest_first.append(OTHERS)
        colours.append(NEUTRAL)
    named = frame.assign(version=frame["version"].fillna(OTHERS))
    named["place"] = [-newest_first.index(version) for version in named["version"]]
    blank = alt.Chart(named, title=alt.Title(text=QUESTION, subtitle=READING), height=HEIGHT)
    drawn: alt.Chart = blank.mark_bar(binSpacing=0).encode(
        x=day_axis(frame),
        y=alt.Y(
            "share:Q",
            stack="zero",
            title="Share of the day's visitors",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(labelExpr="format(100 * datum.value, '.0f') + ' %'", tickCount=5),
        ),
        color=alt.Color(
            "version:N",
            scale=alt.Scale(domain=newest_first, range=colours),
            legend=alt.Legend(title=None, symbolType="square", labelLimit=80),
        ),
        order=alt.Order("place:Q"),
        tooltip=[
            day_tooltip(),
            alt.Tooltip("version:N", title="Version"),
            alt.Tooltip("visitors:Q", title="Visitors", format=","),
            alt.Tooltip("share:Q", title="Share", format=".1%"),
        ],
    )
    return drawn


def version_order(version: str) -> list[tuple[int, int, str]]:
    """Return a key that sorts versions as people do: 1.9 before 1.10, 2.0-rc1 before 2.0."""
    parts = re.findall(r"[0-9]+|[a-z]+", version.lower().removeprefix("v"))
    # a number is newer than the end, the end is newer than a word such as beta
    return [(2, int(part), "") if part.isdigit() else (0, 0, part) for part in parts] + [(1, 0, "")]
