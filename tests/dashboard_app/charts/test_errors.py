"""The charts of errors and endings."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboard_app.charts.errors import exceptions_chart, exits_chart, rates_chart
from dashboard_app.theme import ENDINGS
from tests.dashboard_app.charts.frames import frame, rows_of

RUNS = "day started compile_errors runtime_errors"
EXCEPTIONS = "exception errors compile_errors runtime_errors share first_day"


def test_rates_are_of_the_started_runs_and_missing_where_there_are_none() -> None:
    some = frame(RUNS, ("2026-03-01", 10, 2, 1), ("2026-03-02", 0, 0, 0))
    spec = rates_chart(some).to_dict()
    found = {(row["day"][:10], row["phase"]): row["rate"] for row in rows_of(spec)}
    assert found["2026-03-01", "compile"] == 0.2
    assert found["2026-03-01", "runtime"] == 0.1
    assert found["2026-03-02", "compile"] is None
    assert "%" in spec["encoding"]["y"]["axis"]["labelExpr"]


def test_endings_have_names_and_make_up_a_day() -> None:
    codes = ("0", "130", "1", "143", "7", "9")
    some = frame("day value runs", *(("2026-03-01", code, 2) for code in codes))
    rows = rows_of(exits_chart(some).to_dict())
    assert {row["ending"] for row in rows} == set(ENDINGS)
    assert {row["ending"]: row["runs"] for row in rows}["others"] == 4
    assert sum(row["share"] for row in rows) == pytest.approx(1)


def test_an_exception_is_drawn_in_the_phases_that_it_came_in() -> None:
    some = frame(EXCEPTIONS, ("a1", 5, 5, 0, 0.6, "2026-03-01"), ("b2", 3, 1, 2, 0.4, "2026-03-02"))
    spec = exceptions_chart(some).to_dict()
    assert spec["layer"][0]["encoding"]["y"]["sort"] == ["a1", "b2"]
    phases = {
        (row["exception"], row["phase"]): row["of_phase"] for row in rows_of(spec) if "phase" in row
    }
    assert phases == {("a1", "compile"): 5, ("b2", "compile"): 1, ("b2", "runtime"): 2}


def test_nothing_makes_empty_charts() -> None:
    empty: list[tuple[pd.DataFrame, object]] = [
        (frame(RUNS), rates_chart),
        (frame("day value runs"), exits_chart),
        (frame(EXCEPTIONS), exceptions_chart),
    ]
    for table, draw in empty:
        assert rows_of(draw(table).to_dict()) == []  # type: ignore[operator]
