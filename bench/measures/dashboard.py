"""The dashboard: its first paint, the response to a click, and its pages' queries."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from datetime import date, timedelta

import msgspec
import psycopg

from bench import obvious_way
from bench.browsing import chromium, opened, time_change, time_first_paint
from bench.dataset import LAST_DAY
from bench.errors import BenchError
from bench.figures import Figure, alternate
from bench.site import OBVIOUS, Site
from bench.streamlit_server import DASHBOARD, STATIC_PAGE, StreamlitServer
from ingest_api.loading.view_refresh import Refresher
from sql.database import ExternalDatabase

STATIC = "Streamlit with one chart"
DAYS, TILES = 7, 8
COUNTRIES = 4  # position of the chart whose bars are clicked
COUNTRY = "United States"
LONGEST_SECONDS = 1800


def measure_dashboard(site: Site) -> list[Figure]:
    """Measure each size."""
    figures = []
    for events in site.scale.stored_events:
        site.tell(f"dashboard: building {events:,} events")
        theirs = site.databases.conninfo(site.stored.obvious(events))
        ours = site.databases.copy("dashboard", site.stored.ours(events))
        with psycopg.connect(ours, autocommit=True) as connection:
            Refresher(ExternalDatabase(ours)).refresh_changed(connection)
        size = f"{events:,} events"
        figures += look(site, size, ours)
        figures += ask_pages(site, size, ours, theirs)
        site.databases.drop("scratch_dashboard")
    return figures


def look(site: Site, size: str, database: str) -> list[Figure]:
    """Time the overview for a new user, and a click on a country."""
    days = iter(range(site.scale.rounds + 1))  # different days each time, so that nothing is cached

    with (
        StreamlitServer(DASHBOARD, site.folder, database) as ours,
        StreamlitServer(STATIC_PAGE, site.folder) as static,
        chromium() as browser,
    ):

        def look_at_ours() -> tuple[float, float, float]:
            site.tell(f"dashboard, {size}: ours")
            place = next(days)
            first, last = window(place)
            url = f"{ours.url}?period=custom&from={first}&to={last}"
            with opened(browser, url, TILES) as (page, painted):
                bars = page.get_by_test_id("stVegaLiteChart").nth(COUNTRIES)
                change = time_change(page, bars.locator(".mark-rect path").nth(place))
                return time_first_paint(page), painted, change

        def look_at_static() -> tuple[float, float, float]:
            site.tell(f"dashboard, {size}: {STATIC}")
            with opened(browser, static.url, 1) as (page, painted):
                change = time_change(page, page.get_by_text("3", exact=True).first)
                return time_first_paint(page), painted, change

        look_at_ours(), look_at_static()  # the first users after the start
        found = alternate(site.scale.rounds, look_at_ours, look_at_static)
    quantities = (
        "first paint of the overview",
        "tiles and first chart",
        "click on a country",
    )
    our, theirs = (zip(*each, strict=True) for each in found)
    return [
        Figure(f"dashboard, {size}", quantity, "ms", False, STATIC, ours_ms, theirs_ms)
        for quantity, ours_ms, theirs_ms in zip(quantities, our, theirs, strict=True)
    ]


def ask_pages(site: Site, size: str, database: str, obvious: str) -> list[Figure]:
    """Time the queries of the slowest page, compared with those of the obvious way's /stats."""
    first, last = window(0)
    site.tell(f"dashboard, {size}: queries")
    command = [sys.executable, "-m", "bench.page_queries", database, str(first), str(last)]
    done = subprocess.run(
        [*command, str(site.scale.rounds), COUNTRY],
        capture_output=True, timeout=LONGEST_SECONDS, process_group=0, check=False,
    )  # fmt: skip
    if done.returncode:
        raise BenchError(f"page_queries failed: {done.stderr.decode(errors='replace')[-1000:]}")
    pages = msgspec.json.decode(done.stdout, type=dict[str, list[list[float]]])
    theirs = []
    with psycopg.connect(obvious, autocommit=True) as connection:
        for _ in range(site.scale.rounds):
            began = time.perf_counter()
            obvious_way.collect_stats(connection, first, last)
            theirs.append((time.perf_counter() - began) * 1000)
    figures = []
    for place, what in enumerate(("7 days", "7 days and a country")):
        slowest = max(pages, key=lambda page: statistics.median(pages[page][place]))
        figures.append(
            Figure(
                f"dashboard, {size}", f"page queries, {what}", "ms", False, OBVIOUS,
                pages[slowest][place], theirs, f"slowest of {len(pages)}: {slowest}",
            )
        )  # fmt: skip
    return figures


def window(shift: int) -> tuple[date, date]:
    """Return the first and last day of a window that ends before the last stored days."""
    last = date.fromisoformat(LAST_DAY) - timedelta(days=shift)
    return last - timedelta(days=DAYS - 1), last
