"""Retention, sessions and the explorer as people see them: drawn, clicked, downloaded."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pandas as pd
import psycopg
import pytest
from playwright.sync_api import Download, Page, expect

from tests.browser import Browser
from tests.dashboard_app.running import RunningDashboard
from tests.dashboard_app.test_in_browser import CHARTS, DESK, PHONE, SECONDS, open_page


@pytest.fixture(scope="module")
def dashboard(filled: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDashboard]:
    """The dashboard with the sample."""
    with RunningDashboard(filled, tmp_path_factory.mktemp("pages")) as running:
        yield running
    assert "Traceback" not in running.log_text()


def wait_until_drawn(page: Page) -> None:
    """Wait until the page's script has run."""
    expect(page.get_by_test_id("stApp")).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=SECONDS * 1000
    )


def go_to(page: Page, title: str) -> None:
    """Open a page from the menu once the previous one is drawn."""
    wait_until_drawn(page)
    if page.viewport_size == PHONE:
        page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible(
        timeout=SECONDS * 1000
    )


def marks(page: Page, chart: int, kind: str) -> int:
    """Return a chart's number of marks of a kind once they are drawn."""
    found = page.locator(CHARTS).nth(chart).locator(f".mark-{kind} path, .mark-{kind} text")
    expect(found.last).to_be_attached(timeout=SECONDS * 1000)
    return found.count()


def downloaded(page: Page, button: str) -> bytes:
    """Download a button's file once the page is done: each run recreates its buttons."""
    wait_until_drawn(page)
    with page.expect_download(timeout=SECONDS * 1000) as waiting:
        page.get_by_role("button", name=button).click()
    download: Download = waiting.value
    return download.path().read_bytes()


def test_retention_is_a_triangle_and_curves(browser: Browser, dashboard: RunningDashboard) -> None:
    with open_page(browser, f"{dashboard.url}?period=28d", PHONE, "dark") as page:
        go_to(page, "Retention")
        assert marks(page, 0, "rect") > 5
        assert marks(page, 1, "symbol") > 3
        main = page.locator("[data-testid=stMain]")
        assert main.evaluate("main => main.scrollWidth - main.clientWidth") <= 0


def test_a_session_is_opened_by_its_id_and_kept_in_the_url(
    browser: Browser, dashboard: RunningDashboard, filled: str
) -> None:
    with psycopg.connect(filled) as connection:
        row = connection.execute(
            "select session_id::text, count(*) from telemetry.events"
            " group by 1 order by max(t) desc limit 1"
        ).fetchone()
    assert row is not None
    with open_page(browser, dashboard.url, DESK) as page:
        go_to(page, "Sessions")
        expect(page.get_by_test_id("stDataFrame")).to_have_count(3, timeout=SECONDS * 1000)
        page.get_by_label("Session", exact=True).fill(row[0])
        page.keyboard.press("Enter")
        assert marks(page, 0, "rect") == row[1]
        page.wait_for_url("**session=*")


def test_a_clicked_value_narrows_the_explorer_and_its_downloads(
    browser: Browser, dashboard: RunningDashboard, filled: str
) -> None:
    with psycopg.connect(filled) as connection:
        row = connection.execute(
            "select count(*) filter (where exit_code = 0) from telemetry.events"
            " where (t at time zone 'UTC')::date > (now() at time zone 'UTC')::date - 28"
            " and evt = 'java.run.completed'"
        ).fetchone()
    assert row is not None
    url = f"{dashboard.url}?period=28d&event=java.run.completed"
    with open_page(browser, url, DESK) as page:
        go_to(page, "Explorer")
        marks(page, 0, "rect")
        page.get_by_label("Property", exact=True).fill("exit")
        page.keyboard.press("Enter")
        bar = page.locator(CHARTS).first.locator(".mark-rect path").first
        expect(bar).to_have_attribute("aria-label", re.compile("exit: 0"), timeout=SECONDS * 1000)
        bar.click()
        page.wait_for_url("**only=exit*")
        expect(page.get_by_text(f"Based on {row[0]:,} events")).to_be_visible(
            timeout=SECONDS * 1000
        )
        csv = pd.read_csv(io.BytesIO(downloaded(page, "Events as CSV")))
        parquet = pd.read_parquet(io.BytesIO(downloaded(page, "Events as Parquet")))
        # while a run recreates the files, their buttons wait too
        button = page.get_by_role("button", name="Events as CSV")
        pointed = "button => getComputedStyle(button).pointerEvents"
        assert button.evaluate(pointed) != "none"
        page.get_by_test_id("stApp").evaluate("app => app.dataset.testScriptState = 'running'")
        assert button.evaluate(pointed) == "none"
    assert len(csv) == len(parquet) == row[0]
    assert set(csv["evt"]) == set(parquet["evt"]) == {"java.run.completed"}
    assert set(parquet["value"]) == {"0"}


def test_a_link_to_hours_in_the_readers_time_opens_so(
    browser: Browser, dashboard: RunningDashboard
) -> None:
    link = f"{dashboard.url}activity?period=28d&zone=Your+time"
    with open_page(browser, link, DESK) as page:
        expect(page.get_by_text("on any day, Pacific/Honolulu").first).to_be_visible(
            timeout=SECONDS * 1000
        )
