"""The heat maps."""

from __future__ import annotations

from dashboard_app.charts.errors import places_chart, trend_chart
from dashboard_app.charts.versions import pairs_chart
from tests.dashboard_app.charts.frames import DAYS, frame, rows_of

PAIRS = "version host visitors"


def test_the_newest_pair_is_on_top_and_right_and_the_others_of_a_choice_are_paler() -> None:
    some = frame(PAIRS, ("1.9.0", "1.90.0", 5), ("1.10.0", "1.100.0", 3), ("1.10.0", "1.90.0", 1))
    spec = pairs_chart(some, versions=("1.10.0",)).to_dict()
    assert spec["encoding"]["y"]["sort"] == ["1.10.0", "1.9.0"]
    assert spec["encoding"]["x"]["sort"] == ["1.90.0", "1.100.0"]
    assert {row["version"]: row["paler"] for row in rows_of(spec)} == {
        "1.9.0": True,
        "1.10.0": False,
    }


def test_the_most_frequent_exception_is_on_top() -> None:
    days = frame("place errors exception day", (2, 1, "b", "2026-03-01"), (1, 9, "a", "2026-03-02"))
    assert trend_chart(days, DAYS).to_dict()["encoding"]["y"]["sort"] == ["a", "b"]
    columns = "place exception value errors started per_1000_runs"
    where = frame(columns, (2, "b", "1.9.0", 1, 10, 100.0), (1, "a", "1.10.0", 3, 10, 300.0))
    spec = places_chart(where, "ext").to_dict()
    assert spec["encoding"]["y"]["sort"] == ["a", "b"]
    assert spec["encoding"]["x"]["sort"] == ["1.9.0", "1.10.0"]
    assert spec["encoding"]["x"]["title"] == "Application version"
    assert places_chart(where, "os").to_dict()["encoding"]["x"]["title"] == "Operating system"


def test_shades_begin_at_nothing_and_nothing_is_an_empty_chart() -> None:
    spec = pairs_chart(frame(PAIRS)).to_dict()
    scale = spec["encoding"]["color"]["scale"]
    assert scale["domainMin"] == 0
    # as strong on a dark background as on a light one: more transparent, not whiter
    assert scale["range"] == ["rgba(213,94,0,0.15)", "rgba(213,94,0,1)"]
    assert rows_of(spec) == []
