"""The nginx of docs/deployment.md in front of API and dashboard: allowed paths and headers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import expect

from tests.browser import Browser
from tests.dashboard_app.running import RunningDashboard
from tests.nginx import running_nginx
from tests.server import RunningServer, event


@pytest.fixture
def proxy(server: RunningServer, tmp_path: Path) -> Iterator[str]:
    """The URL of docs/deployment.md's nginx in front of the server."""
    with running_nginx(tmp_path, server.port) as port:
        yield f"http://127.0.0.1:{port}"


def test_events_and_stats_pass(proxy: str, server: RunningServer) -> None:
    answer = requests.post(f"{proxy}/t", json={"schema": "jwc.v1", **event()}, timeout=10)
    assert answer.json() == {"ok": True, "accepted": 1, "skipped": 0}
    server.settle()
    assert requests.get(f"{proxy}/stats", timeout=10).json()["total"] == 1


def test_forged_countries_and_addresses_do_not_pass(proxy: str, server: RunningServer) -> None:
    headers = {
        "CF-IPCountry": "SE",
        "X-Geo-Country": "SE",
        "X-Country-Code": "SE",
        "CF-Connecting-IP": "81.2.69.142",
    }
    body = {"schema": "jwc.v1", **event()}
    assert requests.post(f"{proxy}/t", json=body, headers=headers, timeout=10).ok
    server.settle()
    assert list(server.get("/stats").json()["geo"]["byCountry"]) == ["Unknown"]


def test_private_paths_do_not_pass(proxy: str) -> None:
    for path in ("/metrics", "/dbhealth", "/debug/env"):
        assert requests.get(proxy + path, timeout=10).status_code == 404


def test_the_dashboard_opens_with_its_password(
    server: RunningServer, tmp_path: Path, browser: Browser
) -> None:
    assert server.database
    server.post(event())
    server.settle()
    password = "of the dashboard"
    settings = {"DASHBOARD_BASE_PATH": "dashboard", "DASHBOARD_PASSWORD": password}
    with (
        RunningDashboard(server.database, tmp_path, **settings) as dashboard,
        running_nginx(tmp_path, server.port, dashboard_port=dashboard.port) as port,
    ):
        url = f"http://127.0.0.1:{port}/dashboard/"
        page = browser.new_page()
        page.goto(url)
        page.get_by_label("Password").fill(password)
        page.keyboard.press("Enter")
        expect(page.locator("[data-testid=stMetric]").first).to_be_visible(timeout=30_000)
        page.close()
        # a forged address for each wrong password doesn't help
        answers = [
            requests.post(
                url,
                data={"password": "wrong"},
                headers={"X-Forwarded-For": f"203.0.113.{number}"},
                timeout=10,
            ).status_code
            for number in range(12)
        ]
        assert answers == [401] * 10 + [429] * 2
