"""The dashboard's frame, started by `streamlit run dashboard_app`: pages, sidebar, states.

To add a page: write `app_pages/<name>.py` with a function of a View that first reads all its data
with `cache.ask_view`, then draws it, and add a line to PAGES. The frame draws the title, the days
and the filter above it, and a message instead if there is nothing to draw.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import streamlit as st
from altair.utils.schemapi import debug_mode
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard_app.app_pages.activity import activity
from dashboard_app.app_pages.errors import errors
from dashboard_app.app_pages.explorer import explorer
from dashboard_app.app_pages.geography import geography
from dashboard_app.app_pages.live import live
from dashboard_app.app_pages.overview import overview
from dashboard_app.app_pages.performance import performance
from dashboard_app.app_pages.release_health import show_release_health
from dashboard_app.app_pages.retention import retention
from dashboard_app.app_pages.sessions import sessions
from dashboard_app.app_pages.versions import versions
from dashboard_app.filters import Filters
from dashboard_app.frame import states
from dashboard_app.frame.heading import heading
from dashboard_app.frame.sidebar import Choice, choose_view
from dashboard_app.query import cache
from dashboard_app.query.database import UnavailableError
from dashboard_app.server import policy, sign_in
from dashboard_app.server.leaving import Leaving
from dashboard_app.server.lifespan import lifespan
from dashboard_app.server.own_files import OwnFiles
from dashboard_app.settings import SettingError, k_anonymity, window_days
from dashboard_app.view import View
from dashboard_app.window import Window

logger = logging.getLogger(__name__)

SIDEBAR_PIXELS = 260
SKELETON_PIXELS = 400
OPEN = "open page"
LIVE_SECONDS = 600  # Live refreshes its own parts
NOW_DAYS = 2  # today, and yesterday just after midnight

PageFunction = Callable[[View], None]
ViewOf = Callable[[Window, Filters], View]


class AppPage(NamedTuple):
    """One page."""

    title: str
    draw: PageFunction
    icon: str  # in Material Symbols, which Streamlit serves itself
    windowed: bool = True  # False: the page shows the present, regardless of the window
    compares: bool = False  # with the previous period, if that is switched on
    of_runs: bool = False  # a run spans several events, so the event filter can't apply
    names: tuple[str, ...] = ()  # dimensions whose client-chosen names it shows
    redraw_seconds: int = states.REDRAW_SECONDS


PAGES: Final = (
    AppPage("Overview", overview, "dashboard", compares=True, names=("evt", "ext")),
    AppPage("Live", live, "sensors", windowed=False, redraw_seconds=LIVE_SECONDS),
    AppPage("Activity", activity, "schedule", compares=True),
    AppPage("Geography", geography, "public"),
    AppPage("Versions", versions, "layers", names=("ext", "vscode", "os")),
    AppPage(
        "Release health", show_release_health, "health_and_safety", of_runs=True, names=("ext",)
    ),
    AppPage("Performance", performance, "speed", compares=True, of_runs=True, names=("output",)),
    AppPage(
        "Errors",
        errors,
        "bug_report",
        compares=True,
        of_runs=True,
        names=("exception", "exit", "ext", "os"),
    ),
    AppPage("Retention", retention, "replay"),
    AppPage("Sessions", sessions, "timeline"),
    AppPage("Explorer", explorer, "travel_explore"),
)


def main() -> None:
    """Draw the requested page."""
    # one of Streamlit's icons would be fetched from another host
    icon = Path(__file__).parent / "icon.svg"
    st.set_page_config(
        page_title="Minigem Telemetry",
        page_icon=icon,
        layout="wide",
        initial_sidebar_state=SIDEBAR_PIXELS,
    )
    st.logo(icon, size="large")
    if not sign_in.is_let_in():
        return
    today = datetime.now(UTC).date()
    try:
        days, k = window_days(os.environ), k_anonymity(os.environ)
        application = cache.environment_application()
    except SettingError as error:
        logger.error("%s", error)
        states.wrong_setting(error)
        return

    def view(window: Window, filters: Filters) -> View:
        fresh = cache.freshness(application)
        return View(window, None, filters, today, fresh, application, k)

    # drawn outside the page, or it would be lost when another page opens
    choice = choose_view(today, days, lambda window: cache.options(view(window, Filters())))
    shown = [
        st.Page(
            partial(framed, page, choice, view),
            title=page.title,
            icon=f":material/{page.icon}:",
            url_path=url_path(page),
            default=page is PAGES[0],
        )
        for page in PAGES
    ]
    st.navigation(shown, expanded=True).run()


def url_path(page: AppPage) -> str:
    """Return a page's name in the URL."""
    return page.title.lower().replace(" ", "-")


def framed(page: AppPage, choice: Choice, view: ViewOf) -> None:
    """Draw a page, or a message in its place, and redraw it while it is open."""
    if choice.window is None:
        return
    try:
        shown = view(choice.window, choice.filters)
        if shown.fresh.first_day is None:
            states.no_events_yet()
            states.redraw_every(states.WAIT_SECONDS)
        else:
            with drawing(page):
                drawn = draw_view(page, compared(shown, choice), compare=choice.compare)
            states.redraw_every(page.redraw_seconds if drawn else states.REDRAW_SECONDS)
    except UnavailableError as error:
        states.unavailable(error)
        states.redraw_every(states.WAIT_SECONDS)


@contextmanager
def drawing(page: AppPage) -> Iterator[None]:
    """Show a placeholder for a newly opened page until it is drawn.

    On a redraw, the old content fades and stays in place until the new content is there.
    """
    if st.session_state.get(OPEN) == page.title:
        st.empty()
        yield
    else:
        with st.skeleton(SKELETON_PIXELS):
            yield
    st.session_state[OPEN] = page.title


def draw_view(page: AppPage, view: View, *, compare: bool) -> bool:
    """Draw a page; return whether it had anything to show. Raises UnavailableError."""
    asked_event = view.filters.event
    if page.of_runs:
        view = view.but("event")
    if not page.windowed:
        view = view._replace(window=Window.up_to(view.today, NOW_DAYS))
    matches = cache.matches(view) if page.windowed else cache.has_enough_visitors(view)
    if view.compared and not (page.compares and cache.has_enough_visitors(view.before())):
        view = view._replace(compared=None)
    days = _days(page, view, compare=compare)
    if page.windowed:
        days = f"{days} · {states.freshness_line(view.fresh)}"
    heading(page.title, days, view)
    if asked_event is not None and page.of_runs:
        st.caption("The event filter doesn't apply here: a run spans several events.")
    if full := cache.full_lists(view).intersection(page.names):
        states.names_left_out([name for name in page.names if name in full])
    if matches:
        # the tests validate the charts; validating them again would add 0.6 s to each page
        with debug_mode(False):
            page.draw(view)
    else:
        states.no_events_in(view)
    return matches


def _days(page: AppPage, view: View, *, compare: bool) -> str:
    """Return the line that says which days a page shows."""
    if not page.windowed:
        return "Last 30 minutes, refreshed every 5 s"
    days = f"{view.window} (UTC)"
    if page.compares and view.compared:
        growing = "; today excluded from changes of counts" if view.is_growing else ""
        return f"{days}, compared with {view.compared}{growing}"
    if page.compares and compare:
        return f"{days}, no earlier data to compare"
    if compare and not page.compares:
        return f"{days}, not compared with the previous period"
    return days


def compared(view: View, choice: Choice) -> View:
    """Return a view with the previous period, if that is switched on and can be compared."""
    before, first_day = view.window.before(), view.fresh.first_day
    # a partly covered period would look like growth
    whole = first_day is not None and first_day <= before.first
    # a single day that is not over can't be compared
    over = view.window.last < view.today or (
        view.window.last == view.today and view.window.days > 1
    )
    return view._replace(compared=before if choice.compare and whole and over else None)


def front_page() -> Route:
    """Return the redirect from the first page's name, which people type, to its address."""
    base = st.get_option("server.baseUrlPath").strip("/")

    def lead(request: Request) -> Response:
        # relative: behind a proxy, the host has another name
        return RedirectResponse(f"./?{request.url.query}" if request.url.query else "./")

    name = url_path(PAGES[0])
    return Route(f"/{base}/{name}" if base else f"/{name}", lead)


def guards() -> list[Middleware]:
    """Return the middleware in front of the server; exit if a setting is invalid."""
    address = st.get_option("server.address")
    base_path = st.get_option("server.baseUrlPath")
    try:
        layers = policy.middleware(os.environ, address, base_path, sign_in=sign_in.is_configured())
    except SettingError as error:
        sys.exit(f"the dashboard can't start: {error}")
    return [Middleware(Leaving), *layers, Middleware(OwnFiles, base_path=base_path)]


if __name__ == "__main__":
    main()  # Streamlit runs this file for each session
else:
    # and imports it as the server
    app = st.App(__file__, lifespan=lifespan, routes=[front_page()], middleware=guards())
