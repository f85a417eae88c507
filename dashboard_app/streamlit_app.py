"""The dashboard's frame, which `streamlit run dashboard_app` starts: pages, filter, states."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import streamlit as st

from dashboard_app import data, states
from dashboard_app.app_pages.overview import overview
from dashboard_app.filters import choose_window
from dashboard_app.reader import UnavailableError
from dashboard_app.settings import SettingError, window_days
from dashboard_app.view import View

logger = logging.getLogger(__name__)

SIDEBAR_PIXELS = 260

PageFunction = Callable[[View], None]


def main() -> None:
    """Draw the page that was asked for."""
    # an icon of Streamlit's would be fetched from another host
    icon = Path(__file__).parent / "icon.svg"
    st.set_page_config(
        page_title="Minigem Telemetry",
        page_icon=icon,
        layout="wide",
        initial_sidebar_state=SIDEBAR_PIXELS,
    )
    shown = [
        st.Page(partial(framed, overview), title="Overview", url_path="overview", default=True),
    ]
    st.navigation(shown).run()


def framed(draw: PageFunction) -> None:
    """Draw a page beside its filter, or what stands in its place, and again while it is open."""
    today = datetime.now(UTC).date()
    try:
        with st.sidebar:
            st.subheader("Minigem Telemetry", anchor=False)
            window = choose_window(today, window_days(os.environ))
        fresh = data.freshness()
        if fresh.first_day is None:
            states.no_events_yet()
            states.redraw_every(states.WAIT_SECONDS)
        elif window is not None:
            draw(View(window, today, fresh))
            states.redraw_every(states.REDRAW_SECONDS)
    except SettingError as error:
        logger.error("%s", error)
        states.wrong_setting(error)
    except UnavailableError as error:
        states.unavailable(error)
        states.redraw_every(states.WAIT_SECONDS)


main()
