"""Overview: how much, where, and with which version."""

from __future__ import annotations

import streamlit as st

from dashboard_app.cell import cell
from dashboard_app.charts.activity import activity_chart
from dashboard_app.charts.picking import pickable
from dashboard_app.charts.places import countries_chart
from dashboard_app.charts.versions import versions_chart
from dashboard_app.data import ask_view
from dashboard_app.tiles import draw_tiles, overview_tiles
from dashboard_app.view import View

COUNTS = {"visitors": "Visitors", "events": "Events"}
NAMED_VERSIONS = 6


def overview(view: View) -> None:
    """Draw the page. Raises UnavailableError before anything is drawn."""
    activity = ask_view("overview/activity", view)
    countries = ask_view("overview/countries", view.but("countries"))
    versions = ask_view("overview/versions", view.but("versions"), named=NAMED_VERSIONS)
    visitors = _visitors(view)
    if view.compared:
        activity_before = ask_view("overview/activity", view.before()).frame
        visitors_before = _visitors(view.before())
    else:
        activity_before, visitors_before = activity.frame.head(0), 0

    draw_tiles(overview_tiles(activity.frame, visitors, activity_before, visitors_before))
    with st.container(border=True):
        cell(
            activity_chart(activity.frame, view.today),
            activity,
            name="daily_activity",
            view=view,
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
            pickable(countries_chart(countries.frame, counted, view.filters.countries), "country"),
            countries,
            name="countries",
            view=view,
            columns={
                "country": "Code", "name": "Country", "continent": "Continent",
                "visitors": "Visitors", "events": "Events",
            },
            picks={"country": "countries"},
            heading=heading,
        )  # fmt: skip
    with right.container(border=True, height="stretch"):
        cell(
            pickable(versions_chart(versions.frame), "version"),
            versions,
            name="daily_versions",
            view=view,
            columns={
                "day": "Day (UTC)", "version": "Version", "visitors": "Visitors",
                "share": "Share of the day",
            },
            picks={"version": "versions"},
        )  # fmt: skip


def _visitors(view: View) -> int:
    return int(ask_view("overview/visitors", view).frame["visitors"].iloc[0])
