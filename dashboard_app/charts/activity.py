"""Activity: by day, by minute, and by weekday and hour."""

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

DAY_TITLES: Final = {"events": "Events per day", "visitors": "Visitors per day"}
DAY_CAPTIONS: Final = {
    "events": "All events of each day (UTC).",
    "visitors": "Distinct visitors of each day (UTC).",
}
COMPARED: Final = " The grey line is the previous period."
STILL_GROWING: Final = " Today, in the lighter shade, is not over."
NEW_TITLE: Final = "New and returning visitors"
NEW_CAPTION: Final = (
    "Distinct visitors of each day (UTC).\nNew visitors sent their first event ever on that day; "
    "returning visitors sent events before."
)
NEW: Final = {"New": NEWCOMERS, "Returning": VISITORS}
OFTEN_TITLE: Final = "Daily, weekly and monthly active visitors"
OFTEN_CAPTION: Final = "Distinct visitors in the 1, 7 and 30 days up to each day (UTC)."
OFTEN_HELP: Final = "The closer the lines, the more often visitors come back."
LENGTHS: Final = {"daily": "1 day", "weekly": "7 days", "monthly": "30 days"}
LENGTH_COLOURS: Final = dict(zip(LENGTHS.values(), (VISITORS, "#cc79a7", NEUTRAL), strict=True))
MINUTE: Final = "utcyearmonthdatehoursminutes"
MINUTE_TITLES: Final = {
    "events": "Events per minute", "visitors": "Visitors per minute",
}  # fmt: skip
MINUTE_CAPTIONS: Final = {
    "events": "The last 30 minutes (UTC). The last minute is not over.",
    "visitors": "Distinct visitors in each of the last 30 minutes (UTC).",
}
WEEKDAYS: Final = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
# the frames have 0 = Sunday
NAMES: Final = dict(enumerate(["Sun", *WEEKDAYS[:-1]]))
HOURS: Final = [f"{hour:02}" for hour in range(24)]
HOUR_TITLES: Final = {
    "events": "Events by hour of day",
    "visitors": "Visitors by hour of day",
}
HOUR_CAPTIONS: Final = {
    "events": "All events of the period, {zone}.",
    "visitors": "Distinct visitors active in that hour on any day, {zone}.",
}
LOW, TALL = 230, 300


def activity_chart(
    frame: pd.DataFrame, measure: str, today: date, before: pd.DataFrame | None = None
) -> alt.LayerChart:
    """Draw the events or the visitors of each day.

    `frame` has the columns day (datetime64, UTC), events and visitors (int64), one row per day;
    `today` is not over and drawn lighter. `before` is the same for the previous period, with as
    many days. Raises KeyError for another measure.
    """
    marked = frame.assign(over=frame["day"] < pd.Timestamp(today, tz="UTC"))
    caption = DAY_CAPTIONS[measure]
    tooltip = [day_tooltip(), count("events", "Events"), count("visitors", "Visitors")]
    if before is not None:
        caption += COMPARED
        marked["before"] = before[measure].to_numpy()
        tooltip.append(count("before", "Previous period"))
    if not marked["over"].all():
        caption += STILL_GROWING
    title = f"{measure.capitalize()} per day"
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
        title=titled(DAY_TITLES[measure], caption),
        height=HEIGHT,
    )


def newcomers_chart(frame: pd.DataFrame) -> alt.Chart:
    """Draw each day's visitors, new and returning.

    `frame` has the columns day (datetime64, UTC), visitors and new_visitors (int64), one row per
    day.
    """
    kinds = frame.assign(New=frame["new_visitors"], Returning=frame["visitors"])
    kinds["Returning"] -= kinds["New"]
    kinds["share"] = (kinds["New"] / kinds["visitors"]).where(kinds["visitors"] > 0, 0.0)
    long = kinds.melt(["day", "visitors", "share"], list(NEW), "kind", "count")
    long["order"] = long["kind"].map({"Returning": 0, "New": 1}).astype("int64")
    return over_time(
        long,
        titled(NEW_TITLE, NEW_CAPTION),
        counts("count", "Visitors per day", stack="zero"),
        [
            day_tooltip(), word("kind", "Visitors"), count("count", "Number"),
            share("share", "New visitors", 0),
        ],
        colours("kind", NEW, symbolType="square"),
        order="order",
    )  # fmt: skip


def stickiness_chart(frame: pd.DataFrame, today: date) -> alt.Chart:
    """Draw the daily, weekly and monthly active visitors.

    `frame` has the columns day (datetime64, UTC), daily, weekly and monthly (int64), one row per
    day; `today` is not over and left out of the average.
    """
    ratio = (frame["daily"] / frame["monthly"]).where(frame["monthly"] > 0)
    over = ratio[frame["day"] < pd.Timestamp(today, tz="UTC")]
    mean = (
        ""
        if over.isna().all()
        else f" On an average day, {over.mean():.0%} of the 30-day visitors are active."
    )
    named = frame.assign(share=ratio.fillna(0.0)).rename(columns=LENGTHS)
    return over_time(
        named.melt(["day", "share"], list(LENGTHS.values()), "kind", "visitors"),
        titled(OFTEN_TITLE, f"{OFTEN_CAPTION}{mean}\n{OFTEN_HELP}"),
        counts("visitors", "Visitors"),
        [
            day_tooltip(), word("kind", "Active in"), count("visitors", "Number"),
            share("share", "Daily share of 30-day visitors", 0),
        ],
        colours("kind", LENGTH_COLOURS),
        mark="line",
    )  # fmt: skip


def minutes_chart(frame: pd.DataFrame, measure: str) -> alt.Chart:
    """Draw the events or visitors of the last minutes.

    `frame` has the columns minute (datetime64, UTC), events and visitors (int64), one row per
    minute. Raises KeyError for another measure.
    """
    axis = alt.Axis(format="%H:%M", tickCount=6, labelOverlap=True, grid=False)
    # zeros alone give no scale
    scale = alt.Scale(domain=[0, int(max([1, *frame[measure]]))])
    return over_time(
        frame,
        titled(MINUTE_TITLES[measure], MINUTE_CAPTIONS[measure]),
        counts(measure, f"{measure.capitalize()} per minute", scale=scale),
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
    missing. `zone` is the name of their time zone. Raises KeyError for another measure.
    """
    title = titled(HOUR_TITLES[measure], HOUR_CAPTIONS[measure].format(zone=zone))
    blank = alt.Chart(_with_names(frame), height=LOW, title=title)
    drawn: alt.Chart = blank.mark_bar(color=MEASURES[measure]).encode(
        x=_hour_axis(zone),
        y=counts(measure, measure.capitalize()),
        tooltip=[word("hour", f"Hour ({zone})"), count(measure, measure.capitalize())],
    )
    return drawn


def weekdays_chart(frame: pd.DataFrame, zone: str) -> alt.Chart:
    """Draw the events by weekday.

    `frame` has the columns weekday (0 = Sunday) and events (int64), one or more rows per weekday.
    """
    named = _with_names(frame.groupby("weekday", as_index=False)[["events"]].sum())
    total = named["events"].sum()
    named["share"] = named["events"] / total if total else 0.0
    title = titled(
        "Events by weekday",
        f"All events of the period, {zone}.",
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
    """Draw the events by weekday and hour as a heatmap.

    `frame` has the columns weekday (0 = Sunday), hour (0 to 23) and events (int64).
    """
    title = titled(
        "Events by weekday and hour",
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
