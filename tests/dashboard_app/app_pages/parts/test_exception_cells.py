"""The exceptions on the errors page."""

from __future__ import annotations

from datetime import date

import pandas as pd

from dashboard_app.app_pages.parts.exception_cells import MOST, days_of, with_before
from dashboard_app.query.run import Answer
from dashboard_app.window import Window
from tests.dashboard_app.charts.frames import frame
from tests.dashboard_app.conftest import RunApp

NOW = Answer(frame("exception errors", ("a1", 5), ("b2", 3)), "select")


def compared(lately: pd.DataFrame, before: pd.DataFrame) -> list[list[int]]:
    frame = with_before(NOW, lately, before).frame
    return [frame[name].astype("object").fillna(-1).tolist() for name in ("compared", "before")]


def test_what_was_not_thrown_before_had_no_errors_then() -> None:
    before = frame("exception errors", ("b2", 6))
    assert compared(NOW.frame, before) == [[5, 3], [0, 6]]


def test_an_exception_of_today_only_is_not_compared() -> None:
    lately = frame("exception errors", ("b2", 2))
    assert compared(lately, lately) == [[0, 2], [0, 2]]


def test_exceptions_past_the_top_list_have_no_change() -> None:
    others = frame("exception errors", *((f"{n}", 9) for n in range(MOST)))
    assert compared(others, others) == [[-1, -1], [-1, -1]]


def test_days_without_the_exception_count_as_nothing() -> None:
    trend = frame("day errors exception", ("2026-03-02", 4, "a1"), ("2026-03-01", 9, "b2"))
    found = days_of(trend, "a1", Window(date(2026, 3, 1), date(2026, 3, 3)))
    assert found["errors"].tolist() == [0, 4, 0]
    assert found["day"].dtype == pd.DatetimeTZDtype("us", "UTC")


def test_a_link_shows_one_exception_and_leads_to_its_events(run_app: RunApp, filled: str) -> None:
    app = run_app(filled, page="errors", period="28d", exception="c3d4", os="Linux")
    assert not app.exception
    assert app.main.subheader[2].value == "Errors with this exception"
    link = next(html.proto.body for html in app.get("html") if "Explorer" in html.proto.body)
    for part in ("period=28d", "os=Linux", "only=exceptionHash", "is=c3d4"):
        assert part in link
    assert "exception=" not in link


def test_how_to_read_a_chart_is_behind_its_help(run_app: RunApp, filled: str) -> None:
    app = run_app(filled, page="errors", period="28d")
    assert not any("\n" in caption.value for caption in app.caption)
    (top,) = (caption for caption in app.caption if "by exception and phase" in caption.value)
    assert "Click an exception" in top.proto.help


def test_an_unknown_exception_does_not_break_the_page(run_app: RunApp, filled: str) -> None:
    app = run_app(filled, page="errors", period="28d", exception="'; drop table x")
    assert not app.exception
    assert app.main.subheader[2].value == "Errors with this exception"
