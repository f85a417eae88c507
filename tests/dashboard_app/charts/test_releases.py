"""The charts of release health."""

from __future__ import annotations

import pandas as pd

from dashboard_app.charts.releases import (
    crash_free_chart,
    difference_chart,
    release_durations_chart,
)
from tests.dashboard_app.analysis.test_release_health import counts, health_of
from tests.dashboard_app.charts.frames import rows_of


def health(*releases: tuple[str, int]) -> pd.DataFrame:
    """Return releases with 200 visitors of ten runs each; so many visitors' first run crashed."""
    visitors = {
        f"v{version.replace('.', '_')}": [(10, 1)] * crashes + [(10, 0)] * (200 - crashes)
        for version, crashes in releases
    }
    return health_of(counts(**visitors))


def test_shares_stand_on_their_intervals_the_newest_on_top() -> None:
    spec = crash_free_chart(health(("1.9.0", 20), ("1.10.0", 10))).to_dict()
    assert spec["layer"][0]["encoding"]["y"]["sort"] == ["1.10.0", "1.9.0"]
    found = {(row["version"], row["kind"]): row for row in rows_of(spec)}
    assert found["1.10.0", "runs"]["share"] == 0.995
    assert found["1.9.0", "visitors"]["share"] == 0.9
    assert all(row["share_low"] < row["share"] < row["share_high"] for row in found.values())


def test_a_release_that_crashes_more_is_worse_and_one_that_crashes_less_is_better() -> None:
    some = health(("1.0.0", 20), ("1.1.0", 150), ("1.2.0", 20), ("1.3.0", 21))
    rows = {
        row["version"]: row for row in rows_of(difference_chart(some).to_dict()) if "version" in row
    }
    assert {version: row["verdict"] for version, row in rows.items()} == {
        "1.1.0": "worse",
        "1.2.0": "better",
        "1.3.0": "no evidence",
    }
    assert round(rows["1.1.0"]["difference"], 6) == 6.5, "in percentage points"


def test_durations_are_four_points_a_release_on_a_logarithmic_scale() -> None:
    frame = pd.DataFrame(
        [("1.0.0", 9, 900.0, 4e3, 6e3, 9e4)],
        columns=["version", "durations", "p50", "p90", "p95", "p99"],
    ).astype({"version": "str"})
    spec = release_durations_chart(frame).to_dict()
    assert spec["layer"][1]["encoding"]["x"]["scale"]["type"] == "log"
    assert {row["ms"] for row in rows_of(spec) if "ms" in row} == {900, 4000, 6000, 90_000}


def test_no_releases_make_empty_charts() -> None:
    assert rows_of(crash_free_chart(health()).to_dict()) == []
    assert [row for row in rows_of(difference_chart(health()).to_dict()) if "version" in row] == []
