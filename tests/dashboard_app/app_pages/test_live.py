"""The live page, without a browser."""

from __future__ import annotations

import psycopg
import pytest

from tests.dashboard_app.conftest import RunApp
from tests.server import free_port


@pytest.fixture(autouse=True)
def _no_api(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", str(free_port()))


def test_it_shows_the_newest_events_whatever_the_period(run_app: RunApp, filled: str) -> None:
    app = run_app(
        filled, page="live", period="custom", **{"from": "2001-01-01", "to": "2001-01-02"}
    )
    assert not app.exception
    with psycopg.connect(filled) as connection:
        row = connection.execute(
            "select count(*) from telemetry.events where t > now() - interval '24 hours'"
        ).fetchone()
    assert row is not None
    assert len(app.dataframe[0].value) == min(50, row[0]) > 0
    tiles = {tile.label: tile.value for tile in app.metric}
    assert tiles["Last load"].endswith("ago")
    # no API reports the lag
    assert "Loader's lag" not in tiles
