"""Shared fixtures of the dashboard's tests: a database with events, the app without a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from tests.conftest import own_database
from tests.dashboard_app.running import ROOT
from tests.dashboard_app.sample import load, sample_events

RunApp = Callable[..., AppTest]
RUN_SECONDS = 20


@pytest.fixture(scope="session")
def filled(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with realistic events, for tests that only read."""
    with own_database(cluster) as database:
        load(database, tmp_path_factory.mktemp("sample"), sample_events(datetime.now(UTC)))
        yield database


@pytest.fixture
def run_app(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunApp]:
    """A function that runs the app on a database, for a page and the parameters of a URL."""
    _forget()

    def run(database: str, page: str = "", **query: str) -> AppTest:
        monkeypatch.setenv("DATABASE_URL", database)
        app = AppTest.from_file(
            ROOT / "dashboard_app" / "streamlit_app.py", default_timeout=RUN_SECONDS
        )
        for name, value in query.items():
            app.query_params[name] = value
        if page:
            app._page_hash = calc_hash(page)  # AppTest can't open pages that are functions
        return app.run()

    yield run
    _forget()


def _forget() -> None:
    st.cache_data.clear()
    st.cache_resource.clear()
