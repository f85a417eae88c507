"""Explorer: the values of any property of events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboard_app import formats
from dashboard_app.app_pages.parts.property_choice import choose_only, choose_property, set_only
from dashboard_app.charts.properties import numbers_chart, value_days_chart, values_chart
from dashboard_app.query.cache import ask_ahead, ask_view, has_enough_visitors
from dashboard_app.query.database import SlowError
from dashboard_app.query.property_path import write_path
from dashboard_app.ui.card import Columns, Pick, card, cell
from dashboard_app.ui.choice import choose_one
from dashboard_app.ui.export import draw_export
from dashboard_app.ui.headings import headings
from dashboard_app.view import View

# the number of newest events read: for the list of properties, and for the charts
SAMPLE, MOST_EVENTS = 2_000, 100_000
NAMED_PROPERTIES, NAMED_VALUES, NAMED_OVER_TIME = 100, 12, 5
# below this share of the bars, colours can't be seen
SEEN: Final = 0.1
COUNTS: Final = {"events": "Events", "visitors": "Visitors"}
NUMBER: Final = st.column_config.NumberColumn
SUMMARY: Final = {
    "lowest": "Lowest", "p50": "Median", "mean": "Mean", "p90": "p90", "p99": "p99",
    "highest": "Highest",
}  # fmt: skip
NUMBER_COLUMNS: Final[Columns] = {
    **headings("day events"),
    **{column: NUMBER(label, format="localized") for column, label in SUMMARY.items()},
}


def explorer(view: View) -> None:
    """Draw the page. Raises UnavailableError before anything is drawn."""
    try:
        found = ask_view("explorer/properties", view, sample=SAMPLE, named=NAMED_PROPERTIES)
        path = choose_property(found.frame, shows_all=view.k is None)
        only = choose_only()
        if path is not None:
            own = {"path": path, "only_path": only.path, "only_value": only.value}
            draw_property(view, write_path(path), {name: _listed(v) for name, v in own.items()})
    except SlowError as error:
        st.warning(f"{error} Choose a shorter period or a narrower filter.")
        st.stop()  # otherwise the page would keep retrying


def draw_property(view: View, name: str, own: Mapping[str, Any]) -> None:
    """Draw the values of a property. Raises UnavailableError."""
    looked_at = {**own, "most": MOST_EVENTS}
    if not has_enough_visitors(view, "explorer/visitors", **looked_at):
        st.info(
            "Too few visitors for this selection: hidden by `K_ANONYMITY`",
            icon=":material/search_off:",
        )
        return
    ask_ahead(view, "explorer/values", named=NAMED_VALUES, **looked_at)
    ask_ahead(view, "explorer/value_days", named=NAMED_OVER_TIME, **looked_at)
    ask_ahead(view, "explorer/number_days", **looked_at)
    values = ask_view("explorer/values", view, named=NAMED_VALUES, **looked_at)
    days = ask_view("explorer/value_days", view, named=NAMED_OVER_TIME, **looked_at)
    numbers = ask_view("explorer/number_days", view, **looked_at)
    having = values.frame.loc[values.frame["kind"] != "none", "events"].sum()
    st.caption(bounds(int(values.frame["events"].sum()), int(having)))
    with st.container(border=True):
        heading = st.container()
        counted = choose_one("Count", COUNTS, "counted", hides_label=True)
        cell(
            values_chart(values.frame, name, counted),
            values,
            "values",
            view,
            headings("value kind events visitors share", kind="Kind", share="Share of events"),
            picks=Pick(
                ("kind", "value"),
                lambda values: only_value(name, values),
                f"{name} {own['only_value']}",
            ),
            heading=heading,
        )
    if is_measured(numbers.frame, values.frame):
        with st.container(border=True):
            draw_summary(numbers.frame)
            chart = numbers_chart(numbers.frame, name, view.window)
            cell(chart, numbers, "numbers", view, NUMBER_COLUMNS)
    if is_repeated(days.frame):
        chart = value_days_chart(days.frame, name, view.window)
        card(chart, days, "values_over_time", view, headings("day value events"))
    draw_export(view, own)


def only_value(name: str, clicked: Mapping[str, Any]) -> None:
    """Show only the events with the clicked value."""
    if clicked.get("kind") == "value":
        set_only(name, str(clicked["value"]))


def bounds(events: int, having: int) -> str:
    """Return the caption that says which events the charts cover."""
    newest = "the newest " if events == MOST_EVENTS else ""
    return (
        f"Based on {newest}{events:,} events of the period and filter; {having:,} of them have the "
        f"property. Charts use up to {MOST_EVENTS:,} events, the newest."
    )


def is_measured(numbers: pd.DataFrame, values: pd.DataFrame) -> bool:
    """Return whether most values are numbers, and many: codes have no useful median."""
    having = values.loc[values["kind"] != "none", "events"].sum()
    many = (values["kind"] == "other").any()
    # the first row is for all days
    return bool(many and len(numbers) and 2 * numbers["events"].iloc[0] > having)


def is_repeated(days: pd.DataFrame) -> bool:
    """Return whether the most frequent values are a visible share of all."""
    named = days.loc[days["value"].notna(), "events"].sum()
    return bool(named >= SEEN * days["events"].sum())


def draw_summary(frame: pd.DataFrame) -> None:
    """Draw the figures for all days together."""
    whole = frame.iloc[0]
    with st.container(horizontal=True):
        for column, label in SUMMARY.items():
            if pd.isna(whole[column]):
                continue  # hidden by K_ANONYMITY
            exactly = f"{whole[column]:,.10g}"
            st.metric(label, formats.number(whole[column]), help=exactly, width="content")


def _listed(value: Any) -> Any:
    """Return a path as the list that the queries take."""
    return list(value) if isinstance(value, tuple) else value
