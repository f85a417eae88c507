"""Performance: how long runs take, wait and write."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard_app.app_pages.runs_tiles import Runs, performance_tiles
from dashboard_app.charts.runs import (
    classes_chart,
    histogram_chart,
    outputs_chart,
    percentiles_chart,
    shares_chart,
    waits_chart,
)
from dashboard_app.query.cache import ask_ahead, ask_view
from dashboard_app.ui.card import cell
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
        st.info("No completed runs in this view.", icon=":material/search_off:")
        return
    milliseconds = {
        name: st.column_config.NumberColumn(f"{name} (ms)", format="localized")
        for name in PERCENTILES
    }

    now = Runs(days.frame, duration.frame, percentiles.frame)
    draw_tiles(performance_tiles(now, before))
    with st.container(border=True):
        cell(
            percentiles_chart(percentiles.frame),
            percentiles,
            name="durations_by_day",
            view=view,
            columns={"day": "Day (UTC)", "runs": "Runs", **milliseconds},
        )
    left, right = st.columns([3, 2])
    with left.container(border=True, height="stretch"):
        cell(
            histogram_chart(histogram.frame, duration.frame),
            histogram,
            name="durations",
            view=view,
            columns={
                "from_ms": st.column_config.NumberColumn("Above (ms)", format="localized"),
                "to_ms": st.column_config.NumberColumn("Up to (ms)", format="localized"),
                "runs": "Runs", "share": "Share",
            },
        )  # fmt: skip
    with right.container(border=True, height="stretch"):
        cell(
            classes_chart(classes.frame),
            classes,
            name="duration_classes",
            view=view,
            columns={"day": "Day (UTC)", "value": "Class", "runs": "Runs"},
        )
    left, right = st.columns(2)
    with left.container(border=True, height="stretch"):
        cell(
            waits_chart(days.frame),
            days,
            name="waits",
            view=view,
            columns={
                "day": "Day (UTC)", "waits": "Runs that tell their wait", "wait_ms": "Sum (ms)"
            },
        )  # fmt: skip
    with right.container(border=True, height="stretch"):
        cell(
            shares_chart(days.frame),
            days,
            name="interaction",
            view=view,
            columns={
                "day": "Day (UTC)", "completed": "Completed runs", "interactive": "Interactive",
                "truncated": "Truncated",
            },
        )  # fmt: skip
    with st.container(border=True):
        cell(
            outputs_chart(outputs.frame),
            outputs,
            name="outputs",
            view=view,
            columns={"day": "Day (UTC)", "value": "Bytes", "runs": "Runs"},
        )
