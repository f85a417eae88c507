"""The sidebar: the choices that apply to every page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

import streamlit as st

from dashboard_app.filters import Filters
from dashboard_app.frame.filter_bar import choose_filters
from dashboard_app.frame.period import choose_comparison, choose_window, reset_period
from dashboard_app.query.database import UnavailableError
from dashboard_app.ui.picking import choose
from dashboard_app.window import Window

# the filters of single pages, and their values when they filter nothing
OWN: Final = {"exception": None, "only": "", "is": ""}

# a page opened before the browser has these widgets would lose the filter of a shared link
MENU_WAITS: Final = """<style>
[data-testid="stSidebar"]:not(:has(.st-key-event [data-testid="stSelectbox"])) nav,
[data-testid="stSidebar"]:has([data-testid="stSidebarUserContent"] [data-testid="stSkeleton"]) nav
{ visibility: hidden; }
</style>"""

Options = Callable[[Window], Mapping[str, Sequence[str]]]


class Choice(NamedTuple):
    """What is chosen; the window is None if the days are invalid."""

    window: Window | None
    compare: bool
    filters: Filters


def choose_view(today: date, default_days: int, options: Options) -> Choice:
    """Draw the sidebar; return what is chosen. `options` returns a window's filter values."""
    with st.sidebar:
        st.html(MENU_WAITS)
        window = choose_window(today, default_days)
        compare = choose_comparison()
        try:
            offered = options(window or Window.up_to(today, default_days))
        except UnavailableError:
            # the page says so; the choice is kept
            offered = {}
        filters = choose_filters(offered)
        st.button("Reset", on_click=_reset, args=[default_days], icon=":material/restart_alt:")
    return Choice(window, compare, filters)


def _reset(default_days: int) -> None:
    reset_period(default_days)
    choose(Filters())
    for key, nothing in OWN.items():
        if key in st.session_state:
            st.session_state[key] = nothing
