"""Activity: when it is used, for how long, and how often the same visitors come."""

from __future__ import annotations

from zoneinfo import available_timezones

import streamlit as st

from dashboard_app.app_pages.activity_cells import draw_activity
from dashboard_app.charts.activity import hours_chart, stickiness_chart, week_chart, weekdays_chart
from dashboard_app.charts.sessions import session_lengths_chart, sessions_a_day_chart
from dashboard_app.frame.measure import choose_measure
from dashboard_app.query.cache import ask_ahead, ask_view
from dashboard_app.ui.card import cell
from dashboard_app.view import View

ZONES = {"utc": "UTC", "local": "Your time"}


def activity(view: View) -> None:
    """Draw the page. Raises UnavailableError before anything is drawn."""
    local = _local_zone()
    zone = local if _is_local_chosen() else "UTC"
    ask_ahead(view, "activity/active", "activity/sessions", "overview/activity")
    ask_ahead(view, "activity/visitor_hours", "activity/hours", zone=zone)
    daily = ask_view("overview/activity", view)
    before = ask_view("overview/activity", view.before()).frame if view.compared else None
    active = ask_view("activity/active", view)
    hours = ask_view("activity/hours", view, zone=zone)
    visitor_hours = ask_view("activity/visitor_hours", view, zone=zone)
    sessions = ask_view("activity/sessions", view)

    draw_activity(daily, before, view)
    with st.container(border=True):
        cell(
            stickiness_chart(active.frame, view.today),
            active,
            name="active_visitors",
            view=view,
            columns={
                "day": "Day (UTC)", "daily": "A day", "weekly": "7 days", "monthly": "30 days",
            },
        )  # fmt: skip
    st.segmented_control(
        "Hours in",
        list(ZONES),
        default="utc",
        required=True,
        format_func=ZONES.__getitem__,
        key="zone",
        bind="query-params",
        help=f"Your time zone is {local}.",
    )
    left, right = st.columns(2)
    with left.container(border=True, height="stretch"):
        heading, measure = st.container(), choose_measure()
        by_hour = visitor_hours.frame
        if measure == "events":
            by_hour = hours.frame.groupby("hour")["events"].sum().reset_index()
        cell(
            hours_chart(by_hour, measure, zone),
            hours if measure == "events" else visitor_hours,
            name="hours",
            view=view,
            columns={"weekday": "Weekday, 0 = Sunday", "hour": "Hour", "events": "Events"}
            if measure == "events"
            else {"hour": "Hour", "visitors": "Visitors"},
            heading=heading,
        )
    with right.container(border=True, height="stretch"):
        cell(
            weekdays_chart(hours.frame, zone),
            hours,
            name="weekdays",
            view=view,
            columns={"weekday": "Weekday, 0 = Sunday", "hour": "Hour", "events": "Events"},
        )
    with st.container(border=True):
        cell(
            week_chart(hours.frame, zone),
            hours,
            name="week",
            view=view,
            columns={"weekday": "Weekday, 0 = Sunday", "hour": "Hour", "events": "Events"},
        )
    of_days = sessions.frame[sessions.frame["day"].notna()]
    columns = {"day": "Day (UTC)", "sessions": "Sessions"}
    left, right = st.columns(2)
    with left.container(border=True, height="stretch"):
        cell(
            sessions_a_day_chart(of_days, view.window),
            sessions,
            name="sessions",
            view=view,
            columns=columns,
        )
    with right.container(border=True, height="stretch"):
        seconds = st.column_config.NumberColumn
        cell(
            session_lengths_chart(of_days, view.window),
            sessions,
            name="session_lengths",
            view=view,
            columns={
                **columns,
                "median": seconds("Median, s", format="%.0f"),
                "p90": seconds("90th percentile, s", format="%.0f"),
            },
        )


def _is_local_chosen() -> bool:
    """Return what the choice below says, which is drawn after the data is read."""
    if "zone" in st.session_state:
        return bool(st.session_state["zone"] == "local")
    # a link that was just opened
    return st.query_params.get("zone") == ZONES["local"]


def _local_zone() -> str:
    """Return the time zone of the reader's browser, UTC where it tells none that is known."""
    zone = st.context.timezone
    return zone if zone in available_timezones() else "UTC"
