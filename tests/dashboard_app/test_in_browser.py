"""The dashboard as people see it: a real process, a real browser, a real database."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path

import psycopg
import pytest
import requests
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, expect
from psycopg import sql

from tests.browser import Browser
from tests.dashboard_app.running import RunningDashboard
from tests.server import RunningServer

SECONDS = 30
CHARTS = "[data-testid=stVegaLiteChart]"
MARKS = f"{CHARTS} .mark-rect path"
PHONE, DESK = {"width": 420, "height": 900}, {"width": 1400, "height": 1000}
SMALLEST_CHART = {"width": 200, "height": 150}


@cache
def context_of(browser: Browser, width: int, height: int, scheme: str) -> BrowserContext:
    """Return a browser context of a returning user, with the app's own code cached."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        timezone_id="Pacific/Honolulu",  # where the UTC day begins on the previous afternoon
    )
    context.set_default_timeout(SECONDS * 1000)
    return context


@contextmanager
def open_page(
    browser: Browser, url: str, size: dict[str, int], scheme: str = "light"
) -> Iterator[Page]:
    """Open a page; fail if it requests other hosts or logs errors."""
    context = context_of(browser, size["width"], size["height"], scheme)
    strangers: list[str] = []
    errors: list[str] = []

    def note_request(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            strangers.append(request.url)

    def note_message(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(f"{message.text} {message.location['url']}")

    page = context.new_page()
    page.on("request", note_request)
    page.on("console", note_message)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(url)
    yield page
    page.close()
    context.clear_cookies()
    assert strangers == []
    assert errors == []


def tile(page: Page, label: str) -> str:
    """Return a tile's number."""
    found = page.locator("[data-testid=stMetric]").filter(
        has=page.get_by_test_id("stMetricLabel").get_by_text(label, exact=True)
    )
    return found.locator("[data-testid=stMetricValue]").inner_text().strip()


def wait_for_charts(page: Page) -> None:
    """Wait until the charts are fully drawn."""
    for chart in (page.locator(CHARTS).nth(place) for place in range(6)):
        # some bars are days without events
        expect(chart.locator(".mark-rect path:visible").last).to_be_visible(timeout=SECONDS * 1000)


@pytest.fixture(scope="module")
def dashboard(filled: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDashboard]:
    """The dashboard below a path, as behind a proxy."""
    folder = tmp_path_factory.mktemp("dashboard")
    with RunningDashboard(filled, folder, DASHBOARD_BASE_PATH="dashboard") as running:
        yield running
    assert "Traceback" not in running.log_text()


@pytest.mark.parametrize(
    ("size", "scheme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk", "phone"]
)
def test_the_charts_are_drawn_and_fit(
    browser: Browser, dashboard: RunningDashboard, size: dict[str, int], scheme: str
) -> None:
    with open_page(browser, f"{dashboard.url}?period=28d", size, scheme) as page:
        wait_for_charts(page)
        for chart in page.locator(CHARTS).all():
            box = chart.bounding_box()
            assert box is not None
            assert box["width"] >= SMALLEST_CHART["width"]
            assert box["height"] >= SMALLEST_CHART["height"]
            assert box["x"] + box["width"] <= size["width"]
        # 28 days twice, five countries, some versions
        assert page.locator(MARKS).count() > 28 * 2 + 5
        # no horizontal scrolling
        main = page.locator("[data-testid=stMain]")
        assert main.evaluate("main => main.scrollWidth - main.clientWidth") <= 0


def test_the_numbers_are_those_of_the_database_and_a_choice_is_kept_in_the_url(
    browser: Browser, dashboard: RunningDashboard, filled: str
) -> None:
    def counted(days: int) -> tuple[str, str, date]:
        with psycopg.connect(filled) as connection:
            row = connection.execute(
                "select to_char(count(*), 'FM9,999'), to_char(count(distinct anon), 'FM9,999'),"
                " max((t at time zone 'UTC')::date) from telemetry.events"
                " where (t at time zone 'UTC')::date > (now() at time zone 'UTC')::date - %s",
                [days],
            ).fetchone()
        assert row is not None
        return row[0], row[1], row[2]

    with open_page(browser, dashboard.url, DESK) as page:
        wait_for_charts(page)
        events, visitors, today = counted(7)
        assert (tile(page, "Events"), tile(page, "Visitors")) == (events, visitors)
        # a bar's own description, which a screen reader reads, names the UTC day
        bars = page.locator(CHARTS).first.locator(".mark-rect path")
        described = [bar.get_attribute("aria-label") or "" for bar in bars.all()]
        assert any(f"{today:%a} {today.day} {today:%b %Y}" in text for text in described), described

        page.get_by_role("radio", name="28d").click()
        page.wait_for_url("**/dashboard/?period=28d")
        events, visitors, _ = counted(28)
        expect(page.locator("[data-testid=stMetricValue]").first).to_have_text(events)
        assert tile(page, "Visitors") == visitors


def test_a_page_opens_by_its_name_and_the_first_one_too(
    browser: Browser, dashboard: RunningDashboard
) -> None:
    with open_page(browser, f"{dashboard.url}overview?period=28d", DESK) as page:
        expect(page.get_by_role("heading", name="Overview")).to_be_visible(timeout=SECONDS * 1000)
        assert page.url == f"{dashboard.url}?period=28d"
    # it finds the server on the first attempt: a failure would be a console error
    with open_page(browser, f"{dashboard.url}geography", DESK) as page:
        expect(page.get_by_role("heading", name="Geography")).to_be_visible(timeout=SECONDS * 1000)


def test_a_page_says_where_its_server_is_and_what_it_may_do(dashboard: RunningDashboard) -> None:
    page = requests.get(f"{dashboard.url}geography", headers={"Accept": "text/html"}, timeout=9)
    name = re.search(r'src="\./static/(backend[^"]+)"', page.text)
    assert name, "the page does not load what says where its server is"
    assert int(page.headers["Content-Length"]) == len(page.content)
    script = requests.get(f"{dashboard.url}static/{name[1]}", timeout=9)
    assert "BACKEND_BASE_URL" in script.text
    assert "script-src" in script.headers["Content-Security-Policy"]


def test_the_first_event_appears_by_itself(
    browser: Browser, server: RunningServer, tmp_path: Path
) -> None:
    assert server.database
    server.wait_for(lambda: server.get("/dbhealth").ok, "its tables")
    with (
        RunningDashboard(server.database, tmp_path) as dashboard,
        open_page(browser, dashboard.url, DESK) as page,
    ):
        expect(page.get_by_role("heading", name="Waiting for the first event")).to_be_visible(
            timeout=SECONDS * 1000
        )
        command = page.locator("code", has_text="curl").inner_text()
        subprocess.run(
            ["sh", "-c", command.replace("http://127.0.0.1:8088", server.url)],
            check=True,
            capture_output=True,
        )
        wait_for_charts(page)
        assert (tile(page, "Events"), tile(page, "Visitors")) == ("1", "1")


def test_a_lost_database_is_waited_for(
    browser: Browser, filled: str, cluster: str, tmp_path: Path
) -> None:
    with psycopg.connect(filled) as connection:
        name = connection.info.dbname
    allow = sql.SQL("alter database {} with allow_connections {}")
    end = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s"
    with (
        psycopg.connect(cluster, autocommit=True) as admin,
        RunningDashboard(filled, tmp_path) as dashboard,
    ):
        admin.execute(allow.format(sql.Identifier(name), sql.SQL("false")))
        admin.execute(end, [name])
        try:
            with open_page(browser, dashboard.url, DESK) as page:
                expect(page.get_by_role("heading", name="Waiting for the database")).to_be_visible(
                    timeout=SECONDS * 1000
                )
                assert page.get_by_text("Traceback").count() == 0
                admin.execute(allow.format(sql.Identifier(name), sql.SQL("true")))
                wait_for_charts(page)
        finally:
            admin.execute(allow.format(sql.Identifier(name), sql.SQL("true")))
    assert "Traceback" not in dashboard.log_text()
