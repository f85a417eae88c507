"""Errors: error rates, exit codes, exceptions, and the affected versions and systems."""

from __future__ import annotations

import streamlit as st

from dashboard_app.app_pages.parts.exception_cells import MOST, draw_exceptions, with_before
from dashboard_app.app_pages.parts.runs_tiles import Runs, error_tiles
from dashboard_app.charts.errors import codes_chart, exits_chart, rates_chart
from dashboard_app.query.cache import ask_ahead, ask_view
from dashboard_app.query.run import Answer
from dashboard_app.theme import NOT_REPORTED
from dashboard_app.ui.card import card
from dashboard_app.ui.headings import headings
from dashboard_app.ui.tiles import draw_tiles
from dashboard_app.view import View


def errors(view: View) -> None:
    """Draw the page. Raises UnavailableError."""
    ask_ahead(view, "runs/days", "errors/exceptions")
    ask_ahead(view, "runs/by_value", dimension="exit")
    ask_ahead(view, "errors/exception_days", named=MOST)
    if view.compared:
        ask_ahead(view.before(), "runs/days")
        for one in view.both():
            ask_ahead(one, "errors/exceptions")
    days = ask_view("runs/days", view)
    exits = _named(ask_view("runs/by_value", view, dimension="exit"))
    exceptions = ask_view("errors/exceptions", view)
    trend = ask_view("errors/exception_days", view, named=MOST)
    before = None
    if view.compared:
        earlier = view.before()
        before = Runs(ask_view("runs/days", earlier).frame)
        lately, then = (ask_view("errors/exceptions", one).frame for one in view.both())
        exceptions = with_before(exceptions, lately, then, shows_all=view.k is None)
    counts = ("started", "completed", "compile_errors", "runtime_errors")
    if not days.frame[list(counts)].any(axis=None):
        st.info("No runs for this selection", icon=":material/search_off:")
        return

    draw_tiles(error_tiles(Runs(days.frame), before, growing=view.is_growing))
    card(
        rates_chart(days.frame),
        days,
        "error_rates",
        view,
        headings("day started compile_errors runtime_errors"),
    )
    draw_exceptions(view, exceptions, trend)
    left, right = st.columns([3, 2])
    of_code = headings("day value runs", value="Exit code")
    card(exits_chart(exits.frame, view.window), exits, "exit_codes", view, of_code, beside=left)
    runs = exits.frame.groupby("value")["runs"].sum()
    totals = runs.sort_values(ascending=False, kind="stable").reset_index()
    card(
        codes_chart(exits.frame),
        exits._replace(frame=totals),
        "exit_code_totals",
        view,
        headings("value runs", value="Exit code"),
        beside=right,
    )


def _named(exits: Answer) -> Answer:
    """Return exit codes with a text for missing ones."""
    return exits._replace(
        frame=exits.frame.assign(value=exits.frame["value"].replace("-", NOT_REPORTED))
    )
