"""No client and no disk holds up anybody else."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

import pytest

from ingest_api.serving.waitress.channel import STALL_SECONDS
from tests.conftest import own_database
from tests.server import RunningServer, event
from tests.wire import HEALTH, Wire, body, length, request

TEN_YEARS = request(line=b"GET /stats?from=2016-01-01&to=2025-12-31 HTTP/1.1")
EVENT = body()
POST = request(length(EVENT), body=EVENT)
# ten times what a quiet machine keeps
HEALTH_SECONDS = 0.5


@contextmanager
def greedy_clients(port: int, number: int, content: bytes) -> Iterator[list[socket.socket]]:
    """Connect clients that ask for much and read nothing."""
    with ExitStack() as stack:
        clients = []
        for _ in range(number):
            client = stack.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", port))
            client.setblocking(False)
            client.send(content)
            clients.append(client)
        yield clients


def health_seconds(port: int) -> float:
    began = time.monotonic()
    with Wire(port) as wire:
        assert wire.send(HEALTH).answer().status == 200
    return time.monotonic() - began


def test_clients_that_never_read_hold_up_nobody_and_are_cut(cluster: str, tmp_path: Path) -> None:
    with (
        own_database(cluster) as database,
        RunningServer(database, tmp_path / "data", WEB_CONCURRENCY="1") as server,
    ):
        server.settle()
        assert server.get("/stats").status_code == 200
        with greedy_clients(server.port, 100, TEN_YEARS * 100) as clients:
            began = time.monotonic()
            took = []
            while time.monotonic() - began < 3:
                took.append(health_seconds(server.port))
                assert server.post(event()).json()["accepted"] == 1
            assert median(took) < HEALTH_SECONDS
            assert max(took) < 4 * HEALTH_SECONDS
            # threads are free too: a question of another client is answered
            assert server.get("/metrics").status_code == 200
            server.wait_for(
                lambda: server.metric("telemetry_stalled_connections_total") == len(clients),
                "all of them cut",
            )
            assert time.monotonic() - began > STALL_SECONDS - 1
        assert "took nothing" in server.log_text()


def test_a_client_that_reads_slowly_gets_all_of_a_pipeline(shared_server: RunningServer) -> None:
    with Wire(shared_server.port) as wire:
        wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.send((TEN_YEARS + POST) * 10)
        for _ in range(10):
            time.sleep(0.05)  # slower than it is sent
            assert wire.answer().status == 200
            assert wire.answer().status == 200


@pytest.fixture
def slow_disk_server(cluster: str, tmp_path: Path) -> Iterator[RunningServer]:
    """A server on a disk that takes 300 ms for each sync."""
    strace = ["strace", "-D", "-f", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=fdatasync"]
    strace += ["-e", "inject=fdatasync:delay_enter=300000"]
    with own_database(cluster) as database:
        server = RunningServer(database, tmp_path / "data", WEB_CONCURRENCY="1", run_by=strace)
        with server:
            yield server


def test_a_slow_disk_holds_up_neither_health_nor_the_next_round(
    slow_disk_server: RunningServer,
) -> None:
    port = slow_disk_server.port

    def post(_: int) -> float:
        began = time.monotonic()
        with Wire(port) as wire:
            for _ in range(3):
                assert wire.send(POST).answer().status == 200
        return (time.monotonic() - began) / 3

    with ThreadPoolExecutor(32) as clients:
        posting = clients.map(post, range(32))
        began = time.monotonic()
        while time.monotonic() - began < 1.5:
            # far less than a sync takes
            assert health_seconds(port) < 0.2
            time.sleep(0.02)
        # each waits for the sync that goes on and for its own, however many there are
        assert max(posting) < 3 * 0.3 + 0.5
