"""Versions: versions in use, uptake of new ones, oldest ones, and host combinations."""

from __future__ import annotations

from functools import partial
from typing import Final

import streamlit as st

from dashboard_app.analysis.uptake import uptake
from dashboard_app.app_pages.parts.version_tiles import version_tiles
from dashboard_app.charts.ranking import SYSTEMS, ranking_chart
from dashboard_app.charts.versions import adoption_chart, oldest_chart, pairs_chart, uptake_chart
from dashboard_app.dimensions import DIMENSIONS
from dashboard_app.query.cache import ask_ahead, ask_view
from dashboard_app.query.k_anonymity import is_other
from dashboard_app.query.run import Answer
from dashboard_app.ui.card import card, cell
from dashboard_app.ui.choice import choose_measure, choose_one
from dashboard_app.ui.headings import headings
from dashboard_app.ui.tiles import draw_tiles
from dashboard_app.view import View

OF: Final = {name: DIMENSIONS[name].short for name in ("ext", "vscode", "os")}
NAMED, MATRIX_SIZE = 6, 12
USED: Final = "value events share visitors first_day last_day"
SHARE: Final = "Share of events"


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
            dimension = choose_one("By", OF, "of")
            measure = choose_measure()
        field = DIMENSIONS[dimension].field
        adoption = ask_view("versions/adoption", view.but(field), dimension=dimension, named=NAMED)
        # folded values are part of the others
        rest = adoption.frame.assign(
            value=adoption.frame["value"].mask(lambda names: names.map(partial(is_other, k=view.k)))
        )
        cell(
            adoption_chart(rest, dimension, view.window, measure),
            adoption,
            "adoption",
            view,
            headings(
                "day value visitors share events",
                value=OF[dimension],
                share="Share of the day's visitors",
            ),
            picks={"value": field},
            heading=heading,
        )
    filters = view.filters
    left, right = st.columns(2)
    card(
        uptake_chart(released.frame),
        released,
        "uptake",
        view,
        headings(
            "version first_day days reached share",
            first_day="In use since (UTC)",
            days="Days",
            reached="Reached half",
            share="Share on the last day",
        ),
        beside=left,
    )
    card(
        oldest_chart(applications.frame, filters.versions),
        applications,
        "versions",
        view,
        headings(USED, value="Version", share=SHARE),
        picks={"value": "versions"},
        beside=right,
    )
    left, right = st.columns([3, 2])
    card(
        pairs_chart(pairs.frame, filters.versions, filters.hosts),
        pairs,
        "pairs",
        view,
        headings("version host visitors", version="Application", host="Host"),
        picks={"version": "versions", "host": "hosts"},
        beside=left,
    )
    with right:
        card(
            oldest_chart(hosts.frame, filters.hosts, of_host=True),
            hosts,
            "hosts",
            view,
            headings(USED, value="Host version", share=SHARE),
            picks={"value": "hosts"},
        )
        card(
            ranking_chart(systems.frame, SYSTEMS, measure, filters.systems),
            systems,
            "systems",
            view,
            headings(USED, value="System", share=SHARE),
            picks={"value": "systems"},
        )
