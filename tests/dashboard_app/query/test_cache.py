"""Questions that are asked ahead are those that the page asks, and it asks each of them once."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from dashboard_app.query import cache
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

    def note(name: str, *args: Any, **own: Any) -> Any:
        is_ahead = threading.current_thread().name.startswith("ask ahead")
        (ahead if is_ahead else asked).add((name, f"{args} {own}"))
        return answer(name, *args, **own)

    monkeypatch.setattr(cache, "_answer", note)
    app = run_app(filled, page, period="7d", **filters)
    assert not app.exception
    assert len(ahead) >= 3
    assert ahead <= asked, "asked for nothing"


@pytest.mark.usefixtures("run_app")  # forgets what was asked of other databases
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
        fresh = cache.freshness()
        return fresh.first_day, fresh.last_day

    # about as far ahead as is accepted, and 1975
    tomorrow = now + 86_400_000 - 60_000
    ahead = datetime.fromtimestamp(tomorrow / 1000, UTC).date()
    # better than to say that there is nothing
    assert days_after(tomorrow) == (ahead, ahead)
    assert days_after(now, 157_766_400_000) == (today, today)
