"""Overview: how much, where, and with which version."""

from __future__ import annotations

import streamlit as st

from dashboard_app import data, states
from dashboard_app.cell import cell
from dashboard_app.charts.activity import activity_chart
from dashboard_app.charts.places import countries_chart
from dashboard_app.charts.versions import versions_chart
from dashboard_app.tiles import draw_tiles, overview_tiles
from dashboard_app.view import View

COUNTS = {"visitors": "Visitors", "events": "Events"}


def overview(view: View) -> None:
    """Draw the page. Raises UnavailableError before anything is drawn."""
    window, before = view.window, view.window.before()
    activity, countries = data.activity(window), data.countries(window)
    versions, visitors = data.versions(window), data.visitors(window)
    # a part of a window would look like growth
    compared = view.fresh.first_day is not None and view.fresh.first_day <= before.first
    activity_before = data.activity(before).frame if compared else activity.frame.head(0)
    visitors_before = data.visitors(before) if compared else 0

    st.title("Overview", anchor=False)
    st.caption(f"{window} (UTC) · {states.freshness_line(view.fresh)}")
    if not activity.frame["events"].any():
        states.no_events_in(view)
        return
    draw_tiles(overview_tiles(activity.frame, visitors, activity_before, visitors_before))
    st.caption(
        f"Changes are from the period of the same length before: {before}."
        if compared
        else "There is no earlier period of the same length to compare with."
    )
    with st.container(border=True):
        cell(
            activity_chart(activity.frame, view.today),
            activity,
            name="daily_activity",
            window=window,
            columns={
                "day": "Day (UTC)", "events": "Events", "visitors": "Visitors",
                "started": "Runs started", "completed": "Runs completed",
            },
        )  # fmt: skip
    left, right = st.columns(2)
    with left.container(border=True, height="stretch"):
        heading = st.container()
        counted = st.segmented_control(
            "Count",
            list(COUNTS),
            default="visitors",
            required=True,
            format_func=COUNTS.__getitem__,
            key="count",
            bind="query-params",
            label_visibility="collapsed",
        )
        cell(
            countries_chart(countries.frame, counted),
            countries,
            name="countries",
            window=window,
            columns={
                "country": "Code", "name": "Country", "continent": "Continent",
                "visitors": "Visitors", "events": "Events",
            },
            heading=heading,
        )  # fmt: skip
    with right.container(border=True, height="stretch"):
        cell(
            versions_chart(versions.frame),
            versions,
            name="daily_versions",
            window=window,
            columns={
                "day": "Day (UTC)", "version": "Version", "visitors": "Visitors",
                "share": "Share of the day",
            },
        )  # fmt: skip
