"""`GET /metrics` over HTTP."""

from __future__ import annotations

from tests.server import RunningServer, event


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
    assert server.metric("telemetry_withdrawn_events_total") == 0
