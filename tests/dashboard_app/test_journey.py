"""A reader's journey in a real browser: filters, links, pages, the map, CSV."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser import Browser
from tests.dashboard_app.running import RunningDashboard
from tests.dashboard_app.sample import load, sample_events
from tests.dashboard_app.test_in_browser import CHARTS, DESK, PHONE, SECONDS, open_page, tile
from tests.server import RunningServer

LINK = "[data-testid=stSidebarNavLink]"
# the marks of each page's charts: bars, lines, shapes
MARKS: dict[str, list[str | None]] = {
    "overview": ["rect"] * 6,
    "live": ["rect"] * 2,
    "activity": ["rect", "rect", "line", "rect", "rect", "rect", "rect", "line"],
    "geography": ["shape", "rect", "rect"],
    # the second shows releases first seen in the period, which these events don't have
    "versions": ["rect"] * 5,
    "release-health": ["symbol", "symbol", "symbol"],
    "performance": ["line", "rect", "rect", "rect", "line", "rect"],
    "errors": ["line", "rect", "rect", "rect", "rect", "rect"],
}


@pytest.fixture(scope="module")
def dashboard(filled: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDashboard]:
    """The dashboard with realistic events."""
    with RunningDashboard(filled, tmp_path_factory.mktemp("journey")) as running:
        yield running
    assert "Traceback" not in running.log_text()


def chart(page: Page, place: int, marks: str) -> Locator:
    """Return a chart's marks once any are drawn."""
    found = page.locator(CHARTS).nth(place).locator(f".mark-{marks} path")
    expect(found.first).to_be_attached(timeout=SECONDS * 1000)
    return found


@pytest.mark.parametrize("name", MARKS)
@pytest.mark.parametrize(
    ("size", "scheme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk", "phone"]
)
def test_each_chart_has_marks_and_nothing_is_too_wide(
    browser: Browser, dashboard: RunningDashboard, name: str, size: dict[str, int], scheme: str
) -> None:
    path = "" if name == "overview" else name
    with open_page(browser, f"{dashboard.url}{path}?period=28d", size, scheme) as page:
        for place, marks in enumerate(MARKS[name]):
            if marks:
                chart(page, place, marks)
        for each in page.locator(CHARTS).all():
            box = each.bounding_box()
            assert box is not None
            assert box["x"] + box["width"] <= size["width"]
            is_map = each.locator(".mark-shape").count() > 0
            assert not is_map or box["height"] < 0.7 * box["width"], "room below the land"
        main = page.locator("[data-testid=stMain]")
        assert main.evaluate("main => main.scrollWidth - main.clientWidth") <= 0


def test_a_country_on_the_map_filters_every_page_until_it_is_reset(
    browser: Browser, dashboard: RunningDashboard
) -> None:
    with open_page(browser, f"{dashboard.url}geography?period=28d", DESK) as page:
        germany = page.locator(f"{CHARTS} .mark-shape path[aria-label*='Germany']")
        germany.first.click()
        page.wait_for_url("**/geography?*country=Germany*")
        regions = page.get_by_text("Visitors in Germany by region")
        expect(regions).to_be_visible(timeout=SECONDS * 1000)
        page.locator(LINK, has_text="Overview").click()
        expect(page.get_by_role("heading", name="Overview")).to_be_visible()
        page.wait_for_url("**/?*country=Germany*")
        assert "period=28d" in page.url
        chart(page, 4, "rect")
        only_germany = tile(page, "Events")
        link = page.url
        # a bar: a click more takes another filter
        versions = chart(page, 5, "rect")
        versions.first.click()
        page.wait_for_url("**version=*")
        page.get_by_role("button", name="Reset").click()
        page.wait_for_url(dashboard.url)

    with open_page(browser, link, DESK) as page:
        chart(page, 4, "rect")
        assert tile(page, "Events") == only_germany
        assert page.get_by_text("Only Germany").count() == 1


def test_an_exception_is_clicked_shown_alone_and_reset(
    browser: Browser, dashboard: RunningDashboard
) -> None:
    with open_page(browser, f"{dashboard.url}errors?period=28d", DESK) as page:
        chart(page, 2, "rect")
        chart(page, 1, "rect").first.click()
        page.wait_for_url("**exception=*")
        expect(page.get_by_role("heading", name="Errors with this exception")).to_be_visible()
        link = page.get_by_role("link", name="Show its events in the Explorer")
        link.click()
        page.wait_for_url("**/explorer?*only=exceptionHash*")
        chart(page, 0, "rect")
        page.get_by_role("button", name="Reset").click()
        page.wait_for_url(lambda url: "exceptionHash" not in url and "period" not in url)


def test_a_page_that_is_opened_at_once_keeps_what_a_link_chose(
    browser: Browser, dashboard: RunningDashboard
) -> None:
    slow: list[Route] = []
    with open_page(browser, "about:blank", DESK) as page:
        page.route("**/Selectbox.*.js", lambda script: slow.append(script))
        page.goto(f"{dashboard.url}?period=28d&event=java.run.completed")
        chart(page, 0, "rect")
        expect(page.locator(LINK).nth(1)).to_be_hidden()
        for script in slow:
            script.continue_()
        page.locator(LINK).filter(has_text="Versions").click()
        page.wait_for_url("**/versions?*event=java.run.completed*")
        expect(page.get_by_label("Event", exact=True)).to_have_value("java.run.completed")


def test_filters_are_chosen_in_the_sidebar(browser: Browser, dashboard: RunningDashboard) -> None:
    with open_page(browser, f"{dashboard.url}?period=28d", DESK) as page:
        chart(page, 4, "rect")
        everything = tile(page, "Events")
        page.get_by_role("combobox", name="Operating system").click()
        page.get_by_role("option", name="Linux").click()
        page.wait_for_url("**os=Linux*")
        value = page.locator("[data-testid=stMetricValue]").first
        expect(value).not_to_have_text(everything)
        page.get_by_text("Compare with the previous period").click()
        page.wait_for_url("**compare=false*")
        page.go_back()
        page.wait_for_url(lambda url: "compare" not in url)


def test_the_newest_events_come_in_without_a_jump(
    browser: Browser, server: RunningServer, tmp_path: Path
) -> None:
    def send(name: str) -> None:
        server.post(
            {"anon": "somebody", "evt": name, "t": int(datetime.now(UTC).timestamp() * 1000)}
        )
        server.settle()

    assert server.database
    send("first.event")
    with (
        RunningDashboard(server.database, tmp_path, PORT=str(server.port)) as dashboard,
        open_page(browser, f"{dashboard.url}live", {"width": 1400, "height": 500}) as page,
    ):
        chart(page, 0, "rect")
        expect(page.get_by_text("Loader's lag")).to_be_visible()
        main = page.locator("[data-testid=stMain]")
        main.evaluate("main => main.scrollTo(0, 300)")
        before = tile(page, "Events in 30 minutes")
        send("second.event")
        value = page.locator("[data-testid=stMetricValue]").first
        expect(value).not_to_have_text(before, timeout=SECONDS * 1000)
        assert tile(page, "Events in 30 minutes") == "2"
        assert main.evaluate("main => main.scrollTop") == 300


def test_a_downloaded_csv_has_the_numbers_of_stats(
    browser: Browser, server: RunningServer, tmp_path: Path
) -> None:
    assert server.database
    server.wait_for(lambda: server.get("/dbhealth").ok, "its tables")
    (tmp_path / "sample").mkdir()
    load(server.database, tmp_path / "sample", sample_events(datetime.now(UTC)))
    today = datetime.now(UTC).date()
    days = f"from={today - timedelta(days=27)}&to={today}"
    stats = server.get(f"/stats?{days}").json()
    with (
        RunningDashboard(server.database, tmp_path) as dashboard,
        open_page(browser, f"{dashboard.url}?period=custom&{days}", DESK) as page,
    ):
        chart(page, 4, "rect")
        assert tile(page, "Events") == f"{stats['total']:,}"
        assert tile(page, "Visitors") == f"{stats['uniques']:,}"
        assert tile(page, "Runs") == f"{stats['runs']['started']:,}"

        def download(name: str) -> pd.DataFrame:
            folded = page.locator(f".st-key-made-of-{name}")
            folded.locator("summary").click()
            with page.expect_download() as downloading:
                folded.get_by_role("button", name="Download CSV").click()
            return pd.read_csv(io.BytesIO(downloading.value.path().read_bytes()))

        daily = download("daily_events")
        assert daily["day"].tolist() == stats["daily"]["dates"]
        assert daily["events"].tolist() == stats["daily"]["hits"]
        assert daily["visitors"].tolist() == stats["daily"]["uniques"]
        countries = download("countries").set_index("country")
        found = {
            code: {"hits": row["events"], "visitors": row["visitors"]}
            for code, row in countries.iterrows()
        }
        assert found == stats["geo"]["byCountry"]
