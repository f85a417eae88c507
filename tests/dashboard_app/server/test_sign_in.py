"""OpenID login: before any data, for listed users only, and back to the shared view."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import requests
from playwright.sync_api import expect

from dashboard_app.server.return_path import COOKIE
from dashboard_app.server.sign_in import is_listed, providers
from tests.browser import Browser
from tests.dashboard_app.running import RunningDashboard
from tests.dashboard_app.server.provider import (
    CLIENT,
    CLIENT_SECRET,
    Provider,
    running_provider,
)

SECONDS = 30_000
SECRETS = """
[auth]
redirect_uri = "{url}oauth2callback"
cookie_secret = "cookie-s3cr3t-cookie-s3cr3t-cookie"
client_id = "{client}"
client_secret = "{secret}"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """An OpenID provider."""
    with running_provider() as running:
        yield running


@pytest.fixture(scope="module")
def dashboard(
    filled: str, provider: Provider, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningDashboard]:
    """A dashboard that uses it."""
    folder = tmp_path_factory.mktemp("sign-in")
    dashboard = RunningDashboard(
        filled,
        folder,
        DASHBOARD_BASE_PATH="dashboard",
        DASHBOARD_USERS="ann@example.com, @example.org",
    )
    secrets = folder / ".streamlit" / "secrets.toml"
    secrets.parent.mkdir()
    secrets.write_text(
        SECRETS.format(
            url=dashboard.url, client=CLIENT, secret=CLIENT_SECRET, provider=provider.url
        )
    )
    with dashboard:
        yield dashboard
    assert "s3cr3t" not in dashboard.log_text()


def test_a_shared_link_opens_its_view_after_the_login(
    browser: Browser, dashboard: RunningDashboard, provider: Provider
) -> None:
    provider.user = {"email": "Ann@Example.com", "email_verified": True}
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{dashboard.url}activity?period=28d")
    log_in = page.get_by_role("button", name="Log in")
    expect(log_in).to_be_visible(timeout=SECONDS)
    assert page.locator("[data-testid=stVegaLiteChart], [data-testid=stMetric]").count() == 0
    assert page.get_by_role("radio").count() == 0
    log_in.click()
    page.wait_for_url("**/dashboard/activity?period=28d")
    expect(page.get_by_role("radio", name="28d", checked=True)).to_be_visible(timeout=SECONDS)
    expect(page.locator("[data-testid=stVegaLiteChart]").first).to_be_visible(timeout=SECONDS)
    context.close()


def test_an_account_that_is_not_listed_sees_nothing(
    browser: Browser, dashboard: RunningDashboard, provider: Provider
) -> None:
    provider.user = {"email": "ann@example.com.evil.example", "email_verified": True}
    context = browser.new_context()
    page = context.new_page()
    page.goto(dashboard.url)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="No access")).to_be_visible(timeout=SECONDS)
    assert page.locator("[data-testid=stVegaLiteChart], [data-testid=stMetric]").count() == 0
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("button", name="Log in")).to_be_visible(timeout=SECONDS)
    context.close()


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("overview?period=28d&os=a%20b", "/dashboard/overview?period=28d&os=a%20b"),
        ("//evil.example/", "/dashboard/evil.example/"),
        ("\\\\evil.example", "/dashboard/evil.example"),
        ("https://evil.example", "/dashboard/https://evil.example"),
        ("x\r\nSet-Cookie: a=b", "/dashboard/x%0D%0ASet-Cookie:%20a=b"),
        ("", "/dashboard/"),
    ],
)
def test_no_cookie_leads_to_another_host(
    dashboard: RunningDashboard, view: str, expected: str
) -> None:
    answer = requests.get(
        f"{dashboard.url}oauth2callback",
        headers={"Cookie": f"{COOKIE}={quote(view, safe='')}"},
        allow_redirects=False,
        timeout=10,
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, expected)


@pytest.mark.parametrize(
    ("user", "listed", "expected"),
    [
        ({"email": "ann@example.com"}, "", True),
        ({}, "", True),
        ({}, "ann@example.com", False),
        ({"email": None}, "@example.com", False),
        ({"email": "ann@example.com"}, "bob@example.com, ann@EXAMPLE.com", True),
        ({"email": "bob@example.com"}, "ann@example.com", False),
        ({"email": "bob@example.com"}, "@example.com", True),
        ({"email": "bob@sub.example.com"}, "@example.com", False),
        ({"email": "bob@notexample.com"}, "@example.com", False),
        ({"email": "ann@example.com", "email_verified": False}, "ann@example.com", False),
        ({"email": "ann@example.com", "email_verified": True}, "ann@example.com", True),
    ],
)
def test_accounts_are_matched_by_email_or_domain(
    user: dict[str, Any], listed: str, *, expected: bool
) -> None:
    assert is_listed(user, listed) is expected


def test_each_provider_has_its_button() -> None:
    assert providers({"client_id": "x", "redirect_uri": "y"}) == [None]
    assert providers({"redirect_uri": "y", "google": {}, "okta": {}}) == ["google", "okta"]
    assert providers({"client_id": "x", "google": {}}) == [None, "google"]
