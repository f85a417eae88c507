"""The application: what all paths have in common."""

from __future__ import annotations

from pathlib import Path

from tests.server import RunningServer, event


def test_unknown_paths_and_methods_are_errors_of_the_one_shape(
    shared_server: RunningServer,
) -> None:
    answer = shared_server.get("/nothing")
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
    answer = shared_server.get("/t")
    assert (answer.status_code, answer.json()["error"]) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "POST, OPTIONS"


def test_answers_say_nothing_of_the_server_software(shared_server: RunningServer) -> None:
    headers = shared_server.get("/health").headers
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
