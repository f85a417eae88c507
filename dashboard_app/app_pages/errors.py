"""Errors: how often runs fail, with which exceptions, where, and how they end."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard_app.cell import cell
from dashboard_app.charts.errors import exceptions_chart, exits_chart, rates_chart
from dashboard_app.charts.matrices import places_chart, trend_chart
from dashboard_app.charts.picking import pickable
from dashboard_app.data import ask_view
from dashboard_app.runs_tiles import Runs, error_tiles
from dashboard_app.tiles import draw_tiles
from dashboard_app.view import View

WHERE: Final = {"ext": "Versions", "os": "Systems"}
FIELDS: Final = {"ext": "versions", "os": "systems"}
NAMED: Final = 12


def errors(view: View) -> None:
    """Draw the page. Raises UnavailableError."""
    days, duration = ask_view("runs/days", view), ask_view("runs/duration", view)
    before = Runs(ask_view("runs/days", view.before()).frame, duration.frame.head(0)) if (
        view.compared
    ) else None  # fmt: skip
    exits = ask_view("runs/by_value", view, dimension="exit")
    exceptions = ask_view("errors/exceptions", view)
    trend = ask_view("errors/exception_days", view, named=NAMED)
    told = ("started", "completed", "compile_errors", "runtime_errors")
    if not days.frame[list(told)].any(axis=None):
        st.info("No runs in this view.", icon=":material/search_off:")
        return

    draw_tiles(error_tiles(Runs(days.frame, duration.frame), before))
    left, right = st.columns(2)
    with left.container(border=True, height="stretch"):
        cell(
            rates_chart(days.frame),
            days,
            name="error_rates",
            view=view,
            columns={
                "day": "Day (UTC)", "started": "Runs started", "compile_errors": "Compile errors",
                "runtime_errors": "Runtime errors",
            },
        )  # fmt: skip
    with right.container(border=True, height="stretch"):
        cell(
            exits_chart(exits.frame),
            exits,
            name="exit_codes",
            view=view,
            columns={"day": "Day (UTC)", "value": "Exit code", "runs": "Runs"},
        )
    left, right = st.columns(2)
    with left.container(border=True, height="stretch"):
        cell(
            exceptions_chart(exceptions.frame),
            exceptions,
            name="exceptions",
            view=view,
            columns={
                "exception": "Exception", "errors": "Errors", "share": "Share",
                "compile_errors": "When compiling", "runtime_errors": "At runtime",
                "first_day": "First seen (UTC)",
            },
        )  # fmt: skip
    with right.container(border=True, height="stretch"):
        cell(
            trend_chart(trend.frame),
            trend,
            name="exceptions_by_day",
            view=view,
            columns={"exception": "Exception", "day": "Day (UTC)", "errors": "Errors"},
        )
    with st.container(border=True):
        heading = st.container()
        chosen = st.segmented_control(
            "Where",
            list(WHERE),
            default="ext",
            required=True,
            format_func=WHERE.__getitem__,
            key="where",
            bind="query-params",
            label_visibility="collapsed",
        )
        where = chosen or "ext"
        places = ask_view(
            "errors/exception_places", view.but(FIELDS[where]), dimension=where, named=NAMED
        )
        cell(
            pickable(places_chart(places.frame, where), "value"),
            places,
            name="exceptions_by_place",
            view=view,
            columns={
                "exception": "Exception", "value": WHERE[where], "errors": "Errors",
                "started": "Runs started",
                "per_1000_runs": st.column_config.NumberColumn("Per 1,000 runs", format="%.1f"),
            },
            picks={"value": FIELDS[where]},
            heading=heading,
        )  # fmt: skip
