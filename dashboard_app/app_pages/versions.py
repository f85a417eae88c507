"""Versions: which are in use, how fast new ones spread, which old ones remain."""

from __future__ import annotations

from functools import partial
from typing import Final

import streamlit as st

from dashboard_app.analysis.uptake import uptake
from dashboard_app.app_pages.version_tiles import version_tiles
from dashboard_app.charts.ranking import systems_chart
from dashboard_app.charts.versions import adoption_chart, oldest_chart, pairs_chart, uptake_chart
from dashboard_app.dimensions import DIMENSIONS
from dashboard_app.frame.measure import choose_measure
from dashboard_app.query.cache import ask_ahead, ask_view
from dashboard_app.query.k_anonymity import is_other
from dashboard_app.query.run import Answer
from dashboard_app.ui.card import cell
from dashboard_app.ui.picking import pickable
from dashboard_app.ui.tiles import draw_tiles
from dashboard_app.view import View

OF: Final = {name: DIMENSIONS[name].short for name in ("ext", "vscode", "os")}
NAMED, MATRIX_SIZE = 6, 12
USED: Final = {
    "value": "Value", "events": "Events", "share": "Share of the events", "visitors": "Visitors",
    "first_day": "First seen (UTC)", "last_day": "Last seen in the period (UTC)",
}  # fmt: skip


def versions(view: View) -> None:
    """Draw the page. Raises UnavailableError."""
    for field, dimension in (("versions", "ext"), ("hosts", "vscode"), ("systems", "os")):
        ask_ahead(view.but(field), "versions/used", dimension=dimension)
    ask_ahead(view.but("versions", "hosts"), "versions/matrix", named=MATRIX_SIZE)
    spread = ask_view("versions/uptake", view.but("versions"))
    applications = ask_view("versions/used", view.but("versions"), dimension="ext")
    hosts = ask_view("versions/used", view.but("hosts"), dimension="vscode")
    pairs = ask_view("versions/matrix", view.but("versions", "hosts"), named=MATRIX_SIZE)
    systems = ask_view("versions/used", view.but("systems"), dimension="os")
    installs = ask_view("versions/installs", view).frame
    released = Answer(uptake(spread.frame, view.today), spread.sql)

    draw_tiles(version_tiles(applications.frame, hosts.frame, systems.frame, installs))
    with st.container(border=True):
        heading = st.container()
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen = st.segmented_control(
                "Of the",
                list(OF),
                default="ext",
                required=True,
                format_func=OF.__getitem__,
                key="of",
                bind="query-params",
            )
            measure = choose_measure()
        dimension = chosen or "ext"
        field = DIMENSIONS[dimension].field
        adoption = ask_view("versions/adoption", view.but(field), dimension=dimension, named=NAMED)
        # what is folded is part of the rest
        rest = adoption.frame.assign(
            value=adoption.frame["value"].mask(lambda names: names.map(partial(is_other, k=view.k)))
        )
        cell(
            pickable(adoption_chart(rest, dimension, view.window, measure), "value"),
            adoption,
            name="adoption",
            view=view,
            columns={
                "day": "Day (UTC)", "value": OF[dimension], "visitors": "Visitors",
                "share": "Share of the day's visitors", "events": "Events",
            },
            picks={"value": field},
            heading=heading,
        )  # fmt: skip
    left, right = st.columns(2)
    with left.container(border=True, height="stretch"):
        cell(
            uptake_chart(released.frame),
            released,
            name="uptake",
            view=view,
            columns={
                "version": "Version", "first_day": "Out since (UTC)", "days": "Days",
                "reached": "Half reached", "share": "Share of the last day",
            },
        )  # fmt: skip
    with right.container(border=True, height="stretch"):
        cell(
            pickable(oldest_chart(applications.frame, view.filters.versions), "value"),
            applications,
            name="versions",
            view=view,
            columns={**USED, "value": "Version"},
            picks={"value": "versions"},
        )
    left, right = st.columns([3, 2])
    with left.container(border=True, height="stretch"):
        chart = pairs_chart(pairs.frame, view.filters.versions, view.filters.hosts)
        cell(
            pickable(chart, "version", "host"),
            pairs,
            name="pairs",
            view=view,
            columns={"version": "Application", "host": "Host", "visitors": "Visitors"},
            picks={"version": "versions", "host": "hosts"},
        )
    with right:
        with st.container(border=True):
            cell(
                pickable(oldest_chart(hosts.frame, view.filters.hosts, of_host=True), "value"),
                hosts,
                name="hosts",
                view=view,
                columns={**USED, "value": "Host version"},
                picks={"value": "hosts"},
            )
        with st.container(border=True, height="stretch"):
            cell(
                pickable(systems_chart(systems.frame, measure, view.filters.systems), "value"),
                systems,
                name="systems",
                view=view,
                columns={**USED, "value": "System"},
                picks={"value": "systems"},
            )
