"""The password: nothing is served without it, and a shared link works with it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from dashboard_app.server.gate import COOKIE, TOO_MANY, WRONG
from dashboard_app.server.headers import HEADERS
from dashboard_app.server.tickets import VALID_SECONDS, Tickets
from tests.browser import Browser
from tests.dashboard_app.running import RunningDashboard

PASSWORD = "Zoë's & 100 % secret"
SECONDS = 30_000


@pytest.fixture(scope="module")
def dashboard(filled: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDashboard]:
    """A dashboard with a password, so it may listen on all addresses, below a path."""
    folder = tmp_path_factory.mktemp("gate")
    with RunningDashboard(
        filled,
        folder,
        DASHBOARD_BASE_PATH="dashboard",
        DASHBOARD_PASSWORD=PASSWORD,
        DASHBOARD_HOST="0.0.0.0",
    ) as running:
        yield running
    assert PASSWORD not in running.log_text()
    assert "Traceback" not in running.log_text()


def log_in(url: str, password: str, address: str = "203.0.113.1") -> requests.Response:
    """Post the form as a proxy on this machine forwards it for an address."""
    headers = {"X-Forwarded-For": address}
    return requests.post(
        url, data={"password": password}, headers=headers, allow_redirects=False, timeout=10
    )


@pytest.mark.parametrize(
    "path",
    ["", "overview", "_stcore/host-config", "static/media/x", "media/x.csv", "component/x/y"],
)
@pytest.mark.parametrize(
    "cookie",
    [None, "", "9999999999.0000", "é.é", Tickets("other").issue()],
    ids=["none", "empty", "forged", "not ASCII", "of another password"],
)
def test_no_answer_without_a_ticket(
    dashboard: RunningDashboard, path: str, cookie: str | None
) -> None:
    headers = {} if cookie is None else {"Cookie": f"{COOKIE}={cookie}".encode()}
    for method in ("GET", "PUT", "DELETE", "OPTIONS"):
        answer = requests.request(method, dashboard.url + path, headers=headers, timeout=10)
        assert answer.status_code == 401
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_no_session_begins_without_a_ticket(dashboard: RunningDashboard) -> None:
    stream = dashboard.url.replace("http", "ws", 1) + "_stcore/stream"
    with pytest.raises(InvalidStatus) as caught, connect(stream):
        pass
    assert caught.value.response.status_code == 403
    ticket = log_in(dashboard.url, PASSWORD).cookies[COOKIE]
    with connect(stream, additional_headers={"Cookie": f"{COOKIE}={ticket}"}):
        pass


def test_the_right_password_leads_back_and_its_cookie_is_for_this_server_alone(
    dashboard: RunningDashboard,
) -> None:
    answer = log_in(f"{dashboard.url}overview?period=28d&os=a%20b", PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        "./overview?period=28d&os=a%20b",
    )
    attributes = answer.headers["Set-Cookie"].lower().split("; ")
    assert {"httponly", "samesite=lax", "path=/dashboard"} <= set(attributes)
    assert "secure" not in attributes
    over_tls = requests.post(
        dashboard.url,
        data={"password": PASSWORD},
        headers={"X-Forwarded-Proto": "https"},
        allow_redirects=False,
        timeout=10,
    )
    assert "; secure" in over_tls.headers["Set-Cookie"].lower()


@pytest.mark.parametrize("path", ["/evil.example", "//evil.example/", "\\evil.example"])
def test_no_address_leads_to_another_host(dashboard: RunningDashboard, path: str) -> None:
    host = dashboard.url.removesuffix("/dashboard/")
    assert log_in(f"{host}/{path}", PASSWORD).headers["Location"].startswith("./")


def test_wrong_passwords_are_throttled_by_address(dashboard: RunningDashboard) -> None:
    for number in range(10):
        answer = log_in(dashboard.url, f"wrong {number}", f"2001:db8::{number}")
        assert (answer.status_code, WRONG in answer.text) == (401, True)
    answer = log_in(dashboard.url, PASSWORD, "2001:db8::99")
    assert (answer.status_code, TOO_MANY in answer.text) == (429, True)
    assert int(answer.headers["Retry-After"]) > 0
    assert log_in(dashboard.url, PASSWORD, "2001:db8:0:1::1").status_code == 303


def test_many_wrong_passwords_at_once_are_throttled_like_those_in_turn(
    dashboard: RunningDashboard,
) -> None:
    address = urlsplit(dashboard.url)
    body = b"password=wrong"
    head = (
        f"POST {address.path} HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n"
        f"X-Forwarded-For: 192.0.2.77\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode()
    with ExitStack() as stack:
        connections = [
            stack.enter_context(socket.create_connection((address.hostname, address.port), 10))
            for _ in range(30)
        ]
        for connection in connections:
            connection.sendall(head)
        # until each has asked for its password, before any is sent
        assert requests.get(dashboard.url, timeout=10).status_code == 401
        for connection in connections:
            connection.sendall(body)
        answers = [connection.makefile("rb").readline().split()[1] for connection in connections]
    assert answers.count(b"401") == 10
    assert answers.count(b"429") == 20


@pytest.mark.parametrize("body", [b"", b"password", b"pass\xff=\xff", b"password=" + b"x" * 9999])
def test_what_is_no_form_is_a_wrong_password(dashboard: RunningDashboard, body: bytes) -> None:
    headers = {"X-Forwarded-For": f"198.51.100.{len(body) % 250}"}
    answer = requests.post(dashboard.url, data=body, headers=headers, timeout=10)
    assert answer.status_code == 401


def test_a_ticket_ends_with_its_time_and_with_the_password() -> None:
    now = [1_800_000_000.0]
    tickets = Tickets("first password", lambda: now[0])
    ticket = tickets.issue()
    assert tickets.is_valid(ticket)
    expires, _, signature = ticket.partition(".")
    assert not tickets.is_valid(f"{int(expires) + 1}.{signature}")
    assert not Tickets("other password", lambda: now[0]).is_valid(ticket)
    now[0] += VALID_SECONDS
    assert not tickets.is_valid(ticket)


def test_a_shared_link_opens_its_view_after_the_password(
    browser: Browser, dashboard: RunningDashboard
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{dashboard.url}overview?period=28d")
    page.get_by_label("Dashboard password").fill("not the password")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_have_text(WRONG)
    assert page.get_by_test_id("stApp").count() == 0
    page.get_by_label("Dashboard password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/dashboard/overview?period=28d")
    for _ in range(2):
        expect(page.get_by_role("radio", name="28d", checked=True)).to_be_visible(timeout=SECONDS)
        expect(page.locator("[data-testid=stVegaLiteChart] .mark-rect path").last).to_be_visible(
            timeout=SECONDS
        )
        page.reload()  # still signed in
    context.close()
