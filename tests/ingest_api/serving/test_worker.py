"""A worker and its connections: every one gets its answers, in order, and harms no other."""

from __future__ import annotations

import json
import socket
import struct

import psutil
import pytest

from ingest_api.events.reading import MAX_BODY_BYTES
from ingest_api.serving.waitress.plain import MAX_REQUEST_BYTES
from tests.server import RunningServer, wait_until
from tests.wire import HEALTH, Wire, body, chunks, exchange, length, request

EVENT = body()
POST = request(length(EVENT), body=EVENT)
EXPECTING = request(length(EVENT), b"Expect: 100-continue")
WRONG = b"what is this?\r\n\r\n"


def test_requests_that_come_at_once_are_answered_in_order(shared_server: RunningServer) -> None:
    missing = request(line=b"GET /nothing HTTP/1.1")
    stats = request(line=b"GET /stats HTTP/1.1")
    answers = exchange(shared_server.port, (POST + HEALTH + missing + stats + POST) * 20 + HEALTH)
    kinds = [next(iter(json.loads(answer.body).items())) for answer in answers]
    (_, _, _, (first_key, _), _) = kinds[:5]
    assert first_key == "from"
    ok, error = ("ok", True), ("error", "not_found")
    assert kinds == [ok, ok, error, kinds[3], ok] * 20 + [ok]
    assert ["accepted" in json.loads(answer.body) for answer in answers[:5]] == [
        *(True, False, False, False, True)
    ]


def test_a_wrong_request_ends_what_came_at_once_with_it(shared_server: RunningServer) -> None:
    answers = exchange(shared_server.port, POST + HEALTH + WRONG + POST)
    assert [answer.status for answer in answers] == [200, 200, 400]


@pytest.mark.parametrize("size", [MAX_BODY_BYTES + 1, 600_000, MAX_REQUEST_BYTES - 1])
def test_a_body_that_is_too_large_leaves_the_connection_usable(
    shared_server: RunningServer, size: int
) -> None:
    large = b" " * size
    for content in (
        request(length(large), body=large),
        request(b"Transfer-Encoding: chunked", body=chunks(large[: size // 2], large[:65_537])),
    ):
        with Wire(shared_server.port) as wire:
            answer = wire.send(content).answer()
            assert (answer.status, answer.word) == (413, "body_too_large")
            assert wire.send(POST).answer().status == 200


def test_a_body_without_end_is_cut_off(shared_server: RunningServer) -> None:
    for headers in ([b"Content-Length: 100000000"], [b"Transfer-Encoding: chunked"]):
        with Wire(shared_server.port) as wire:
            wire.send(request(*headers, body=b"ffffff\r\n" + b" " * 3_000_000))
            answer = wire.answer()
            assert (answer.status, answer.word) == (413, "body_too_large")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert wire.is_closed()


@pytest.mark.parametrize(
    "start",
    [POST[:10], POST[:60], POST[:-1], request(b"Transfer-Encoding: chunked", body=b"5\r\nab")],
)
def test_a_request_that_breaks_off_is_not_answered(
    shared_server: RunningServer, start: bytes
) -> None:
    before = shared_server.metric("telemetry_accepted_events_total")
    assert exchange(shared_server.port, start) == []
    assert shared_server.metric("telemetry_accepted_events_total") == before


def test_what_is_left_of_a_body_is_the_next_request(shared_server: RunningServer) -> None:
    shorter = request(b"Content-Length: %d" % (len(EVENT) - 3), body=EVENT)
    answers = exchange(shared_server.port, shorter + HEALTH)
    assert [(answer.status, answer.word) for answer in answers] == [
        (400, "invalid_json"),
        (400, "bad_request"),
    ]


@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
def test_a_connection_is_closed_on_demand(shared_server: RunningServer, version: bytes) -> None:
    content = request(b"Connection: close", line=b"GET /health HTTP/" + version)
    with Wire(shared_server.port) as wire:
        assert wire.send(content).answer().status == 200
        assert wire.is_closed()


def test_a_body_is_asked_for_after_the_answer_to_the_request_before(
    shared_server: RunningServer,
) -> None:
    with Wire(shared_server.port) as wire:
        wire.send(POST + EXPECTING)
        received = b""
        while b"100 Continue" not in received:
            piece = wire.socket.recv(4096)
            assert piece
            received += piece
        assert received.startswith(b"HTTP/1.1 200 OK")
        assert wire.send(EVENT).answer().status == 200


def test_a_client_that_leaves_before_100_continue_harms_no_other(server: RunningServer) -> None:
    workers = {worker.pid for worker in server.family()}
    for _ in range(50):
        with Wire(server.port) as wire:
            # closed so, it is reset at once
            wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            wire.send(POST + EXPECTING)
        assert exchange(server.port, POST)[0].status == 200
    assert {worker.pid for worker in server.family()} == workers
    assert "Traceback" not in server.log_text()


def test_urgent_data_ends_its_connection_alone(server: RunningServer) -> None:
    with Wire(server.port) as wire, Wire(server.port) as other:
        other.send(HEALTH).answer()
        wire.send(HEALTH).answer()
        wire.socket.send(b"!", socket.MSG_OOB)
        assert wire.is_closed()
        assert other.send(HEALTH).answer().status == 200
    busy = [psutil.Process(worker.pid).cpu_percent(0.3) for worker in server.family()]
    assert max(busy) < 90, "a worker spins"
    assert "priority" not in server.log_text()


def test_no_address_is_in_the_operational_log_whatever_is_sent(server: RunningServer) -> None:
    for content in (
        request(b"Content-Length: " + b"9" * 5000),
        request(line=b"GET http://[ HTTP/1.1"),
        WRONG,
        b"\x16\x03\x01",
        POST[:50],
        request(line=b"GET /%0a%00%1b[31m HTTP/1.1"),
    ):
        exchange(server.port, content)
    # a client that is gone before its answer
    for _ in range(20):
        with Wire(server.port) as wire:
            wire.send(request(line=b"GET /stats HTTP/1.1") * 5)
    wait_until(lambda: server.get("/health").ok, "an answer")
    log = server.log_text()
    assert "started on 127.0.0.1" in log
    assert log.count("127.0.0.1") == 1, "the server's own, no client's"
    assert "Traceback" not in log
