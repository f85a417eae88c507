"""How much the application is used: day by day, minute by minute, by the hours of the week."""

from __future__ import annotations

from datetime import date
from typing import Final

import altair as alt
import pandas as pd

from dashboard_app.charts.parts.conditions import value_where
from dashboard_app.charts.parts.days import day_axis, day_tooltip
from dashboard_app.charts.parts.over_time import HEIGHT, MARKS, counts, over_time
from dashboard_app.charts.parts.scales import COUNT, colours
from dashboard_app.charts.parts.tooltips import count, share, titled, word
from dashboard_app.theme import EVENTS, MEASURES, NEUTRAL, NEWCOMERS, VISITORS

DAY_QUESTIONS: Final = {
    "events": "How much is it used each day?", "visitors": "How many use it each day?",
}  # fmt: skip
DAY_READINGS: Final = {
    "events": "All events of each day, UTC.",
    "visitors": "The distinct visitors of each day, UTC.",
}
COMPARED: Final = " The grey line is the same day of the period before."
STILL_GROWING: Final = " Today, in the lighter shade, is still growing."
NEW_QUESTION: Final = "Do new visitors come, and do they come back?"
NEW_READING: Final = (
    "Each day's distinct visitors: those who were seen for the first time ever, on top of those "
    "who had been there before."
)
NEW: Final = {"New": NEWCOMERS, "Returning": VISITORS}
OFTEN_QUESTION: Final = "How often do visitors come?"
OFTEN_READING: Final = (
    "Distinct visitors of each day, and of the 7 and the 30 days that end with it. The closer the "
    "lines, the more of them come every day"
)
LENGTHS: Final = {"daily": "A day", "weekly": "7 days", "monthly": "30 days"}
LENGTH_COLOURS: Final = dict(zip(LENGTHS.values(), (VISITORS, "#cc79a7", NEUTRAL), strict=True))
MINUTE: Final = "utcyearmonthdatehoursminutes"
MINUTE_QUESTIONS: Final = {
    "events": "What happens right now?", "visitors": "Who is there right now?",
}  # fmt: skip
MINUTE_READINGS: Final = {
    "events": "Events of each of the last 30 minutes, UTC; the last one is still growing.",
    "visitors": "Distinct visitors of each of the last 30 minutes, UTC.",
}
WEEKDAYS: Final = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
# the frames have 0 = Sunday
NAMES: Final = dict(enumerate(["Sun", *WEEKDAYS[:-1]]))
HOURS: Final = [f"{hour:02}" for hour in range(24)]
HOUR_QUESTIONS: Final = {
    "events": "At what time of the day is it used?",
    "visitors": "At what time of the day are visitors there?",
}
HOUR_READINGS: Final = {
    "events": "All events of the period by the hour of the day, {zone}.",
    "visitors": "Distinct visitors of the period who were there in that hour on any day, {zone}.",
}
LOW, TALL = 230, 300


def activity_chart(
    frame: pd.DataFrame, measure: str, today: date, before: pd.DataFrame | None = None
) -> alt.LayerChart:
    """Draw the events or the visitors of each day.

    `frame` has the columns day (datetime64, UTC), events and visitors (int64), a row a day;
    `today`, which is not over, is drawn lighter. `before` has as many days of the period that is
    compared with. Raises KeyError for another measure.
    """
    marked = frame.assign(over=frame["day"] < pd.Timestamp(today, tz="UTC"))
    reading = DAY_READINGS[measure]
    tooltip = [day_tooltip(), count("events", "Events"), count("visitors", "Visitors")]
    if before is not None:
        reading += COMPARED
        marked["before"] = before[measure].to_numpy()
        tooltip.append(count("before", "Period before"))
    if not marked["over"].all():
        reading += STILL_GROWING
    title = f"{measure.capitalize()} a day"
    base = alt.Chart(marked).encode(x=day_axis(frame), tooltip=tooltip)
    bars = base.mark_bar(color=MEASURES[measure], **MARKS["bar"]).encode(
        y=counts(measure, title),
        opacity=value_where(alt.OpacityValue, "datum.over", 1, 0.55),
    )
    line = base.mark_line(color=NEUTRAL, strokeWidth=2, interpolate="step").encode(
        y=counts("before", title)
    )
    return alt.LayerChart(
        layer=[bars] if before is None else [bars, line],
        title=titled(DAY_QUESTIONS[measure], reading),
        height=HEIGHT,
    )


def newcomers_chart(frame: pd.DataFrame) -> alt.Chart:
    """Draw each day's visitors, new and returning.

    `frame` has the columns day (datetime64, UTC), visitors and new_visitors (int64), a row a day.
    """
    kinds = frame.assign(New=frame["new_visitors"], Returning=frame["visitors"])
    kinds["Returning"] -= kinds["New"]
    kinds["share"] = (kinds["New"] / kinds["visitors"]).where(kinds["visitors"] > 0, 0.0)
    long = kinds.melt(["day", "visitors", "share"], list(NEW), "kind", "count")
    long["order"] = long["kind"].map({"Returning": 0, "New": 1}).astype("int64")
    return over_time(
        long,
        titled(NEW_QUESTION, NEW_READING),
        counts("count", "Visitors a day", stack="zero"),
        [
            day_tooltip(), word("kind", "Visitors"), count("count", "Number"),
            share("share", "New, of the day's", 0),
        ],
        colours("kind", NEW, symbolType="square"),
        order="order",
    )  # fmt: skip


def stickiness_chart(frame: pd.DataFrame, today: date) -> alt.Chart:
    """Draw the daily, weekly and monthly active visitors.

    `frame` has the columns day (datetime64, UTC), daily, weekly and monthly (int64), a row a day;
    `today`, which is not over, is left out of the average.
    """
    ratio = (frame["daily"] / frame["monthly"]).where(frame["monthly"] > 0)
    over = ratio[frame["day"] < pd.Timestamp(today, tz="UTC")]
    mean = "" if over.isna().all() else f": {over.mean():.0%} of a month's on a day, on average"
    named = frame.assign(share=ratio.fillna(0.0)).rename(columns=LENGTHS)
    return over_time(
        named.melt(["day", "share"], list(LENGTHS.values()), "kind", "visitors"),
        titled(OFTEN_QUESTION, f"{OFTEN_READING}{mean}."),
        counts("visitors", "Visitors"),
        [
            day_tooltip(), word("kind", "Visitors of"), count("visitors", "Number"),
            share("share", "A day's share of 30 days'", 0),
        ],
        colours("kind", LENGTH_COLOURS),
        mark="line",
    )  # fmt: skip


def minutes_chart(frame: pd.DataFrame, measure: str) -> alt.Chart:
    """Draw the last minutes' events or visitors.

    `frame` has the columns minute (datetime64, UTC), events and visitors (int64), a row a minute.
    Raises KeyError for another measure.
    """
    axis = alt.Axis(format="%H:%M", tickCount=6, labelOverlap=True, grid=False)
    # of zeros only there would be no scale
    scale = alt.Scale(domain=[0, int(max([1, *frame[measure]]))])
    return over_time(
        frame,
        titled(MINUTE_QUESTIONS[measure], MINUTE_READINGS[measure]),
        counts(measure, f"{measure.capitalize()} a minute", scale=scale),
        [
            alt.Tooltip("minute:T", timeUnit=MINUTE, format="%H:%M", title="Minute (UTC)"),
            count("events", "Events"),
            count("visitors", "Visitors"),
        ],
        MEASURES[measure],
        x=alt.X("minute:T", timeUnit=MINUTE, title="Minute (UTC)", axis=axis),
        height=LOW,
    )


def hours_chart(frame: pd.DataFrame, measure: str, zone: str) -> alt.Chart:
    """Draw events or visitors by hour of the day.

    `frame` has the columns hour (0 to 23) and `measure` (events or visitors, int64); hours may be
    missing. `zone` says whose hours they are. Raises KeyError for another measure.
    """
    title = titled(HOUR_QUESTIONS[measure], HOUR_READINGS[measure].format(zone=zone))
    blank = alt.Chart(_with_names(frame), height=LOW, title=title)
    drawn: alt.Chart = blank.mark_bar(color=MEASURES[measure]).encode(
        x=_hour_axis(zone),
        y=counts(measure, measure.capitalize()),
        tooltip=[word("hour", f"Hour ({zone})"), count(measure, measure.capitalize())],
    )
    return drawn


def weekdays_chart(frame: pd.DataFrame, zone: str) -> alt.Chart:
    """Draw the events by weekday.

    `frame` has the columns weekday (0 = Sunday) and events (int64), a row a weekday or more.
    """
    named = _with_names(frame.groupby("weekday", as_index=False)[["events"]].sum())
    total = named["events"].sum()
    named["share"] = named["events"] / total if total else 0.0
    title = titled(
        "On which days of the week is it used?",
        f"All events of the period by the day of the week, {zone}.",
    )
    drawn: alt.Chart = alt.Chart(named, height=LOW, title=title).mark_bar(color=EVENTS).encode(
        x=alt.X(
            "name:O",
            title=f"Weekday ({zone})",
            scale=alt.Scale(domain=WEEKDAYS),
            axis=alt.Axis(labelAngle=0),
        ),
        y=counts("events", "Events"),
        tooltip=[
            word("name", "Weekday"), count("events", "Events"), share("share", "Share of events"),
        ],
    )  # fmt: skip
    return drawn


def week_chart(frame: pd.DataFrame, zone: str) -> alt.Chart:
    """Draw the events by weekday and hour, as a map of heat.

    `frame` has the columns weekday (0 = Sunday), hour (0 to 23) and events (int64).
    """
    title = titled(
        "When in the week is it used?",
        f"The stronger the colour, the more events in that hour, {zone}.",
    )
    blank = alt.Chart(_with_names(frame), height=TALL, title=title)
    drawn: alt.Chart = blank.mark_rect(color=EVENTS).encode(
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
            word("name", "Weekday"), word("hour", f"Hour ({zone})"), count("events", "Events"),
        ],
    )  # fmt: skip
    return drawn


def _with_names(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with its hours and weekdays as text."""
    named = frame.copy()
    if "hour" in named:
        named["hour"] = [HOURS[hour] for hour in frame["hour"]]
    if "weekday" in named:
        named["name"] = named["weekday"].map(NAMES)
    return named


def _hour_axis(zone: str) -> alt.X:
    return alt.X(
        "hour:O",
        title=f"Hour of the day ({zone})",
        scale=alt.Scale(domain=HOURS),
        axis=alt.Axis(labelAngle=0, labelOverlap=True),
    )
