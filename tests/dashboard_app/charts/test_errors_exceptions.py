"""The charts of exceptions."""

from __future__ import annotations

import pandas as pd

from dashboard_app.charts.errors import exception_days_chart, exceptions_chart
from dashboard_app.formats import NARROW_SPACE
from tests.dashboard_app.charts.frames import frame, rows_of

COLUMNS = "exception errors compile_errors runtime_errors share first_day"
SOME = frame(COLUMNS, ("a1", 5, 5, 0, 0.6, "2026-03-01"), ("b2", 3, 1, 2, 0.4, "2026-03-02"))


def test_an_exception_is_drawn_in_the_phases_that_it_came_in() -> None:
    spec = exceptions_chart(SOME).to_dict()
    assert spec["layer"][0]["encoding"]["y"]["sort"] == ["a1", "b2"]
    phases = {
        (row["exception"], row["phase"]): row["of_phase"] for row in rows_of(spec) if "phase" in row
    }
    assert phases == {("a1", "compile"): 5, ("b2", "compile"): 1, ("b2", "runtime"): 2}


def test_the_label_has_the_change_if_periods_are_compared() -> None:
    compared = SOME.assign(before=pd.array([4, pd.NA], dtype="Int64"), compared=SOME["errors"])
    spec = exceptions_chart(compared).to_dict()
    texts = {row["exception"]: row["text"] for row in rows_of(spec) if "phase" not in row}
    assert texts == {"a1": f"5  +25{NARROW_SPACE}%", "b2": "3"}
    assert "the previous period" in spec["title"]["subtitle"]
    alone = exceptions_chart(SOME).to_dict()
    assert "the previous period" not in alone["title"]["subtitle"]


def test_all_but_the_chosen_one_are_paler_and_it_is_drawn_however_rare() -> None:
    many = frame(COLUMNS, *((f"{n:02}", 99 - n, 99 - n, 0, 0.01, "2026-03-01") for n in range(30)))
    rows = rows_of(exceptions_chart(many, "25").to_dict())
    assert {row["exception"] for row in rows if not row["paler"]} == {"25"}
    assert len({row["exception"] for row in rows}) == 13


def test_one_exception_is_drawn_day_by_day() -> None:
    days = frame("day errors", ("2026-03-01", 3), ("2026-03-02", 0))
    spec = exception_days_chart(days).to_dict()
    assert spec["title"]["text"] == "Errors with this exception"
    assert [row["errors"] for row in rows_of(spec)] == [3, 0]


def test_nothing_makes_empty_charts() -> None:
    assert rows_of(exceptions_chart(frame(COLUMNS)).to_dict()) == []
    assert rows_of(exception_days_chart(frame("day errors")).to_dict()) == []
