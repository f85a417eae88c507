"""Activity: use by day, weekday and hour, returning visitors, sessions."""

from __future__ import annotations

from zoneinfo import available_timezones

import streamlit as st

from dashboard_app.app_pages.parts.activity_cells import draw_activity
from dashboard_app.charts.activity import hours_chart, stickiness_chart, week_chart, weekdays_chart
from dashboard_app.charts.sessions import session_lengths_chart, sessions_a_day_chart
from dashboard_app.query.cache import ask_ahead, ask_view
from dashboard_app.ui.card import card, cell
from dashboard_app.ui.choice import choose_measure, choose_one
from dashboard_app.ui.headings import headings
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
    card(
        stickiness_chart(active.frame, view.today),
        active,
        "active_visitors",
        view,
        headings("day daily weekly monthly", daily="1 day", weekly="7 days", monthly="30 days"),
    )
    choose_one("Hours in", ZONES, "zone", help=f"Your time zone is {local}.")
    of_hours = headings("weekday hour events")
    left, right = st.columns(2)
    with left.container(border=True, height="stretch"):
        heading, measure = st.container(), choose_measure()
        by_hour, columns = visitor_hours, headings("hour visitors")
        shown = visitor_hours.frame
        if measure == "events":
            by_hour, columns = hours, of_hours
            shown = hours.frame.groupby("hour")["events"].sum().reset_index()
        chart = hours_chart(shown, measure, zone)
        cell(chart, by_hour, "hours", view, columns, heading=heading)
    card(weekdays_chart(hours.frame, zone), hours, "weekdays", view, of_hours, beside=right)
    card(week_chart(hours.frame, zone), hours, "week", view, of_hours)
    of_days = sessions.frame[sessions.frame["day"].notna()]
    left, right = st.columns(2)
    chart = sessions_a_day_chart(of_days, view.window)
    card(chart, sessions, "sessions", view, headings("day sessions"), beside=left)
    seconds = st.column_config.NumberColumn
    card(
        session_lengths_chart(of_days, view.window),
        sessions,
        "session_lengths",
        view,
        headings(
            "day sessions median p90",
            median=seconds("Median, s", format="%.0f"),
            p90=seconds("90th percentile, s", format="%.0f"),
        ),
        beside=right,
    )


def _is_local_chosen() -> bool:
    """Return whether local time is chosen; the choice itself is drawn after the data is read."""
    if "zone" in st.session_state:
        return bool(st.session_state["zone"] == "local")
    # a link that has just been opened
    return st.query_params.get("zone") == ZONES["local"]


def _local_zone() -> str:
    """Return the time zone of the reader's browser, or UTC if it is unknown."""
    zone = st.context.timezone
    return zone if zone in available_timezones() else "UTC"
