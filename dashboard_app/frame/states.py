"""What stands in a page's place where there is nothing to draw, and when to look again."""

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
        "The database is ready and empty. Send an event; this page shows it within seconds. "
        "The address is the API's, unless you gave it another `HOST` or `PORT`:"
    )
    st.code(FIRST_EVENT, language="bash", wrap_lines=True)
    st.markdown("Or fill it with 90 days of believable events:")
    st.code("make demo", language="bash")


def names_left_out(dimensions: Sequence[str]) -> None:
    """Say of which dimensions a page's names are not all there are."""
    names = " and ".join(DIMENSIONS[dimension].plural for dimension in dimensions)
    st.caption(
        f":material/more_horiz: Some {names} count as `(other)`: clients sent more than "
        "`MAX_VALUES` of them on a day."
    )


def no_events_in(view: View) -> None:
    """Say that the filter matches nothing, or too little to tell, and offer what would."""
    k = view.k
    nothing = "No events" if k is None else f"No events of {k:,} visitors or more"
    if view.filters:
        of = "of" if k is None else "match"
        filters = formats.code(str(view.filters))
        st.info(f"{nothing} {of} {filters} in {view.window}.", icon=":material/search_off:")
        st.button("Remove the filter", on_click=choose, args=[Filters()])
    else:
        st.info(f"{nothing} in {view.window}.", icon=":material/search_off:")
    if view.fresh.first_day and view.fresh.last_day:
        all_days = Window(view.fresh.first_day, view.fresh.last_day)
        query = query_of(all_days) + view.filters.query()
        st.html(
            f'<a href="?{escape(urlencode(query))}" target="_self">'
            f"Show all there are: {all_days}</a>"
        )


def unavailable(error: UnavailableError) -> None:
    """Say calmly that the database is away."""
    st.header("Waiting for the database", anchor=False)
    st.markdown(
        f"{error} This page looks again every few seconds and comes back by itself. Events that "
        "the API accepts meanwhile are kept in its log and appear here later."
    )


def wrong_setting(error: SettingError) -> None:
    """Name the setting that can't be used."""
    st.header("A setting can't be used", anchor=False)
    st.code(str(error), language=None, wrap_lines=True)
    st.markdown("Correct it and start the dashboard again.")


def freshness_line(fresh: Freshness) -> str:
    """Return how fresh the data is, as each page says it under its title."""
    loaded = fresh.loaded_at
    if loaded is None:
        return "No data yet"
    return f"Data as of {day_text(loaded.date())}, {loaded:%H:%M:%S} UTC"


def redraw_every(seconds: int) -> None:
    """Run the whole page again, later and again and again, as long as it is open."""
    drawn = time.monotonic()

    @st.fragment(run_every=seconds)
    def redraw() -> None:
        # the first run is part of drawing the page
        if time.monotonic() - drawn > seconds / 2:
            st.rerun()

    redraw()
