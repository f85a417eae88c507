"""Overview: how much, who, where, and with which version."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard_app.app_pages.activity_cells import draw_activity
from dashboard_app.app_pages.overview_tiles import Period, overview_tiles
from dashboard_app.charts.activity import newcomers_chart
from dashboard_app.charts.ranking import countries_chart, events_chart, versions_chart
from dashboard_app.frame.measure import choose_measure
from dashboard_app.query.cache import ask_ahead, ask_view
from dashboard_app.ui.card import cell
from dashboard_app.ui.picking import pickable
from dashboard_app.ui.tiles import draw_tiles
from dashboard_app.view import View

PERIOD: Final = ("overview/activity", "overview/visitors", "activity/sessions", "overview/runs")


def overview(view: View) -> None:
    """Draw the page. Raises UnavailableError before anything is drawn."""
    shorter_views = view.both() if view.is_growing else []
    ask_ahead(view, *PERIOD)
    if view.compared:
        ask_ahead(view.before(), *PERIOD)
    for shorter in shorter_views:
        ask_ahead(shorter, "overview/visitors")
    ask_ahead(view.but("event"), "overview/events")
    ask_ahead(view.but("countries"), "geography/countries")
    ask_ahead(view.but("versions"), "overview/versions")
    now = _period(view)
    before = _period(view.before()) if view.compared else None
    but_last = tuple(_visitors(shorter) for shorter in shorter_views)
    activity = ask_view("overview/activity", view)
    events = ask_view("overview/events", view.but("event"))
    countries = ask_view("geography/countries", view.but("countries"))
    versions = ask_view("overview/versions", view.but("versions"))

    draw_tiles(overview_tiles(now, before, view.filters.event, but_last, all_told=view.k is None))
    draw_activity(activity, before and before.activity, view)
    with st.container(border=True):
        cell(
            newcomers_chart(activity.frame),
            activity,
            name="new_visitors",
            view=view,
            columns={"day": "Day (UTC)", "visitors": "Visitors", "new_visitors": "New visitors"},
        )
    counted = choose_measure()
    left, middle, right = st.columns(3)
    with left.container(border=True, height="stretch"):
        cell(
            pickable(events_chart(events.frame, view.filters.event), "event"),
            events,
            name="events",
            view=view,
            columns={"event": "Event", "events": "Events"},
            picks={"event": "event"},
        )
    with middle.container(border=True, height="stretch"):
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
        )  # fmt: skip
    with right.container(border=True, height="stretch"):
        cell(
            pickable(versions_chart(versions.frame, counted, view.filters.versions), "version"),
            versions,
            name="versions",
            view=view,
            columns={"version": "Version", "visitors": "Visitors", "events": "Events"},
            picks={"version": "versions"},
        )


def _period(view: View) -> Period:
    return Period(
        ask_view("overview/activity", view).frame,
        _visitors(view),
        ask_view("activity/sessions", view).frame,
        ask_view("overview/runs", view).frame,
    )


def _visitors(view: View) -> int:
    return int(ask_view("overview/visitors", view).frame["visitors"].iloc[0])
