"""Live: the last 30 minutes, and the loader's lag."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pandas as pd
import streamlit as st

from dashboard_app import formats
from dashboard_app.charts.activity import minutes_chart
from dashboard_app.frame import states
from dashboard_app.places import country_name
from dashboard_app.query.cache import ask_view, freshness
from dashboard_app.query.database import UnavailableError
from dashboard_app.query.lag import loader_lag
from dashboard_app.ui.card import card, made_of
from dashboard_app.ui.headings import headings
from dashboard_app.view import View

EVERY_SECONDS = 5
ROW_PIXELS, MOST_ROWS = 35, 12


def live(view: View) -> None:
    """Draw the page, and refresh it every few seconds in place."""
    _refreshed(view)


@st.fragment(run_every=EVERY_SECONDS)
def _refreshed(view: View) -> None:
    try:
        _draw(view)
    except UnavailableError as error:
        states.unavailable(error)


def _draw(view: View) -> None:
    now = _now()
    minutes = ask_view("live/minutes", view, now=now)
    newest = ask_view("live/newest", view, now=now)
    sessions = ask_view("live/sessions", view, now=now)
    fresh = freshness(view.application)

    st.caption(states.freshness_line(fresh))
    with st.container(horizontal=True):
        _tile("Events in 30 minutes", formats.count(int(minutes.frame["events"].sum())))
        if view.lists_people:
            _tile("Active sessions", formats.count(len(sessions.frame)))
        lag = loader_lag(os.environ)
        if lag is not None:
            _tile("Waiting to be loaded", formats.count(lag.events))
            _tile("Loader's lag", formats.duration(1000 * lag.seconds))
        if fresh.loaded_at is not None:
            age = max(timedelta(), datetime.now(UTC) - fresh.loaded_at)
            _tile("Last load", f"{formats.duration(1000 * age.total_seconds())} ago")
    columns = headings("minute events visitors")
    shown = minutes._replace(frame=_with_times(minutes.frame, "minute", "%H:%M"))
    for column, measure in zip(st.columns(2), ("events", "visitors"), strict=True):
        chart = minutes_chart(minutes.frame, measure)
        card(chart, shown, f"live_{measure}", view, columns, beside=column)
    if not view.lists_people:
        st.info("Single events and sessions are hidden by `K_ANONYMITY`.")
        return
    with st.container(border=True):
        st.subheader("Newest events", anchor=False)
        st.caption(
            "The newest events of the last 24 hours, by the time at which they happened (UTC)."
        )
        events = _with_times(newest.frame, "t", "%-d %b %H:%M:%S")
        events["country"] = events["country"].map(country_name)
        _table(events, {
            "t": "Time (UTC)", "event": "Event", "country": "Country", "os": "System",
            "version": "Version", "host": "Host", "visitor": "Visitor",
        }, "No events in the last 24 hours")  # fmt: skip
        made_of(newest, name="newest", view=view)
    with st.container(border=True):
        st.subheader("Active sessions", anchor=False)
        st.caption("Sessions with an event in the last ten minutes and no completed run.")
        active = _with_times(sessions.frame, "first_at", "%H:%M:%S")
        active = _with_times(active, "last_at", "%H:%M:%S")
        _table(active, {
            "session": "Session", "visitor": "Visitor", "first_at": "First event (UTC)",
            "last_at": "Last event (UTC)", "events": "Events",
        }, "No active sessions")  # fmt: skip
        made_of(sessions, name="active_sessions", view=view)


def _now() -> datetime:
    """Return the end of the current five seconds, so that all readers share the cached answers."""
    seconds = datetime.now(UTC).timestamp()
    return datetime.fromtimestamp((seconds // EVERY_SECONDS + 1) * EVERY_SECONDS, UTC)


def _with_times(frame: pd.DataFrame, column: str, form: str) -> pd.DataFrame:
    return frame.assign(**{column: frame[column].dt.strftime(form).astype("str")})


def _tile(label: str, value: str) -> None:
    st.metric(label, value, border=True)


def _table(frame: pd.DataFrame, columns: dict[str, str], nothing: str) -> None:
    if frame.empty:
        st.info(nothing, icon=":material/hourglass_empty:")
        return
    st.dataframe(
        frame,
        hide_index=True,
        column_order=list(columns),
        column_config=dict(columns),
        height=ROW_PIXELS * (1 + min(MOST_ROWS, max(1, len(frame)))) + 3,
    )
