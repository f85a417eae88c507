"""A start leases the database, or continues without one; a stop releases it."""

from __future__ import annotations

from pathlib import Path

import pytest
import streamlit as st

from dashboard_app.query import cache
from dashboard_app.server.lifespan import take_database
from tests.dashboard_app.running import RunningDashboard
from tests.server import wait_until


def test_the_database_is_ready(
    filled: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    st.cache_resource.clear()
    cache.freshness.clear()
    monkeypatch.setenv("DATABASE_URL", filled)
    take_database()
    assert cache.freshness(cache.environment_application()).first_day is not None
    assert "no database yet" not in caplog.text
    st.cache_resource.clear()


def test_an_unreachable_database_is_logged_and_pages_wait(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    st.cache_resource.clear()
    cache.freshness.clear()
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    with caplog.at_level("INFO"):
        take_database()
    assert "no database yet: The database can't be reached" in caplog.text
    st.cache_resource.clear()


def test_a_stop_ends_an_embedded_database(tmp_path: Path) -> None:
    running = tmp_path / "data/postgres/cluster/postmaster.pid"
    with RunningDashboard("", tmp_path):
        wait_until(running.exists, "the database runs")
    assert not running.exists()
