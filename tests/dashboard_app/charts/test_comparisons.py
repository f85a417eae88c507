"""The chart of two releases."""

from __future__ import annotations

import pandas as pd

from dashboard_app.charts.comparisons import KINDS, comparison_chart
from tests.dashboard_app.charts.frames import rows_of

COLUMNS = [f"{share}{end}" for share in KINDS for end in ("", "_low", "_high")]


def health(*versions: str) -> pd.DataFrame:
    rows = [[version, 0.9, 0.85, 0.95, 0.7, 0.6, 0.8] for version in versions]
    types = {"version": "str", **dict.fromkeys(COLUMNS, "float64")}
    return pd.DataFrame(rows, columns=["version", *COLUMNS]).astype(types)


def test_each_share_stands_on_its_interval_the_newer_release_on_top() -> None:
    spec = comparison_chart(health("1.9.0", "1.10.0")).to_dict()
    assert spec["layer"][0]["encoding"]["y"]["sort"] == [
        *("runs of 1.10.0", "runs of 1.9.0"),
        *("visitors of 1.10.0", "visitors of 1.9.0"),
    ]
    found = {(row["version"], row["kind"]): row for row in rows_of(spec)}
    assert len(found) == 4
    one = found["1.9.0", "visitors"]
    assert (one["low"], one["share"], one["high"]) == (0.6, 0.7, 0.8)


def test_no_releases_make_an_empty_chart() -> None:
    assert rows_of(comparison_chart(health()).to_dict()) == []
