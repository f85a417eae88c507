"""The listening socket: which addresses it can be reached at."""

from __future__ import annotations

import socket

import pytest

from ingest_api.serving.listener import listen


@pytest.mark.parametrize(
    ("host", "reached"),
    [("127.0.0.1", ["127.0.0.1"]), ("::1", ["::1"]), ("::", ["127.0.0.1", "::1"])],
)
def test_a_host_is_reached_at_its_addresses(host: str, reached: list[str]) -> None:
    with listen(host, 0) as listener:
        port = listener.getsockname()[1]
        for address in reached:
            with socket.create_connection((address, port), timeout=5) as client:
                accepted, _ = listener.accept()
                with accepted:
                    client.sendall(b"question")
                    assert accepted.recv(8) == b"question"
