"""The prefetched queries are exactly those that the page runs, each once."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from dashboard_app.filters import Filters
from dashboard_app.query import cache
from dashboard_app.view import View
from dashboard_app.window import Window
from sql.application import Application
from sql.database import ExternalDatabase
from tests.dashboard_app.conftest import RunApp
from tests.dashboard_app.sample import load

Asked = tuple[str, str]


@pytest.mark.parametrize("filters", [{}, {"event": "java.run.completed"}], ids=["all", "filtered"])
@pytest.mark.parametrize("page", ["", "activity", "versions", "performance", "errors", "explorer"])
def test_what_is_asked_ahead_is_what_the_page_needs(
    page: str,
    filters: dict[str, str],
    filled: str,
    run_app: RunApp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ahead, asked = set[Asked](), set[Asked]()
    answer = cache._answer

    def note(application: Application, name: str, *args: Any, **own: Any) -> Any:
        is_ahead = threading.current_thread().name.startswith("ask ahead")
        (ahead if is_ahead else asked).add((name, f"{args} {own}"))
        return answer(application, name, *args, **own)

    monkeypatch.setattr(cache, "_answer", note)
    app = run_app(filled, page, period="7d", **filters)
    assert not app.exception
    assert len(ahead) >= 3
    assert ahead <= asked, "asked for nothing"


@pytest.mark.usefixtures("run_app")  # drops what other databases answered
def test_clocks_that_were_wrong_set_neither_the_first_nor_the_last_day(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database)
    now = int(time.time() * 1000)
    today = datetime.fromtimestamp(now / 1000, UTC).date()

    def days_after(*times: int) -> tuple[date | None, date | None]:
        events: list[tuple[str | None, dict[str, Any]]] = [
            (None, {"anon": "a", "evt": "app.seen", "t": t}) for t in times
        ]
        folder = tmp_path / str(times[0])
        folder.mkdir()
        load(database, folder, events)
        st.cache_data.clear()
        fresh = cache.freshness(cache.environment_application())
        return fresh.first_day, fresh.last_day

    # about as far ahead as events are accepted, and 1975
    tomorrow = now + 86_400_000 - 60_000
    ahead = datetime.fromtimestamp(tomorrow / 1000, UTC).date()
    # better than showing no data
    assert days_after(tomorrow) == (ahead, ahead)
    assert days_after(now, 157_766_400_000) == (today, today)


@pytest.mark.usefixtures("run_app")
def test_each_application_has_answers_of_its_own(
    filled: str, database: str, tmp_path: Path
) -> None:
    one, other = (
        Application(name, tmp_path, ExternalDatabase(url))
        for name, url in (("one", filled), ("other", database))
    )
    today = datetime.now(UTC).date()
    for application, is_filled in ((one, True), (other, False), (one, True)):
        fresh = cache.freshness(application)
        assert (fresh.first_day is not None) == is_filled
        view = View(Window.up_to(today, 7), None, Filters(), today, fresh, application)
        assert cache.matches(view) == is_filled
