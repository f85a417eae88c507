"""The sidebar: the choices that hold on every page."""

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

# what single pages filter by beside, when it filters nothing
OWN: Final = {"exception": None, "only": "", "is": ""}

# a page that is opened before the browser has these widgets would lose what a shared link chose
MENU_WAITS: Final = """<style>
[data-testid="stSidebar"]:not(:has(.st-key-event [data-testid="stSelectbox"])) nav,
[data-testid="stSidebar"]:has([data-testid="stSidebarUserContent"] [data-testid="stSkeleton"]) nav
{ visibility: hidden; }
</style>"""

Options = Callable[[Window], Mapping[str, Sequence[str]]]


class Choice(NamedTuple):
    """What is chosen; no window where the days can't be one."""

    window: Window | None
    compare: bool
    filters: Filters


def choose_view(today: date, default_days: int, options: Options) -> Choice:
    """Draw the sidebar; return what is chosen. `options` has the filter's choices in a window."""
    with st.sidebar:
        st.html(MENU_WAITS)
        window = choose_window(today, default_days)
        compare = choose_comparison()
        try:
            offered = options(window or Window.up_to(today, default_days))
        except UnavailableError:
            # the page says it; what was chosen stays
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
