"""Questions that are asked ahead are those that the page asks, and it asks each of them once."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from dashboard_app import data
from tests.dashboard_app.conftest import RunApp

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
    answer = data._answer

    def note(name: str, *args: Any, **own: Any) -> Any:
        is_ahead = threading.current_thread().name.startswith("ask ahead")
        (ahead if is_ahead else asked).add((name, f"{args} {own}"))
        return answer(name, *args, **own)

    monkeypatch.setattr(data, "_answer", note)
    app = run_app(filled, page, period="7d", **filters)
    assert not app.exception
    assert len(ahead) >= 3
    assert ahead <= asked, "asked for nothing"
