"""The table of releases, one per row, as displayed."""

from __future__ import annotations

from dashboard_app.app_pages.parts.release_table import COLUMNS, NOTHING, release_table
from dashboard_app.formats import NARROW_SPACE
from tests.dashboard_app.analysis.test_release_health import counts, health_of

GOOD, BAD = [(10, 0)] * 60, [(10, 4)] * 60


def test_a_row_has_its_baseline_and_confidence() -> None:
    health = health_of(counts(v1_0=GOOD, v1_1=BAD, v1_2=[]))
    health[["p50", "p90", "p95", "p99"]] = [1500.0, 13_000.0, float("nan"), 60_000.0]
    table = release_table(health)
    assert list(table) == list(COLUMNS)
    rows = {row["version"]: row for row in table.to_dict("records")}
    assert rows["1.1"]["verdict"] == "▼ worse"
    assert rows["1.1"]["crash_rate_before"] == f"0.0{NARROW_SPACE}% (1.0)"
    assert rows["1.1"]["crash_free_runs"].startswith(f"60.0{NARROW_SPACE}% (")
    assert rows["1.1"]["visitors"] == 60
    assert rows["1.0"]["verdict"] == "nothing before"
    assert rows["1.0"]["crash_rate_before"] == NOTHING
    assert rows["1.2"]["crash_free_visitors"] == NOTHING
    assert (rows["1.0"]["p50"], rows["1.0"]["p95"]) == (f"1.5{NARROW_SPACE}s", NOTHING)
