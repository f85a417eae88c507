"""The loader's lag, as reported by the API."""

from __future__ import annotations

from dashboard_app.query.lag import Lag, loader_lag
from tests.server import RunningServer, free_port


def test_the_api_reports_the_lag(shared_server: RunningServer) -> None:
    shared_server.settle()
    port = str(shared_server.port)
    assert loader_lag({"PORT": port}) == Lag(0, 0)
    assert loader_lag({"PORT": str(free_port()), "API_PORT": port}) == Lag(0, 0)


def test_without_an_api_there_is_no_lag() -> None:
    assert loader_lag({"PORT": str(free_port())}) is None
    assert loader_lag({"PORT": "nonsense"}) is None
