"""Overview: totals, activity, and the top events, countries and versions."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard_app.app_pages.parts.activity_cells import draw_activity
from dashboard_app.app_pages.parts.overview_tiles import Period, overview_tiles
from dashboard_app.charts.activity import newcomers_chart
from dashboard_app.charts.ranking import COUNTRIES, EVENTS, VERSIONS, ranking_chart
from dashboard_app.query.cache import ask_ahead, ask_view
from dashboard_app.ui.card import card
from dashboard_app.ui.choice import choose_measure
from dashboard_app.ui.headings import headings
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

    draw_tiles(overview_tiles(now, before, view.filters.event, but_last, shows_all=view.k is None))
    draw_activity(activity, before and before.activity, view)
    card(
        newcomers_chart(activity.frame),
        activity,
        "new_visitors",
        view,
        headings("day visitors new_visitors"),
    )
    counted, filters = choose_measure(), view.filters
    left, middle, right = st.columns(3)
    card(
        ranking_chart(events.frame, EVENTS, "events", [filters.event] if filters.event else ()),
        events,
        "events",
        view,
        headings("event events"),
        picks={"event": "event"},
        beside=left,
    )
    card(
        ranking_chart(countries.frame, COUNTRIES, counted, filters.countries),
        countries,
        "countries",
        view,
        headings("country name continent visitors events"),
        picks={"country": "countries"},
        beside=middle,
    )
    card(
        ranking_chart(versions.frame, VERSIONS, counted, filters.versions),
        versions,
        "versions",
        view,
        headings("version visitors events"),
        picks={"version": "versions"},
        beside=right,
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
