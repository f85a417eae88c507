"""The application: what all paths have in common."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from tests.server import RunningServer, event
from tests.wire import Wire, request

PATHS = {
    **dict.fromkeys(
        ("/health", "/ready", "/dbhealth", "/stats", "/metrics", "/openapi.json"),
        "GET, HEAD, OPTIONS",
    ),
    "/t": "POST, OPTIONS",
}


def test_unknown_paths_and_methods_are_errors_of_the_one_shape(
    shared_server: RunningServer,
) -> None:
    answer = shared_server.get("/nothing")
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
    for path in ("/", "/t/", "/T", "/stats/x", "/debug/env", "/%ff", "/t%00", "/../t", "/openapi"):
        for method in ("GET", "POST", "HEAD", "OPTIONS"):
            with Wire(shared_server.port) as wire:
                wire.send(request(line=f"{method} {path} HTTP/1.1".encode()))
                missing = wire.answer(method)
                assert missing.status == 404
                assert missing.headers["Content-Type"] == "application/json"
                assert missing.word == "not_found" if method != "HEAD" else not missing.body


@pytest.mark.parametrize("path", PATHS)
def test_an_unsupported_method_gets_the_supported_ones(
    shared_server: RunningServer, path: str
) -> None:
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE"):
        answer = requests.request(method, shared_server.url + path, timeout=10)
        if method in PATHS[path]:
            assert answer.status_code != 405
        else:
            assert answer.status_code == 405
            assert answer.headers["Allow"] == PATHS[path]
            if method != "HEAD":
                assert answer.json()["error"] == "method_not_allowed"
    options = requests.options(shared_server.url + path, timeout=10)
    assert (options.status_code, options.headers["Allow"]) == (
        200,
        PATHS[path].removesuffix(", OPTIONS"),
    )


@pytest.mark.parametrize(
    "path", ["/health", "/ready", "/dbhealth", "/stats", "/metrics", "/stats?from=x"]
)
def test_head_is_answered_as_get_without_the_body(shared_server: RunningServer, path: str) -> None:
    with Wire(shared_server.port) as wire:
        get = wire.send(request(line=f"GET {path} HTTP/1.1".encode())).answer()
        head = wire.send(request(line=f"HEAD {path} HTTP/1.1".encode())).answer("HEAD")
        assert head.status == get.status
        assert head.headers["Content-Type"] == get.headers["Content-Type"]
        assert int(head.headers["Content-Length"]) > 0
        assert wire.send(request(line=b"GET /health HTTP/1.1")).answer().status == 200


@pytest.mark.parametrize("path", [*PATHS, "/nothing", "/stats?from=x"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "OPTIONS"])
def test_answers_hide_the_server_software_and_fix_their_type(
    shared_server: RunningServer, path: str, method: str
) -> None:
    headers = requests.request(method, shared_server.url + path, timeout=10).headers
    assert "Server" not in headers
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_any_origin_may_post_without_credentials(shared_server: RunningServer) -> None:
    origin = {"Origin": "https://app.example.com"}
    preflight = shared_server.session.options(
        f"{shared_server.url}/t",
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
    answer = shared_server.post(event(), headers=origin)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    refused = shared_server.session.post(f"{shared_server.url}/t", b"{", headers=origin)
    assert refused.headers["Access-Control-Allow-Origin"] == "*"


def test_origins_can_be_narrowed(database: str, tmp_path: Path) -> None:
    with RunningServer(database, tmp_path / "data", CORS_ORIGINS="https://a.example") as server:
        for origin, allowed in [("https://a.example", True), ("https://b.example", False)]:
            answer = server.post(event(), headers={"Origin": origin})
            assert answer.status_code == 200
            assert ("Access-Control-Allow-Origin" in answer.headers) is allowed
