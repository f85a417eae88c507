"""The listening socket: who can reach it, who is answered at a stop, and who is refused."""

from __future__ import annotations

import socket

import pytest

from ingest_api.serving.listener import listen, refuse_new


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


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_connections_made_in_time_can_be_accepted_and_no_others_begin(host: str) -> None:
    with listen(host, 0) as listener:
        address = listener.getsockname()
        with socket.create_connection(address[:2]) as early:
            refuse_new(listener)
            with pytest.raises(TimeoutError):
                socket.create_connection(address[:2], timeout=0.2)
            accepted, _ = listener.accept()
            with accepted:
                early.sendall(b"question")
                assert accepted.recv(8) == b"question"
                accepted.sendall(b"answer")
                assert early.recv(6) == b"answer"
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()
