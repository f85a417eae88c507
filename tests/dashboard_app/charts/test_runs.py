"""The charts of waits, outputs and shares of runs."""

from __future__ import annotations

from dashboard_app.charts.runs import output_order, outputs_chart, shares_chart, waits_chart
from dashboard_app.theme import NEUTRAL, NOT_REPORTED, RUNS
from tests.dashboard_app.charts.frames import frame, rows_of


def test_the_wait_is_a_mean_with_its_unit_or_missing() -> None:
    some = frame("day waits wait_ms", ("2026-03-01", 4, 10_000), ("2026-03-02", 0, 0))
    spec = waits_chart(some).to_dict()
    assert [row["mean_ms"] for row in rows_of(spec)] == [2500, None]
    assert " s" in spec["encoding"]["y"]["axis"]["labelExpr"]


def test_sizes_are_ordered_by_what_they_begin_with() -> None:
    sizes = ["-", "many", ">1M", "1-1K", "100K-1M", "0", "10K-100K", "1K-10K"]
    smallest_first = ["0", "1-1K", "1K-10K", "10K-100K", "100K-1M", ">1M", "many", "-"]
    assert sorted(sizes, key=output_order) == smallest_first


def test_outputs_are_shares_of_all_runs_and_unreported_ones_are_grey() -> None:
    some = frame("day value runs", *(("2026-03-01", v, n) for v, n in (("-", 1), ("0", 3))))
    spec = outputs_chart(some).to_dict()
    assert [(row["label"], row["share"]) for row in rows_of(spec)] == [
        ("0", 0.75),
        (NOT_REPORTED, 0.25),
    ]
    colour = spec["layer"][0]["encoding"]["color"]
    told = {"test": "(datum.value !== '-')", "value": RUNS}
    assert (colour["condition"], colour["value"]) == ([told], NEUTRAL)


def test_shares_are_of_the_days_completed_runs() -> None:
    columns = "day completed interactive truncated"
    some = frame(columns, ("2026-03-01", 8, 4, 1), ("2026-03-02", 0, 0, 0))
    rows = rows_of(shares_chart(some).to_dict())
    found = {(row["day"][:10], row["kind"]): row["share"] for row in rows}
    assert found["2026-03-01", "interactive"] == 0.5
    assert found["2026-03-01", "truncated"] == 0.125
    assert found["2026-03-02", "interactive"] is None
    assert rows_of(shares_chart(frame(columns)).to_dict()) == []
