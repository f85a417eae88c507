"""A connection whose request is refused: the refusal arrives, and the connection ends."""

from __future__ import annotations

import http.client
import time
from pathlib import Path

import pytest

from ingest_api.serving.waitress.channel import LINGER_SECONDS
from ingest_api.serving.waitress.loop import POLL_SECONDS
from tests.chaos.campaigns.clock import OWN_CLOCK, set_clock
from tests.conftest import own_database
from tests.server import RunningServer
from tests.wire import HEALTH, Wire, exchange, request

MB = 1 << 20


@pytest.mark.parametrize("path", ["/t", "/health"])
def test_a_client_gets_its_refusal_however_much_it_goes_on_to_send(
    shared_server: RunningServer, path: str
) -> None:
    for _ in range(5):
        # as most clients do: all of the request first, then the answer
        connection = http.client.HTTPConnection("127.0.0.1", shared_server.port, timeout=30)
        connection.request("POST", path, bytes(20 * MB))
        answer = connection.getresponse()
        assert answer.status == 413
        assert b"body_too_large" in answer.read()
        connection.close()


def test_headers_without_end_get_their_refusal(shared_server: RunningServer) -> None:
    (answer,) = exchange(shared_server.port, b"GET / HTTP/1.1\r\nX: " + b"x" * 4 * MB)
    assert (answer.status, answer.word) == (431, "headers_too_large")


def test_nothing_after_a_refusal_is_served(shared_server: RunningServer) -> None:
    bad = request(b"Content-Length: 1", b"Transfer-Encoding: chunked", body=HEALTH)
    assert [answer.status for answer in exchange(shared_server.port, bad + HEALTH * 3)] == [400]


def test_a_client_that_keeps_sending_is_cut(shared_server: RunningServer) -> None:
    with Wire(shared_server.port) as wire:
        began = time.monotonic()
        wire.send(b"POST /t HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n")
        assert wire.answer().status == 413
        while not is_cut(wire):
            assert time.monotonic() - began < LINGER_SECONDS + POLL_SECONDS + 5
            time.sleep(0.05)
        assert time.monotonic() - began > LINGER_SECONDS - 1


def test_setting_the_clock_cuts_no_connection(cluster: str, tmp_path: Path) -> None:
    offset = tmp_path / "clock"
    set_clock(offset, 0)
    settings = {"PYTHONPATH": str(OWN_CLOCK), "CLOCK_OFFSET_FILE": str(offset)}
    with (
        own_database(cluster) as database,
        RunningServer(database, tmp_path / "data", WEB_CONCURRENCY="1", **settings) as server,
        Wire(server.port) as quiet,
    ):
        assert quiet.send(HEALTH).answer().status == 200
        for seconds in (3600, 0, 90_000):
            set_clock(offset, seconds)
            # the server looks for quiet connections when it is woken
            assert server.get("/health").status_code == 200
            with Wire(server.port) as other:
                assert other.send(HEALTH).answer().status == 200
            assert quiet.send(HEALTH).answer().status == 200


def is_cut(wire: Wire) -> bool:
    """Send one more byte; return whether nobody takes it any more."""
    try:
        wire.socket.sendall(b"x")
    except ConnectionError:
        return True
    return False
