"""The whole server over HTTP: the contract, row by row."""

from __future__ import annotations

import gzip
import json
import signal
import time
from pathlib import Path

import pytest
import requests

from tests.server import RunningServer, event, wait_until


def test_an_event_is_acknowledged_and_soon_in_the_stats(server: RunningServer) -> None:
    answer = server.session.post(f"{server.url}/t", json={"schema": "jwc.v1", **event()})
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "accepted": 1, "skipped": 0})
    assert answer.headers["Content-Type"] == "application/json"
    server.settle()
    sent = time.monotonic()
    server.post(event(evt="second"))
    server.wait_for(lambda: server.get("/stats").json()["total"] == 2, "the event in /stats")
    assert time.monotonic() - sent < 5, "1 s on a quiet machine; more is a loader that sleeps"


def test_skipped_events_are_named_and_the_first_twenty_only(server: RunningServer) -> None:
    answer = server.post(event(), *(event(t="?") for _ in range(25)), event())
    assert answer.status_code == 200
    found = answer.json()
    assert (found["ok"], found["accepted"], found["skipped"]) == (True, 2, 25)
    assert found["errors"] == [{"index": index, "error": "invalid_t"} for index in range(1, 21)]


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/json; charset=utf-8", "", "x/y"]
)
def test_any_content_type_will_do(server: RunningServer, content_type: str) -> None:
    body = json.dumps({"schema": "jwc.v1", **event()})
    answer = server.session.post(f"{server.url}/t", body, headers={"Content-Type": content_type})
    assert answer.json()["accepted"] == 1


def test_gzip_will_do(server: RunningServer) -> None:
    body = gzip.compress(json.dumps({"schema": "jwc.v1", "batch": [event()] * 300}).encode())
    answer = server.session.post(f"{server.url}/t", body, headers={"Content-Encoding": "gzip"})
    assert answer.json()["accepted"] == 300


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"{", {}, 400, "invalid_json"),
        (b"[]", {}, 400, "invalid_body"),
        (b'{"schema":"jwc.v2"}', {}, 400, "schema_unsupported"),
        (b" " * 65_537, {}, 413, "body_too_large"),
        (b" " * 2_000_000, {}, 413, "body_too_large"),
        (gzip.compress(b" " * 10**7), {"Content-Encoding": "gzip"}, 413, "body_too_large"),
        (b"x", {"Content-Encoding": "gzip"}, 400, "invalid_encoding"),
        (b"x", {"Content-Encoding": "br"}, 415, "invalid_encoding"),
    ],
)
def test_a_refused_body_has_status_word_and_advice(
    server: RunningServer, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    answer = requests.post(f"{server.url}/t", body, headers=headers, timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (status, code)
    assert answer.json()["message"]
    if code == "schema_unsupported":
        assert answer.json()["expected"] == "jwc.v1"


def test_unknown_paths_and_methods_are_errors_of_the_one_shape(server: RunningServer) -> None:
    answer = server.get("/nothing")
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
    answer = server.get("/t")
    assert (answer.status_code, answer.json()["error"]) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "POST, OPTIONS"


def test_health_and_database_health_answer(server: RunningServer) -> None:
    health = server.get("/health").json()
    assert health["ok"] is True
    assert abs(health["ts"] - time.time() * 1000) < 60_000
    server.settle()
    found = server.wait_for(lambda: server.get("/dbhealth").json(), "an answer")
    assert found == {
        "enabled": True,
        "ok": True,
        "db": found["db"],
        "version": found["version"],
        "lag": {"events": 0, "seconds": 0},
    }
    assert found["db"].startswith("test_")
    assert found["version"].startswith("18")


def test_answers_say_nothing_of_the_server_software(server: RunningServer) -> None:
    headers = server.get("/health").headers
    assert "Server" not in headers
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_meters_add_up(server: RunningServer) -> None:
    server.post(event(), event(t="?"), event())
    server.settle()
    received, accepted, skipped = (
        server.metric(f"telemetry_{name}_events_total")
        for name in ("received", "accepted", "skipped")
    )
    assert (received, accepted, skipped) == (3, 2, 1)
    assert server.metric("telemetry_logged_events_total") == 2
    assert server.metric("telemetry_loaded_events_total") == 2
    assert server.metric("telemetry_waiting_events") == 0


def test_any_origin_may_post_without_credentials(server: RunningServer) -> None:
    origin = {"Origin": "https://app.example.com"}
    preflight = server.session.options(
        f"{server.url}/t",
        headers={
            **origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    )
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert "content-type" in preflight.headers["Access-Control-Allow-Headers"].lower()
    answer = server.post(event(), headers=origin)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    refused = server.session.post(f"{server.url}/t", b"{", headers=origin)
    assert refused.headers["Access-Control-Allow-Origin"] == "*"


def test_origins_can_be_narrowed(database: str, tmp_path: Path) -> None:
    with RunningServer(database, tmp_path / "data", CORS_ORIGINS="https://a.example") as server:
        for origin, allowed in [("https://a.example", True), ("https://b.example", False)]:
            answer = server.post(event(), headers={"Origin": origin})
            assert answer.status_code == 200
            assert ("Access-Control-Allow-Origin" in answer.headers) is allowed


def test_the_rate_limit_holds_over_all_workers(database: str, tmp_path: Path) -> None:
    limit = {"RATE_LIMIT_MAX": "30", "RATE_LIMIT_TIME_WINDOW": "15 minutes", "WEB_CONCURRENCY": "3"}
    with RunningServer(database, tmp_path / "data", **limit) as server:
        answers = [requests.post(f"{server.url}/t", b"{", timeout=10) for _ in range(60)]
        assert sorted(answer.status_code for answer in answers) == [400] * 30 + [429] * 30
        refused = answers[-1]
        assert refused.json()["error"] == "rate_limited"
        assert refused.headers["X-RateLimit-Limit"] == "30"
        assert refused.headers["X-RateLimit-Remaining"] == "0"
        assert 0 < int(refused.headers["Retry-After"]) <= 900
        assert refused.headers["X-RateLimit-Reset"] == refused.headers["Retry-After"]
        assert server.get("/health").status_code == 200
        assert server.get("/dbhealth").status_code in (200, 503)
        assert server.get("/metrics").status_code == 200
        other = server.post(event(), headers={"X-Forwarded-For": "198.51.100.7, 81.2.69.142"})
        assert other.status_code == 200, (
            "a client behind a trusted proxy has an allowance of its own"
        )


def test_debug_paths_are_there_for_who_has_the_secret(database: str, tmp_path: Path) -> None:
    secret = "s3cret of the tests"
    with RunningServer(database, tmp_path / "data", STATS_SECRET=secret) as server:
        key = {"X-Stats-Key": secret}
        server.post(event(anon="alice", m={"custom": 1}))
        server.settle()
        for path in ("/debug/recent", "/debug/counts", "/debug/env"):
            assert server.get(path).status_code == 404
            assert server.get(path, headers={"X-Stats-Key": "guess"}).status_code == 404
            assert server.get(path, headers={"X-Stats-Key": "gueß".encode()}).status_code == 404
            assert server.get(path, headers=key).status_code == 200
        (recent,) = server.get("/debug/recent", headers=key).json()["rows"]
        assert (recent["evt"], recent["m"]) == ("app.started", {"custom": 1})
        (counts,) = server.get("/debug/counts", headers=key).json()["rows"]
        assert (counts["evt"], counts["events"]) == ("app.started", 1)
        env = server.get("/debug/env", headers=key).json()["env"]
        assert env["STATS_SECRET"] is True
        assert env["YEARLY_SALT"] is False
        assert set(map(type, env.values())) == {bool}


def test_debug_paths_are_not_there_without_a_secret(server: RunningServer) -> None:
    for path in ("/debug/recent", "/debug/counts", "/debug/env"):
        assert server.get(path, headers={"X-Stats-Key": ""}).status_code == 404


def test_no_address_and_no_user_id_is_kept(server: RunningServer) -> None:
    address = "81.2.69.142"
    server.post(event(anon="alice@example.com"), headers={"X-Forwarded-For": address})
    server.post(event(anon="alice@example.com", t="?"), headers={"X-Forwarded-For": address})
    server.session.post(f"{server.url}/t", b'{"alice": {', headers={"X-Forwarded-For": address})
    server.settle()
    kept = [path.read_bytes() for path in server.data.rglob("*") if path.is_file()]
    kept += [
        server.log_text().encode(),
        server.get("/metrics").content,
        server.get("/stats").content,
    ]
    assert len(kept) >= 4
    for content in kept:
        assert b"alice" not in content
        assert address.encode() not in content


def test_data_and_salt_are_private(server: RunningServer) -> None:
    assert server.data.stat().st_mode & 0o777 == 0o700
    assert (server.data / "logs").stat().st_mode & 0o777 == 0o700
    assert (server.data / "salt").stat().st_mode & 0o777 == 0o600


def test_a_second_server_on_the_same_log_is_refused(server: RunningServer, database: str) -> None:
    second = RunningServer(database, server.data)
    with pytest.raises(AssertionError, match="another server writes its log"):
        second.start()


def test_a_worker_that_dies_has_a_successor(server: RunningServer) -> None:
    before = {worker.pid for worker in server.family()}
    for worker in server.family():
        worker.kill()
    wait_until(
        lambda: len({worker.pid for worker in server.family()} - before) == 2, "two new workers"
    )
    server.wait_for(server.is_answering, "an answer")
    assert server.post(event()).json()["accepted"] == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_loads_what_is_logged_and_leaves_nothing(
    server: RunningServer, database: str, number: signal.Signals
) -> None:
    server.settle()
    accepted = server.post(*(event() for _ in range(200))).json()["accepted"]
    began = time.monotonic()
    assert server.stop(number) == 0
    assert time.monotonic() - began < 10
    assert accepted == 200
    assert "stopped, 0 events wait in the log" in server.log_text()
