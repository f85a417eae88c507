"""The nginx of docs/deployment.md in front of a server."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.docs import blocks
from tests.server import free_port, wait_until

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
    upstream api {{ server 127.0.0.1:{api}; keepalive 4; }}
    {server}
}}
"""


@contextmanager
def running_nginx(
    folder: Path, api_port: int, *, dashboard_port: int = 8501, keep_connections: bool = False
) -> Iterator[int]:
    """Run nginx with the configuration of docs/deployment.md, and yield its port.

    With `keep_connections`, clients share connections to the API and bodies are not buffered, which
    an attack on other clients' requests needs.
    """
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    assert nginx, "this test runs the proxy of docs/deployment.md: apt-get install nginx-light"
    (block,) = blocks("nginx")
    port = free_port()
    block = re.sub(r"listen 80;", f"listen 127.0.0.1:{port};", block)
    address = f"127.0.0.1:{api_port}"
    if keep_connections:
        address = "api"
        block = block.replace(
            "proxy_http_version 1.1;",
            'proxy_http_version 1.1; proxy_set_header Connection ""; proxy_request_buffering off;',
        )
    block = block.replace("127.0.0.1:8088", address)
    block = block.replace("127.0.0.1:8501", f"127.0.0.1:{dashboard_port}")
    configuration = folder / "nginx.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, server=block, api=api_port))
    process = subprocess.Popen([nginx, "-c", str(configuration), "-p", str(folder)])

    def answers() -> bool:
        assert process.poll() is None, (folder / "error.log").read_text()
        try:
            return requests.get(f"http://127.0.0.1:{port}/health", timeout=5).ok
        except requests.ConnectionError:
            return False

    try:
        wait_until(answers, "nginx")
        yield port
    finally:
        process.terminate()
        process.wait(10)
