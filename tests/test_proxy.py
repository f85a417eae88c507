"""The README's nginx in front of the API: what passes, and whose words count."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.readme import blocks
from tests.server import RunningServer, event, free_port, wait_until

CONFIGURATION = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {server}
}}
"""


@pytest.fixture
def proxy(server: RunningServer, tmp_path: Path) -> Iterator[str]:
    """The README's nginx before the server: its URL."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    assert nginx, "this test runs the README's proxy: apt-get install nginx-light"
    (block,) = blocks("nginx")
    port = free_port()
    block = re.sub(r"listen 80;", f"listen 127.0.0.1:{port};", block)
    block = block.replace("127.0.0.1:8088", f"127.0.0.1:{server.port}")
    configuration = tmp_path / "nginx.conf"
    configuration.write_text(CONFIGURATION.format(folder=tmp_path, server=block))
    process = subprocess.Popen([nginx, "-c", str(configuration), "-p", str(tmp_path)])
    url = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        assert process.poll() is None, (tmp_path / "error.log").read_text()
        try:
            return requests.get(f"{url}/health", timeout=5).ok
        except requests.ConnectionError:
            return False

    try:
        wait_until(answers, "nginx")
        yield url
    finally:
        process.terminate()
        process.wait(10)


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
