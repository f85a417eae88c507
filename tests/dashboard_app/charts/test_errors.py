"""The charts of errors and exit codes."""

from __future__ import annotations

from functools import partial

import pandas as pd
import pytest

from dashboard_app.charts.errors import codes_chart, exits_chart, rates_chart
from dashboard_app.theme import ENDINGS, NOT_REPORTED
from tests.dashboard_app.charts.frames import DAYS, frame, rows_of

RUNS = "day started compile_errors runtime_errors"


def test_rates_are_of_the_started_runs_and_missing_where_there_are_none() -> None:
    some = frame(RUNS, ("2026-03-01", 10, 2, 1), ("2026-03-02", 0, 0, 0))
    spec = rates_chart(some).to_dict()
    found = {(row["day"][:10], row["phase"]): row["rate"] for row in rows_of(spec)}
    assert found["2026-03-01", "compile"] == 0.2
    assert found["2026-03-01", "runtime"] == 0.1
    assert found["2026-03-02", "compile"] is None
    assert "%" in spec["encoding"]["y"]["axis"]["labelExpr"]


def test_endings_have_names_and_make_up_a_day() -> None:
    codes = ("0", "130", "1", "143", "7", "9", NOT_REPORTED)
    some = frame("day value runs", *(("2026-03-01", code, 2) for code in codes))
    rows = rows_of(exits_chart(some, DAYS).to_dict())
    assert {row["ending"] for row in rows} == set(ENDINGS)
    assert {row["ending"]: row["runs"] for row in rows}["others"] == 4
    assert sum(row["share"] for row in rows) == pytest.approx(1)


def test_exit_codes_are_of_the_whole_period_the_most_frequent_on_top() -> None:
    some = frame(
        "day value runs", ("2026-03-01", "7", 2), ("2026-03-01", "0", 5), ("2026-03-02", "7", 4)
    )
    spec = codes_chart(some).to_dict()
    assert spec["layer"][0]["encoding"]["y"]["sort"] == ["7", "0"]
    assert {row["value"]: (row["runs"], row["ending"]) for row in rows_of(spec)} == {
        "7": (6, "others"),
        "0": (5, "normal (0)"),
    }


def test_nothing_makes_empty_charts() -> None:
    empty: list[tuple[pd.DataFrame, object]] = [
        (frame(RUNS), rates_chart),
        (frame("day value runs"), partial(exits_chart, window=DAYS)),
        (frame("day value runs"), codes_chart),
    ]
    for table, draw in empty:
        assert rows_of(draw(table).to_dict()) == []  # type: ignore[operator]
