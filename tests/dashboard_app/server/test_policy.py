"""The dashboard is open on this machine only, unless a setting allows more."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from dashboard_app.server.gate import PasswordGate
from dashboard_app.server.headers import HEADERS
from dashboard_app.server.hosts import LocalNames, is_local_name
from dashboard_app.server.policy import middleware
from dashboard_app.settings import SettingError
from tests.dashboard_app.running import RunningDashboard

OPEN = {"DASHBOARD_OPEN": "true"}
LOCKED = {"DASHBOARD_PASSWORD": "eight or more"}


def layers(environ: dict[str, str], address: str | None, *, sign_in: bool = False) -> set[object]:
    return {layer.cls for layer in middleware(environ, address, "", sign_in=sign_in)}


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_on_loopback_it_is_open_to_this_machine(address: str) -> None:
    assert LocalNames in layers({}, address)


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "::", "192.168.1.2", "some.host"])
def test_other_addresses_need_an_access_setting(address: str | None) -> None:
    with pytest.raises(SettingError, match="set DASHBOARD_PASSWORD"):
        layers({}, address)
    assert PasswordGate in layers(LOCKED, address)
    assert not {PasswordGate, LocalNames} & layers(OPEN, address)
    assert not {PasswordGate, LocalNames} & layers({}, address, sign_in=True)
    assert PasswordGate in layers({**LOCKED, **OPEN}, address, sign_in=True)


def test_senseless_settings_are_refused() -> None:
    with pytest.raises(SettingError, match="DASHBOARD_PASSWORD should have 8") as caught:
        layers({"DASHBOARD_PASSWORD": "hunter2"}, None)
    assert "hunter2" not in str(caught.value)
    with pytest.raises(SettingError, match="DASHBOARD_OPEN should be true or false"):
        layers({"DASHBOARD_OPEN": "maybe"}, None)


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost:8501", True),
        ("127.0.0.1", True),
        ("[::1]:8501", True),
        ("192.168.1.2:1", True),
        ("rebound.example:8501", False),
        ("localhost.example", False),
        ("127.0.0.1.example", False),
        ("user@127.0.0.1@example", False),
        ("[", False),
        ("", False),
    ],
)
def test_names_that_can_be_rebound_are_not_local(host: str, local: bool) -> None:
    assert is_local_name(host) is local


def test_an_open_dashboard_answers_to_local_names_with_the_headers(
    filled: str, tmp_path: Path
) -> None:
    with RunningDashboard(filled, tmp_path) as dashboard:
        answer = requests.get(dashboard.url, timeout=10)
        assert answer.status_code == 200
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert "sha256-" in HEADERS["Content-Security-Policy"]
        assert "unsafe-eval" not in HEADERS["Content-Security-Policy"]
        refused = requests.get(dashboard.url, headers={"Host": "rebound.example"}, timeout=10)
        assert refused.status_code == 403
        assert "DASHBOARD_PASSWORD" in refused.text
        agent = requests.post(f"{dashboard.url}_stcore/agent/interact", json={}, timeout=10)
        assert agent.status_code >= 400


def test_an_open_dashboard_refuses_to_start_and_says_why(filled: str, tmp_path: Path) -> None:
    with (
        pytest.raises(AssertionError, match=r"open to all who can reach 0\.0\.0\.0"),
        RunningDashboard(filled, tmp_path, DASHBOARD_HOST="0.0.0.0"),
    ):
        pass
