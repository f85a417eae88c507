"""When in the day and the week the application is used."""

from __future__ import annotations

import altair as alt
import pandas as pd

from dashboard_app.charts.parts.scales import COUNT, count_axis
from dashboard_app.theme import EVENTS, MEASURES

WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
# the frames have 0 = Sunday
NAMES = dict(enumerate(["Sun", *WEEKDAYS[:-1]]))
HOURS = [f"{hour:02}" for hour in range(24)]
HEIGHT = 230
QUESTIONS = {
    "events": "At what time of the day is it used?",
    "visitors": "At what time of the day are visitors there?",
}
READINGS = {
    "events": "All events of the period by the hour of the day, {zone}.",
    "visitors": "Distinct visitors of the period who were there in that hour on any day, {zone}.",
}


def hours_chart(frame: pd.DataFrame, measure: str, zone: str) -> alt.Chart:
    """Draw events or visitors by hour of the day.

    `frame` has the columns hour (0 to 23) and `measure` (events or visitors, int64); hours may be
    missing. `zone` says whose hours they are. Raises KeyError for another measure.
    """
    named = frame.assign(hour=[HOURS[hour] for hour in frame["hour"]])
    drawn: alt.Chart = (
        alt.Chart(
            named,
            height=HEIGHT,
            title=alt.Title(text=QUESTIONS[measure], subtitle=READINGS[measure].format(zone=zone)),
        )
        .mark_bar(color=MEASURES[measure])
        .encode(
            x=_hour_axis(zone),
            y=_count_axis(measure),
            tooltip=[
                alt.Tooltip("hour:N", title=f"Hour ({zone})"),
                alt.Tooltip(measure, type="quantitative", title=measure.capitalize(), format=","),
            ],
        )
    )
    return drawn


def weekdays_chart(frame: pd.DataFrame, zone: str) -> alt.Chart:
    """Draw the events by weekday.

    `frame` has the columns weekday (0 = Sunday) and events (int64), a row a weekday or more.
    """
    named = frame.groupby("weekday", as_index=False)["events"].sum()
    named["name"] = named["weekday"].map(NAMES)
    total = named["events"].sum()
    named["share"] = named["events"] / total if total else 0.0
    drawn: alt.Chart = (
        alt.Chart(
            named,
            height=HEIGHT,
            title=alt.Title(
                text="On which days of the week is it used?",
                subtitle=f"All events of the period by the day of the week, {zone}.",
            ),
        )
        .mark_bar(color=EVENTS)
        .encode(
            x=alt.X(
                "name:O",
                title=f"Weekday ({zone})",
                scale=alt.Scale(domain=WEEKDAYS),
                axis=alt.Axis(labelAngle=0),
            ),
            y=_count_axis("events"),
            tooltip=[
                alt.Tooltip("name:N", title="Weekday"),
                alt.Tooltip("events:Q", title="Events", format=","),
                alt.Tooltip("share:Q", title="Share of events", format=".1%"),
            ],
        )
    )
    return drawn


def week_chart(frame: pd.DataFrame, zone: str) -> alt.Chart:
    """Draw the events by weekday and hour, as a map of heat.

    `frame` has the columns weekday (0 = Sunday), hour (0 to 23) and events (int64).
    """
    named = frame.assign(
        name=frame["weekday"].map(NAMES), hour=[HOURS[hour] for hour in frame["hour"]]
    )
    drawn: alt.Chart = (
        alt.Chart(
            named,
            height=HEIGHT + 70,
            title=alt.Title(
                text="When in the week is it used?",
                subtitle=f"The stronger the colour, the more events in that hour, {zone}.",
            ),
        )
        .mark_rect(color=EVENTS)
        .encode(
            x=_hour_axis(zone),
            y=alt.Y(
                "name:O",
                title=None,
                scale=alt.Scale(domain=WEEKDAYS),
                axis=alt.Axis(labelOverlap=False),
            ),
            opacity=alt.Opacity(
                "events:Q",
                title="Events",
                scale=alt.Scale(range=[0.08, 1], domainMin=0),
                legend=alt.Legend(
                    orient="bottom", direction="horizontal", labelExpr=COUNT, tickCount=4,
                    symbolType="square", symbolFillColor=EVENTS, symbolStrokeWidth=0,
                ),
            ),
            tooltip=[
                alt.Tooltip("name:N", title="Weekday"),
                alt.Tooltip("hour:N", title=f"Hour ({zone})"),
                alt.Tooltip("events:Q", title="Events", format=","),
            ],
        )
    )  # fmt: skip
    return drawn


def _hour_axis(zone: str) -> alt.X:
    return alt.X(
        "hour:O",
        title=f"Hour of the day ({zone})",
        scale=alt.Scale(domain=HOURS),
        axis=alt.Axis(labelAngle=0, labelOverlap=True),
    )


def _count_axis(measure: str) -> alt.Y:
    return alt.Y(
        measure,
        type="quantitative",
        title=measure.capitalize(),
        axis=count_axis(),
    )
