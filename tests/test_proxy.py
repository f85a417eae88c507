"""The README's nginx in front of the API: what passes, and whose words count."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.nginx import running_nginx
from tests.server import RunningServer, event


@pytest.fixture
def proxy(server: RunningServer, tmp_path: Path) -> Iterator[str]:
    """The README's nginx before the server: its URL."""
    with running_nginx(tmp_path, server.port) as port:
        yield f"http://127.0.0.1:{port}"


def test_events_and_stats_pass(proxy: str, server: RunningServer) -> None:
    answer = requests.post(f"{proxy}/t", json={"schema": "jwc.v1", **event()}, timeout=10)
    assert answer.json() == {"ok": True, "accepted": 1, "skipped": 0}
    server.settle()
    assert requests.get(f"{proxy}/stats", timeout=10).json()["total"] == 1


def test_what_clients_say_of_their_country_and_address_does_not_pass(
    proxy: str, server: RunningServer
) -> None:
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


def test_what_is_not_for_the_public_does_not_pass(proxy: str) -> None:
    for path in ("/metrics", "/dbhealth", "/debug/env"):
        assert requests.get(proxy + path, timeout=10).status_code == 404
