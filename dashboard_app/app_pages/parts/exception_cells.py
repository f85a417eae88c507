"""The exceptions on the errors page: the top ones, their trend, and where they occur."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, Final
from urllib.parse import urlencode

import altair as alt
import pandas as pd
import streamlit as st

from dashboard_app.charts.errors import (
    exception_days_chart,
    exceptions_chart,
    places_chart,
    trend_chart,
)
from dashboard_app.charts.parts.days import all_days
from dashboard_app.dimensions import DIMENSIONS
from dashboard_app.query.cache import ask_view
from dashboard_app.query.run import Answer
from dashboard_app.ui.card import Pick, card, cell
from dashboard_app.ui.choice import choose_one
from dashboard_app.ui.headings import headings
from dashboard_app.view import View
from dashboard_app.window import Window

EXCEPTION: Final = "exception"  # key, in the URL too
PROPERTY: Final = "exceptionHash"
WHERE: Final = {name: DIMENSIONS[name].plural.capitalize() for name in ("ext", "os")}
NAMED, MOST = 12, 50  # in the heatmaps, in the list


def draw_exceptions(view: View, exceptions: Answer, trend: Answer) -> None:
    """Draw the answers of errors/exceptions (see with_before) and errors/exception_days."""
    chosen = _choose(exceptions.frame)
    picks = Pick(("exception",), _toggle, str(chosen))
    left, right = st.columns(2)
    before = "before " if "before" in exceptions.frame else ""
    card(
        exceptions_chart(exceptions.frame, chosen),
        exceptions,
        "exceptions",
        view,
        headings(
            f"exception errors {before}share compile_errors runtime_errors first_day",
            before="Previous period",
            compile_errors="Compile errors",
            runtime_errors="Runtime errors",
        ),
        picks=picks,
        beside=left,
    )
    chart: alt.Chart
    if chosen is None:
        shown = trend._replace(frame=trend.frame[trend.frame["place"] <= NAMED])
        chart = trend_chart(shown.frame, view.window)
    else:
        shown = trend._replace(frame=days_of(trend.frame, chosen, view.window))
        chart = exception_days_chart(shown.frame)
    card(
        chart,
        shown,
        "exceptions_by_day",
        view,
        headings("exception day errors"),
        picks=picks if chosen is None else None,
        beside=right,
    )
    with st.container(border=True):
        _draw_places(view, chosen)


def with_before(
    exceptions: Answer, lately: pd.DataFrame, before: pd.DataFrame, *, shows_all: bool = True
) -> Answer:
    """Return an answer of errors/exceptions with the columns `compared` and `before` (Int64).

    They are the errors in `lately` and `before`, the same query's answers for this period and the
    previous one, without their last day if it is not over. An exception that a period does not list
    has 0 errors if the list is complete; it is missing if the list is cut, or if K_ANONYMITY hides
    some (not `shows_all`).
    """
    names = exceptions.frame["exception"]
    periods = {"compared": lately, "before": before}
    compared = {
        column: _errors_of(names, period, is_whole=shows_all and len(period) < MOST)
        for column, period in periods.items()
    }
    return exceptions._replace(frame=exceptions.frame.assign(**compared))


def _errors_of(names: pd.Series[str], period: pd.DataFrame, *, is_whole: bool) -> pd.Series[int]:
    found = names.map(period.set_index("exception")["errors"].astype("Int64")).astype("Int64")
    return found.fillna(0) if is_whole else found


def days_of(trend: pd.DataFrame, exception: str, window: Window) -> pd.DataFrame:
    """Return an exception's errors on each day of a window: exception, day, errors."""
    errors = trend[trend["exception"] == exception].set_index("day")["errors"]
    counted = errors.reindex(all_days(window), fill_value=0).rename_axis("day").reset_index()
    return counted.assign(exception=exception)[["exception", "day", "errors"]]


def _choose(exceptions: pd.DataFrame) -> str | None:
    """Draw the choice of an exception; return it, None for all."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen: str | None = st.selectbox(
            "Exception",
            exceptions["exception"].tolist(),
            index=None,
            placeholder="All exceptions",
            accept_new_options=True,
            key=EXCEPTION,
            bind="query-params",
        )
        if chosen:
            link = escape(_explorer(chosen))
            st.html(f'<a href="{link}" target="_self">Show its events in the Explorer</a>')
    return chosen or None


def _explorer(exception: str) -> str:
    kept = [
        (key, value)
        for key in st.query_params
        if key not in (EXCEPTION, "where")
        for value in st.query_params.get_all(key)
    ]
    return f"explorer?{urlencode([*kept, ('only', PROPERTY), ('is', exception)])}"


def _toggle(clicked: Mapping[str, Any]) -> None:
    """Choose the clicked exception, or all if it was already chosen."""
    name = clicked.get("exception")
    chosen = st.session_state.get(EXCEPTION)
    st.session_state[EXCEPTION] = None if name is None or name == chosen else str(name)


def _draw_places(view: View, exception: str | None) -> None:
    heading = st.container()
    where = choose_one("By", WHERE, "where", hides_label=True)
    field = DIMENSIONS[where].field
    places = ask_view("errors/exception_places", view.but(field), dimension=where, named=NAMED)
    cell(
        places_chart(places.frame, where, getattr(view.filters, field), exception),
        places,
        "exceptions_by_place",
        view,
        headings(
            "exception value errors started per_1000_runs",
            value=WHERE[where],
            per_1000_runs=st.column_config.NumberColumn("Per 1,000 runs", format="%.1f"),
        ),
        picks={"value": field},
        heading=heading,
    )
