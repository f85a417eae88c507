"""No client and no disk blocks another client."""

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
from tests.wire import HEALTH, Wire, body, chunks, exchange, length, request

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


def test_clients_that_never_read_block_no_other_and_are_cut(cluster: str, tmp_path: Path) -> None:
    with (
        own_database(cluster) as database,
        RunningServer(database, tmp_path / "data", WEB_CONCURRENCY="1") as server,
    ):
        server.settle()
        assert server.get("/stats").status_code == 200
        with ExitStack() as stack, greedy_clients(server.port, 100, TEN_YEARS * 100) as clients:
            began = time.monotonic()
            took = []
            while time.monotonic() - began < 3:
                took.append(health_seconds(server.port))
                assert server.post(event()).json()["accepted"] == 1
            assert median(took) < HEALTH_SECONDS
            assert max(took) < 4 * HEALTH_SECONDS
            slow_reader = stack.enter_context(Wire(server.port))
            slow_reader.send(TEN_YEARS * 100)
            # threads are free too: a question of another client is answered
            assert server.get("/metrics").status_code == 200
            read = 0
            while server.metric("telemetry_stalled_connections_total") < len(clients):
                read += len(slow_reader.socket.recv(2048))
                assert time.monotonic() - began < 60
                time.sleep(0.1)  # the pace of a slow line
            assert time.monotonic() - began > STALL_SECONDS - 1
            # one that takes a little is not cut
            for _ in range(50):
                read += len(slow_reader.socket.recv(2048))
            assert read > 0
            assert server.metric("telemetry_stalled_connections_total") == len(clients)
        assert "telemetry_stalled_connections_total" in server.log_text()


def test_a_client_that_reads_late_gets_all_of_a_pipeline(shared_server: RunningServer) -> None:
    """Far more than fits between the two: the server has to go on where it stopped."""
    with Wire(shared_server.port) as wire:
        whole = wire.send(TEN_YEARS).answer().body
        wire.send((TEN_YEARS + POST) * 100)
        for _ in range(100):
            answer = wire.answer()
            assert (answer.status, answer.body) == (200, whole)
            assert wire.answer().status == 200


def test_clients_that_never_finish_a_request_block_no_other(cluster: str, tmp_path: Path) -> None:
    few_files = ["prlimit", "--nofile=300"]
    with (
        own_database(cluster) as database,
        RunningServer(database, tmp_path / "data", run_by=few_files, WEB_CONCURRENCY="1") as server,
        ExitStack() as stack,
    ):
        server.settle()
        for _ in range(400):
            stack.enter_context(Wire(server.port)).send(POST[:40])
        assert health_seconds(server.port) < 4 * HEALTH_SECONDS
        assert server.metric("telemetry_evicted_connections_total") > 100


def test_many_small_chunks_are_refused(shared_server: RunningServer) -> None:
    small = chunks(*[b" "] * 2000)
    (answer,) = exchange(shared_server.port, request(b"Transfer-Encoding: chunked", body=small))
    assert (answer.status, answer.word) == (400, "bad_request")


@pytest.fixture
def slow_disk_server(cluster: str, tmp_path: Path) -> Iterator[RunningServer]:
    """A server on a disk that takes 300 ms for each sync."""
    strace = ["strace", "-D", "-f", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=fdatasync"]
    strace += ["-e", "inject=fdatasync:delay_enter=300000"]
    with own_database(cluster) as database:
        server = RunningServer(database, tmp_path / "data", WEB_CONCURRENCY="1", run_by=strace)
        with server:
            yield server


def test_a_slow_disk_blocks_neither_health_nor_the_next_round(
    slow_disk_server: RunningServer,
) -> None:
    port = slow_disk_server.port

    def post(_: int) -> float:
        began = time.monotonic()
        with Wire(port) as wire:
            for content in (POST, POST.replace(b" /t ", b" //t "), POST):
                assert wire.send(content).answer().status == 200
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
