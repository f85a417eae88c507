"""`GET /debug/*` over HTTP."""

from __future__ import annotations

from pathlib import Path

from tests.server import RunningServer, event


def test_debug_paths_need_the_secret(database: str, tmp_path: Path) -> None:
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


def test_debug_paths_do_not_exist_without_a_secret(shared_server: RunningServer) -> None:
    for path in ("/debug/recent", "/debug/counts", "/debug/env"):
        assert shared_server.get(path, headers={"X-Stats-Key": ""}).status_code == 404


def test_the_database_s_address_is_not_said_to_be_set_where_it_is_not(tmp_path: Path) -> None:
    key = {"X-Stats-Key": "s3cret of the tests"}
    with RunningServer(None, tmp_path / "data", STATS_SECRET=key["X-Stats-Key"]) as server:
        env = server.get("/debug/env", headers=key).json()["env"]
        assert env["DATABASE_URL"] is False
