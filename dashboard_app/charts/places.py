"""Where the visitors are."""

from __future__ import annotations

from collections.abc import Collection

import altair as alt
import pandas as pd

from dashboard_app.theme import MEASURES, NEUTRAL, PALER

TOP = 12
ROW_HEIGHT, AXIS_HEIGHT = 26, 70
QUESTIONS = {
    "visitors": "Which countries do the visitors come from?",
    "events": "Which countries do the events come from?",
}
READINGS = {
    "visitors": "Distinct visitors of the whole period; who travelled counts in each country.",
    "events": "All events of the period, by the country they were sent from.",
}
UNKNOWN = " Unknown: no country could be told from the request."


def countries_chart(
    frame: pd.DataFrame, measure: str, chosen: Collection[str] = ()
) -> alt.LayerChart:
    """Draw the countries with the most visitors, or events, as bars, the longest on top.

    `frame` has the columns country (code or Unknown), name (str), events and visitors (int64), a
    row a country; `measure` is visitors or events; all but the `chosen` countries are paler, where
    there are some. Raises KeyError for another measure.
    """
    top = frame.nlargest(TOP, [measure, "events"]).copy()
    total = frame[measure].sum()
    longest = int(top[measure].max()) if len(top) else 1
    top["share"] = top[measure] / total if total else 0.0
    top["paler"] = [bool(chosen) and country not in chosen for country in top["country"]]
    bars = alt.Chart(top).encode(
        y=alt.Y(
            "name:N",
            sort=list(top["name"]),
            title=None,
            axis=alt.Axis(ticks=False, domain=False, labelLimit=120, labelPadding=8),
        ),
        x=alt.X(
            measure,
            type="quantitative",
            title=measure.capitalize(),
            # room for the numbers at the ends of the bars
            scale=alt.Scale(domainMin=0, domainMax=1.15 * longest),
            axis=alt.Axis(format="~s", tickCount=4, tickMinStep=1),
        ),
        tooltip=[
            alt.Tooltip("name:N", title="Country"),
            alt.Tooltip("visitors:Q", title="Visitors", format=","),
            alt.Tooltip("events:Q", title="Events", format=","),
            alt.Tooltip("share:Q", title=f"Share of {measure}", format=".1%"),
        ],
    )
    known = alt.when(alt.datum.country != "Unknown")
    drawn = bars.mark_bar(cornerRadiusEnd=2, cursor="pointer").encode(
        color=known.then(alt.value(MEASURES[measure])).otherwise(alt.value(NEUTRAL)),
        opacity=alt.when(alt.datum.paler).then(alt.value(PALER)).otherwise(alt.value(1)),
    )
    numbers = bars.mark_text(align="left", dx=5, color=NEUTRAL).encode(
        text=alt.Text(measure, type="quantitative", format=",")
    )
    reading = READINGS[measure] + (UNKNOWN if (top["country"] == "Unknown").any() else "")
    return alt.LayerChart(
        layer=[drawn, numbers],
        title=alt.Title(text=QUESTIONS[measure], subtitle=reading),
        height=ROW_HEIGHT * max(1, len(top)) + AXIS_HEIGHT,
    )
