"""The charts of run durations."""

from __future__ import annotations

from dashboard_app.charts.runs import (
    CLASSES,
    classes_chart,
    histogram_chart,
    percentiles_chart,
)
from tests.dashboard_app.charts.frames import frame, rows_of

TREND = "day runs p50 p90 p95 p99"


def test_percentiles_are_four_lines_on_a_logarithmic_scale_with_gaps() -> None:
    some = frame(TREND, ("2026-03-01", 9, 900.0, 4e3, 6e3, 9e4), ("2026-03-02", 0, *[None] * 4))
    spec = percentiles_chart(some).to_dict()
    assert spec["encoding"]["y"]["scale"]["type"] == "log"
    first = {row["percentile"]: row["ms"] for row in rows_of(spec) if row["day"] < "2026-03-02"}
    assert first == {"p50": 900, "p90": 4000, "p95": 6000, "p99": 90_000}
    assert [row["ms"] for row in rows_of(spec) if row["day"] >= "2026-03-02"] == [None] * 4


def test_runs_that_took_no_time_have_a_place_on_a_logarithmic_scale() -> None:
    some = frame(TREND, ("2026-03-01", 1, 0.0, 0.0, 0.0, 4e3))
    rows = rows_of(percentiles_chart(some).to_dict())
    assert [(row["ms"], row["text"][0]) for row in rows] == [(1, "0")] * 3 + [(4e3, "4")]
    bars = frame("from_ms to_ms share runs", (0.8, 1.0, 1.0, 1))
    told = frame("p50 p90 p95 p99", (0.0,) * 4)
    lines = [row for row in rows_of(histogram_chart(bars, told).to_dict()) if "percentile" in row]
    assert {row["ms"] for row in lines} == {1}


def test_the_histogram_has_the_percentiles_on_it() -> None:
    bars = frame("from_ms to_ms share runs", (100.0, 125.0, 0.25, 1), (125.0, 156.0, 0.75, 3))
    told = frame("p50 p90 p95 p99", (130.0, 150.0, 152.0, 155.0))
    spec = histogram_chart(bars, told).to_dict()
    assert spec["layer"][0]["encoding"]["x"]["scale"]["type"] == "log"
    assert {row["runs"] for row in rows_of(spec) if "runs" in row} == {1, 3}
    assert {row["ms"] for row in rows_of(spec) if "ms" in row} == {130, 150, 152, 155}
    empty = histogram_chart(bars.head(0), frame("p50 p90 p95 p99", (None,) * 4)).to_dict()
    assert rows_of(empty) == []


def test_all_eight_classes_are_drawn_even_without_runs() -> None:
    some = frame("value runs", ("0", 3), ("7", 1))
    rows = rows_of(classes_chart(some).to_dict())
    assert [row["label"] for row in rows] == list(CLASSES)
    assert [row["share"] for row in rows] == [0.75, *[0] * 6, 0.25]
