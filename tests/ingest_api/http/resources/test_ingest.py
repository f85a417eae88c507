"""`POST /t` over HTTP: what is accepted, refused, limited, and kept."""

from __future__ import annotations

import gzip
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import requests

from tests.ingest_api.events.test_geo import city, write
from tests.server import RunningServer, event


def test_skipped_events_are_named_and_the_first_twenty_only(shared_server: RunningServer) -> None:
    answer = shared_server.post(event(), *(event(t="?") for _ in range(25)), event())
    assert answer.status_code == 200
    found = answer.json()
    assert (found["ok"], found["accepted"], found["skipped"]) == (True, 2, 25)
    assert found["errors"] == [{"index": index, "error": "invalid_t"} for index in range(1, 21)]


def test_a_body_of_bad_events_is_answered_at_once_and_counted(server: RunningServer) -> None:
    began = time.monotonic()
    answer = server.post(*[{}] * 10_000, event())
    assert time.monotonic() - began < 1
    assert (answer.json()["accepted"], answer.json()["skipped"]) == (1, 10_000)
    skipped = 'telemetry_skipped_events_total{reason="%s"}'
    assert server.metric(skipped % "invalid_anon") == 100
    assert server.metric(skipped % "unexamined") == 9_900
    assert server.metric("telemetry_received_events_total") == 10_001


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/json; charset=utf-8", "", "x/y"]
)
def test_any_content_type_works(shared_server: RunningServer, content_type: str) -> None:
    body = json.dumps({"schema": "jwc.v1", **event()})
    answer = shared_server.session.post(
        f"{shared_server.url}/t", body, headers={"Content-Type": content_type}
    )
    assert answer.json()["accepted"] == 1


def test_gzip_works(shared_server: RunningServer) -> None:
    body = gzip.compress(json.dumps({"schema": "jwc.v1", "batch": [event()] * 300}).encode())
    answer = shared_server.session.post(
        f"{shared_server.url}/t", body, headers={"Content-Encoding": "gzip"}
    )
    assert answer.json()["accepted"] == 300


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"{", {}, 400, "invalid_json"),
        (b"[]", {}, 400, "invalid_body"),
        (b'{"schema":"jwc.v2"}', {}, 400, "schema_unsupported"),
        (b" " * 65_537, {}, 413, "body_too_large"),
        (gzip.compress(b" " * 10**7), {"Content-Encoding": "gzip"}, 413, "body_too_large"),
        (b"x", {"Content-Encoding": "gzip"}, 400, "invalid_encoding"),
        (b"x", {"Content-Encoding": "br"}, 415, "invalid_encoding"),
    ],
)
def test_a_refused_body_has_status_code_and_advice(
    shared_server: RunningServer, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    require_refusal(shared_server, body, headers, status, code)


def test_a_body_that_is_not_read_to_its_end_is_refused_alike(shared_server: RunningServer) -> None:
    require_refusal(shared_server, b" " * 2_000_000, {}, 413, "body_too_large")


def require_refusal(
    shared_server: RunningServer, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    answer = requests.post(f"{shared_server.url}/t", body, headers=headers, timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (status, code)
    assert answer.json()["message"]
    if code == "schema_unsupported":
        assert answer.json()["expected"] == "jwc.v1"


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


def test_the_limit_of_events_holds_over_all_workers(database: str, tmp_path: Path) -> None:
    limit = {"RATE_LIMIT_EVENTS": "1000", "WEB_CONCURRENCY": "3"}
    with RunningServer(database, tmp_path / "data", **limit) as server:
        bad = {"evt": "?"}

        def send(count: int) -> requests.Response:
            body = {"schema": "jwc.v1", "batch": [event(), *[bad] * (count - 1)]}
            return requests.post(f"{server.url}/t", json=body, timeout=10)

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(send, [30] * 40))
        assert sorted(answer.status_code for answer in answers) == [200] * 33 + [429] * 7
        refused = send(11)
        assert (refused.status_code, refused.json()["error"]) == (429, "rate_limited")
        assert refused.headers["X-RateLimit-Limit"] == "1000"
        assert refused.headers["X-RateLimit-Remaining"] == "10"
        assert 3500 < int(refused.headers["Retry-After"]) <= 3600
        assert refused.headers["X-RateLimit-Reset"] == refused.headers["Retry-After"]
        assert send(10).status_code == 200, "what was refused has used up nothing"
        assert send(1).status_code == 429
        assert server.metric("telemetry_rate_limited_requests_total") == 9
        assert server.metric("telemetry_rate_limited_events_total") == 7 * 30 + 11 + 1
        assert server.metric("telemetry_received_events_total") == 1000
        assert server.metric("telemetry_accepted_events_total") == 34
        assert server.get("/stats").status_code == 200, "requests are left"
        other = {"X-Forwarded-For": "81.2.69.142"}
        assert server.post(event(), headers=other).status_code == 200


def test_the_country_comes_from_the_database_file_or_a_trusted_header(
    database: str, tmp_path: Path
) -> None:
    path = tmp_path / "cities.mmdb"
    write(path, {"81.2.69.0/24": city("GB", "ENG")})
    with RunningServer(database, tmp_path / "data", GEO_DB=str(path)) as server:
        server.post(event(), headers={"X-Forwarded-For": "81.2.69.142"})
        server.post(event(), headers={"X-Forwarded-For": "81.2.69.142", "CF-IPCountry": "SE"})
        server.post(event())
        server.settle()
        found = server.get("/stats").json()["geo"]
        assert found["byCountry"] == {
            country: {"hits": 1, "visitors": 1} for country in ("GB", "SE", "Unknown")
        }
        assert found["byContinent"] == {
            "EU": {"hits": 2, "visitors": 1},
            "Unknown": {"hits": 1, "visitors": 1},
        }


def test_headers_of_a_peer_that_is_not_trusted_count_for_nothing(
    database: str, tmp_path: Path
) -> None:
    settings = {"TRUSTED_PROXIES": "none", "RATE_LIMIT_MAX": "3"}
    with RunningServer(database, tmp_path / "data", **settings) as server:
        for last in range(1, 6):
            headers = {"CF-IPCountry": "SE", "X-Forwarded-For": f"81.2.69.{last}"}
            answer = server.post(event(), headers=headers)
            assert answer.status_code == (200 if last <= 3 else 429)
        server.settle()
    with psycopg.connect(database) as connection:
        rows = connection.execute("select count(*), count(country) from telemetry.events")
        assert rows.fetchone() == (3, 0)
