"""Performance: run durations, waits and output."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard_app.app_pages.parts.runs_tiles import Runs, performance_tiles
from dashboard_app.charts.runs import (
    classes_chart,
    histogram_chart,
    outputs_chart,
    percentiles_chart,
    shares_chart,
    waits_chart,
)
from dashboard_app.query.cache import ask_ahead, ask_view
from dashboard_app.ui.card import card
from dashboard_app.ui.headings import headings
from dashboard_app.ui.tiles import draw_tiles
from dashboard_app.view import View

PERCENTILES: Final = ("p50", "p90", "p95", "p99")


def performance(view: View) -> None:
    """Draw the page. Raises UnavailableError before anything is drawn."""
    ask_ahead(view, "runs/days", "runs/duration", "runs/percentiles", "runs/histogram")
    for dimension in ("duration", "output"):
        ask_ahead(view, "runs/by_value", dimension=dimension)
    if view.compared:
        ask_ahead(view.before(), "runs/days", "runs/duration")
    days, duration = ask_view("runs/days", view), ask_view("runs/duration", view)
    before = None
    if view.compared:
        earlier = view.before()
        before = Runs(
            ask_view("runs/days", earlier).frame, ask_view("runs/duration", earlier).frame
        )
    percentiles, histogram = ask_view("runs/percentiles", view), ask_view("runs/histogram", view)
    classes = ask_view("runs/by_value", view, dimension="duration")
    outputs = ask_view("runs/by_value", view, dimension="output")
    if not days.frame["completed"].any():
        st.info("No completed runs for this selection", icon=":material/search_off:")
        return
    milliseconds = {
        name: st.column_config.NumberColumn(f"{name} (ms)", format="localized")
        for name in PERCENTILES
    }

    now = Runs(days.frame, duration.frame, percentiles.frame)
    draw_tiles(performance_tiles(now, before))
    of_day = {**headings("day runs"), **milliseconds}
    card(percentiles_chart(percentiles.frame), percentiles, "durations_by_day", view, of_day)
    left, right = st.columns([3, 2])
    card(
        histogram_chart(histogram.frame, duration.frame),
        histogram,
        "durations",
        view,
        {
            "from_ms": st.column_config.NumberColumn("Above (ms)", format="localized"),
            "to_ms": st.column_config.NumberColumn("Up to (ms)", format="localized"),
            **headings("runs share"),
        },
        beside=left,
    )
    of_class = headings("day value runs", value="Class")
    card(classes_chart(classes.frame), classes, "duration_classes", view, of_class, beside=right)
    left, right = st.columns(2)
    of_waits = headings("day waits wait_ms", waits="Runs that report a wait", wait_ms="Sum (ms)")
    card(waits_chart(days.frame), days, "waits", view, of_waits, beside=left)
    of_kind = headings(
        "day completed interactive truncated",
        completed="Completed runs",
        interactive="Interactive",
        truncated="Truncated",
    )
    card(shares_chart(days.frame), days, "interaction", view, of_kind, beside=right)
    of_size = headings("day value runs", value="Bytes")
    card(outputs_chart(outputs.frame), outputs, "outputs", view, of_size)
