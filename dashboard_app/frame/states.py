"""Messages shown instead of a page if there is nothing to draw, and when to retry."""

from __future__ import annotations

import time
from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

import streamlit as st

from dashboard_app import formats
from dashboard_app.dimensions import DIMENSIONS
from dashboard_app.filters import Filters
from dashboard_app.frame.period import query_of
from dashboard_app.query.database import UnavailableError
from dashboard_app.settings import SettingError
from dashboard_app.ui.picking import choose
from dashboard_app.view import Freshness, View
from dashboard_app.window import Window, day_text

REDRAW_SECONDS = 30
WAIT_SECONDS = 3

FIRST_EVENT = """\
curl http://127.0.0.1:8088/t \\
  -H "Content-Type: application/json" \\
  -d '{"schema":"jwc.v1","anon":"me","evt":"app.started","ext":"1.0.0","t":'$(date +%s)'}'
"""


def no_events_yet() -> None:
    """Say how to send the first event."""
    st.header("Waiting for the first event", anchor=False)
    st.markdown(
        "The database is ready and empty. Send an event, and this page shows it within seconds. "
        "This is the API's default address; change it if you set `HOST` or `PORT`:"
    )
    st.code(FIRST_EVENT, language="bash", wrap_lines=True)
    st.markdown("Or create 90 days of realistic demo events:")
    st.code("make demo", language="bash")


def names_left_out(dimensions: Sequence[str]) -> None:
    """Say which dimensions have names that a page does not list."""
    names = " and ".join(DIMENSIONS[dimension].plural for dimension in dimensions)
    st.caption(
        f":material/more_horiz: Some {names} count as `(other)`: clients sent more than "
        "`MAX_VALUES` in one day."
    )


def no_events_in(view: View) -> None:
    """Say that the selection has no events, or too few to show, and offer a wider one."""
    k = view.k
    nothing = "No events" if k is None else f"No events of {k:,} visitors or more"
    if view.filters:
        of = "of" if k is None else "match"
        filters = formats.code(str(view.filters))
        st.info(f"{nothing} {of} {filters} in {view.window}.", icon=":material/search_off:")
        st.button("Clear filters", on_click=choose, args=[Filters()])
    else:
        st.info(f"{nothing} in {view.window}.", icon=":material/search_off:")
    if view.fresh.first_day and view.fresh.last_day:
        all_days = Window(view.fresh.first_day, view.fresh.last_day)
        query = query_of(all_days) + view.filters.query()
        st.html(
            f'<a href="?{escape(urlencode(query))}" target="_self">Show all days: {all_days}</a>'
        )


def unavailable(error: UnavailableError) -> None:
    """Say that the database is unavailable, and what happens next."""
    st.header("Waiting for the database", anchor=False)
    st.markdown(
        f"{error} This page retries every few seconds. Meanwhile, the API keeps accepted events in "
        "its log; they will appear here later."
    )


def wrong_setting(error: SettingError) -> None:
    """Show which setting is invalid."""
    st.header("Invalid setting", anchor=False)
    st.code(str(error), language=None, wrap_lines=True)
    st.markdown("Correct it and restart the dashboard.")


def freshness_line(fresh: Freshness) -> str:
    """Return how fresh the data is, as shown under each page title."""
    loaded = fresh.loaded_at
    if loaded is None:
        return "No data yet"
    return f"Data as of {day_text(loaded.date())}, {loaded:%H:%M:%S} UTC"


def redraw_every(seconds: int) -> None:
    """Rerun the whole page at this interval, as long as it is open."""
    drawn = time.monotonic()

    @st.fragment(run_every=seconds)
    def redraw() -> None:
        # the first run is part of drawing the page
        if time.monotonic() - drawn > seconds / 2:
            st.rerun()

    redraw()
