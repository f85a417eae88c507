"""`GET /health` and `GET /dbhealth` over HTTP."""

from __future__ import annotations

import time

from tests.server import RunningServer


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
